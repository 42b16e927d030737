// SPDX-License-Identifier: Apache-2.0
#pragma once

// A message's layout as a word for each field, read by one encoder and one decoder: a microcontroller holds
// many messages and little flash.

#include "wire/values.h"

#include <array>
#include <tuple>

namespace nwp::wire {

/// How a field looks in bytes.
enum class Form : std::uint8_t {
    u8,
    u16,
    u32,
    u64,
    bssid,
    token,
    text,
    blob,
    address,
    rest, ///< bytes as they are, without a length; only encoded, and in no message
};

/// First the message's id (0: it has none), then for each field its offset in the struct, whether an older
/// peer may leave it out, and its form; then kCodeEnd.
using Code = std::uint16_t;
constexpr Code kCodeEnd = 0xFFFF;
constexpr unsigned kFormBits = 4;
constexpr Code kNewer = 1U << kFormBits;
constexpr unsigned kOffsetShift = kFormBits + 1;

/// Writes the fields of the message at `message`, which is one of the struct that `code` was made from.
void encode(Writer& writer, const void* message, const Code* code);
/// Fills `message`, which holds its defaults. False: a field is missing or cut, or holds what it never may.
/// Views inside the message die with `bytes`. Bytes behind the last known field are ignored: a newer peer's.
bool decode(ByteView bytes, void* message, const Code* code);

namespace detail {

template <typename T>
constexpr Form form_of() {
    if constexpr (std::is_same_v<T, std::string_view>)
        return Form::text;
    else if constexpr (std::is_same_v<T, ByteView>)
        return Form::blob;
    else if constexpr (std::is_same_v<T, Token>)
        return Form::token;
    else if constexpr (std::is_same_v<T, Bssid>)
        return Form::bssid;
    else if constexpr (std::is_same_v<T, Address>)
        return Form::address;
    else {
        static_assert(is_number<T> || std::is_same_v<T, RuleSet>);
        return sizeof(T) == 1   ? Form::u8
               : sizeof(T) == 2 ? Form::u16
               : sizeof(T) == 4 ? Form::u32
                                : Form::u64;
    }
}

template <typename Message, typename = void>
constexpr std::uint16_t id_of = 0;
template <typename Message>
constexpr std::uint16_t id_of<Message, std::void_t<decltype(Message::id)>> = Message::id;

/// The fields are the struct's members in their order (layout.h), so that their offsets follow from their
/// types.
template <typename Message, typename... Fields>
constexpr auto code_of(const std::tuple<Fields...>& fields) {
    static_assert(std::is_standard_layout_v<Message> && sizeof(Message) < 0xFFFFU >> kOffsetShift);
    std::array<Code, sizeof...(Fields) + 2> code{};
    std::size_t at = 0;
    std::size_t end = 0;
    code[at++] = id_of<Message>;
    const auto add = [&](const auto& field) {
        using T = typename std::decay_t<decltype(field)>::Type;
        const std::size_t offset = (end + alignof(T) - 1) / alignof(T) * alignof(T);
        const std::size_t newer = field.since > 0 ? kNewer : 0;
        code[at++] =
            static_cast<Code>(offset << kOffsetShift | newer | static_cast<std::size_t>(form_of<T>()));
        end = offset + sizeof(T);
    };
    std::apply([&](const auto&... each) { (add(each), ...); }, fields);
    code[at] = kCodeEnd;
    return code;
}

template <typename Message>
inline constexpr auto kCodeOf = code_of<Message>(Message::fields());

} // namespace detail

/// Of a message that is encoded already, in a ByteView.
constexpr Code kRestCode = static_cast<Code>(Form::rest);

template <typename Message>
constexpr const Code* code() {
    return detail::kCodeOf<Message>.data();
}

} // namespace nwp::wire
