// SPDX-License-Identifier: Apache-2.0
#pragma once

// One declaration for each message of the SimpleLink host protocol: `fields()` lists a struct's members with
// their places on the wire. encode(), decode() and every visitor (golden files, trace) walk that list.
//
//   struct SocketClose {
//       static constexpr std::uint16_t opcode = 0x9402;
//       static constexpr std::size_t size = 4;
//       std::uint8_t descriptor = 0;
//       static constexpr auto fields() { return layout(at(0, "descriptor", &SocketClose::descriptor)); }
//   };
//
// `size` is what the fixed part ("args") takes on the wire; bytes that no field covers are sent as zero and
// never looked at, for hosts leave garbage there.

#include "base/bytes.h"
#include "base/result.h"

#include <string_view>
#include <tuple>
#include <type_traits>

namespace nwp::simplelink {

/// How much a part of a message takes on the link.
constexpr std::size_t pad4(std::size_t size) { return (size + 3) / 4 * 4; }

/// A port in a socket message: the one kind of number that travels most significant byte first.
struct BigEndian16 {
    std::uint16_t value = 0;
    friend constexpr bool operator==(BigEndian16, BigEndian16) = default;
};

template <typename Message, typename T>
struct Field {
    using Type = T;
    std::size_t offset;
    const char* name;
    T Message::*member;
};

/// A member `offset` bytes behind the beginning of the args.
template <typename Message, typename T>
constexpr Field<Message, T> at(std::size_t offset, const char* name, T Message::*member) {
    return {offset, name, member};
}

template <typename... Fields>
constexpr std::tuple<Fields...> layout(Fields... fields) {
    return {fields...};
}

namespace detail {

template <typename T>
struct Wire {
    static_assert(std::is_integral_v<T> || std::is_enum_v<T>);
    static constexpr std::size_t size = sizeof(T);

    static constexpr void put(Byte* to, T value) {
        const auto bits = static_cast<std::uint32_t>(static_cast<std::int64_t>(value));
        for (std::size_t i = 0; i < size; ++i) to[i] = static_cast<Byte>(bits >> (8 * i));
    }
    static constexpr void get(const Byte* from, T& value) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < size; ++i) bits |= static_cast<std::uint32_t>(from[i]) << (8 * i);
        value = static_cast<T>(bits);
    }
};

template <>
struct Wire<BigEndian16> {
    static constexpr std::size_t size = 2;

    static constexpr void put(Byte* to, BigEndian16 port) {
        to[0] = static_cast<Byte>(port.value >> 8U);
        to[1] = static_cast<Byte>(port.value);
    }
    static constexpr void get(const Byte* from, BigEndian16& port) {
        port.value = static_cast<std::uint16_t>(from[0] << 8U | from[1]);
    }
};

template <typename T, std::size_t N>
struct Wire<std::array<T, N>> {
    static constexpr std::size_t size = N * Wire<T>::size;

    static constexpr void put(Byte* to, const std::array<T, N>& values) {
        for (std::size_t i = 0; i < N; ++i) Wire<T>::put(to + i * Wire<T>::size, values[i]);
    }
    static constexpr void get(const Byte* from, std::array<T, N>& values) {
        for (std::size_t i = 0; i < N; ++i) Wire<T>::get(from + i * Wire<T>::size, values[i]);
    }
};

} // namespace detail

/// Bytes that a member of this type takes on the wire.
template <typename T>
constexpr std::size_t wire_size = detail::Wire<T>::size;

/// The args as they travel; exactly Message::size bytes.
template <typename Message>
constexpr std::array<Byte, Message::size> encode(const Message& message) {
    std::array<Byte, Message::size> bytes{};
    const auto put = [&](const auto& field) {
        using T = typename std::decay_t<decltype(field)>::Type;
        detail::Wire<T>::put(bytes.data() + field.offset, message.*field.member);
    };
    std::apply([&](const auto&... field) { (put(field), ...); }, Message::fields());
    return bytes;
}

/// The args at the beginning of a body; what stands behind them is payload_of<Message>(body). Any value of a
/// field is taken: enums too may hold numbers that have no name.
///   malformed   the body is shorter than the args
template <typename Message>
Result<Message> decode(ByteView body) {
    if (body.size() < Message::size) return Error::malformed;
    Message message{};
    const auto get = [&](const auto& field) {
        using T = typename std::decay_t<decltype(field)>::Type;
        detail::Wire<T>::get(body.data() + field.offset, message.*field.member);
    };
    std::apply([&](const auto&... field) { (get(field), ...); }, Message::fields());
    return message;
}

/// What stands behind the args: payload and padding. Its true length is said by a field of the message.
template <typename Message>
ByteView payload_of(ByteView body) {
    return body.from(Message::size);
}

/// Calls visit(field, value) for each field in order.
template <typename Message, typename Visitor>
void for_each_field(const Message& message, Visitor&& visit) {
    std::apply([&](const auto&... field) { (visit(field, message.*(field.member)), ...); },
               Message::fields());
}

/// The first `length` bytes of a text of fixed room, or all of them if `length` lies.
template <std::size_t N>
std::string_view text_of(const std::array<Byte, N>& room, std::size_t length) {
    return {reinterpret_cast<const char*>(room.data()), length < N ? length : N};
}

/// A text of fixed room, the rest zero; longer text is cut.
template <std::size_t N>
std::array<Byte, N> room_with(ByteView text) {
    std::array<Byte, N> room{};
    copy_bytes(room, text);
    return room;
}

/// A list of message types.
template <typename... M>
struct Messages {
    static constexpr std::size_t count = sizeof...(M);
};

template <typename... M, typename Visitor>
constexpr void for_each_message(Messages<M...>, Visitor&& visit) {
    (visit(M{}), ...);
}

} // namespace nwp::simplelink
