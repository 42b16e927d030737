// SPDX-License-Identifier: Apache-2.0
#pragma once

// How each type of field looks in bytes: put, get and its name in the document, side by side.

#include "base/address.h"
#include "base/verdict.h"
#include "base/wifi.h"
#include "wire/reader.h"
#include "wire/writer.h"

#include <type_traits>

namespace nwp::wire {

/// 128 random bits that a host shows to get its sockets back.
struct Token {
    Byte octets[16] = {};
};

/// A socket of this session: a place (low 10 bits) and its generation (high 6 bits, never 0), so that a late
/// frame of a closed socket never reaches its successor. It is also the channel of the socket's data frames.
enum class SocketHandle : std::uint16_t { none = 0 };

template <typename T>
constexpr bool is_number = std::is_integral_v<T> || std::is_enum_v<T>;

template <typename T, std::enable_if_t<is_number<T>, int> = 0>
void put(Writer& writer, T value) {
    writer.number(static_cast<std::uint64_t>(value), sizeof(T));
}
template <typename T, std::enable_if_t<is_number<T>, int> = 0>
void get(Reader& reader, T& value) {
    value = static_cast<T>(reader.number(sizeof(T)));
}

inline void put(Writer& writer, std::string_view text) { writer.text(text); }
inline void get(Reader& reader, std::string_view& text) { text = reader.text(); }

inline void put(Writer& writer, ByteView blob) { writer.blob(blob); }
inline void get(Reader& reader, ByteView& blob) { blob = reader.blob(); }

inline void put(Writer& writer, const Token& token) { writer.bytes(token.octets); }
inline void get(Reader& reader, Token& token) { reader.bytes(token.octets); }

inline void put(Writer& writer, const Bssid& bssid) { writer.bytes(bssid.octets); }
inline void get(Reader& reader, Bssid& bssid) { reader.bytes(bssid.octets); }

inline void put(Writer& writer, RuleSet rules) { writer.number(rules.bits(), 4); }
inline void get(Reader& reader, RuleSet& rules) {
    rules = RuleSet{static_cast<std::uint32_t>(reader.number(4))};
}

/// Family (0, 4 or 6), then for 4 and 6: port, the 4 or 16 bytes of the address, and for 6 the scope.
void put(Writer& writer, const Address& address);
/// A family that is none of the three fails.
void get(Reader& reader, Address& address);

/// The type's name as docs/protocol/messages.md prints it.
template <typename T>
constexpr const char* type_name() {
    if constexpr (std::is_same_v<T, std::string_view>)
        return "text";
    else if constexpr (std::is_same_v<T, ByteView>)
        return "blob";
    else if constexpr (std::is_same_v<T, Token>)
        return "token";
    else if constexpr (std::is_same_v<T, Bssid>)
        return "bssid";
    else if constexpr (std::is_same_v<T, RuleSet>)
        return "u32";
    else if constexpr (std::is_same_v<T, Address>)
        return "address";
    else if constexpr (std::is_enum_v<T>)
        return type_name<std::underlying_type_t<T>>();
    else if constexpr (std::is_signed_v<T>)
        return sizeof(T) == 1 ? "i8" : sizeof(T) == 4 ? "i32" : "i64";
    else
        return sizeof(T) == 1 ? "u8" : sizeof(T) == 2 ? "u16" : sizeof(T) == 4 ? "u32" : "u64";
}

/// Bytes that a value of this type always takes, 0 when that depends on the value.
template <typename T>
constexpr std::size_t fixed_size() {
    if constexpr (is_number<T>)
        return sizeof(T);
    else if constexpr (std::is_same_v<T, Token>)
        return 16;
    else if constexpr (std::is_same_v<T, Bssid>)
        return 6;
    else if constexpr (std::is_same_v<T, RuleSet>)
        return 4;
    else
        return 0;
}

} // namespace nwp::wire
