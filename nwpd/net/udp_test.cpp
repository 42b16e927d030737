// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/udp.h"

#include "base/text.h"
#include "tests/kit/pki/loop.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

using namespace nwp;
using namespace nwp::net;
using kit::run_ready;
using kit::run_until;

namespace {

Address loopback(Family family) {
    if (family == Family::ipv4) return Address::ipv4(127, 0, 0, 1);
    Address address;
    address.family = Family::ipv6;
    address.ip[15] = 1;
    return address;
}

class Udp : public ::testing::TestWithParam<Family> {
protected:
    Udp() {
        for (UdpSocket* socket : {&one, &other}) {
            EXPECT_TRUE(socket->open(GetParam(), {}));
            EXPECT_TRUE(socket->bind(loopback(GetParam())));
        }
    }
    bool becomes_readable(UdpSocket& socket) {
        bool ready = false;
        socket.wait_readable([&] { ready = true; });
        return run_until(context, [&] { return ready; });
    }
    std::string receive(UdpSocket& socket) {
        EXPECT_TRUE(becomes_readable(socket));
        const auto got = socket.receive(buffer);
        EXPECT_TRUE(got);
        if (!got) return {};
        last = *got;
        return std::string{as_text(ByteView{buffer}.first(got->size))};
    }

    Gate gate;
    boost::asio::io_context context;
    UdpSocket one{context, gate};
    UdpSocket other{context, gate};
    std::vector<Byte> buffer = std::vector<Byte>(65536);
    DatagramInfo last;
};

TEST_P(Udp, keeps_boundaries_and_says_who_sent) {
    EXPECT_EQ(other.receive(buffer).error(), Error::would_block);
    for (const char* text : {"first", "", "third"}) ASSERT_TRUE(one.send(as_bytes(text), other.local()));
    EXPECT_EQ(receive(other), "first");
    EXPECT_EQ(last.from, one.local());
    EXPECT_EQ(receive(other), "");
    EXPECT_EQ(receive(other), "third");
}

TEST_P(Udp, tells_the_whole_size_of_what_was_cut) {
    ASSERT_TRUE(one.send(as_bytes("long one"), other.local()));
    ASSERT_TRUE(becomes_readable(other));
    Byte four[4];
    EXPECT_EQ(other.receive(four)->size, 8U);
    EXPECT_EQ(other.receive(buffer).error(), Error::would_block);
}

TEST_P(Udp, carries_the_longest_datagram_and_refuses_a_longer_one) {
    // RFC 768, RFC 791, RFC 8200: 16 bits of length less the headers that count.
    const std::size_t longest = GetParam() == Family::ipv4 ? 65507 : 65527;
    const std::string text(longest + 1, 'x');
    EXPECT_EQ(one.send(as_bytes(text), other.local()).error(), Error::message_too_long);
    ASSERT_TRUE(one.send(as_bytes(text).first(longest), other.local()));
    EXPECT_EQ(receive(other).size(), longest);
}

TEST_P(Udp, a_connected_one_hears_its_peer_alone_until_it_dissolves) {
    UdpSocket third{context, gate};
    ASSERT_TRUE(third.open(GetParam(), {}));
    EXPECT_EQ(one.send(as_bytes("x"), {}).error(), Error::destination_required);
    ASSERT_TRUE(one.connect(other.local()));
    EXPECT_EQ(one.peer(), other.local());
    ASSERT_TRUE(third.send(as_bytes("stranger"), one.local()));
    ASSERT_TRUE(other.send(as_bytes("peer"), one.local()));
    EXPECT_EQ(receive(one), "peer");
    ASSERT_TRUE(one.send(as_bytes("back"), {}));
    EXPECT_EQ(receive(other), "back");
    ASSERT_TRUE(one.connect({}));
    EXPECT_EQ(one.peer(), Address{});
    EXPECT_EQ(one.local().port, 0) << "Linux: a port that the kernel chose is given back";
    ASSERT_TRUE(one.send(as_bytes("anew"), other.local()));
    EXPECT_EQ(receive(other), "anew");
    ASSERT_TRUE(third.send(as_bytes("stranger"), one.local()));
    EXPECT_EQ(receive(one), "stranger");
}

TEST_P(Udp, says_when_a_datagram_met_nobody) {
    const Address gone = other.local();
    other.close();
    ASSERT_TRUE(one.connect(gone));
    ASSERT_TRUE(one.send(as_bytes("x"), {}));
    ASSERT_TRUE(becomes_readable(one));
    EXPECT_EQ(one.receive(buffer).error(), Error::connection_refused);
    EXPECT_EQ(one.receive(buffer).error(), Error::would_block);
}

TEST_P(Udp, moves_nothing_while_the_gate_is_closed) {
    ASSERT_TRUE(one.send(as_bytes("x"), other.local()));
    gate.set(false);
    bool readable = false;
    other.wait_readable([&] { readable = true; });
    run_ready(context);
    EXPECT_FALSE(readable);
    EXPECT_EQ(other.receive(buffer).error(), Error::would_block);
    EXPECT_EQ(one.send(as_bytes("y"), other.local()).error(), Error::would_block);
    gate.set(true);
    ASSERT_TRUE(run_until(context, [&] { return readable; }));
    EXPECT_EQ(other.receive(buffer)->size, 1U);
}

TEST_P(Udp, takes_every_option) {
    UdpOptions options;
    options.broadcast = options.reuse_address = options.reuse_port = true;
    options.receive_buffer = options.send_buffer = 8192;
    options.hop_limit = 3;
    options.multicast_hops = 2;
    options.multicast_loop = false;
    EXPECT_TRUE(one.set_options(options));
    options.hop_limit = 256;
    EXPECT_EQ(one.set_options(options).error(), Error::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(Families, Udp, ::testing::Values(Family::ipv4, Family::ipv6),
                         [](const auto& with) { return with.param == Family::ipv4 ? "ipv4" : "ipv6"; });

TEST(Multicast, reaches_members_on_the_interface_of_an_address) {
    Gate gate;
    boost::asio::io_context context;
    const Address here = Address::ipv4(127, 77, 0, 50);
    Address group = Address::ipv4(239, 77, 0, 1);
    UdpSocket member{context, gate};
    ASSERT_TRUE(member.open(Family::ipv4, {.reuse_address = true}));
    ASSERT_TRUE(member.bind(group));
    group.port = member.local().port;
    ASSERT_TRUE(member.join(group, here));
    UdpSocket sender{context, gate};
    ASSERT_TRUE(sender.open(Family::ipv4, {}));
    ASSERT_TRUE(sender.bind(here));
    ASSERT_TRUE(sender.set_multicast_interface(here));
    ASSERT_TRUE(sender.send(as_bytes("all"), group));
    bool readable = false;
    member.wait_readable([&] { readable = true; });
    ASSERT_TRUE(run_until(context, [&] { return readable; }));
    Byte buffer[16];
    const auto got = member.receive(buffer);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->from, sender.local());
    EXPECT_TRUE(member.leave(group, here));
    EXPECT_EQ(member.leave(group, here).error(), Error::address_not_available);
}

} // namespace
