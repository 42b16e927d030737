// SPDX-License-Identifier: Apache-2.0
#include "host/test_world.h"
#include "nwp/device.h"
#include "nwp/socket_requests.h"

namespace nwp::test {
namespace {

struct Sockets : testing::Test {
    World<> world;
    Host& host = world.host;
    FakeNwp& nwp = world.nwp;
    void SetUp() override { world.up(); }
    std::string& at_nwp() { return nwp.received[static_cast<std::uint16_t>(nwp.last_handle)]; }
};

TEST_F(Sockets, http_get_costs_ten_messages) {
    const auto before = host.statistics().session;
    const auto id = host.open(Family::ipv4, SocketType::stream, Protocol::tls_1_2);
    ASSERT_TRUE(id);
    const auto settled = [&] { return host.readiness(*id)->has(ready::settled); };
    ASSERT_TRUE(host.block(*id, Instant::never(), settled));
    ASSERT_TRUE(host.opened(*id));
    const Byte tags[] = {1, 0, 0, 0};
    request::SetOption tag_list{*id, SocketOption::tls_sec_tag_list, tags};
    ASSERT_TRUE(host.perform(tag_list));
    request::SetOption host_name{*id, SocketOption::tls_host_name, as_bytes("example.test")};
    ASSERT_TRUE(host.perform(host_name));
    ASSERT_EQ(host.connect(*id, world.peer).error(), Error::in_progress);
    ASSERT_TRUE(host.block(*id, Instant::never(), settled));
    ASSERT_TRUE(host.connect(*id, world.peer));
    ASSERT_TRUE(host.send(*id, as_bytes("GET / HTTP/1.0\r\n\r\n")));
    world.run();
    EXPECT_EQ(at_nwp(), "GET / HTTP/1.0\r\n\r\n");
    nwp.data(nwp.last_handle, "HTTP/1.0 200 OK\r\n\r\n", true);
    world.run();
    EXPECT_EQ(world.receive(*id), "HTTP/1.0 200 OK\r\n\r\n");
    EXPECT_EQ(world.receive_error(*id), Error::closed);
    ASSERT_TRUE(host.close(*id));
    ASSERT_TRUE(host.block(*id, Instant::never(), [&] { return !host.closing(*id); }));
    const auto after = host.statistics().session;
    EXPECT_EQ(after.messages_in + after.messages_out - before.messages_in - before.messages_out, 10U);
}

TEST_F(Sockets, non_blocking_connect_goes_from_in_progress_to_writable) {
    nwp.ignore<wire::SocketConnect>();
    const SocketId id = world.socket(Protocol::tls_1_2);
    EXPECT_EQ(world.ready(id), ready::writable | ready::hang_up | ready::settled);
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::in_progress);
    world.run();
    EXPECT_EQ(nwp.last<wire::SocketConnect>().peer, world.peer);
    EXPECT_EQ(nwp.seen.back().deadline_ms, 130000U);
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::already);
    EXPECT_EQ(world.ready(id), Readiness{});
    EXPECT_EQ(world.receive_error(id), Error::would_block);
    EXPECT_EQ(host.send(id, as_bytes("x")).error(), Error::would_block);
    nwp.reply(nwp.seen.back().number, wire::SocketConnected{});
    world.run();
    EXPECT_EQ(world.ready(id), ready::writable | ready::settled);
}

TEST_F(Sockets, refused_handshake_is_told_once_and_by_all_poll_bits) {
    nwp.refuse<wire::SocketConnect>(Error::connection_aborted);
    nwp.on<wire::SocketVerdictGet>([&](const session::Message& request) {
        wire::SocketVerdict verdict;
        verdict.rules.add(Rule::wrong_host_name);
        verdict.subject = "CN=other.test";
        nwp.reply(request.request, verdict);
    });
    const SocketId id = world.socket(Protocol::tls_1_2);
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::in_progress);
    world.run();
    const Readiness all =
        ready::readable | ready::writable | ready::hang_up | ready::read_hang_up | ready::settled;
    EXPECT_EQ(world.ready(id), all | ready::error);
    Error error{};
    ASSERT_TRUE(host.take_error(id, error));
    EXPECT_EQ(error, Error::connection_aborted);
    EXPECT_EQ(world.ready(id), all);
    EXPECT_EQ(world.receive_error(id), Error::not_connected);
    request::GetVerdict verdict{id};
    ASSERT_TRUE(host.perform(verdict));
    EXPECT_TRUE(verdict.verdict().rules.has(Rule::wrong_host_name));
    EXPECT_EQ(verdict.verdict().subject.view(), "CN=other.test");
}

