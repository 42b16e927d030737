// SPDX-License-Identifier: Apache-2.0
// The plane of net_context, on the kernel of shim/, against a scripted network processor. Calls go to the
// driver's table: what Zephyr's own mutex of a context would keep apart meets here.
#include "tests/zephyr/net_objects.h"
#include "tests/zephyr/offload_fixture.h"
#include "zephyr/driver.h"

#include <zephyr/net/net_offload.h>

namespace nwp {
namespace {

constexpr std::int32_t kForever = -1;
constexpr int kPlaces = CONFIG_OPENNWP_SOCKETS;

const net_offload& calls() { return *shim::interface().if_dev->offload; }

struct Ipv4 {
    explicit Ipv4(std::uint16_t port, std::uint32_t ip = 0x0A4D0050) { // 10.77.0.80
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(ip);
    }
    operator const sockaddr*() const { return reinterpret_cast<const sockaddr*>(&address); }
    sockaddr_in address{};
};
constexpr socklen_t kLength = sizeof(sockaddr_in);

/// What a context's callbacks were told. They run on the driver's thread, with the processor held.
struct Told {
    std::vector<int> connected;
    std::vector<int> sent;
    std::string received;
    std::vector<int> ends; ///< statuses that came without a packet
    std::vector<net_context*> accepted;

    static void on_connected(net_context*, int status, void* told) {
        static_cast<Told*>(told)->connected.push_back(status);
    }
    static void on_sent(net_context*, int status, void* told) {
        static_cast<Told*>(told)->sent.push_back(status);
    }
    static void on_received(net_context*, net_pkt* packet, net_ip_header*, net_proto_header*, int status,
                            void* told) {
        auto& to = *static_cast<Told*>(told);
        if (packet == nullptr) return to.ends.push_back(status);
        to.received += shim::bytes_of(*packet);
        net_pkt_unref(packet);
    }
    static void on_accepted(net_context* made, sockaddr*, socklen_t, int status, void* told) {
        EXPECT_EQ(status, 0);
        static_cast<Told*>(told)->accepted.push_back(made);
    }
};

class Contexts : public Powered {
protected:
    Contexts() {
        const Processor running;
        await_session();
    }
    ~Contexts() override {
        const Processor running;
        shim::set_buffers(64);
        for (net_context* const one : made_) put(one);
        EXPECT_EQ(shim::contexts_in_use(), 0U);
        expect_all_places_free();
        EXPECT_EQ(shim::packets_in_use(), 0U);
    }

    net_context* make(net_sock_type type = SOCK_STREAM) {
        net_context* context = nullptr;
        if (net_context_get(AF_INET, type, 0, &context) != 0) return nullptr;
        made_.push_back(context);
        return context;
    }
    /// The test's own contexts are put behind it; these are put amid it.
    void put(net_context* context) {
        if (context->used) net_context_put(context);
    }
    net_context* connected_to(std::uint16_t port) {
        net_context* const context = make();
        EXPECT_EQ(calls().connect(context, Ipv4{port}, kLength, nullptr, kForever, nullptr), 0);
        return context;
    }
    net_context* listening() {
        net_context* const context = make();
        EXPECT_EQ(calls().bind(context, Ipv4(80, 0), kLength), 0);
        EXPECT_EQ(calls().listen(context, 5), 0);
        EXPECT_EQ(calls().accept(context, &Told::on_accepted, 0, &told), 0);
        return context;
    }
    int receive(net_context* context) { return calls().recv(context, &Told::on_received, 0, &told); }
    static int send(net_context* context, const std::string& bytes, std::int32_t timeout = kForever,
                    Told* to = nullptr) {
        net_pkt* const packet = shim::packet_of(bytes, context);
        const int sent = calls().send(packet, to != nullptr ? &Told::on_sent : nullptr, timeout, to);
        if (sent < 0) net_pkt_unref(packet);
        return sent;
    }
    static int send_to(net_context* context, std::uint16_t port, const std::string& bytes) {
        net_pkt* const packet = shim::packet_of(bytes, context);
        const int sent = calls().sendto(packet, Ipv4{port}, kLength, nullptr, kForever, nullptr);
        if (sent < 0) net_pkt_unref(packet);
        return sent;
    }
    /// As zsock_sendto() does it when there is no room.
    static void send_patiently(net_context* context, const std::string& bytes) {
        int sent = 0;
        until([&] { return (sent = send(context, bytes, 0)) != -EAGAIN; });
        ASSERT_EQ(sent, 0);
    }
    void expect_received(const std::string& bytes) {
        until([&] { return told.received.size() >= bytes.size(); });
        EXPECT_EQ(std::exchange(told.received, {}), bytes);
    }
    void expect_all_places_free() {
        until([&] {
            net_context* all[kPlaces];
            int count = 0;
            while (count < kPlaces && net_context_get(AF_INET, SOCK_STREAM, 0, &all[count]) == 0) ++count;
            for (int i = 0; i < count; ++i) net_context_put(all[i]);
            return count == kPlaces;
        });
        until([&] { return nwp.open_sockets() == 0; });
    }
    /// Runs a call that waits; then, while it does, what is to end it.
    template <typename Call, typename Meanwhile>
    static int ended_by(const Call& call, const Meanwhile& meanwhile) {
        bool begun = false;
        int result = 0;
        std::thread thread{[&] {
            const Processor its;
            begun = true; // from here it keeps the processor until it waits
            result = call();
        }};
        until([&begun] { return begun; });
        meanwhile();
        const shim::Idle idle;
        thread.join();
        return result;
    }

