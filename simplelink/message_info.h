// SPDX-License-Identifier: Apache-2.0
#pragma once

// Declarations as tables: for code that treats all messages alike and would else be compiled once for each of
// them.

#include "simplelink/layout.h"

#include <utility>

namespace nwp::simplelink {

enum class FieldKind : std::uint8_t {
    number,        ///< unsigned, or a value of an enum
    signed_number, ///< two's complement
    port,          ///< BigEndian16
    bytes,         ///< `count` of them
    numbers,       ///< `count` of them, unsigned
};

struct FieldInfo {
    const char* name = nullptr;
    FieldKind kind{};
    std::uint16_t offset = 0;
    std::uint8_t width = 0; ///< bytes of one element
    std::uint8_t count = 1; ///< elements

    constexpr std::size_t size() const { return std::size_t{width} * count; }
};

struct MessageInfo {
    std::uint16_t opcode = 0;
    std::uint16_t size = 0;
    Span<const FieldInfo> fields;
};

/// The declaration of a command, response or event; none if there is none. Of two with one opcode, the first.
const MessageInfo* command_info(std::uint16_t opcode);
const MessageInfo* response_info(std::uint16_t opcode);
const MessageInfo* event_info(std::uint16_t opcode);

namespace detail {

template <typename T>
struct Kind {
    static constexpr FieldKind kind =
        std::is_integral_v<T> && std::is_signed_v<T> ? FieldKind::signed_number : FieldKind::number;
    static constexpr std::size_t width = sizeof(T);
    static constexpr std::size_t count = 1;
};

template <>
struct Kind<BigEndian16> {
    static constexpr FieldKind kind = FieldKind::port;
    static constexpr std::size_t width = 2;
    static constexpr std::size_t count = 1;
};

template <typename T, std::size_t N>
struct Kind<std::array<T, N>> {
    static constexpr FieldKind kind = std::is_same_v<T, Byte> ? FieldKind::bytes : FieldKind::numbers;
    static constexpr std::size_t width = sizeof(T);
    static constexpr std::size_t count = N;
};

template <typename Message, typename T>
constexpr FieldInfo info_of(const Field<Message, T>& field) {
    static_assert(Kind<T>::count <= 255);
    return {field.name, Kind<T>::kind, static_cast<std::uint16_t>(field.offset),
            static_cast<std::uint8_t>(Kind<T>::width), static_cast<std::uint8_t>(Kind<T>::count)};
}

template <typename... Fields>
constexpr std::array<FieldInfo, sizeof...(Fields)> infos_of(const std::tuple<Fields...>& fields) {
    return std::apply(
        [](const auto&... field) { return std::array<FieldInfo, sizeof...(Fields)>{info_of(field)...}; },
        fields);
}

} // namespace detail

/// The fields of a declaration.
template <typename Message>
inline constexpr auto field_infos = detail::infos_of(Message::fields());

namespace detail {

struct Anything {
    template <typename T>
    constexpr operator T() const;
};

template <typename T, std::size_t... I>
auto brace(std::index_sequence<I...>) -> decltype(T{(static_cast<void>(I), Anything{})...}, std::true_type{});
template <typename T>
std::false_type brace(...);

template <typename T, std::size_t Count = 0>
constexpr std::size_t member_count() {
    if constexpr (decltype(brace<T>(std::make_index_sequence<Count + 1>{}))::value) {
        return member_count<T, Count + 1>();
    } else {
        return Count;
    }
}

} // namespace detail

/// Fields follow one another inside `size` without overlapping, and are all the members of the struct.
template <typename Message>
constexpr bool well_formed() {
    std::size_t end = 0;
    for (const FieldInfo& field : field_infos<Message>) {
        if (field.offset < end) return false;
        end = field.offset + field.size();
    }
    return end <= Message::size && field_infos<Message>.size() == detail::member_count<Message>();
}

} // namespace nwp::simplelink