TEST_F(Sockets, connect_that_is_never_answered_times_out_by_itself) {
    nwp.ignore<wire::SocketConnect>();
    const SocketId id = world.socket();
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::in_progress);
    world.run(seconds(131));
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::already) << "the grace is not over";
    world.run(seconds(2));
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::timed_out);
    world.run();
    EXPECT_EQ(nwp.cancelled.size(), 1U);
}

TEST_F(Sockets, blocking_connect_goes_on_behind_its_time_limit) {
    nwp.ignore<wire::SocketConnect>();
    const SocketId id = world.socket();
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::in_progress);
    const Instant until = world.clock.now() + seconds(3);
    EXPECT_FALSE(host.block(id, until, [&] { return world.ready(id).has(ready::settled); }));
    EXPECT_EQ(world.clock.now(), until);
    nwp.reply(nwp.seen.back().number, wire::SocketConnected{});
    world.run();
    EXPECT_TRUE(host.connect(id, world.peer));
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::is_connected);
}

TEST_F(Sockets, send_stops_at_the_credit_and_goes_on_with_more) {
    nwp.send_limit = 10;
    const SocketId id = world.connected();
    EXPECT_EQ(*host.send(id, as_bytes("0123456789abcdef")), 10U);
    EXPECT_EQ(host.send(id, as_bytes("a")).error(), Error::would_block);
    EXPECT_FALSE(world.ready(id).has(ready::writable));
    world.run();
    EXPECT_EQ(at_nwp(), "0123456789");
    nwp.credit(nwp.last_handle, 12);
    nwp.credit(nwp.last_handle, 10); // an older limit takes nothing away
    world.run();
    EXPECT_TRUE(world.ready(id).has(ready::writable));
    EXPECT_EQ(*host.send(id, as_bytes("abcdef")), 2U);
    world.run();
    EXPECT_EQ(at_nwp(), "0123456789ab");
}

TEST_F(Sockets, send_stops_when_the_ring_is_full_and_wakes_when_it_is_not) {
    const SocketId id = world.connected();
    nwp.silent = true;
    const std::string much(50000, 'm');
    std::size_t sent = 0;
    while (const auto taken = host.send(id, as_bytes(std::string_view{much}.substr(sent)))) sent += *taken;
    EXPECT_LT(sent, 10000U) << "64 frames of the pipe and the ring";
    EXPECT_FALSE(world.ready(id).has(ready::writable)) << "or poll would spin";
    nwp.silent = false;
    ASSERT_TRUE(host.block(id, Instant::never(), [&] {
        const auto taken = host.send(id, as_bytes(std::string_view{much}.substr(sent)));
        if (taken) sent += *taken;
        return sent == much.size();
    }));
    world.run();
    EXPECT_EQ(at_nwp(), much);
}

TEST_F(Sockets, receive_returns_credit_when_it_is_worth_a_frame) {
    const SocketId id = world.connected();
    nwp.data(nwp.last_handle, std::string(240, 'd'));
    world.run();
    EXPECT_TRUE(nwp.credit_told.empty());
    EXPECT_EQ(*host.available(id), 240U);
    EXPECT_EQ(world.receive(id, 3), "ddd");
    world.run();
    EXPECT_TRUE(nwp.credit_told.empty()) << "three bytes are not worth a frame";
    EXPECT_EQ(world.receive(id, 200).size(), 200U);
    world.run();
    EXPECT_GE(nwp.credit_told[static_cast<std::uint16_t>(nwp.last_handle)], 240U + 120U);
    EXPECT_EQ(world.receive(id, 200).size(), 37U);
}

