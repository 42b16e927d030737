// SPDX-License-Identifier: Apache-2.0
#include "base/ip_text.h"

namespace nwp {

namespace {

constexpr std::size_t kWords = 8;

/// Where "::" stands: the longest run of zero words, the first of equals, never a single word (RFC 5952 4.2).
struct Gap {
    std::size_t begin = kWords;
    std::size_t size = 0;
};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Takes one decimal number of 0 to 255 from the front; false when there is none.
bool take_octet(std::string_view& text, Byte& octet) {
    unsigned value = 0;
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
        if (digits > 0 && value == 0) return false; // "01" is octal to some, decimal to others
        value = value * 10 + static_cast<unsigned>(text[digits] - '0');
        if (value > 255) return false;
        ++digits;
    }
    text.remove_prefix(digits);
    octet = static_cast<Byte>(value);
    return digits > 0;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

bool read_ipv4(std::string_view text, Byte* into) {
    for (std::size_t i = 0; i < 4; ++i) {
        if (i > 0 && !take(text, '.')) return false;
        if (!take_octet(text, into[i])) return false;
    }
    return text.empty();
}

/// Takes one to four hexadecimal digits from the front; false when there are none or more.
bool take_word(std::string_view& text, Byte* into) {
    unsigned value = 0;
    std::size_t digits = 0;
    while (digits < text.size() && hex_digit(text[digits]) >= 0) {
        if (digits == 4) return false;
        value = value * 16 + static_cast<unsigned>(hex_digit(text[digits]));
        ++digits;
    }
    text.remove_prefix(digits);
    into[0] = static_cast<Byte>(value >> 8U);
    into[1] = static_cast<Byte>(value & 0xffU);
    return digits > 0;
}

bool is_dotted(std::string_view text) {
    return text.find('.') != std::string_view::npos && text.find(':') == std::string_view::npos;
}

/// Reads words up to the end of the text; `count` says how many, `gap` before which of them "::" stood.
bool read_words(std::string_view text, Byte* into, std::size_t& count, std::size_t& gap) {
    if (take(text, ':')) {
        if (!take(text, ':')) return false;
        gap = 0;
    }
    while (!text.empty()) {
        if (is_dotted(text)) {
            if (count > kWords - 2 || !read_ipv4(text, into + 2 * count)) return false;
            count += 2;
            return true;
        }
        if (count == kWords || !take_word(text, into + 2 * count)) return false;
        ++count;
        if (text.empty()) return true;
        if (!take(text, ':') || text.empty()) return false;
        if (take(text, ':')) {
            if (gap <= kWords) return false; // a second "::"
            gap = count;
        }
    }
    return true;
}

unsigned word_at(const Address& address, std::size_t index) {
    return (static_cast<unsigned>(address.ip[2 * index]) << 8U) | address.ip[2 * index + 1];
}

Gap longest_gap(const Address& address) {
    Gap best;
    for (std::size_t begin = 0; begin < kWords; ++begin) {
        std::size_t size = 0;
        while (begin + size < kWords && word_at(address, begin + size) == 0) ++size;
        if (size > best.size) best = {begin, size};
    }
    return best.size >= 2 ? best : Gap{};
}

/// Characters in place, at most kIpTextRoom by construction of what is written.
class Writing {
public:
    void put(char c) { text_[size_++] = c; }

    void put_decimal(unsigned value) {
        if (value >= 100) put(static_cast<char>('0' + value / 100));
        if (value >= 10) put(static_cast<char>('0' + value / 10 % 10));
        put(static_cast<char>('0' + value % 10));
    }

    void put_hex(unsigned value) {
        bool begun = false;
        for (unsigned shift = 16; shift > 0;) {
            shift -= 4;
            const unsigned digit = (value >> shift) & 0xfU;
            begun = begun || digit != 0 || shift == 0;
            if (begun) put("0123456789abcdef"[digit]);
        }
    }

    void put_dotted(const Byte* octets) {
        for (std::size_t i = 0; i < 4; ++i) {
            if (i > 0) put('.');
            put_decimal(octets[i]);
        }
    }

    std::string_view view() const { return {text_, size_}; }

private:
    char text_[kIpTextRoom + 1] = {};
    std::size_t size_ = 0;
};

void write_ipv6(const Address& address, Writing& out) {
    const Gap gap = longest_gap(address);
    const bool compatible = gap.begin == 0 && gap.size == 6;
    const bool mapped = gap.begin == 0 && gap.size == 5 && word_at(address, 5) == 0xffff;
    const std::size_t hex_words = compatible || mapped ? kWords - 2 : kWords;

    for (std::size_t i = 0; i < hex_words;) {
        if (i == gap.begin) {
            out.put(':');
            out.put(':');
            i += gap.size;
            continue;
        }
        if (i > 0 && i != gap.begin + gap.size) out.put(':');
        out.put_hex(word_at(address, i));
        ++i;
    }
    if (mapped) out.put(':');
    if (hex_words < kWords) out.put_dotted(address.ip + 12);
}

} // namespace

Result<Address> parse_ipv4(std::string_view text) {
    Address address;
    address.family = Family::ipv4;
    if (!read_ipv4(text, address.ip)) return Error::invalid_argument;
    return address;
}

Result<Address> parse_ipv6(std::string_view text) {
    Byte words[2 * kWords] = {};
    std::size_t count = 0;
    std::size_t gap = kWords + 1; // no "::" seen
    if (text.empty() || !read_words(text, words, count, gap)) return Error::invalid_argument;

    const bool has_gap = gap <= kWords;
    if (has_gap ? count >= kWords : count != kWords) return Error::invalid_argument;
    if (!has_gap) gap = count;

    Address address;
    address.family = Family::ipv6;
    const std::size_t behind = 2 * (count - gap);
    copy_bytes(address.ip, ByteView{words}.first(2 * gap));
    copy_bytes(Bytes{address.ip}.from(sizeof address.ip - behind), ByteView{words}.sub(2 * gap, behind));
    return address;
}

Result<Address> parse_ip(std::string_view text) {
    return text.find(':') == std::string_view::npos ? parse_ipv4(text) : parse_ipv6(text);
}

std::size_t format_ip(const Address& address, Span<char> into) {
    Writing out;
    if (address.family == Family::ipv4) out.put_dotted(address.ip);
    if (address.family == Family::ipv6) write_ipv6(address, out);

    const std::string_view text = out.view();
    if (text.size() > into.size()) return 0;
    for (std::size_t i = 0; i < text.size(); ++i) into[i] = text[i];
    return text.size();
}

IpText ip_text(const Address& address) {
    char text[kIpTextRoom];
    return std::string_view{text, format_ip(address, text)};
}

} // namespace nwp
