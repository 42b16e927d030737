// SPDX-License-Identifier: Apache-2.0
#pragma once

// One declaration for each message: `fields()` lists its members with name, meaning and the minor version
// they came with. The codec's words (codec.h) and every visitor (document, trace, golden files) come from it.

#include "base/result.h"
#include "wire/codec.h"

#include <utility>

namespace nwp::wire {

template <typename Message, typename T>
struct Field {
    using Type = T;
    const char* name;
    T Message::*member;
    const char* meaning;
    std::uint8_t since;
};

template <typename Message, typename T>
constexpr Field<Message, T> field(const char* name, T Message::*member, const char* meaning,
                                  std::uint8_t since = 0) {
    return {name, member, meaning, since};
}

template <typename... Fields>
constexpr std::tuple<Fields...> layout(Fields... fields) {
    return {fields...};
}

template <typename Message>
constexpr std::size_t field_count = std::tuple_size_v<decltype(Message::fields())>;

namespace detail {

constexpr bool same(const char* a, const char* b) {
    while (*a != '\0' && *a == *b) {
        ++a;
        ++b;
    }
    return *a == *b;
}

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

template <typename Message, std::size_t... I>
constexpr bool names_and_versions(std::index_sequence<I...>) {
    const char* names[] = {std::get<I>(Message::fields()).name..., nullptr};
    const unsigned since[] = {std::get<I>(Message::fields()).since..., 0U};
    for (std::size_t a = 0; a < sizeof...(I); ++a) {
        for (std::size_t b = a + 1; b < sizeof...(I); ++b) {
            if (same(names[a], names[b]) || since[a] > since[b]) return false;
        }
    }
    return true;
}

} // namespace detail

/// Names are unique, versions only grow, and the fields are all the members of the struct (in their order,
/// which is tested).
template <typename Message>
constexpr bool well_formed() {
    return detail::member_count<Message>() == field_count<Message> &&
           detail::names_and_versions<Message>(std::make_index_sequence<field_count<Message>>{});
}

/// The message is about a socket: its struct begins with the handle.
template <typename Message>
constexpr bool first_is_socket() {
    return std::is_same_v<typename std::tuple_element_t<0, decltype(Message::fields())>::Type, SocketHandle>;
}

/// A message with its defaults is nothing but zeros, as decode() may find it in memory that was cleared.
template <typename Message>
constexpr bool begins_as_zeros() {
    constexpr Message message{};
    const auto is_zero = [](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (is_number<T>)
            return value == T{};
        else if constexpr (std::is_same_v<T, std::string_view> || std::is_same_v<T, ByteView>)
            return value.data() == nullptr;
        else
            return true; // values.h: they have no other default
    };
    return std::apply([&](const auto&... fields) { return (is_zero(message.*(fields.member)) && ...); },
                      Message::fields());
}

template <typename Message>
void encode(Writer& writer, const Message& message) {
    encode(writer, &message, code<Message>());
}

template <typename Message>
std::size_t size_of(const Message& message) {
    Writer counter{{}};
    encode(counter, message);
    return counter.position();
}

/// As decode() of codec.h.   malformed
template <typename Message>
Result<Message> decode(ByteView bytes) {
    Message message{};
    if (!decode(bytes, &message, code<Message>())) return Error::malformed;
    return message;
}

/// Calls visit(field, value) for each field in order.
template <typename Message, typename Visitor>
void for_each_field(const Message& message, Visitor&& visit) {
    std::apply([&](const auto&... fields) { (visit(fields, message.*(fields.member)), ...); },
               Message::fields());
}

/// A list of message types; what routes, documents and traces them.
template <typename... M>
struct Messages {};

template <typename... M, typename Visitor>
void for_each_message(Messages<M...>, Visitor&& visit) {
    (visit(M{}), ...);
}

/// Decodes `body` as the message of `list` that has this id and calls handler.on(message, args...).
/// A handler without on() for one of them does not compile.
///   unsupported   no message of the list has this id
///   malformed     the body breaks its layout
template <typename Handler, typename... M, typename... Args>
Result<void> route(Messages<M...>, std::uint16_t id, ByteView body, Handler& handler, Args&&... args) {
    Result<void> outcome = Error::unsupported;
    const auto take = [&](auto tag) {
        using Message = decltype(tag);
        if (Message::id != id) return false;
        const Result<Message> message = decode<Message>(body);
        outcome = message ? Result<void>{} : Result<void>{message.error()};
        if (message) handler.on(*message, args...);
        return true;
    };
    static_cast<void>((take(M{}) || ...));
    return outcome;
}

} // namespace nwp::wire
