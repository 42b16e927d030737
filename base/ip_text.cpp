// SPDX-License-Identifier: Apache-2.0
#include "base/ip_text.h"

namespace nwp {
namespace {

constexpr std::size_t kOctets = 16;
constexpr std::size_t kWords = kOctets / 2;

// ---- Reading ----------------------------------------------------------------------------------------------

/// A text, taken from its front.
class Reading {
public:
    explicit Reading(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

    bool at_end() const { return at_ == end_; }
    bool sees(char c) const { return at_ != end_ && *at_ == c; }
    bool take(char c) {
        if (!sees(c)) return false;
        ++at_;
        return true;
    }

    /// One number of that base, at most so large; false where there is none.
    bool take_number(unsigned base, unsigned most, unsigned& number) {
        const char* const begin = at_;
        number = 0;
        for (; at_ != end_; ++at_) {
            const unsigned digit = digit_of(*at_);
            if (digit >= base) break;
            number = number * base + digit;
            if (number > most) return false;
        }
        return at_ != begin;
    }

    /// "1.2.3.4" up to the end of the text.
    bool read_ipv4(Byte* into) {
        for (std::size_t i = 0; i < 4; ++i) {
            if (i > 0 && !take('.')) return false;
            const bool zero = sees('0');
            const char* const begin = at_;
            unsigned octet = 0;
            if (!take_number(10, 255, octet)) return false;
            if (zero && at_ - begin > 1) return false; // "01" is octal to some, decimal to others
            into[i] = static_cast<Byte>(octet);
        }
        return at_end();
    }

    bool read_ipv6(Byte* into);

private:
    static unsigned digit_of(char c) {
        if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
        const auto small = static_cast<unsigned>(c | 0x20);
        return small >= 'a' && small <= 'f' ? small - 'a' + 10 : 16;
    }

    const char* at_;
    const char* end_;
};

/// Octets one behind the other; where "::" stood, what came after it moves to the end.
bool Reading::read_ipv6(Byte* into) {
    constexpr std::size_t kNone = kOctets + 1;
    std::size_t count = 0;
    std::size_t gap = kNone; // octets before "::"
    if (take(':')) {
        if (!take(':')) return false;
        gap = 0;
    }
    while (!at_end()) {
        const char* const begin = at_;
        unsigned word = 0;
        if (count == kOctets || !take_number(16, 0xFFFF, word) || at_ - begin > 4) return false;
        if (sees('.')) {
            at_ = begin;
            if (count > kOctets - 4 || !read_ipv4(into + count)) return false;
            count += 4;
            break;
        }
        into[count++] = static_cast<Byte>(word >> 8U);
        into[count++] = static_cast<Byte>(word & 0xFFU);
        if (at_end()) break;
        if (!take(':') || at_end()) return false;
        if (take(':')) {
            if (gap != kNone) return false; // a second "::"
            gap = count;
        }
    }
    if (gap == kNone) return count == kOctets;
    if (count == kOctets) return false;
    for (std::size_t to = kOctets; to-- > gap;) {
        const bool there = count > gap;
        if (there) --count;
        into[to] = there ? into[count] : Byte{0};
    }
    return true;
}

Result<Address> parse(std::string_view text, Family family) {
    Address address;
    address.family = family;
    Reading reading{text};
    const bool read = family == Family::ipv4 ? reading.read_ipv4(address.ip) : reading.read_ipv6(address.ip);
    if (!read) return Error::invalid_argument;
    return address;
}

// ---- Writing ----------------------------------------------------------------------------------------------

/// Characters in place, at most kIpTextRoom by construction of what is written.
class Writing {
public:
    void put(char c) { text_[size_++] = c; }

    void put_number(unsigned number, unsigned base) {
        if (number >= base) put_number(number / base, base);
        put("0123456789abcdef"[number % base]);
    }

    void put_dotted(const Byte* octets) {
        for (std::size_t i = 0; i < 4; ++i) {
            if (i > 0) put('.');
            put_number(octets[i], 10);
        }
    }

    void put_ipv6(const Byte* ip);

    ByteView bytes() const { return as_bytes({text_, size_}); }

private:
    char text_[kIpTextRoom];
    std::size_t size_ = 0;
};

unsigned word_at(const Byte* ip, std::size_t index) {
    return (static_cast<unsigned>(ip[2 * index]) << 8U) | ip[2 * index + 1];
}

/// Where "::" stands: the longest run of zero words, the first of equals, never a single word (RFC 5952 4.2).
struct Gap {
    explicit Gap(const Byte* ip) {
        std::size_t run = 0; // zero words up to here
        for (std::size_t i = 0; i < kWords; ++i) {
            run = word_at(ip, i) == 0 ? run + 1 : 0;
            if (run < 2 || run <= size) continue;
            size = run;
            begin = i + 1 - run;
        }
    }

    std::size_t begin = kWords;
    std::size_t size = 0;
};

void Writing::put_ipv6(const Byte* ip) {
    const Gap gap{ip};
    const bool compatible = gap.begin == 0 && gap.size == 6;
    const bool mapped = gap.begin == 0 && gap.size == 5 && word_at(ip, 5) == 0xFFFF;
    const std::size_t hex_words = compatible || mapped ? kWords - 2 : kWords;
    for (std::size_t i = 0; i < hex_words; ++i) {
        if (i == gap.begin) {
            put(':');
            put(':');
            i += gap.size - 1;
            continue;
        }
        if (i > 0 && i != gap.begin + gap.size) put(':');
        put_number(word_at(ip, i), 16);
    }
    if (mapped) put(':');
    if (hex_words < kWords) put_dotted(ip + 12);
}

} // namespace

Result<Address> parse_ipv4(std::string_view text) { return parse(text, Family::ipv4); }

Result<Address> parse_ipv6(std::string_view text) { return parse(text, Family::ipv6); }

Result<Address> parse_ip(std::string_view text) {
    const Result<Address> ipv4 = parse_ipv4(text);
    return ipv4 ? ipv4 : parse_ipv6(text);
}

std::size_t format_ip(const Address& address, Span<char> into) {
    Writing out;
    if (address.family == Family::ipv4) out.put_dotted(address.ip);
    if (address.family == Family::ipv6) out.put_ipv6(address.ip);
    const ByteView text = out.bytes();
    if (text.size() > into.size()) return 0;
    return copy_bytes({reinterpret_cast<Byte*>(into.data()), into.size()}, text);
}

IpText ip_text(const Address& address) {
    char text[kIpTextRoom];
    return std::string_view{text, format_ip(address, text)};
}

} // namespace nwp
