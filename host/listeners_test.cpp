// SPDX-License-Identifier: Apache-2.0
#include "nwp/listeners.h"

#include "host/test_world.h"

namespace nwp::test {
namespace {

struct Listeners : testing::Test {
    World<> world;
    Host& host = world.host;
    FakeNwp& nwp = world.nwp;
    const Address caller = Address::ipv4(10, 77, 0, 30, 40000);

    void SetUp() override { world.up(); }

    SocketId listening() {
        const SocketId id = world.socket();
        request::Listen listen{id, 5};
        EXPECT_TRUE(host.perform(listen));
        return id;
    }
    void connections_wait(wire::SocketHandle listener, std::uint16_t count) {
        nwp.event(wire::SocketAcceptable{listener, count});
        world.run();
    }
    /// The NWP hands out connections with these handles.
    void hand_out(std::uint16_t first) {
        nwp.on<wire::SocketAccept>([this, next = first](const session::Message& request) mutable {
            wire::SocketAccepted accepted;
            accepted.socket = static_cast<wire::SocketHandle>(next++);
            accepted.send_limit = 1000;
            accepted.peer = caller;
            nwp.reply(request.request, accepted);
        });
    }
};

TEST_F(Listeners, bind_tells_what_the_address_became) {
    nwp.on<wire::SocketBind>([&](const session::Message& request) {
        nwp.reply(request.request, wire::SocketName{Address::ipv4(10, 77, 0, 2, 49152)});
    });
    const SocketId id = world.socket();
    request::Bind bind{id, Address::ipv4(0, 0, 0, 0, 0)};
    ASSERT_TRUE(host.perform(bind));
    EXPECT_EQ(bind.local(), Address::ipv4(10, 77, 0, 2, 49152));
    EXPECT_EQ(nwp.last<wire::SocketBind>().local, Address::ipv4(0, 0, 0, 0, 0));
    nwp.refuse<wire::SocketBind>(Error::address_in_use);
    EXPECT_EQ(host.perform(bind).error(), Error::address_in_use);
}

TEST_F(Listeners, are_readable_while_connections_wait) {
    const SocketId id = listening();
    const wire::SocketHandle handle = nwp.last_handle;
    EXPECT_EQ(nwp.last<wire::SocketListen>().backlog, 5);
    EXPECT_TRUE(host.describe(id)->listening);
    EXPECT_EQ(world.ready(id), ready::settled);
    EXPECT_EQ(host.acceptable(id).error(), Error::would_block);
    connections_wait(handle, 2);
    EXPECT_EQ(world.ready(id), ready::readable | ready::settled);
    hand_out(0x0500);
    request::Accept one{id, 7};
    ASSERT_TRUE(host.perform(one));
    EXPECT_EQ(world.ready(id), ready::readable | ready::settled);
    request::Accept two{id};
    ASSERT_TRUE(host.perform(two));
    EXPECT_EQ(world.ready(id), ready::settled);
    EXPECT_NE(one.accepted(), two.accepted());
    EXPECT_EQ(nwp.seen[nwp.seen.size() - 1].id, wire::SocketAccept::id);
}

TEST_F(Listeners, give_connected_sockets_that_carry_bytes) {
    const SocketId id = listening();
    connections_wait(nwp.last_handle, 1);
    nwp.on<wire::SocketAccept>([&](const session::Message& request) {
        wire::SocketAccepted accepted;
        accepted.socket = wire::SocketHandle{0x0500};
        accepted.send_limit = 4;
        accepted.peer = caller;
        nwp.reply(request.request, accepted);
        nwp.data(wire::SocketHandle{0x0500}, "at once");
    });
    request::Accept accept{id, 7};
    ASSERT_TRUE(host.perform(accept));
    EXPECT_EQ(accept.peer(), caller);
    EXPECT_EQ(nwp.last<wire::SocketAccept>().cookie, 7U);
    EXPECT_EQ(nwp.last<wire::SocketAccept>().receive_limit, 240U) << "this host's room in whole frames";
    world.run();
    const SocketId peer = accept.accepted();
    EXPECT_EQ(world.receive(peer), "at once");
    EXPECT_EQ(*host.send(peer, as_bytes("answer")), 4U) << "as far as the credit goes";
    EXPECT_EQ(host.connect(peer, world.peer).error(), Error::is_connected);
    EXPECT_EQ(host.describe(peer)->cookie, 7U);
    ASSERT_TRUE(host.close(peer));
    world.run();
    EXPECT_EQ(nwp.last<wire::SocketClose>().socket, wire::SocketHandle{0x0500});
}

TEST_F(Listeners, with_an_accept_under_way_are_no_longer_readable_for_it) {
    const SocketId id = listening();
    connections_wait(nwp.last_handle, 1);
    nwp.ignore<wire::SocketAccept>();
    request::Accept accept{id};
    ASSERT_TRUE(host.begin(accept));
    EXPECT_EQ(world.ready(id), ready::settled);
    EXPECT_EQ(host.acceptable(id).error(), Error::would_block);
    world.run();
    nwp.reply(nwp.seen.back().number, wire::Failed{Error::too_many_files_in_system, 0});
    EXPECT_EQ(host.await(accept).error(), Error::too_many_files_in_system);
    EXPECT_EQ(world.ready(id), ready::readable | ready::settled) << "it goes on waiting";
}

TEST_F(Listeners, believe_the_nwp_that_nothing_waits) {
    const SocketId id = listening();
    connections_wait(nwp.last_handle, 1);
    nwp.refuse<wire::SocketAccept>(Error::would_block);
    request::Accept accept{id};
    EXPECT_EQ(host.perform(accept).error(), Error::would_block);
    EXPECT_EQ(world.ready(id), ready::settled);
    EXPECT_EQ(world.host.statistics().broken_rules, 0U);
}

TEST_F(Listeners, without_a_place_at_the_host_leave_the_connection_waiting) {
    const SocketId id = listening();
    connections_wait(nwp.last_handle, 1);
    hand_out(0x0500);
    SocketId others[3];
    for (SocketId& other : others) other = world.socket();
    request::Accept accept{id};
    EXPECT_EQ(host.perform(accept).error(), Error::too_many_files);
    EXPECT_EQ(world.ready(id), ready::readable | ready::settled);
    ASSERT_TRUE(host.close(others[0]));
    world.run();
    EXPECT_TRUE(host.perform(accept));
}

TEST_F(Listeners, that_do_not_listen_give_nothing) {
    const SocketId id = world.socket();
    EXPECT_EQ(host.acceptable(id).error(), Error::invalid_argument);
    request::Accept accept{id};
    EXPECT_EQ(host.perform(accept).error(), Error::invalid_argument);
    EXPECT_EQ(nwp.count(wire::SocketAccept::id), 0U);
    EXPECT_EQ(host.acceptable({9, 9}).error(), Error::bad_handle);
}

TEST_F(Listeners, closed_meanwhile_close_the_connection_that_comes_too_late) {
    const SocketId id = listening();
    connections_wait(nwp.last_handle, 1);
    nwp.ignore<wire::SocketAccept>();
    request::Accept accept{id};
    ASSERT_TRUE(host.begin(accept));
    world.run();
    const std::uint16_t number = nwp.seen.back().number;
    ASSERT_TRUE(host.close(id));
    EXPECT_EQ(host.await(accept).error(), Error::bad_handle);
    wire::SocketAccepted late;
    late.socket = wire::SocketHandle{0x0500};
    nwp.reply(number, late);
    world.run();
    EXPECT_EQ(nwp.last<wire::SocketClose>().socket, wire::SocketHandle{0x0500});
    for (int i = 0; i < 4; ++i) world.socket(); // every place is free again
}

TEST_F(Listeners, refuse_a_handle_that_another_socket_has) {
    const SocketId id = listening();
    connections_wait(nwp.last_handle, 1);
    hand_out(static_cast<std::uint16_t>(nwp.last_handle));
    request::Accept accept{id};
    EXPECT_EQ(host.perform(accept).error(), Error::protocol_error);
    EXPECT_EQ(host.statistics().broken_rules, 1U);
}

TEST_F(Listeners, shut_for_receiving_listen_no_more) {
    const SocketId id = listening();
    connections_wait(nwp.last_handle, 1);
    request::ShutDown shut{id, Shutdown::receive};
    ASSERT_TRUE(host.perform(shut));
    EXPECT_EQ(host.acceptable(id).error(), Error::invalid_argument);
    EXPECT_EQ(world.ready(id), ready::writable | ready::hang_up | ready::settled);
}

TEST_F(Listeners, of_a_lost_link_say_so) {
    const SocketId id = listening();
    world.pipe.cut();
    world.run(seconds(1));
    EXPECT_EQ(host.acceptable(id).error(), Error::connection_aborted);
    EXPECT_EQ(world.ready(id), ready::error | ready::hang_up | ready::settled);
}

TEST(ListenersReattached, go_on_listening) {
    World<> world;
    world.nwp.hello_answer = [](const wire::HelloRequest&, wire::HelloReply& reply) {
        reply.attached = 1;
        reply.sockets = 1;
    };
    world.nwp.opened = [&] {
        wire::SocketSnapshot snapshot;
        snapshot.socket = wire::SocketHandle{0x0405};
        snapshot.family = Family::ipv4;
        snapshot.type = SocketType::stream;
        snapshot.state = 4;
        world.nwp.event(snapshot);
        world.nwp.event(wire::SocketAcceptable{wire::SocketHandle{0x0405}, 1});
    };
    Byte retained[kRetainedSize] = {};
    world.up(retained);
    world.run();
    AttachedSocket lives[1];
    ASSERT_EQ(world.host.attached(lives), 1U);
    EXPECT_TRUE(lives[0].listening);
    ASSERT_TRUE(world.host.adopt(lives[0].socket));
    EXPECT_TRUE(world.host.acceptable(lives[0].socket));
}

} // namespace
} // namespace nwp::test