TEST_F(Sockets, peek_leaves_the_bytes) {
    const SocketId id = world.connected();
    const std::string text(200, 'p');
    nwp.data(nwp.last_handle, text);
    world.run();
    EXPECT_EQ(world.receive(id, 1000, true), text);
    EXPECT_EQ(world.receive(id, 1000, true), text);
    EXPECT_EQ(world.receive(id, 1000), text);
    EXPECT_EQ(world.receive_error(id), Error::would_block);
}

TEST_F(Sockets, credit_overrun_ends_the_session_and_overflows_nothing) {
    const SocketId id = world.connected();
    const SocketId other = world.socket();
    nwp.data(static_cast<wire::SocketHandle>(0x0401), std::string(257, 'o'));
    world.run();
    EXPECT_EQ(world.receive_error(id), Error::connection_aborted);
    EXPECT_EQ(world.receive_error(other), Error::connection_aborted);
    EXPECT_EQ(host.statistics().broken_rules, 1U);
    EXPECT_EQ(nwp.hellos.size(), 2U) << "the host begins anew by itself";
    EXPECT_EQ(host.link_state(), LinkState::up);
}

TEST_F(Sockets, data_that_belong_to_nobody_are_counted) {
    const SocketId idle = world.socket();
    nwp.data(nwp.last_handle, "too early");
    nwp.data(static_cast<wire::SocketHandle>(0x0B77), "for whom");
    nwp.data(wire::SocketHandle::none, "for none");
    world.run();
    EXPECT_EQ(host.statistics().stray_data, 3U);
    EXPECT_EQ(world.receive_error(idle), Error::not_connected);
    EXPECT_EQ(*host.available(idle), 0U);
}

TEST_F(Sockets, nothing_follows_the_end_of_the_stream) {
    const SocketId id = world.connected();
    nwp.data(nwp.last_handle, "all", true);
    nwp.data(nwp.last_handle, "more");
    world.run();
    EXPECT_EQ(world.receive(id), "all");
    EXPECT_EQ(world.receive_error(id), Error::closed);
    EXPECT_EQ(host.statistics().stray_data, 1U);
    EXPECT_TRUE(host.send(id, as_bytes("half-closed"))) << "sending goes on";
}

TEST_F(Sockets, failure_comes_behind_the_data_before_it) {
    const SocketId id = world.connected(Protocol::tls_1_2);
    nwp.data(nwp.last_handle, "cut sho");
    nwp.event(wire::SocketFailed{nwp.last_handle, Error::connection_reset});
    world.run();
    EXPECT_TRUE(world.ready(id).has(ready::error | ready::readable));
    EXPECT_EQ(world.receive(id), "cut sho");
    EXPECT_EQ(world.receive_error(id), Error::connection_reset);
    EXPECT_EQ(world.receive_error(id), Error::not_connected) << "never 0";
}

TEST_F(Sockets, late_frames_of_a_closed_socket_never_reach_its_successor) {
    const SocketId first = world.connected();
    const wire::SocketHandle old = nwp.last_handle;
    ASSERT_TRUE(host.close(first));
    nwp.data(old, "late");
    world.run();
    const SocketId second = world.connected();
    EXPECT_EQ(second.index, first.index);
    EXPECT_NE(second, first);
    nwp.data(old, "later");
    nwp.event(wire::SocketFailed{old, Error::connection_reset});
    world.run();
    EXPECT_EQ(world.receive_error(second), Error::would_block);
    EXPECT_EQ(host.send(first, as_bytes("x")).error(), Error::bad_handle);
    EXPECT_EQ(host.close(first).error(), Error::bad_handle);
}

TEST_F(Sockets, pool_is_used_up_until_a_close_is_confirmed) {
    std::vector<SocketId> ids;
    for (int i = 0; i < 4; ++i) ids.push_back(world.socket());
    EXPECT_EQ(host.open(Family::ipv4, SocketType::stream, Protocol::tcp).error(), Error::too_many_files);
    ASSERT_TRUE(host.close(ids[2]));
    EXPECT_TRUE(host.closing(ids[2]));
    EXPECT_EQ(host.open(Family::ipv4, SocketType::stream, Protocol::tcp).error(), Error::would_block);
    world.run();
    EXPECT_FALSE(host.closing(ids[2]));
    EXPECT_TRUE(host.open(Family::ipv4, SocketType::stream, Protocol::tcp));
}

