// SPDX-License-Identifier: Apache-2.0
// The Ethernet plane, on the kernel of shim/, against a scripted network processor. No stack is above it.
#include "tests/zephyr/net_objects.h"
#include "tests/zephyr/offload_fixture.h"
#include "zephyr/driver.h"
#include "zephyr/network.h"

namespace nwp {
namespace {

class Packets : public Powered {
protected:
    Packets() {
        const Processor running;
        await_session();
        shim::take_frames();
    }
    ~Packets() override {
        const Processor running;
        shim::set_buffers(64);
        shim::refuse_frames(false);
        set_network(false);
        EXPECT_EQ(shim::packets_in_use(), 0U);
    }

    static void set_network(bool there) {
        AddressChanged change;
        if (there) change.address = Address::ipv4(10, 77, 0, 2, 0);
        static_cast<EventListener&>(zephyr::network()).on_address(change);
    }
    static bool usable() { return !shim::interface().dormant; }
    void join() {
        set_network(true);
        until(&usable);
    }
    /// Zephyr's transmit thread.
    static int send(const std::string& frame, std::size_t each = 128) {
        net_pkt* const packet = shim::packet_of(frame, nullptr, each);
        const int sent = opennwp_send_frame(nullptr, packet);
        net_pkt_unref(packet); // as Zephyr's L2 does
        return sent;
    }
    void expect_frame(const std::string& frame) {
        ASSERT_TRUE(nwp.send_frame(frame));
        std::vector<std::string> came;
        until([&came] { return !(came = shim::take_frames()).empty(); });
        EXPECT_EQ(came, std::vector<std::string>{frame});
    }

    const std::string short_frame_ = std::string(60, 's');
    const std::string long_frame_ = std::string(700, 'a') + std::string(814, 'b');
};

TEST_F(Packets, is_an_ethernet_with_the_network_processors_address) {
    const Processor running;
    EXPECT_FALSE(usable());
    join();
    EXPECT_TRUE(shim::interface().ethernet);
    EXPECT_TRUE(std::equal(std::begin(kit::ScriptedNwp::kHardwareAddress),
                           std::end(kit::ScriptedNwp::kHardwareAddress),
                           shim::interface().link_address.addr));
    set_network(false);
    EXPECT_FALSE(usable());
    set_network(true); // its socket stands
    EXPECT_TRUE(usable());
}

TEST_F(Packets, brings_frames_to_the_stack) {
    const Processor running;
    join();
    expect_frame(short_frame_);
    expect_frame(long_frame_);
}

TEST_F(Packets, sends_frames_of_many_buffers) {
    const Processor running;
    join();
    EXPECT_EQ(send(long_frame_), 0);
    EXPECT_EQ(send(short_frame_, 7), 0);
    until([&] { return nwp.frames().size() == 2; });
    EXPECT_EQ(nwp.frames(), (std::vector<std::string>{long_frame_, short_frame_}));
}

TEST_F(Packets, carries_more_frames_than_there_is_credit_for) {
    const Processor running;
    join();
    for (std::size_t i = 0; i < 300; ++i) ASSERT_EQ(send(long_frame_), 0);
    until([&] { return nwp.frames().size() == 300; });
    for (int i = 0; i < 100; ++i) expect_frame(long_frame_);
}

TEST_F(Packets, loses_frames_without_buffers_and_goes_on) {
    const Processor running;
    join();
    shim::set_buffers(3);
    ASSERT_TRUE(nwp.send_frame(long_frame_));
    ASSERT_TRUE(nwp.send_frame(short_frame_));
    std::vector<std::string> came;
    until([&came] { return !(came = shim::take_frames()).empty(); });
    EXPECT_EQ(came, std::vector<std::string>{short_frame_});
    shim::set_buffers(64);
    expect_frame(long_frame_);
}

TEST_F(Packets, frees_what_the_stack_refuses) {
    const Processor running;
    join();
    shim::refuse_frames(true);
    ASSERT_TRUE(nwp.send_frame(short_frame_));
    until([] { return shim::frames_refused() == 1; });
    shim::refuse_frames(false);
    expect_frame(long_frame_);
    EXPECT_EQ(shim::packets_in_use(), 0U);
}

TEST_F(Packets, stays_down_where_none_are_granted) {
    const Processor running;
    nwp.grant_packets(false);
    const std::size_t before = nwp.messages();
    set_network(true);
    until([&] { return nwp.messages() != before; });
    // Its answer has come when the answer to what was asked behind it has.
    const Result<SocketId> other = zephyr::host().open(Family::packet, SocketType::datagram, Protocol::any);
    if (other) {
        until([&] { return zephyr::host().opened(*other).error() != Error::would_block; });
        static_cast<void>(zephyr::host().close(*other));
    }
    EXPECT_FALSE(usable());
    EXPECT_LT(send(short_frame_), 0);
}

TEST_F(Packets, comes_back_with_the_link) {
    const Processor running;
    join();
    nwp.cut_line();
    mend_line();
    until([] { return !usable(); });
    EXPECT_LT(send(short_frame_), 0);
    join();
    expect_frame(short_frame_);
    EXPECT_EQ(send(short_frame_), 0);
    until([&] { return nwp.frames().size() == 1; });
}

} // namespace
} // namespace nwp
