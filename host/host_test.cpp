// SPDX-License-Identifier: Apache-2.0
#include "host/test_world.h"
#include "nwp/device.h"
#include "nwp/socket_requests.h"

namespace nwp::test {
namespace {

/// Writes down what it is told.
struct Ear final : EventListener {
    explicit Ear(ManualPort& at) : port(at) {}
    void on_wifi(const WifiChanged& change) override {
        EXPECT_FALSE(port.locked);
        heard.push_back(std::string("wifi ") + to_string(change.state));
    }
    void on_address(const AddressChanged& change) override {
        heard.push_back("address " + std::to_string(change.address.ip[3]));
    }
    void on_link(const LinkChanged& change) override {
        EXPECT_FALSE(port.locked);
        heard.push_back("link " + std::to_string(static_cast<int>(change.state)));
        last = change;
        if (also) also();
    }
    ManualPort& port;
    std::vector<std::string> heard;
    LinkChanged last;
    std::function<void()> also;
};

using Heard = std::vector<std::string>;

TEST(HostLink, nothing_works_before_the_nwp_answered) {
    World<> world;
    request::Echo echo{as_bytes("?")};
    EXPECT_EQ(world.host.perform(echo).error(), Error::network_down);
    world.nwp.silent = true;
    world.host.start();
    EXPECT_EQ(world.host.await_link(world.clock.now() + seconds(3)).error(), Error::timed_out);
    EXPECT_EQ(world.host.open(Family::ipv4, SocketType::stream, Protocol::tcp).error(), Error::network_down);
    world.nwp.silent = false;
    ASSERT_TRUE(world.host.await_link(world.clock.now() + seconds(3)));
    EXPECT_TRUE(world.host.perform(echo));
}

TEST(HostLink, wait_that_begins_when_the_servicing_thread_sleeps_finds_it_awake_in_time) {
    World<> world;
    world.up();
    const SocketId socket = world.connected();
    Watch first{socket};
    world.host.watch(first);
    world.host.service(); // it will come again to probe the silence ...
    world.host.unwatch(first);
    const Instant sleeps_until = world.host.next_deadline(); // ... and nobody waits any more
    world.host.service_waiter().woken = false;
    Watch second{socket};
    world.host.watch(second);
    EXPECT_TRUE(world.host.service_waiter().woken || sleeps_until <= world.clock.now() + seconds(1));
    world.host.unwatch(second);
}

/// How long after the NWP fell silent something ended.
template <typename Ended>
Duration until_ended(World<>& world, Ended ended) {
    const Instant begun = world.clock.now();
    while (!ended() && world.clock.now() - begun < seconds(20)) world.turn(begun + seconds(20));
    return world.clock.now() - begun;
}

TEST(HostLink, dead_nwp_ends_a_request_within_5_s) {
    World<> world;
    world.up();
    world.nwp.silent = true;
    request::Echo echo{as_bytes("?")};
    ASSERT_TRUE(world.host.begin(echo));
    EXPECT_LE(until_ended(world, [&] { return echo.done(); }), seconds(5));
    EXPECT_EQ(echo.result().error(), Error::connection_aborted);
    EXPECT_EQ(world.host.perform(echo).error(), Error::network_down);
}

TEST(HostLink, dead_nwp_ends_a_wait_for_data_within_5_s) {
    World<> world;
    world.up();
    const SocketId id = world.connected();
    world.nwp.silent = true;
    const Instant begun = world.clock.now();
    Error error{};
    ASSERT_TRUE(world.host.block(id, begun + seconds(60), [&] {
        error = world.receive_error(id);
        return error != Error::would_block;
    }));
    EXPECT_EQ(error, Error::connection_aborted);
    EXPECT_LE(world.clock.now() - begun, seconds(5));
    EXPECT_EQ(world.ready(id), ready::error | ready::hang_up | ready::settled);
}

TEST(HostLink, dead_nwp_ends_connect_and_close_within_5_s) {
    World<> world;
    world.up();
    const SocketId id = world.socket();
    const SocketId other = world.connected();
    world.nwp.silent = true;
    EXPECT_EQ(world.host.connect(id, world.peer).error(), Error::in_progress);
    ASSERT_TRUE(world.host.close(other));
    EXPECT_LE(until_ended(world, [&] { return world.ready(id).has(ready::settled); }), seconds(5));
    EXPECT_EQ(world.host.connect(id, world.peer).error(), Error::connection_aborted);
    EXPECT_FALSE(world.host.closing(other));
}

TEST(HostLink, silence_is_no_loss_while_nobody_waits) {
    World<> world;
    world.up();
    const SocketId id = world.connected();
    world.nwp.silent = true;
    world.run(seconds(600));
    EXPECT_EQ(world.host.link_state(), LinkState::up);
    world.nwp.silent = false;
    EXPECT_TRUE(world.host.send(id, as_bytes("still there")));
}

TEST(HostLink, readiness_callback_counts_as_waiting) {
    World<> world;
    world.up();
    const SocketId id = world.connected();
    struct Ended {
        bool error = false;
        void ready(SocketId, Readiness is) { error = error || is.has(ready::error); }
    } ended;
    ASSERT_TRUE(world.host.on_readiness(id, ReadinessCallback::to<&Ended::ready>(ended)));
    world.nwp.silent = true;
    EXPECT_LE(until_ended(world, [&] { return ended.error; }), seconds(5));
}

TEST(HostLink, comes_back_by_itself_and_old_sockets_stay_aborted_until_closed) {
    World<> world;
    world.up();
    const SocketId id = world.connected();
    world.nwp.data(world.nwp.last_handle, "lost with the link");
    world.run();
    world.pipe.cut();
    world.run(seconds(1));
    EXPECT_EQ(world.host.link_state(), LinkState::down);
    EXPECT_EQ(world.receive_error(id), Error::connection_aborted);
    world.pipe.mend();
    ASSERT_TRUE(world.host.await_link(world.clock.now() + seconds(5)));
    EXPECT_EQ(world.nwp.hellos.back().has_token, 0) << "a host that was not reset does not re-attach";
    EXPECT_EQ(world.receive_error(id), Error::connection_aborted);
    EXPECT_EQ(world.host.send(id, as_bytes("x")).error(), Error::connection_aborted);
    EXPECT_EQ(world.host.connect(id, world.peer).error(), Error::connection_aborted);
    Byte into[4];
    request::GetOption get{id, SocketOption::tls_version, into};
    EXPECT_EQ(world.host.perform(get).error(), Error::connection_aborted);
    ASSERT_TRUE(world.host.close(id));
    EXPECT_FALSE(world.host.closing(id));
    world.run();
    EXPECT_EQ(world.nwp.count(wire::SocketClose::id), 0U) << "the new session knows no such socket";
    world.connected();
}

TEST(HostLink, restart_aborts_everything_and_begins_anew) {
    World<> world;
    world.up();
    const SocketId id = world.connected();
    world.host.restart();
    world.run(seconds(1));
    EXPECT_EQ(world.host.link_state(), LinkState::up);
    EXPECT_EQ(world.host.statistics().sessions, 2U);
    EXPECT_EQ(world.receive_error(id), Error::connection_aborted);
    EXPECT_NE(world.nwp.hellos[0].nonce, world.nwp.hellos[1].nonce);
    world.host.stop();
    EXPECT_EQ(world.host.link_state(), LinkState::down);
    world.run(seconds(10));
    EXPECT_EQ(world.nwp.hellos.size(), 2U);
}

TEST(HostLink, refusal_is_an_event_and_the_host_asks_again) {
    World<> world;
    Ear ear{world.port};
    world.host.add(ear);
    world.nwp.hello_answer = [](const wire::HelloRequest&, wire::HelloReply& reply) {
        reply.error = Error::version_mismatch;
    };
    world.host.start();
    const Instant begun = world.clock.now();
    EXPECT_EQ(world.host.await_link(begun + seconds(5)).error(), Error::version_mismatch);
    EXPECT_LT(world.clock.now() - begun, seconds(1));
    EXPECT_EQ(ear.heard, Heard{"link 2"});
    EXPECT_EQ(
        world.port.logged,
        (Heard{"the NWP speaks version 1.0 of the protocol, this host 1.0"})); // this fake refuses its own
    EXPECT_EQ(ear.last.nwp_major, wire::kMajor);
    EXPECT_EQ(world.host.nwp_version().major, wire::kMajor);
    world.nwp.hello_answer = nullptr;
    world.run(seconds(4));
    EXPECT_EQ(world.nwp.hellos.size(), 1U);
    EXPECT_EQ(world.host.link_state(), LinkState::version_mismatch);
    world.run(seconds(2));
    EXPECT_EQ(world.host.link_state(), LinkState::up);
    world.host.remove(ear);
}

TEST(HostEvents, come_exactly_once_each_in_order_to_every_listener) {
    World<> world;
    Ear first{world.port};
    Ear second{world.port};
    world.host.add(first);
    world.host.add(second);
    world.nwp.opened = [&] {
        world.nwp.event(wire::WifiChanged{WifiState::disconnected, WifiCause::none, 0});
        world.nwp.event(wire::AddressChanged{});
    };
    world.up();
    world.run();
    world.nwp.event(wire::WifiChanged{WifiState::connected, WifiCause::requested, 0});
    world.nwp.event(wire::AddressChanged{Address::ipv4(10, 77, 0, 5), 24, {}, {}});
    world.run();
    const Heard all = {"link 1", "wifi disconnected", "address 0", "wifi connected", "address 5"};
    EXPECT_EQ(first.heard, all);
    EXPECT_EQ(second.heard, all);
    first.heard.clear();
    world.pipe.cut();
    world.run(seconds(1));
    world.pipe.mend();
    world.run(seconds(5));
    EXPECT_EQ(first.heard, (Heard{"link 0", "link 1", "wifi disconnected", "address 0"}));
    world.host.remove(first);
    world.host.remove(second);
}

TEST(HostEvents, listener_may_remove_itself_and_others_while_it_is_told) {
    World<> world;
    Ear first{world.port};
    Ear second{world.port};
    Ear third{world.port};
    for (Ear* ear : {&third, &second, &first}) world.host.add(*ear);
    first.also = [&] {
        world.host.remove(first);
        world.host.remove(second);
    };
    world.up();
    world.run();
    EXPECT_EQ(first.heard.size(), 1U);
    EXPECT_TRUE(second.heard.empty());
    EXPECT_EQ(third.heard.size(), 1U);
    world.host.remove(third);
}

struct Unknown {
    static constexpr std::uint16_t id = 0x7777;
    static constexpr auto fields() { return wire::layout(); }
};
struct Short {
    static constexpr std::uint16_t id = wire::WifiChanged::id;
    static constexpr auto fields() { return wire::layout(); }
};

TEST(HostEvents, unknown_and_broken_events_do_no_harm) {
    World<> world;
    Ear ear{world.port};
    world.host.add(ear);
    world.up();
    ear.heard.clear();
    world.nwp.event(Unknown{});
    world.nwp.event(Short{});
    world.run();
    EXPECT_TRUE(ear.heard.empty());
    EXPECT_EQ(world.host.statistics().broken_rules, 1U);
    EXPECT_EQ(world.host.link_state(), LinkState::up);
    world.host.remove(ear);
}

// ---- Re-attach --------------------------------------------------------------------------------------------

wire::SocketSnapshot snapshot(std::uint16_t handle, std::uint32_t cookie) {
    wire::SocketSnapshot lives;
    lives.socket = static_cast<wire::SocketHandle>(handle);
    lives.cookie = cookie;
    lives.family = Family::ipv4;
    lives.type = SocketType::stream;
    lives.protocol = Protocol::tls_1_2;
    lives.state = 2;
    lives.bytes_taken = 1000;
    lives.bytes_consumed = 500;
    lives.send_limit = 1010;
    return lives;
}

TEST(HostReattach, shows_the_token_it_kept_and_sockets_live_on) {
    Byte retained[kRetainedSize] = {};
    std::uint32_t nonce = 0;
    {
        World<> before;
        before.host.start(retained);
        ASSERT_TRUE(before.host.await_link(before.clock.now() + seconds(5)));
        EXPECT_EQ(before.nwp.hellos[0].has_token, 0);
        nonce = before.nwp.hellos[0].nonce;
    }
    World<> world;
    Ear ear{world.port};
    world.host.add(ear);
    world.nwp.hello_answer = [](const wire::HelloRequest& hello, wire::HelloReply& reply) {
        EXPECT_EQ(hello.has_token, 1);
        EXPECT_EQ(hello.token.octets[0], 1) << "what the first answer carried";
        reply.attached = 1;
        reply.sockets = 2;
    };
    world.nwp.opened = [&] {
        world.nwp.event(snapshot(0x0405, 77));
        world.nwp.event(snapshot(0x0406, 78));
        world.nwp.data(static_cast<wire::SocketHandle>(0x0405), "comes again");
    };
    world.host.start(retained);
    ASSERT_TRUE(world.host.await_link(world.clock.now() + seconds(5)));
    EXPECT_NE(world.nwp.hellos[0].nonce, nonce) << "also when the processor forgot everything else";
    world.run();
    EXPECT_TRUE(ear.last.attached);
    AttachedSocket lives[3];
    ASSERT_EQ(world.host.attached(lives), 2U);
    EXPECT_EQ(lives[0].cookie, 77U);
    EXPECT_TRUE(lives[0].connected);
    EXPECT_EQ(lives[0].bytes_taken, 1000U);
    EXPECT_EQ(lives[0].bytes_consumed, 500U);
    EXPECT_EQ(world.nwp.credit_told[0x0405], 740U) << "consumed, and this host's room in whole frames";
    const SocketId id = lives[0].socket;
    ASSERT_TRUE(world.host.adopt(id));
    EXPECT_EQ(world.host.adopt(id).error(), Error::bad_handle);
    EXPECT_EQ(world.host.attached(lives), 1U);
    EXPECT_EQ(world.receive(id), "comes again");
    EXPECT_EQ(*world.host.send(id, as_bytes("goes on behind byte 1000")), 10U);
    world.run();
    EXPECT_EQ(world.nwp.received[0x0405], "goes on be");
    world.pipe.cut();
    world.run(seconds(1));
    EXPECT_EQ(world.receive_error(id), Error::connection_aborted);
    EXPECT_EQ(world.host.attached(lives), 0U) << "what nobody adopted is gone with the link";
    world.host.remove(ear);
}

TEST(HostReattach, what_no_host_wrote_is_no_token) {
    Byte retained[kRetainedSize];
    for (Byte& byte : retained) byte = 0xA5;
    World<> world;
    world.host.start(retained);
    ASSERT_TRUE(world.host.await_link(world.clock.now() + seconds(5)));
    EXPECT_EQ(world.nwp.hellos[0].has_token, 0);
    retained[9] ^= 1; // one bit of the token
    World<> after;
    after.host.start(retained);
    ASSERT_TRUE(after.host.await_link(after.clock.now() + seconds(5)));
    EXPECT_EQ(after.nwp.hellos[0].has_token, 0);
}

TEST(HostReattach, lying_snapshots_overflow_nothing) {
    World<> world;
    world.nwp.hello_answer = [](const wire::HelloRequest&, wire::HelloReply& reply) {
        reply.attached = 1;
        reply.sockets = 7;
    };
    world.nwp.opened = [&] {
        for (std::uint16_t i = 1; i <= 6; ++i)
            world.nwp.event(snapshot(static_cast<std::uint16_t>(0x400 + i), i));
        world.nwp.event(snapshot(0x0401, 1)); // the same once more
        world.nwp.event(snapshot(0x0409, 9)); // one more than announced
    };
    Byte retained[kRetainedSize] = {};
    world.up(retained);
    world.run();
    AttachedSocket lives[8];
    EXPECT_EQ(world.host.attached(lives), 4U) << "this host's places";
    EXPECT_EQ(world.host.statistics().unadoptable, 3U);
    EXPECT_EQ(world.host.statistics().broken_rules, 1U);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(world.host.close(lives[i].socket));
    world.run();
    EXPECT_EQ(world.host.attached(lives), 0U);
}

TEST(HostReattach, a_host_that_retains_nothing_takes_no_sockets) {
    World<> world;
    world.nwp.hello_answer = [](const wire::HelloRequest& hello, wire::HelloReply& reply) {
        EXPECT_EQ(hello.has_token, 0);
        reply.attached = 1;
        reply.sockets = 1;
    };
    world.nwp.opened = [&] { world.nwp.event(snapshot(0x0405, 77)); };
    world.up();
    world.run();
    AttachedSocket lives[1];
    EXPECT_EQ(world.host.attached(lives), 0U);
    EXPECT_EQ(world.host.statistics().broken_rules, 1U);
}

TEST(HostReattach, snapshots_that_never_come_end_the_wait_at_its_time) {
    World<> world;
    world.nwp.hello_answer = [](const wire::HelloRequest&, wire::HelloReply& reply) {
        reply.attached = 1;
        reply.sockets = 1;
    };
    Byte retained[kRetainedSize] = {};
    world.host.start(retained);
    EXPECT_EQ(world.host.await_link(world.clock.now() + seconds(2)).error(), Error::timed_out);
    EXPECT_EQ(world.host.link_state(), LinkState::up);
}

} // namespace
} // namespace nwp::test