TEST_F(Sockets, socket_that_lingers_is_in_the_pool) {
    std::vector<SocketId> ids;
    for (int i = 0; i < 4; ++i) ids.push_back(world.socket());
    ASSERT_TRUE(host.close(ids[1], 30));
    EXPECT_TRUE(host.closing(ids[1]));
    EXPECT_EQ(host.open(Family::ipv4, SocketType::stream, Protocol::tcp).error(), Error::too_many_files);
}

TEST_F(Sockets, refusal_to_open_is_kept_until_close) {
    nwp.refuse<wire::SocketOpen>(Error::too_many_files_in_system);
    const auto id = host.open(Family::ipv4, SocketType::stream, Protocol::tcp);
    ASSERT_TRUE(id);
    EXPECT_EQ(host.opened(*id).error(), Error::would_block);
    world.run();
    EXPECT_EQ(host.opened(*id).error(), Error::too_many_files_in_system);
    ASSERT_TRUE(host.close(*id));
    EXPECT_FALSE(host.closing(*id)) << "there is nothing to confirm";
    EXPECT_EQ(nwp.count(wire::SocketClose::id), 0U);
    EXPECT_EQ(host.open(Family::ipv4, SocketType::datagram, Protocol::udp).error(),
              Error::socket_type_not_supported);
}

TEST_F(Sockets, socket_closed_while_it_is_opened_is_closed_at_the_nwp_too) {
    const auto id = host.open(Family::ipv4, SocketType::stream, Protocol::tcp);
    ASSERT_TRUE(host.close(*id));
    EXPECT_TRUE(host.closing(*id));
    world.run();
    EXPECT_EQ(nwp.last<wire::SocketClose>().socket, nwp.last_handle);
    EXPECT_FALSE(host.closing(*id));
}

TEST_F(Sockets, socket_that_is_opened_too_late_is_closed) {
    nwp.ignore<wire::SocketOpen>();
    const auto id = host.open(Family::ipv4, SocketType::stream, Protocol::tcp);
    world.run(seconds(13));
    EXPECT_EQ(host.opened(*id).error(), Error::timed_out);
    EXPECT_EQ(nwp.cancelled.size(), 1U);
    constexpr auto kHandle = static_cast<wire::SocketHandle>(0x0777);
    nwp.reply(nwp.seen.front().number, wire::SocketOpened{kHandle, 10});
    world.run();
    EXPECT_EQ(nwp.last<wire::SocketClose>().socket, kHandle);
    EXPECT_EQ(host.statistics().late_replies, 1U);
}

TEST_F(Sockets, socket_that_is_opened_too_late_is_closed_when_there_is_room_to_say_so) {
    const SocketId busy = world.connected();
    nwp.ignore<wire::SocketOpen>();
    ASSERT_TRUE(host.open(Family::ipv4, SocketType::stream, Protocol::tcp));
    const std::uint16_t number = [&] {
        world.run(seconds(13));
        return nwp.seen.back().number;
    }();
    constexpr auto kHandle = static_cast<wire::SocketHandle>(0x0777);
    nwp.reply(number, wire::SocketOpened{kHandle, 10});
    nwp.service(world.clock.now());
    while (host.send(busy, as_bytes("more than the link takes"))) {
    }
    request::Echo last_place{as_bytes("?")};
    ASSERT_TRUE(host.begin(last_place));
    host.service();
    EXPECT_EQ(nwp.count(wire::SocketClose::id), 0U);
    world.run();
    EXPECT_EQ(nwp.last<wire::SocketClose>().socket, kHandle);
    EXPECT_TRUE(last_place.done());
}

TEST_F(Sockets, error_that_comes_amid_a_send_is_for_the_next_call) {
    const SocketId id = world.connected();
    const std::string two_frames(200, 'x');
    world.port.unlocked = [&] {
        nwp.event(wire::SocketFailed{nwp.last_handle, Error::connection_reset});
        nwp.service(world.clock.now());
        host.service();
    };
    const auto sent = host.send(id, as_bytes(two_frames));
    ASSERT_TRUE(sent);
    EXPECT_LT(*sent, two_frames.size());
    EXPECT_TRUE(world.ready(id).has(ready::error));
    EXPECT_EQ(host.send(id, as_bytes("x")).error(), Error::connection_reset);
    EXPECT_EQ(host.send(id, as_bytes("x")).error(), Error::broken_pipe);
}

