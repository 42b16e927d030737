// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/distinguished_name.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <openssl/err.h>

namespace nwp::vault {
namespace {

struct KnownType {
    std::string_view name; // in lower case
    std::string_view identifier;
};

constexpr std::array<KnownType, 11> kKnownTypes{{
    {"cn", "2.5.4.3"},
    {"l", "2.5.4.7"},
    {"st", "2.5.4.8"},
    {"o", "2.5.4.10"},
    {"ou", "2.5.4.11"},
    {"c", "2.5.4.6"},
    {"street", "2.5.4.9"},
    {"dc", "0.9.2342.19200300.100.1.25"},
    {"uid", "0.9.2342.19200300.100.1.1"},
    {"serialnumber", "2.5.4.5"},
    {"emailaddress", "1.2.840.113549.1.9.1"},
}};
constexpr std::string_view kSpecial = "\"+,;<>"; // RFC 4514 2.4: never unescaped; NUL neither
constexpr std::string_view kEscapable = "\"+,;<>\\ #=";
constexpr std::size_t kLongest = 4096;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

bool is_utf8(std::string_view text) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    int position = 0;
    const int size = static_cast<int>(text.size());
    while (position < size) {
        unsigned long character = 0;
        const int used = UTF8_getc(bytes + position, size - position, &character);
        if (used <= 0) return false;
        position += used;
    }
    return true;
}

/// numericoid: numbers without leading zeros, at least two, joined by dots (RFC 4512 1.4).
bool is_dotted_decimal(std::string_view text) {
    int numbers = 0;
    for (;;) {
        const std::string_view number = text.substr(0, text.find('.'));
        if (number.empty() || !std::all_of(number.begin(), number.end(), is_digit)) return false;
        if (number.size() > 1 && number[0] == '0') return false;
        ++numbers;
        if (number.size() == text.size()) return numbers >= 2;
        text.remove_prefix(number.size() + 1);
    }
}

Result<std::string> parse_type(std::string_view text) {
    if (is_dotted_decimal(text)) return std::string(text);
    std::string name(text);
    std::transform(name.begin(), name.end(), name.begin(), lower);
    const auto* const known = std::find_if(kKnownTypes.begin(), kKnownTypes.end(),
                                           [&](const KnownType& type) { return type.name == name; });
    if (known == kKnownTypes.end()) return Error::invalid_argument;
    return std::string(known->identifier);
}

/// Takes the text of one value off the front of `rest`, up to an unescaped ',' or '+'.
Result<std::string> parse_string_value(std::string_view& rest) {
    std::string value;
    bool ends_in_bare_space = false;
    while (!rest.empty() && rest[0] != ',' && rest[0] != '+') {
        const char c = rest[0];
        ends_in_bare_space = c == ' ';
        if (c != '\\') {
            const bool leading = value.empty() && (c == ' ' || c == '#');
            if (leading || c == '\0' || kSpecial.find(c) != std::string_view::npos)
                return Error::invalid_argument;
            value.push_back(c);
            rest.remove_prefix(1);
            continue;
        }
        if (rest.size() >= 2 && kEscapable.find(rest[1]) != std::string_view::npos) {
            value.push_back(rest[1]);
            rest.remove_prefix(2);
            continue;
        }
        if (rest.size() < 3 || hex_digit(rest[1]) < 0 || hex_digit(rest[2]) < 0)
            return Error::invalid_argument;
        value.push_back(static_cast<char>(hex_digit(rest[1]) * 16 + hex_digit(rest[2])));
        rest.remove_prefix(3);
    }
    if (ends_in_bare_space || !is_utf8(value)) return Error::invalid_argument;
    return value;
}

/// "#04024869": hex pairs up to ',' or '+' or the end.
Result<std::string> parse_hex_value(std::string_view& rest) {
    rest.remove_prefix(1);
    std::string value;
    while (!rest.empty() && rest[0] != ',' && rest[0] != '+') {
        if (rest.size() < 2 || hex_digit(rest[0]) < 0 || hex_digit(rest[1]) < 0)
            return Error::invalid_argument;
        value.push_back(static_cast<char>(hex_digit(rest[0]) * 16 + hex_digit(rest[1])));
        rest.remove_prefix(2);
    }
    if (value.empty()) return Error::invalid_argument;
    return value;
}

struct FreeAnyType {
    void operator()(ASN1_TYPE* any) const { ASN1_TYPE_free(any); }
};

bool add_encoded(X509_NAME& name, const ASN1_OBJECT& type, const std::string& der, int set) {
    const auto* const begin = reinterpret_cast<const unsigned char*>(der.data());
    const unsigned char* position = begin;
    const std::unique_ptr<ASN1_TYPE, FreeAnyType> any(
        d2i_ASN1_TYPE(nullptr, &position, static_cast<long>(der.size())));
    if (!any || position != begin + der.size()) return false;
    const int kind = ASN1_TYPE_get(any.get());
    if (kind != V_ASN1_UTF8STRING && kind != V_ASN1_PRINTABLESTRING && kind != V_ASN1_IA5STRING) return false;
    const ASN1_STRING* const text = any->value.asn1_string;
    return X509_NAME_add_entry_by_OBJ(&name, &type, kind, ASN1_STRING_get0_data(text),
                                      ASN1_STRING_length(text), -1, set) == 1;
}

bool add_attribute(X509_NAME& name, const NameAttribute& attribute, int set) {
    const ObjectPointer type(OBJ_txt2obj(attribute.type.c_str(), 1));
    if (!type) return false;
    if (attribute.encoded) return add_encoded(name, *type, attribute.value, set);
    return X509_NAME_add_entry_by_OBJ(&name, type.get(), MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(attribute.value.data()),
                                      static_cast<int>(attribute.value.size()), -1, set) == 1;
}

} // namespace

Result<std::vector<NameAttribute>> parse_distinguished_name(std::string_view text) {
    if (text.empty() || text.size() > kLongest) return Error::invalid_argument;
    std::vector<NameAttribute> attributes;
    for (;;) {
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) return Error::invalid_argument;
        auto type = parse_type(text.substr(0, equals));
        if (!type) return type.error();
        text.remove_prefix(equals + 1);

        NameAttribute attribute{*type, {}, !text.empty() && text[0] == '#', false};
        auto value = attribute.encoded ? parse_hex_value(text) : parse_string_value(text);
        if (!value) return value.error();
        attribute.value = *value;
        attribute.joins_next = !text.empty() && text[0] == '+';
        attributes.push_back(attribute);
        if (text.empty()) return attributes;
        text.remove_prefix(1); // the ',' or '+'; another attribute must follow
    }
}

Result<NamePointer> make_name(const std::vector<NameAttribute>& attributes) {
    NamePointer name(X509_NAME_new());
    if (!name) return Error::no_memory;
    for (auto attribute = attributes.rbegin(); attribute != attributes.rend(); ++attribute) {
        // In reverse, an attribute that joins the next one joins the entry that was added just before.
        const int set = attribute->joins_next ? -1 : 0;
        if (!add_attribute(*name, *attribute, set)) {
            ERR_clear_error();
            return Error::invalid_argument;
        }
    }
    return name;
}

} // namespace nwp::vault
