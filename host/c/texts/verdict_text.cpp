// SPDX-License-Identifier: Apache-2.0
#include "nwp/socket.h"

#include "base/verdict.h"

namespace {

/// Text behind text, as far as there is room; counts on.
class Lines {
public:
    Lines(char* text, size_t size) : text_(text), size_(size) {}

    void begin_line() {
        if (length_ != 0) add("\n");
    }
    void add(std::string_view part) {
        for (const char letter : part) {
            if (length_ + 1 < size_) text_[length_] = letter;
            ++length_;
        }
    }
    void add(unsigned number) {
        if (number >= 10) add(number / 10);
        const char digit = static_cast<char>('0' + number % 10);
        add(std::string_view{&digit, 1});
    }
    size_t finish() {
        if (size_ != 0) text_[length_ < size_ ? length_ : size_ - 1] = '\0';
        return length_;
    }

private:
    char* text_;
    size_t size_;
    size_t length_ = 0;
};

constexpr unsigned kRules = 26;
static_assert(NWP_TLS_POLICY_REQUIRES_VERIFICATION == 1U << (kRules - 1));
static_assert(static_cast<unsigned>(nwp::Rule::policy_requires_verification) == kRules - 1);

} // namespace

size_t nwp_tls_verdict_text(const struct nwp_tls_verdict* verdict, char* text, size_t size) {
    Lines lines{text, size};
    if (verdict->rules == 0) lines.add("nothing failed");
    const nwp::RuleSet broken{verdict->rules};
    for (unsigned number = 0; number < kRules; ++number) {
        const auto rule = static_cast<nwp::Rule>(number);
        if (!broken.has(rule)) continue;
        lines.begin_line();
        lines.add(nwp::to_string(rule));
        lines.add(": ");
        lines.add(nwp::advice(rule));
    }
    if (verdict->subject[0] != '\0') {
        lines.begin_line();
        lines.add("certificate ");
        lines.add(verdict->depth);
        lines.add(": ");
        lines.add(verdict->subject);
    }
    if (verdict->alert != 0) {
        lines.begin_line();
        lines.add("TLS alert ");
        lines.add(verdict->alert);
    }
    return lines.finish();
}