TEST_F(Sockets, room_is_told_of_to_the_last_frame_when_somebody_waits_for_more_than_is_there) {
    World<2, 1200, 128> roomy; // ten frames of 120 bytes
    roomy.up();
    const SocketId id = roomy.connected();
    const auto channel = static_cast<std::uint16_t>(roomy.nwp.last_handle);
    roomy.nwp.data(roomy.nwp.last_handle, std::string(900, 'x'));
    roomy.run();
    roomy.receive(id, 200);
    roomy.run();
    EXPECT_EQ(roomy.nwp.credit_told.count(channel), 0U) << "less than a quarter";
    EXPECT_TRUE(roomy.host.make_room(id));
    roomy.run();
    EXPECT_EQ(roomy.nwp.credit_told[channel], 1320U);
    roomy.nwp.data(roomy.nwp.last_handle, std::string(420, 'x'));
    roomy.run();
    EXPECT_FALSE(roomy.host.make_room(id));
    EXPECT_EQ(*roomy.host.available(id), 1120U);
}

TEST_F(Sockets, shutdown_while_connecting_ends_the_attempt_and_the_next_one_is_whole) {
    std::uint16_t attempt = 0;
    nwp.on<wire::SocketConnect>([&](const session::Message& request) { attempt = request.request; });
    nwp.on<wire::SocketShutdown>([&](const session::Message& request) { // as nwpd does it
        nwp.reply(request.request, wire::Done{});
        nwp.reply(attempt, wire::Failed{Error::connection_reset, 0});
    });
    const SocketId id = world.socket();
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::in_progress);
    request::ShutDown shut{id, Shutdown::both};
    ASSERT_TRUE(host.perform(shut));
    world.run();
    Error error{};
    ASSERT_TRUE(host.take_error(id, error));
    EXPECT_EQ(error, Error::connection_reset);

    nwp.on<wire::SocketConnect>(
        [&](const session::Message& request) { nwp.reply(request.request, wire::SocketConnected{}); });
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::connection_aborted); // as after every failure
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::in_progress);
    world.run();
    EXPECT_TRUE(host.send(id, as_bytes("x")));
    EXPECT_EQ(world.receive_error(id), Error::would_block);
}

TEST_F(Sockets, handle_given_twice_is_a_lie) {
    const SocketId first = world.socket();
    const auto handle = nwp.last_handle;
    for (const auto lie : {handle, wire::SocketHandle::none}) {
        nwp.on<wire::SocketOpen>([&](const session::Message& request) {
            nwp.reply(request.request, wire::SocketOpened{lie, 1});
        });
        const auto second = host.open(Family::ipv4, SocketType::stream, Protocol::tcp);
        world.run();
        EXPECT_EQ(host.opened(*second).error(), Error::protocol_error);
    }
    EXPECT_TRUE(host.opened(first));
    EXPECT_EQ(host.statistics().broken_rules, 2U);
}

TEST_F(Sockets, close_carries_the_linger_time_and_frees_the_place_even_unanswered) {
    nwp.ignore<wire::SocketClose>();
    const SocketId id = world.connected();
    ASSERT_TRUE(host.close(id, 3));
    world.run();
    EXPECT_EQ(nwp.last<wire::SocketClose>().linger_s, 3);
    EXPECT_EQ(nwp.seen.back().deadline_ms, 13000U);
    world.run(seconds(14));
    EXPECT_TRUE(host.closing(id));
    world.run(seconds(2));
    EXPECT_FALSE(host.closing(id));
}

TEST_F(Sockets, close_while_connecting_cancels) {
    nwp.ignore<wire::SocketConnect>();
    const SocketId id = world.socket();
    EXPECT_EQ(host.connect(id, world.peer).error(), Error::in_progress);
    ASSERT_TRUE(host.close(id));
    world.run();
    EXPECT_EQ(nwp.cancelled.size(), 1U);
    EXPECT_EQ(nwp.count(wire::SocketClose::id), 1U);
    EXPECT_FALSE(host.closing(id));
}

