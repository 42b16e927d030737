// SPDX-License-Identifier: Apache-2.0
#include "host/test_world.h"
#include "nwp/socket_requests.h"

namespace nwp::test {
namespace {

struct BeginTls : testing::Test {
    World<> world;
    Host& host = world.host;
    FakeNwp& nwp = world.nwp;
    SocketId id{};

    void SetUp() override {
        world.up();
        id = world.connected(Protocol::tls_1_2);
    }
    void comes(std::string_view text) {
        nwp.data(nwp.last_handle, text);
        world.run();
    }
    /// Begins, and the NWP leaves it open.
    void begin(request::BeginTls& request) {
        nwp.ignore<wire::SocketOptionSet>();
        ASSERT_TRUE(host.begin(request));
        world.run();
    }
    template <typename Reply>
    void answer(const Reply& reply) {
        nwp.reply(nwp.seen.back().number, reply);
        world.run();
    }
    void expect_over(Error error) {
        EXPECT_TRUE(world.ready(id).has(ready::error | ready::hang_up));
        EXPECT_EQ(world.receive_error(id), error);
        EXPECT_EQ(world.receive_error(id), Error::not_connected) << "never 0";
        EXPECT_EQ(host.send(id, as_bytes("x")).error(), Error::broken_pipe);
    }
};

TEST_F(BeginTls, tells_how_much_was_received_and_waits_as_long_as_connect) {
    comes("220 go, and what came early");
    EXPECT_EQ(world.receive(id, 6), "220 go");
    request::BeginTls request{id};
    begin(request);
    const auto set = nwp.last<wire::SocketOptionSet>();
    EXPECT_EQ(set.option, SocketOption::tls_defer);
    EXPECT_EQ(kit::copied(set.value), (kit::Buffer{0, 0, 0, 0, 6, 0, 0, 0}));
    EXPECT_EQ(nwp.seen.back().deadline_ms, 130000U);
    answer(wire::Done{});
    EXPECT_TRUE(request.result());
}

TEST_F(BeginTls, lets_no_byte_pass_until_it_is_done_and_none_that_came_before_ever) {
    comes("injected");
    request::BeginTls request{id};
    begin(request);
    comes("more of it");
    EXPECT_EQ(world.ready(id), ready::settled);
    EXPECT_EQ(world.receive_error(id), Error::would_block);
    EXPECT_EQ(host.send(id, as_bytes("x")).error(), Error::would_block);
    EXPECT_EQ(*host.available(id), 0U);

    answer(wire::Done{});
    EXPECT_TRUE(request.result());
    EXPECT_EQ(world.receive_error(id), Error::would_block);
    comes("secured");
    EXPECT_EQ(world.receive(id), "secured");
    ASSERT_TRUE(host.send(id, as_bytes("secured too")));
    world.run();
    EXPECT_EQ(nwp.received[static_cast<std::uint16_t>(nwp.last_handle)], "secured too");
}

TEST_F(BeginTls, gives_the_room_of_what_nobody_received_back) {
    comes(std::string(200, 'i'));
    request::BeginTls request{id};
    begin(request);
    answer(wire::Done{});
    comes(std::string(100, 's')); // beyond the first limit, at most 256
    EXPECT_EQ(world.receive(id), std::string(100, 's'));
}

TEST_F(BeginTls, that_is_refused_leaves_the_stream_as_it_was) {
    comes("go on");
    for (const Error error : {Error::invalid_argument, Error::no_protocol_option}) {
        request::BeginTls request{id};
        begin(request);
        answer(wire::Failed{error, 0});
        EXPECT_EQ(request.result().error(), error);
    }
    EXPECT_EQ(world.receive(id), "go on");
    EXPECT_TRUE(host.send(id, as_bytes("x")));
}

TEST_F(BeginTls, that_fails_ends_the_stream_whatever_the_NWP_says_later) {
    comes("injected");
    request::BeginTls request{id};
    begin(request);
    answer(wire::Failed{Error::connection_aborted, 0});
    EXPECT_EQ(request.result().error(), Error::connection_aborted);
    comes("from a liar");
    nwp.event(wire::SocketFailed{nwp.last_handle, Error::timed_out});
    world.run();
    expect_over(Error::connection_aborted);
}

TEST_F(BeginTls, that_is_never_answered_ends_the_stream) {
    request::BeginTls request{id};
    begin(request);
    world.run(seconds(133));
    EXPECT_EQ(request.result().error(), Error::timed_out);
    comes("too late to say what it is");
    expect_over(Error::timed_out);
}

TEST_F(BeginTls, runs_once_and_only_on_a_stream_that_stands) {
    request::BeginTls first{id};
    request::BeginTls second{id};
    begin(first);
    EXPECT_EQ(host.begin(second).error(), Error::invalid_argument);
    EXPECT_EQ(world.receive_error(id), Error::would_block) << "the first one goes on";
    answer(wire::Done{});
    EXPECT_TRUE(first.result());

    request::BeginTls idle{world.socket(Protocol::tls_1_2)};
    EXPECT_EQ(host.begin(idle).error(), Error::invalid_argument);
}

TEST_F(BeginTls, that_finds_no_room_keeps_what_it_counted) {
    comes("0123456789");
    EXPECT_EQ(world.receive(id, 3), "012");
    while (host.send(id, as_bytes(std::string(64, 'f')))) {
    } // until the ring is full
    request::BeginTls request{id};
    ASSERT_TRUE(host.begin(request));
    EXPECT_EQ(world.receive_error(id), Error::would_block) << "though it has not gone out";
    world.run();
    EXPECT_EQ(nwp.last<wire::SocketOptionSet>().value[4], 3);
    EXPECT_TRUE(request.result());
}

TEST_F(BeginTls, ends_with_its_socket_and_its_link) {
    request::BeginTls request{id};
    begin(request);
    ASSERT_TRUE(host.close(id));
    world.run();
    EXPECT_EQ(request.result().error(), Error::bad_handle);

    id = world.connected(Protocol::tls_1_2);
    request::BeginTls other{id};
    begin(other);
    nwp.silent = true;
    world.run(seconds(10));
    EXPECT_EQ(other.result().error(), Error::connection_aborted);
    EXPECT_EQ(world.receive_error(id), Error::connection_aborted);
}

} // namespace
} // namespace nwp::test
