// SPDX-License-Identifier: Apache-2.0
#include "wire/print.h"

#include "base/error.h"
#include "wire/messages.h"

#include <algorithm>
#include <array>

namespace nwp::wire {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kShownBytes = 16;

/// Fields that hold secrets, or may: the bytes of a credential or file can be those of a key.
constexpr std::array<std::string_view, 3> kSecrets{"passphrase", "part", "token"};

std::string hex(ByteView bytes) {
    std::string text;
    for (const Byte byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15U];
    }
    return text;
}

std::string ipv6(const Address& address) {
    std::string text;
    for (std::size_t i = 0; i < 16; i += 2) {
        if (i != 0) text += ':';
        const unsigned group = static_cast<unsigned>(address.ip[i] << 8 | address.ip[i + 1]);
        const std::string digits = hex(ByteView{address.ip}.sub(i, 2));
        text += group == 0 ? "0" : digits.substr(digits.find_first_not_of('0'));
    }
    return text;
}

template <typename T>
std::string shown(const T& value) {
    if constexpr (std::is_same_v<T, Error> || std::is_same_v<T, WifiState> || std::is_same_v<T, WifiCause> ||
                  std::is_same_v<T, WifiSecurity>) {
        return static_cast<unsigned>(value) == 0 && std::is_same_v<T, Error> ? "0" : to_string(value);
    } else if constexpr (std::is_enum_v<T>) {
        return std::to_string(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::is_integral_v<T>) {
        return std::to_string(value);
    } else if constexpr (std::is_same_v<T, RuleSet>) {
        std::string names;
        for (unsigned bit = 0; bit < 32; ++bit) {
            const auto rule = static_cast<Rule>(bit);
            if (value.has(rule)) names += (names.empty() ? "" : "|") + std::string(to_string(rule));
        }
        return names.empty() ? "0" : names;
    } else if constexpr (std::is_same_v<T, Bssid>) {
        std::string text;
        for (const Byte& byte : value.octets) text += (text.empty() ? "" : ":") + hex({&byte, 1});
        return text;
    } else if constexpr (std::is_same_v<T, Token>) {
        return hex(value.octets);
    } else {
        return print_value(value);
    }
}

template <typename T>
std::string hidden(const T& value) {
    if constexpr (std::is_same_v<T, std::string_view> || std::is_same_v<T, ByteView>) {
        return "<" + std::to_string(value.size()) + " bytes>";
    } else {
        return "<" + std::to_string(sizeof value) + " bytes>";
    }
}

class Printer {
public:
    template <typename M>
    void on(const M& message) {
        text = M::name;
        text += '{';
        for_each_field(message, [&](const auto& field, const auto& value) {
            if (text.back() != '{') text += ", ";
            const bool secret = std::find(kSecrets.begin(), kSecrets.end(), field.name) != kSecrets.end();
            text += std::string(field.name) + '=' + (secret ? hidden(value) : shown(value));
        });
        text += '}';
    }

    std::string text;
};

Result<void> route_use(Use use, std::uint16_t id, ByteView body, Printer& printer) {
    switch (use) {
        case Use::hello: return route(Hellos{}, id, body, printer);
        case Use::request: return route(Requests{}, id, body, printer);
        case Use::reply: return route(Replies{}, id, body, printer);
        case Use::item: return route(Items{}, id, body, printer);
        case Use::event: return route(Events{}, id, body, printer);
    }
    return Error::unsupported;
}

} // namespace

std::string print_message(Use use, std::uint16_t id, ByteView body) {
    Printer printer;
    const Result<void> routed = route_use(use, id, body, printer);
    if (routed) return printer.text;
    const Byte big_endian[] = {static_cast<Byte>(id >> 8), static_cast<Byte>(id)};
    const char* fault = routed.error() == Error::malformed ? "malformed" : "unknown";
    // Not even in hex: what is malformed may hold a secret all the same.
    return std::string(fault) + " message 0x" + hex(big_endian) + " of " + std::to_string(body.size()) +
           " bytes";
}

std::string print_value(const Address& address) {
    const std::string port = ':' + std::to_string(address.port);
    if (address.family == Family::ipv6) {
        const std::string scope = address.scope == 0 ? "" : '%' + std::to_string(address.scope);
        return '[' + ipv6(address) + scope + ']' + port;
    }
    if (address.family != Family::ipv4) return "none";
    std::string text;
    for (std::size_t i = 0; i < 4; ++i) text += (i == 0 ? "" : ".") + std::to_string(address.ip[i]);
    return text + port;
}

std::string print_value(std::string_view text) {
    std::string quoted = "\"";
    for (const char character : text) {
        const auto byte = static_cast<Byte>(character);
        if (byte >= 0x20 && byte < 0x7F && character != '"' && character != '\\') {
            quoted += character;
        } else {
            quoted += "\\x" + hex({&byte, 1});
        }
    }
    return quoted + '"';
}

std::string print_value(ByteView bytes) {
    std::string text = std::to_string(bytes.size()) + " bytes";
    if (bytes.empty()) return text;
    text += ' ' + hex(bytes.first(kShownBytes));
    return bytes.size() > kShownBytes ? text + "..." : text;
}

} // namespace nwp::wire