TEST_F(Sockets, shutdown_waits_for_what_was_sent_and_then_holds) {
    const SocketId id = world.connected();
    ASSERT_TRUE(host.send(id, as_bytes("last words")));
    request::ShutDown shut{id, Shutdown::send};
    ASSERT_TRUE(host.perform(shut));
    EXPECT_EQ(at_nwp(), "last words");
    EXPECT_EQ(host.send(id, as_bytes("x")).error(), Error::broken_pipe);
    nwp.data(nwp.last_handle, "answer");
    world.run();
    EXPECT_EQ(world.receive(id), "answer");
    request::ShutDown again{world.socket(), Shutdown::both};
    EXPECT_EQ(host.perform(again).error(), Error::not_connected);
}

TEST_F(Sockets, readiness_costs_no_link_traffic) {
    const SocketId id = world.connected();
    const auto frames = world.pipe.frames_sent(kit::End::host);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(world.ready(id), ready::writable | ready::settled);
    world.run();
    EXPECT_EQ(world.pipe.frames_sent(kit::End::host), frames);
}

TEST_F(Sockets, readiness_callback_runs_without_the_lock_and_may_use_the_socket) {
    struct Reader {
        World<>& world;
        std::string got;
        void ready(SocketId id, Readiness is) {
            EXPECT_FALSE(world.port.locked);
            if (is.has(ready::readable)) got += world.receive(id);
        }
    } reader{world, {}};
    const SocketId id = world.connected();
    ASSERT_TRUE(host.on_readiness(id, ReadinessCallback::to<&Reader::ready>(reader)));
    nwp.data(nwp.last_handle, "pushed");
    world.run();
    EXPECT_EQ(reader.got, "pushed");
    ASSERT_TRUE(host.on_readiness(id, {}));
    nwp.data(nwp.last_handle, "kept");
    world.run();
    EXPECT_EQ(reader.got, "pushed");
    EXPECT_EQ(world.receive(id), "kept");
}

TEST_F(Sockets, watch_is_woken_for_what_concerns_it_only) {
    const SocketId quiet = world.connected();
    const SocketId busy = world.connected();
    Watch on_quiet{quiet};
    Watch on_both{Callback<bool(SocketId)>{[](void*, SocketId) { return true; }, nullptr}};
    host.watch(on_quiet);
    host.watch(on_both);
    nwp.data(nwp.last_handle, "x");
    world.run();
    EXPECT_FALSE(on_quiet.waiter.woken);
    EXPECT_TRUE(on_both.waiter.woken);
    host.unwatch(on_quiet);
    host.unwatch(on_both);
    EXPECT_TRUE(world.ready(busy).has(ready::readable));
}

TEST(ManySockets, transfer_at_once_over_one_link) {
    auto world = std::make_unique<World<200, 512, 512, 16>>();
    world->up();
    std::vector<std::pair<SocketId, wire::SocketHandle>> sockets;
    for (int i = 0; i < 200; ++i) {
        const SocketId id = world->connected();
        sockets.emplace_back(id, world->nwp.last_handle);
    }
    for (const auto& [id, handle] : sockets) {
        world->nwp.data(handle, "to " + std::to_string(id.index));
        const std::string text = "from " + std::to_string(id.index);
        ASSERT_TRUE(world->host.block(id, Instant::never(),
                                      [&, &id = id] { return world->host.send(id, as_bytes(text)).ok(); }));
    }
    world->run();
    for (const auto& [id, handle] : sockets) {
        EXPECT_EQ(world->receive(id), "to " + std::to_string(id.index));
        EXPECT_EQ(world->nwp.received[static_cast<std::uint16_t>(handle)],
                  "from " + std::to_string(id.index));
        ASSERT_TRUE(world->host.close(id));
        world->run();
    }
    EXPECT_EQ(world->nwp.count(wire::SocketClose::id), 200U);
    EXPECT_EQ(world->host.statistics().stray_data, 0U);
}

} // namespace
} // namespace nwp::test
