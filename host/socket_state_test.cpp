// SPDX-License-Identifier: Apache-2.0
#include "host/socket_state.h"

#include <gtest/gtest.h>

#include <functional>

namespace nwp {
namespace {

constexpr Readiness kNothing{};
constexpr Readiness kEnded = ready::readable | ready::writable | ready::hang_up | ready::read_hang_up;
constexpr Error kOk{};

/// What a situation looks like from every call; `queued` bytes lie there, credit is at hand.
struct Row {
    const char* situation;
    std::function<SocketState()> make;
    std::size_t queued;
    Readiness readiness;
    Error receive; // of the first call
    Error receive_again;
    Error send;
    Error send_again;
    Error connect;
};

SocketState opened(bool tls) {
    SocketState state{tls};
    state.opened();
    return state;
}
SocketState connecting(bool tls) {
    SocketState state = opened(tls);
    state.connect_begun();
    return state;
}
SocketState connected(bool tls) {
    SocketState state = connecting(tls);
    state.connect_succeeded();
    EXPECT_TRUE(state.connect()) << "the success is told once";
    return state;
}
SocketState refused(bool tls, Error error) {
    SocketState state = connecting(tls);
    state.connect_failed(error);
    return state;
}
SocketState ended(bool tls, Error error) {
    SocketState state = connected(tls);
    state.failed(error);
    return state;
}
SocketState finished(bool tls) {
    SocketState state = connected(tls);
    state.peer_finished();
    return state;
}
SocketState shut(Shutdown how) {
    SocketState state = connected(false);
    state.shut(how);
    return state;
}
SocketState listening() {
    SocketState state = opened(false);
    state.listening();
    return state;
}
SocketState accepted(bool tls) {
    SocketState state{tls};
    state.accepted();
    return state;
}
SocketState datagram() {
    SocketState state{false};
    state.opened(SocketType::datagram);
    return state;
}
SocketState told(SocketState state) {
    EXPECT_NE(state.take_error(), kOk);
    EXPECT_EQ(state.take_error(), kOk);
    return state;
}
SocketState lost() {
    SocketState state = connected(false);
    state.link_lost();
    return state;
}

std::vector<Row> rows() {
    using E = Error;
    const Readiness both = ready::readable | ready::writable;
    const Readiness half = both | ready::read_hang_up;
    return {
        {"being opened", [] { return SocketState{false}; }, 0, kNothing, E::would_block, E::would_block,
         E::would_block, E::would_block, E::would_block},
        {"before connect", [] { return opened(false); }, 0, ready::writable | ready::hang_up,
         E::not_connected, E::not_connected, E::broken_pipe, E::broken_pipe, kOk},
        {"during connect", [] { return connecting(true); }, 0, kNothing, E::would_block, E::would_block,
         E::would_block, E::would_block, E::already},
        {"connected", [] { return connected(true); }, 0, ready::writable, E::would_block, E::would_block, kOk,
         kOk, E::is_connected},
        {"data there", [] { return connected(true); }, 3, both, kOk, kOk, kOk, kOk, E::is_connected},
        {"handshake refused", [] { return refused(true, E::connection_aborted); }, 0, kEnded | ready::error,
         E::connection_aborted, E::not_connected, E::connection_aborted, E::broken_pipe,
         E::connection_aborted},
        {"handshake refused, SO_ERROR read", [] { return told(refused(true, E::connection_aborted)); }, 0,
         kEnded, E::not_connected, E::not_connected, E::broken_pipe, E::broken_pipe, E::connection_aborted},
        {"TCP refused", [] { return refused(false, E::connection_refused); }, 0, kEnded | ready::error,
         E::connection_refused, E::closed, E::connection_refused, E::broken_pipe, E::connection_refused},
        {"TCP refused below TLS", [] { return refused(true, E::connection_refused); }, 0,
         kEnded | ready::error, E::connection_refused, E::not_connected, E::connection_refused,
         E::broken_pipe, E::connection_refused},
        {"peer finished", [] { return finished(true); }, 0, half, E::closed, E::closed, kOk, kOk,
         E::is_connected},
        {"peer finished, data there", [] { return finished(true); }, 5, half, kOk, kOk, kOk, kOk,
         E::is_connected},
        {"reset", [] { return ended(false, E::connection_reset); }, 0, kEnded | ready::error,
         E::connection_reset, E::closed, E::connection_reset, E::broken_pipe, E::is_connected},
        {"reset, data there", [] { return ended(false, E::connection_reset); }, 5, kEnded | ready::error, kOk,
         kOk, E::connection_reset, E::broken_pipe, E::is_connected},
        {"TLS stream cut", [] { return ended(true, E::connection_reset); }, 0, kEnded | ready::error,
         E::connection_reset, E::not_connected, E::connection_reset, E::broken_pipe, E::is_connected},
        {"TLS stream cut, told", [] { return told(ended(true, E::connection_reset)); }, 0, kEnded,
         E::not_connected, E::not_connected, E::broken_pipe, E::broken_pipe, E::is_connected},
        {"sending shut", [] { return shut(Shutdown::send); }, 0, ready::writable, E::would_block,
         E::would_block, E::broken_pipe, E::broken_pipe, E::is_connected},
        {"receiving shut", [] { return shut(Shutdown::receive); }, 0, half, E::closed, E::closed, kOk, kOk,
         E::is_connected},
        {"receiving shut, data there", [] { return shut(Shutdown::receive); }, 2, half, kOk, kOk, kOk, kOk,
         E::is_connected},
        {"both shut", [] { return shut(Shutdown::both); }, 0, half | ready::hang_up, E::closed, E::closed,
         E::broken_pipe, E::broken_pipe, E::is_connected},
        {"listening", listening, 0, kNothing, E::not_connected, E::not_connected, E::broken_pipe,
         E::broken_pipe, E::is_connected},
        {"listening, a connection waits", listening, 1, ready::readable, E::not_connected, E::not_connected,
         E::broken_pipe, E::broken_pipe, E::is_connected},
        {"accepted", [] { return accepted(true); }, 0, ready::writable, E::would_block, E::would_block, kOk,
         kOk, E::is_connected},
        {"link lost", lost, 0, ready::error | ready::hang_up, E::connection_aborted, E::connection_aborted,
         E::connection_aborted, E::connection_aborted, E::connection_aborted},
    };
}

TEST(SocketState, answers_each_call_as_the_table_says) {
    for (const Row& row : rows()) {
        SCOPED_TRACE(row.situation);
        EXPECT_EQ(row.make().readiness(row.queued, true).bits(), row.readiness.bits());
        SocketState receiving = row.make();
        EXPECT_EQ(receiving.receive(row.queued).error(), row.receive);
        EXPECT_EQ(receiving.receive(row.queued).error(), row.receive_again);
        SocketState sending = row.make();
        EXPECT_EQ(sending.send(true).error(), row.send);
        EXPECT_EQ(sending.send(true).error(), row.send_again);
        EXPECT_EQ(row.make().connect().error(), row.connect);
    }
}

TEST(SocketState, without_room_is_not_writable) {
    SocketState state = connected(false);
    EXPECT_EQ(state.readiness(0, false), kNothing);
    EXPECT_EQ(state.send(false).error(), Error::would_block);
}

TEST(SocketState, tells_the_success_of_a_non_blocking_connect_once) {
    SocketState state = connecting(false);
    state.connect_succeeded();
    const auto first = state.connect();
    ASSERT_TRUE(first);
    EXPECT_FALSE(*first);
    EXPECT_EQ(state.connect().error(), Error::is_connected);
}

TEST(SocketState, begins_a_new_attempt_behind_the_unread_error) {
    SocketState state = refused(false, Error::connection_refused);
    EXPECT_EQ(state.connect().error(), Error::connection_refused);
    EXPECT_EQ(state.readiness(0, false), ready::writable | ready::hang_up) << "as a fresh one";
    const auto begins = state.connect();
    ASSERT_TRUE(begins);
    EXPECT_TRUE(*begins);
}

TEST(SocketState, begins_a_new_attempt_behind_aborted_when_the_error_was_read) {
    SocketState state = told(refused(false, Error::connection_refused));
    EXPECT_EQ(state.connect().error(), Error::connection_aborted);
    EXPECT_TRUE(state.connect());
}

TEST(SocketState, never_takes_a_lie_for_an_orderly_end) {
    for (const Error lie : {Error{}, Error::closed, Error::would_block}) {
        SocketState attempt = refused(true, lie);
        EXPECT_EQ(attempt.receive(0).error(), Error::protocol_error);
        SocketState stream = ended(true, lie);
        EXPECT_EQ(stream.receive(0).error(), Error::protocol_error);
    }
}

TEST(SocketState, keeps_why_it_was_never_opened) {
    SocketState state{false};
    EXPECT_EQ(state.opening().error(), Error::would_block);
    state.open_failed(Error::protocol_not_supported);
    EXPECT_EQ(state.opening().error(), Error::protocol_not_supported);
    EXPECT_EQ(state.opening().error(), Error::protocol_not_supported);
    EXPECT_EQ(state.connect().error(), Error::protocol_not_supported);
}

TEST(SocketState, ignores_what_cannot_happen_now) {
    SocketState state = opened(false);
    state.connect_succeeded();
    state.peer_finished();
    state.failed(Error::connection_reset);
    EXPECT_EQ(state.receive(0).error(), Error::not_connected);
    EXPECT_FALSE(state.takes_data());
    state = finished(false);
    EXPECT_FALSE(state.takes_data()) << "nothing follows the end";
}

TEST(SocketState, shuts_only_what_is_connected_or_connects) {
    EXPECT_TRUE(connected(false).may_shut());
    EXPECT_EQ(opened(false).may_shut().error(), Error::not_connected);
    EXPECT_TRUE(connecting(false).may_shut()); // the NWP gives the attempt up
    EXPECT_EQ(ended(false, Error::connection_reset).may_shut().error(), Error::not_connected);
    EXPECT_EQ(lost().may_shut().error(), Error::connection_aborted);
}

TEST(SocketState, accepts_only_while_it_listens) {
    EXPECT_TRUE(listening().accept());
    EXPECT_EQ(opened(false).accept().error(), Error::invalid_argument);
    EXPECT_EQ(connected(false).accept().error(), Error::invalid_argument);
    EXPECT_EQ(datagram().accept().error(), Error::operation_not_supported);
    EXPECT_EQ(lost().accept().error(), Error::connection_aborted);
    SocketState state = listening();
    state.shut(Shutdown::send);
    EXPECT_TRUE(state.accept()) << "a listener sends nothing";
    state.shut(Shutdown::receive);
    EXPECT_EQ(state.accept().error(), Error::invalid_argument);
    EXPECT_EQ(state.readiness(0, true), ready::writable | ready::hang_up);
    state.listening();
    EXPECT_TRUE(state.accept());
}

TEST(SocketState, of_datagrams_keeps_a_problem_until_it_is_told_and_lives_on) {
    SocketState state = datagram();
    EXPECT_EQ(state.pending_error(), kOk);
    state.problem(Error::connection_refused);
    EXPECT_EQ(state.pending_error(), Error::connection_refused);
    EXPECT_EQ(state.take_error(), Error::connection_refused);
    EXPECT_EQ(state.take_error(), kOk);
    EXPECT_EQ(state.phase(), SocketState::Phase::datagram);
    EXPECT_FALSE(state.takes_data());
    EXPECT_TRUE(state.gives_credit());
    SocketState stream = connected(false);
    stream.problem(Error::connection_refused);
    EXPECT_EQ(stream.take_error(), kOk) << "streams end in SocketFailed";
    EXPECT_EQ(state.connect().error(), Error::operation_not_supported)
        << "UDP has no attempt that could last";
}

SocketState dtls() {
    SocketState state{true};
    state.opened(SocketType::datagram);
    return state;
}

TEST(SocketState, of_datagrams_with_dtls_connects_as_a_stream_does) {
    SocketState state = dtls();
    EXPECT_TRUE(*state.connect());
    state.connect_begun();
    EXPECT_EQ(state.connect().error(), Error::already);
    EXPECT_EQ(state.readiness(0, true), Readiness{});
    EXPECT_EQ(state.receive(0).error(), Error::would_block);
    EXPECT_TRUE(state.takes_datagrams()) << "they may overtake the answer";
    state.connect_succeeded();
    EXPECT_EQ(state.phase(), SocketState::Phase::datagram);
    EXPECT_FALSE(*state.connect()) << "its success, once";
    EXPECT_EQ(state.connect().error(), Error::is_connected);
    state.failed(Error::connection_aborted);
    EXPECT_EQ(state.take_error(), Error::connection_aborted);
    EXPECT_TRUE(*state.connect()) << "the association is over: another may begin";
}

TEST(SocketState, of_datagrams_with_dtls_fails_as_a_stream_does) {
    SocketState state = dtls();
    state.connect_begun();
    state.connect_failed(Error::connection_aborted);
    EXPECT_TRUE(state.readiness(0, true).has(ready::error));
    EXPECT_FALSE(state.takes_datagrams());
    EXPECT_EQ(state.take_error(), Error::connection_aborted);
    EXPECT_EQ(state.receive(0).error(), Error::not_connected);
    EXPECT_EQ(state.send(true).error(), Error::broken_pipe);
    EXPECT_EQ(state.connect().error(), Error::connection_aborted);
    EXPECT_TRUE(*state.connect());
}

TEST(SocketState, disconnected_is_as_it_was_before_the_first_attempt) {
    struct Before {
        const char* what;
        SocketState state;
        SocketState::Phase phase;
    };
    SocketState failing = dtls();
    failing.connect_begun();
    failing.connect_failed(Error::connection_aborted);
    const Before befores[] = {
        {"connected", connected(true), SocketState::Phase::idle},
        {"shut", shut(Shutdown::both), SocketState::Phase::idle},
        {"listening", listening(), SocketState::Phase::idle},
        {"failed with DTLS", failing, SocketState::Phase::datagram},
        {"lost", lost(), SocketState::Phase::lost},
    };
    for (Before row : befores) {
        row.state.disconnected(Error{});
        EXPECT_EQ(row.state.phase(), row.phase) << row.what;
        if (row.phase == SocketState::Phase::lost) continue;
        EXPECT_EQ(row.state.pending_error(), kOk) << row.what;
        EXPECT_TRUE(*row.state.connect()) << row.what;
    }
    SocketState told = connected(false);
    told.disconnected(Error::connection_reset);
    EXPECT_EQ(told.readiness(0, true), ready::writable | ready::hang_up | ready::error);
    EXPECT_EQ(told.take_error(), Error::connection_reset);
}

} // namespace
} // namespace nwp