    Told told;
    std::vector<net_context*> made_;
};

TEST_F(Contexts, brings_what_comes_and_then_the_end) {
    const Processor running;
    net_context* const context = connected_to(peer::greets);
    EXPECT_EQ(context->state, NET_CONTEXT_CONNECTED);
    ASSERT_EQ(receive(context), 0);
    expect_received("hello");
    until([this] { return !told.ends.empty(); });
    EXPECT_EQ(told.ends, std::vector<int>{0});
}

TEST_F(Contexts, carries_more_than_its_buffers_hold) {
    const Processor running;
    net_context* const context = connected_to(peer::echoes);
    ASSERT_EQ(receive(context), 0);
    std::string all;
    for (int i = 0; i < 40; ++i) {
        const std::string part(1000, static_cast<char>('a' + i % 26));
        send_patiently(context, part);
        all += part;
    }
    expect_received(all);
}

TEST_F(Contexts, tells_when_a_packet_is_sent) {
    const Processor running;
    net_context* const context = connected_to(peer::echoes);
    ASSERT_EQ(receive(context), 0);
    ASSERT_EQ(send(context, "one", kForever, &told), 0);
    until([this] { return told.sent.size() == 1; });
    ASSERT_EQ(send(context, "two", kForever, &told), 0);
    until([this] { return told.sent.size() == 2; });
    EXPECT_EQ(told.sent, (std::vector<int>{0, 0}));
    expect_received("onetwo");
}

// ---- connect() --------------------------------------------------------------------------------------------

TEST_F(Contexts, can_connect_again_after_a_refusal) {
    const Processor running;
    net_context* const context = make();
    EXPECT_EQ(calls().connect(context, Ipv4{peer::refuses}, kLength, &Told::on_connected, kForever, &told),
              -ECONNREFUSED);
    EXPECT_EQ(told.connected, std::vector<int>{-ECONNREFUSED});
    EXPECT_EQ(send(context, "x"), -ENOTCONN);
    EXPECT_EQ(calls().connect(context, Ipv4{peer::echoes}, kLength, nullptr, kForever, nullptr), 0);
    EXPECT_EQ(calls().connect(context, Ipv4{peer::echoes}, kLength, nullptr, kForever, nullptr), -EISCONN);
}

TEST_F(Contexts, gives_up_a_connect_when_its_time_is_over) {
    const Processor running;
    net_context* const context = make();
    EXPECT_EQ(calls().connect(context, Ipv4{peer::silent}, kLength, nullptr, 20, nullptr), -ETIMEDOUT);
    EXPECT_EQ(calls().connect(context, Ipv4{peer::echoes}, kLength, nullptr, kForever, nullptr), 0);
}

TEST_F(Contexts, connects_meanwhile_when_the_timeout_is_0) {
    const Processor running;
    net_context* const context = make();
    EXPECT_EQ(calls().connect(context, Ipv4{peer::refuses}, kLength, &Told::on_connected, 0, &told), 0);
    EXPECT_EQ(calls().connect(context, Ipv4{peer::refuses}, kLength, nullptr, 0, nullptr), -EALREADY);
    until([this] { return told.connected.size() == 1; });
    EXPECT_EQ(calls().connect(context, Ipv4{peer::greets}, kLength, &Told::on_connected, 0, &told), 0);
    until([this] { return told.connected.size() == 2; });
    EXPECT_EQ(told.connected, (std::vector<int>{-ECONNREFUSED, 0}));
    ASSERT_EQ(receive(context), 0);
    expect_received("hello");
}

TEST_F(Contexts, ends_a_waiting_connect_by_put) {
    const Processor running;
    net_context* const context = make();
    EXPECT_EQ(ended_by(
                  [&] {
                      return calls().connect(context, Ipv4{peer::silent}, kLength, &Told::on_connected,
                                             kForever, &told);
                  },
                  [&] { put(context); }),
              -EBADF);
    EXPECT_TRUE(told.connected.empty());
}

TEST_F(Contexts, ends_a_connect_meanwhile_by_put) {
    const Processor running;
    net_context* const silent = make();
    EXPECT_EQ(calls().connect(silent, Ipv4{peer::silent}, kLength, &Told::on_connected, 0, &told), 0);
    net_context* const quick = make();
    EXPECT_EQ(calls().connect(quick, Ipv4{peer::echoes}, kLength, &Told::on_connected, 0, &told), 0);
    put(silent);
    put(quick); // before the driver's thread could look
    expect_all_places_free();
    EXPECT_TRUE(told.connected.empty());
}

// ---- send() and receive() ---------------------------------------------------------------------------------

TEST_F(Contexts, takes_one_packet_more_than_there_is_room_for) {
    const Processor running;
    net_context* const context = connected_to(peer::takes_nothing);
    constexpr std::size_t kSize = 1024;
    static_assert(kit::ScriptedNwp::kWindow % kSize == 0);
    for (std::size_t i = 0; i <= kit::ScriptedNwp::kWindow / kSize; ++i) {
        send_patiently(context, std::string(kSize, 'x'));
    }
    EXPECT_EQ(send(context, "x", 0), -EAGAIN);
    EXPECT_EQ(send(context, "x", 1), -ENOBUFS);
    const auto send_again = [&] { // as Zephyr's sockets do
        int sent = -ENOBUFS;
        while (sent == -ENOBUFS) sent = send(context, "x", kForever);
        return sent;
    };
    EXPECT_EQ(ended_by(send_again, [&] { put(context); }), -EBADF);
    // What was sent still goes out, and its place is taken until then, or until there is no way out.
    int places = 0;
    while (make() != nullptr) ++places;
    EXPECT_EQ(places, kPlaces - 1);
    nwp.cut_line();
    mend_line();
    until([&] { return make() != nullptr; });
}

TEST_F(Contexts, waits_with_what_comes_until_there_are_buffers) {
    const Processor running;
    net_context* const context = connected_to(peer::greets);
    shim::set_buffers(0);
    ASSERT_EQ(receive(context), 0);
    EXPECT_EQ(calls().recv(context, &Told::on_received, 30, &told), -ETIMEDOUT);
    EXPECT_EQ(told.received, "");
    shim::set_buffers(1);
    expect_received("hello");
}

TEST_F(Contexts, waits_in_receive_until_something_comes) {
    const Processor running;
    net_context* const context = connected_to(peer::speaks_later);
    EXPECT_EQ(ended_by([&] { return calls().recv(context, &Told::on_received, kForever, &told); },
                       [&] { nwp.speak("word"); }),
              0);
    expect_received("word");
    EXPECT_EQ(ended_by([&] { return calls().recv(context, &Told::on_received, kForever, &told); },
                       [&] { put(context); }),
              -EBADF);
}

TEST_F(Contexts, calls_nobody_behind_a_receive_without_a_callback) {
    const Processor running;
    net_context* const context = connected_to(peer::speaks_later);
    ASSERT_EQ(receive(context), 0);
    nwp.speak("one");
    expect_received("one");
    ASSERT_EQ(calls().recv(context, nullptr, 0, nullptr), 0);
    nwp.speak("two");
    net_context* const other = connected_to(peer::echoes); // its answer comes behind
    EXPECT_EQ(told.received, "");
    put(other);
    ASSERT_EQ(receive(context), 0);
    expect_received("two");
}

TEST_F(Contexts, survives_put_in_its_own_callback) {
    const Processor running;
    net_context* const context = connected_to(peer::pours);
    const auto put_it = [](net_context* of, net_pkt* packet, net_ip_header*, net_proto_header*, int,
                           void* count) {
        ++*static_cast<int*>(count);
        if (packet != nullptr) net_pkt_unref(packet);
        net_context_put(of);
    };
    int count = 0;
    ASSERT_EQ(calls().recv(context, put_it, 0, &count), 0);
    until([&] { return !context->used; });
    expect_all_places_free();
    EXPECT_EQ(count, 1);
}

TEST_F(Contexts, is_put_while_bytes_pour_in) {
    const Processor running;
    for (int i = 0; i < 20; ++i) {
        net_context* const context = connected_to(peer::pours);
        ASSERT_EQ(receive(context), 0);
        until([this] { return !told.received.empty(); });
        put(context);
        told.received.clear();
    }
}

TEST_F(Contexts, tells_once_that_the_link_was_lost) {
    const Processor running;
    net_context* const context = connected_to(peer::echoes);
    ASSERT_EQ(receive(context), 0);
    nwp.cut_line();
    mend_line();
    until([this] { return !told.ends.empty(); });
    EXPECT_EQ(told.ends, std::vector<int>{-ECONNABORTED});
    EXPECT_EQ(send(context, "x"), -ECONNABORTED);
}

// ---- Datagrams --------------------------------------------------------------------------------------------

TEST_F(Contexts, sends_datagrams_where_they_are_told_to_go) {
    const Processor running;
    net_context* const context = make(SOCK_DGRAM);
    EXPECT_EQ(calls().bind(context, Ipv4(0, 0), kLength), 0);
    EXPECT_EQ(send(context, "nowhere"), -EDESTADDRREQ);
    ASSERT_EQ(receive(context), 0);
    ASSERT_EQ(send_to(context, peer::echoes, "one"), 0);
    expect_received("one");
    const std::string longer(1200, 'l');
    ASSERT_EQ(send_to(context, peer::echoes, longer), 0);
    expect_received(longer);
    EXPECT_EQ(send(context, "nowhere"), -EDESTADDRREQ);
    EXPECT_EQ(calls().connect(context, Ipv4{peer::echoes}, kLength, nullptr, kForever, nullptr), 0);
    ASSERT_EQ(send(context, "there"), 0);
    expect_received("there");
}

TEST_F(Contexts, loses_datagrams_that_no_packet_holds) {
    const Processor running;
    net_context* const context = make(SOCK_DGRAM);
    ASSERT_EQ(receive(context), 0);
    ASSERT_EQ(send_to(context, peer::echoes, std::string(1600, 'l')), 0);
    ASSERT_EQ(send_to(context, peer::echoes, std::string(1600, 'l')), 0);
    ASSERT_EQ(send_to(context, peer::echoes, "short"), 0);
    expect_received("short");
    EXPECT_TRUE(told.ends.empty());
}

TEST_F(Contexts, takes_a_refused_datagram_for_a_lost_one) {
    const Processor running;
    net_context* const context = make(SOCK_DGRAM);
    ASSERT_EQ(receive(context), 0);
    ASSERT_EQ(send_to(context, peer::refuses, "x"), 0);
    until([&] { return send_to(context, peer::echoes, "y") == 0; }); // one call may be told of it
    expect_received("y");
    EXPECT_TRUE(told.ends.empty());
}

TEST_F(Contexts, goes_on_with_datagrams_on_another_link) {
    const Processor running;
    net_context* const context = make(SOCK_DGRAM);
    ASSERT_EQ(receive(context), 0);
    ASSERT_EQ(send_to(context, peer::echoes, "one"), 0);
    expect_received("one");
    nwp.cut_line();
    mend_line();
    until([&] { return send_to(context, peer::echoes, "two") == 0; });
    expect_received("two");
    EXPECT_TRUE(told.ends.empty());
}

// ---- Servers ----------------------------------------------------------------------------------------------

TEST_F(Contexts, gives_each_connection_a_context) {
    const Processor running;
    listening();
    nwp.call_in(1);
    until([this] { return told.accepted.size() == 1; });
    net_context* const made = told.accepted.front();
    made_.push_back(made);
    EXPECT_EQ(made->state, NET_CONTEXT_CONNECTED);
    const auto& remote = reinterpret_cast<const sockaddr_in&>(made->remote);
    EXPECT_EQ(ntohs(remote.sin_port), 40000);
    ASSERT_EQ(receive(made), 0);
    ASSERT_EQ(send(made, "ping"), 0);
    expect_received("ping");
}

TEST_F(Contexts, lets_connections_wait_while_all_contexts_are_taken) {
    const Processor running;
    listening();
    nwp.call_in(kPlaces + 1);
    until([this] { return told.accepted.size() == kPlaces - 1; });
    EXPECT_EQ(make(), nullptr);
    put(told.accepted.front());
    until([this] { return told.accepted.size() == kPlaces; });
    put(told.accepted.back());
    until([this] { return told.accepted.size() == kPlaces + 1; });
    for (net_context* const made : told.accepted) put(made);
}

TEST_F(Contexts, leaves_nothing_of_a_connection_that_comes_while_it_is_put) {
    const Processor running;
    for (int i = 0; i < 20; ++i) {
        net_context* const listener = listening();
        nwp.call_in(2);
        if (i % 2 != 0) until([this] { return !told.accepted.empty(); });
        ASSERT_EQ(calls().accept(listener, nullptr, 0, nullptr), 0);
        for (net_context* const made : std::exchange(told.accepted, {})) put(made);
        put(listener);
        expect_all_places_free();
        EXPECT_TRUE(told.accepted.empty());
    }
}

TEST_F(Contexts, waits_in_accept_until_somebody_comes) {
    const Processor running;
    net_context* const listener = listening();
    EXPECT_EQ(calls().accept(listener, &Told::on_accepted, 20, &told), -ETIMEDOUT);
    EXPECT_EQ(ended_by([&] { return calls().accept(listener, &Told::on_accepted, kForever, &told); },
                       [&] { nwp.call_in(1); }),
              0);
    for (net_context* const made : told.accepted) made_.push_back(made);
}

// The network processor has been told of the closes and has not confirmed them: that is no lack of sockets.
TEST_F(Contexts, waits_for_the_socket_of_one_that_was_put) {
    const Processor running;
    std::vector<net_context*> connected;
    for (int i = 0; i < kPlaces; ++i) connected.push_back(connected_to(peer::echoes));
    nwp.freeze(true);
    for (net_context* const one : connected) put(one);
    net_context* const next = make();
    EXPECT_EQ(ended_by([&] { return calls().bind(next, Ipv4(80, 0), kLength); }, [&] { nwp.freeze(false); }),
              0);
    EXPECT_EQ(nwp.open_sockets(), 1U);
}

TEST_F(Contexts, is_put_while_it_waits_for_a_socket) {
    const Processor running;
    std::vector<net_context*> connected;
    for (int i = 0; i < kPlaces; ++i) connected.push_back(connected_to(peer::echoes));
    nwp.freeze(true);
    for (net_context* const one : connected) put(one);
    net_context* const next = make();
    EXPECT_EQ(ended_by([&] { return calls().bind(next, Ipv4(80, 0), kLength); },
                       [&] {
                           put(next);
                           nwp.freeze(false);
                       }),
              -EBADF);
    until([this] { return nwp.open_sockets() == 0; });
}

TEST_F(Contexts, runs_out_of_places_without_losing_one) {
    const Processor running;
    for (int i = 0; i < kPlaces; ++i) ASSERT_NE(make(), nullptr);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(make(), nullptr);
    net_context* raw = nullptr;
    EXPECT_EQ(net_context_get(AF_INET, SOCK_RAW, 0, &raw), -ESOCKTNOSUPPORT);
}

} // namespace
} // namespace nwp
