// SPDX-License-Identifier: Apache-2.0
#include "nwp/datagrams.h"

#include "host/test_world.h"

namespace nwp::test {
namespace {

HostSettings with_datagrams() {
    HostSettings settings;
    settings.datagrams = &Host::kDatagrams;
    return settings;
}

struct Datagrams : testing::Test {
    World<> world{with_datagrams()};
    Host& host = world.host;
    FakeNwp& nwp = world.nwp;
    const Address there = Address::ipv4(10, 77, 0, 9, 53);
    const Address elsewhere = Address::ipv4(10, 77, 0, 10, 53);

    void SetUp() override { world.up(); }

    SocketId socket() {
        const auto id = host.open(Family::ipv4, SocketType::datagram, Protocol::udp);
        EXPECT_TRUE(id);
        world.run();
        EXPECT_TRUE(host.opened(*id));
        return *id;
    }
    std::vector<FakeNwp::Datagram>& at_nwp() {
        return nwp.datagrams[static_cast<std::uint16_t>(nwp.last_handle)];
    }
    /// As far as it goes without waiting; `bytes` becomes what is left.
    Error send(SocketId id, DatagramSending& sending, std::string_view& bytes) {
        do {
            const auto sent = host.send_datagram(id, sending, as_bytes(bytes));
            if (!sent) return sent.error();
            bytes.remove_prefix(*sent);
        } while (!sending.done());
        return {};
    }
    Error send(SocketId id, const Address& to, std::string_view bytes) {
        DatagramSending sending{to, bytes.size()};
        return send(id, sending, bytes);
    }
    struct Got {
        Error error{};
        std::string bytes;
        Address from;
        std::size_t size = 0;
    };
    Got receive(SocketId id, std::size_t room = 1000, bool peek = false) {
        Got got;
        DatagramReceiving receiving;
        std::string text(room, '\0');
        Bytes into{reinterpret_cast<Byte*>(text.data()), text.size()};
        for (;;) {
            const auto copied = host.receive_datagram(id, receiving, into);
            got.error = copied.error();
            if (!copied || *copied == 0) break;
            into = into.from(*copied);
        }
        text.resize(room - into.size());
        got.bytes = text;
        if (got.error != Error{}) return got;
        EXPECT_TRUE(host.end_datagram(id, receiving, peek));
        got.from = receiving.from();
        got.size = receiving.size();
        return got;
    }
};

TEST_F(Datagrams, keep_their_boundaries_and_senders) {
    const SocketId id = socket();
    EXPECT_EQ(world.ready(id), ready::writable | ready::settled);
    EXPECT_EQ(receive(id).error, Error::would_block);
    nwp.datagram(nwp.last_handle, there, "one");
    nwp.datagram(nwp.last_handle, elsewhere, "");
    nwp.datagram(nwp.last_handle, there, "three");
    world.run();
    EXPECT_EQ(world.ready(id), ready::readable | ready::writable | ready::settled);
    EXPECT_EQ(*host.available(id), 3U);
    Got got = receive(id);
    EXPECT_EQ(got.bytes, "one");
    EXPECT_EQ(got.from, there);
    EXPECT_EQ(*host.available(id), 0U) << "the size of the next one";
    got = receive(id);
    EXPECT_EQ(got.error, Error{});
    EXPECT_EQ(got.size, 0U);
    EXPECT_EQ(got.from, elsewhere);
    EXPECT_EQ(receive(id).bytes, "three");
    EXPECT_EQ(receive(id).error, Error::would_block);
}

TEST_F(Datagrams, in_parts_are_visible_when_whole) {
    const SocketId id = socket();
    const std::string first(110, 'a');
    nwp.datagram(nwp.last_handle, there, first, true);
    world.run();
    EXPECT_EQ(world.ready(id), ready::writable | ready::settled);
    EXPECT_EQ(receive(id).error, Error::would_block);
    nwp.datagram_part(nwp.last_handle, "end");
    world.run();
    const Got got = receive(id);
    EXPECT_EQ(got.bytes, first + "end");
    EXPECT_EQ(got.from, there);
}

TEST_F(Datagrams, are_cut_to_the_room_there_is_and_may_be_peeked_at) {
    const SocketId id = socket();
    nwp.datagram(nwp.last_handle, there, "a long one");
    nwp.datagram(nwp.last_handle, there, "next");
    world.run();
    Got got = receive(id, 3, true);
    EXPECT_EQ(got.bytes, "a l");
    EXPECT_EQ(got.size, 10U);
    got = receive(id, 6);
    EXPECT_EQ(got.bytes, "a long");
    EXPECT_EQ(got.size, 10U);
    EXPECT_EQ(receive(id, 0).size, 4U) << "without room it is gone all the same";
    EXPECT_EQ(receive(id).error, Error::would_block);
}

TEST_F(Datagrams, give_credit_back_when_all_was_consumed) {
    const SocketId id = socket();
    EXPECT_EQ(nwp.last<wire::SocketOpen>().receive_limit, 256U);
    nwp.datagram(nwp.last_handle, there, "1234");
    nwp.datagram(nwp.last_handle, there, "5678");
    world.run();
    const auto channel = static_cast<std::uint16_t>(nwp.last_handle);
    receive(id);
    world.run();
    EXPECT_EQ(nwp.credit_told.count(channel), 0U) << "something is left, and the rest is more than half";
    receive(id);
    world.run();
    EXPECT_EQ(nwp.credit_told[channel], 256U + 2 * (4 + 32));
}

TEST_F(Datagrams, go_out_whole_with_their_address) {
    const SocketId id = socket();
    EXPECT_EQ(send(id, there, "one"), Error{});
    EXPECT_EQ(send(id, elsewhere, ""), Error{});
    world.run();
    ASSERT_EQ(at_nwp().size(), 2U);
    EXPECT_EQ(at_nwp()[0].bytes, "one");
    EXPECT_EQ(at_nwp()[0].to, there);
    EXPECT_EQ(at_nwp()[1].bytes, "");
    EXPECT_EQ(at_nwp()[1].to, elsewhere);
    EXPECT_TRUE(at_nwp()[1].whole);
}

TEST_F(Datagrams, longer_than_the_ring_go_out_in_several_turns_and_nothing_comes_between) {
    const SocketId id = socket();
    const std::string much(20'000, 'x'); // the ring has four frames, the pipe 64
    std::string_view left = much;
    DatagramSending sending{there, much.size()};
    EXPECT_EQ(send(id, sending, left), Error::would_block);
    EXPECT_TRUE(sending.begun());
    EXPECT_FALSE(sending.done());
    EXPECT_EQ(send(id, there, "between"), Error::would_block);
    EXPECT_EQ(world.ready(id), ready::settled);
    while (!sending.done()) {
        world.run();
        send(id, sending, left);
    }
    world.run();
    EXPECT_EQ(send(id, there, "behind"), Error{});
    world.run();
    ASSERT_EQ(at_nwp().size(), 2U);
    EXPECT_EQ(at_nwp()[0].bytes, much);
    EXPECT_GT(at_nwp()[0].parts, 150U);
    EXPECT_EQ(at_nwp()[1].bytes, "behind");
}

TEST_F(Datagrams, of_several_pieces_are_one) {
    const SocketId id = socket();
    DatagramSending sending{there, 6};
    EXPECT_EQ(*host.send_datagram(id, sending, as_bytes("abc")), 3U);
    EXPECT_FALSE(sending.done());
    EXPECT_EQ(*host.send_datagram(id, sending, as_bytes("def")), 3U);
    EXPECT_TRUE(sending.done());
    world.run();
    ASSERT_EQ(at_nwp().size(), 1U);
    EXPECT_EQ(at_nwp()[0].bytes, "abcdef");
}

TEST_F(Datagrams, wait_for_credit_for_all_of_them) {
    nwp.send_limit = 100;
    const SocketId id = socket();
    EXPECT_EQ(send(id, there, std::string(69, 'x')), Error::message_too_long) << "more than the window";
    EXPECT_EQ(send(id, there, std::string(50, 'x')), Error{});
    EXPECT_EQ(world.ready(id), ready::settled);
    EXPECT_EQ(send(id, there, "x"), Error::would_block);
    nwp.credit(nwp.last_handle, 182);
    world.run();
    EXPECT_EQ(world.ready(id), ready::writable | ready::settled);
    EXPECT_EQ(send(id, there, std::string(68, 'x')), Error{});
}

TEST_F(Datagrams, need_a_peer_or_an_address) {
    const SocketId id = socket();
    EXPECT_EQ(send(id, Address{}, "x"), Error::destination_required);
    nwp.on<wire::SocketConnect>(
        [&](const session::Message& request) { nwp.reply(request.request, wire::SocketConnected{}); });
    request::ConnectDatagrams connect{id, there};
    ASSERT_TRUE(host.perform(connect));
    EXPECT_EQ(send(id, Address{}, "x"), Error{});
    world.run();
    EXPECT_EQ(at_nwp().back().to.family, Family::unspecified);
    request::Disconnect dissolve{id};
    ASSERT_TRUE(host.perform(dissolve));
    EXPECT_EQ(send(id, Address{}, "x"), Error::destination_required);
}

TEST_F(Datagrams, remember_which_route_was_checked_until_something_changes) {
    const SocketId id = socket();
    EXPECT_FALSE(host.knows_route(id, there));
    request::CheckRoute check{id, there};
    ASSERT_TRUE(host.perform(check));
    EXPECT_TRUE(host.knows_route(id, there));
    request::SetOption option{id, SocketOption::broadcast, as_bytes("\1")};
    ASSERT_TRUE(host.perform(option));
    EXPECT_FALSE(host.knows_route(id, there));
    ASSERT_TRUE(host.perform(check));
    nwp.event(wire::AddressChanged{});
    world.run();
    EXPECT_FALSE(host.knows_route(id, there));
    nwp.refuse<wire::SocketRouteCheck>(Error::network_unreachable);
    EXPECT_EQ(host.perform(check).error(), Error::network_unreachable);
    EXPECT_FALSE(host.knows_route(id, there));
    nwp.datagram(nwp.last_handle, elsewhere, "hello");
    world.run();
    receive(id);
    EXPECT_TRUE(host.knows_route(id, elsewhere)) << "who wrote can be answered";
}

TEST_F(Datagrams, tell_a_problem_once_by_whatever_asks_first) {
    const SocketId id = socket();
    const auto problem = [&] {
        nwp.event(wire::SocketProblem{nwp.last_handle, Error::connection_refused});
        world.run();
    };
    problem();
    EXPECT_EQ(world.ready(id), ready::writable | ready::error | ready::settled);
    EXPECT_EQ(receive(id).error, Error::connection_refused);
    EXPECT_EQ(receive(id).error, Error::would_block);
    problem();
    EXPECT_EQ(send(id, there, "x"), Error::connection_refused);
    EXPECT_EQ(send(id, there, "x"), Error{});
    problem();
    Error error{};
    ASSERT_TRUE(host.take_error(id, error));
    EXPECT_EQ(error, Error::connection_refused);
    EXPECT_EQ(world.ready(id), ready::writable | ready::settled);
}

TEST_F(Datagrams, shut_down_locally_when_there_is_no_peer) {
    const SocketId id = socket();
    request::ShutDown shut{id, Shutdown::both};
    EXPECT_EQ(host.perform(shut).error(), Error::not_connected) << "as Linux: it says so and does it";
    EXPECT_EQ(nwp.count(wire::SocketShutdown::id), 0U);
    EXPECT_EQ(receive(id).error, Error::closed);
    EXPECT_EQ(send(id, there, "x"), Error::broken_pipe);
    EXPECT_TRUE(world.ready(id).has(ready::hang_up | ready::read_hang_up));
}

TEST_F(Datagrams, and_streams_keep_to_their_own_calls) {
    const SocketId datagrams = socket();
    EXPECT_EQ(host.connect(datagrams, there).error(), Error::operation_not_supported);
    EXPECT_EQ(host.send(datagrams, as_bytes("x")).error(), Error::operation_not_supported);
    EXPECT_EQ(world.receive_error(datagrams), Error::operation_not_supported);
    EXPECT_EQ(host.acceptable(datagrams).error(), Error::operation_not_supported);
    const SocketId stream = world.connected();
    EXPECT_EQ(send(stream, there, "x"), Error::operation_not_supported);
    EXPECT_EQ(receive(stream).error, Error::operation_not_supported);
}

TEST_F(Datagrams, beyond_their_credit_end_the_session) {
    const SocketId id = socket();
    nwp.datagram(nwp.last_handle, there, std::string(225, 'x'));
    world.run();
    EXPECT_EQ(host.statistics().broken_rules, 1U);
    EXPECT_EQ(receive(id).error, Error::connection_aborted);
}

TEST_F(Datagrams, mixed_with_stream_data_end_the_session) {
    const SocketId id = socket();
    nwp.data(nwp.last_handle, "stream");
    world.run();
    EXPECT_EQ(host.statistics().broken_rules, 1U);
    EXPECT_EQ(receive(id).error, Error::connection_aborted);
}

TEST_F(Datagrams, for_a_stream_are_nobodys) {
    world.connected();
    nwp.datagram(nwp.last_handle, there, "x");
    world.run();
    EXPECT_EQ(host.statistics().stray_data, 1U);
}

TEST_F(Datagrams, of_a_lost_link_are_gone) {
    const SocketId id = socket();
    nwp.datagram(nwp.last_handle, there, "x");
    world.run();
    world.pipe.cut();
    world.run(seconds(1));
    EXPECT_EQ(receive(id).error, Error::connection_aborted);
    EXPECT_EQ(send(id, there, "x"), Error::connection_aborted);
}

TEST(DatagramsLeftOut, are_no_kind_of_socket) {
    World<> world;
    world.up();
    EXPECT_EQ(world.host.open(Family::ipv4, SocketType::datagram, Protocol::udp).error(),
              Error::socket_type_not_supported);
    EXPECT_EQ(world.nwp.hellos.back().capabilities & wire::capability::datagrams, 0U);
}

TEST(DatagramsReattached, count_their_credit_anew) {
    World<> world{with_datagrams()};
    world.nwp.hello_answer = [](const wire::HelloRequest&, wire::HelloReply& reply) {
        reply.attached = 1;
        reply.sockets = 1;
    };
    world.nwp.opened = [&] {
        wire::SocketSnapshot snapshot;
        snapshot.socket = wire::SocketHandle{0x0405};
        snapshot.family = Family::ipv4;
        snapshot.type = SocketType::datagram;
        snapshot.peer = world.peer;
        snapshot.send_limit = 500;
        world.nwp.event(snapshot);
    };
    Byte retained[kRetainedSize] = {};
    world.up(retained);
    world.run();
    AttachedSocket lives[1];
    ASSERT_EQ(world.host.attached(lives), 1U);
    EXPECT_TRUE(lives[0].connected);
    EXPECT_EQ(lives[0].type, SocketType::datagram);
    EXPECT_EQ(world.nwp.credit_told[0x0405], 256U) << "its window";
    ASSERT_TRUE(world.host.adopt(lives[0].socket));
    DatagramSending sending{Address{}, 4};
    EXPECT_TRUE(world.host.send_datagram(lives[0].socket, sending, as_bytes("more")));
}

} // namespace
} // namespace nwp::test
