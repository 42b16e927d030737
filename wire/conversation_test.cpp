// SPDX-License-Identifier: Apache-2.0
#include "wire/conversation.h"

#include <gtest/gtest.h>

namespace nwp::wire {
namespace {

TEST(Conversation, connect_is_refused_as_linux_refuses_it) {
    EXPECT_EQ(socket_refusal(SocketConnect::id, SocketState::open), Error{});
    EXPECT_EQ(socket_refusal(SocketConnect::id, SocketState::connecting), Error::already);
    EXPECT_EQ(socket_refusal(SocketConnect::id, SocketState::connected), Error::is_connected);
    EXPECT_EQ(socket_refusal(SocketConnect::id, SocketState::failed), Error{});
    EXPECT_EQ(socket_refusal(SocketConnect::id, SocketState::none), Error::bad_handle);
}

TEST(Conversation, every_request_about_a_socket_has_a_row) {
    for_each_message(Requests{}, [](const auto& message) {
        using M = std::decay_t<decltype(message)>;
        const bool about_a_socket =
            (M::id & 0xFF00) == 0x0200 && M::id != SocketOpen::id && M::id != SocketList::id;
        const Error none = socket_refusal(M::id, SocketState::none);
        EXPECT_EQ(none, about_a_socket ? Error::bad_handle : Error{}) << M::name;
    });
}

TEST(Conversation, every_request_about_the_station_is_refused_without_a_radio) {
    for_each_message(Requests{}, [](const auto& message) {
        using M = std::decay_t<decltype(message)>;
        const bool needs_radio = (M::id & 0xFF00) == 0x0500 && M::id != WifiStatusGet::id;
        EXPECT_EQ(station_refusal(M::id, WifiState::off),
                  needs_radio ? Error::operation_not_supported : Error{})
            << M::name;
    });
    EXPECT_EQ(station_refusal(WifiConnect::id, WifiState::joining), Error::wifi_busy);
}

TEST(Conversation, data_go_only_to_a_connected_socket) {
    EXPECT_EQ(data_refusal(SocketState::open), Error::broken_pipe);
    EXPECT_EQ(data_refusal(SocketState::connecting), Error::would_block);
    EXPECT_EQ(data_refusal(SocketState::connected), Error{});
    EXPECT_EQ(data_refusal(SocketState::listening), Error::broken_pipe);
    EXPECT_EQ(data_refusal(SocketState::datagram), Error::operation_not_supported);
    EXPECT_EQ(data_refusal(SocketState::none), Error::bad_handle);
}

TEST(Conversation, socket_goes_from_open_to_closed) {
    SocketState state = SocketState::open;
    state = after_request(SocketConnect::id, state);
    EXPECT_EQ(state, SocketState::connecting);
    EXPECT_EQ(after_reply(SocketConnect::id, false, state), SocketState::failed);
    state = after_reply(SocketConnect::id, true, state);
    EXPECT_EQ(state, SocketState::connected);
    state = after_reply(SocketClose::id, true, after_request(SocketClose::id, state));
    EXPECT_EQ(state, SocketState::none);
}

TEST(Conversation, datagrams_go_only_to_a_datagram_socket) {
    EXPECT_EQ(datagram_refusal(SocketState::datagram), Error{});
    EXPECT_EQ(datagram_refusal(SocketState::connected), Error::operation_not_supported);
    EXPECT_EQ(datagram_refusal(SocketState::none), Error::bad_handle);
    EXPECT_EQ(after_request(SocketConnect::id, SocketState::datagram), SocketState::datagram);
}

TEST(Conversation, only_a_listening_socket_accepts) {
    const SocketState listening = after_reply(SocketListen::id, true, SocketState::open);
    EXPECT_EQ(listening, SocketState::listening);
    EXPECT_EQ(socket_refusal(SocketAccept::id, listening), Error{});
    EXPECT_EQ(socket_refusal(SocketAccept::id, SocketState::open), Error::invalid_argument);
    EXPECT_EQ(socket_refusal(SocketListen::id, SocketState::connected), Error::invalid_argument);
    EXPECT_EQ(socket_refusal(SocketListen::id, SocketState::datagram), Error::operation_not_supported);
    EXPECT_EQ(socket_refusal(SocketConnect::id, listening), Error::is_connected);
}

} // namespace
} // namespace nwp::wire
