// SPDX-License-Identifier: Apache-2.0
// Ethernet frames between a host and a real TAP interface, in a network of the test's own.
#include "base/text.h"
#include "nwp/packets.h"
#include "tests/contract/internet.h"
#include "tests/kit/link_host.h"
#include "tests/kit/live_pair.h"
#include "tests/kit/nwp_in_process.h"
#include "tests/kit/pipe_pair.h"
#include "tests/kit/tap_network.h"
#include "tests/kit/temporary_folder.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

namespace nwp::contract {
namespace {

class Packets : public ::testing::Test {
protected:
    void SetUp() override {
        if (const auto refused = kit::TapNetwork::enter()) GTEST_SKIP() << *refused;
        tap.emplace("nwp0");
        kit::NwpSettings settings;
        settings.store = folder / "store";
        nwp = std::make_unique<kit::NwpInProcess>(settings);
        auto made = std::make_unique<kit::PipePair>();
        pipe = made.get();
        cable = std::make_unique<kit::LivePair>(std::move(made));
    }

    void serve(const std::string& interface = "nwp0") {
        service::ClientPolicy policy;
        policy.packets = interface;
        nwp->serve(cable->nwp(), policy);
        host = std::make_unique<kit::LinkHost>(cable->host());
        ASSERT_TRUE(host->host().await_link(limit()));
        packets = std::make_unique<PacketSocket>(host->host());
    }
    void opened() {
        serve();
        const auto there = packets->open();
        ASSERT_TRUE(there) << to_string(there.error());
        const auto known = packets->interface();
        ASSERT_TRUE(known);
        is = *known;
    }
    Instant limit() { return host->port().now() + seconds(30); }

    std::string own_address() const { return std::string{as_text(ByteView{is.hardware_address})}; }
    std::string to_machine(std::string_view content) const {
        return kit::frame_of(tap->hardware_address(), own_address(), content);
    }
    std::string to_host(std::string_view content) const {
        return kit::frame_of(own_address(), tap->hardware_address(), content);
    }
    Error send(std::string_view frame) {
        Result<void> sent;
        EXPECT_TRUE(host->host().block(packets->socket(), limit(), [&] {
            sent = packets->send(as_bytes(frame));
            return sent.error() != Error::would_block;
        }));
        return sent.error();
    }
    std::string receive() {
        std::vector<Byte> frame(2000);
        Result<std::size_t> size = Error::would_block;
        EXPECT_TRUE(host->host().block(packets->socket(), limit(), [&] {
            size = packets->receive(frame);
            return size.error() != Error::would_block;
        })) << "no frame came";
        return size ? std::string{as_text(ByteView{frame}.first(*size))} : to_string(size.error());
    }
    Error problem() {
        Error error{};
        EXPECT_TRUE(host->host().block(packets->socket(), limit(), [&] {
            return !host->host().take_error(packets->socket(), error) || error != Error{};
        }));
        return error;
    }

    kit::TemporaryFolder folder;
    std::optional<kit::TapNetwork> tap;
    std::unique_ptr<kit::LivePair> cable;
    kit::PipePair* pipe = nullptr;
    std::unique_ptr<kit::NwpInProcess> nwp;
    std::unique_ptr<kit::LinkHost> host;
    std::unique_ptr<PacketSocket> packets;
    PacketSocket::Interface is{};
};

TEST_F(Packets, go_both_ways_whole) {
    opened();
    EXPECT_EQ(is.mtu, 1500U);
    for (const std::size_t size : {0U, 46U, 1500U}) {
        const std::string frame = to_machine(pattern(size));
        ASSERT_EQ(send(frame), Error{});
        EXPECT_EQ(tap->receive(), frame);
        tap->send(to_host(pattern(size)));
        EXPECT_EQ(receive(), to_host(pattern(size)));
    }
}

TEST_F(Packets, many_at_once_keep_their_order_and_the_credit) {
    opened();
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 10; ++i) tap->send(to_host(pattern(1000) + std::to_string(i)));
        for (int i = 0; i < 10; ++i) EXPECT_EQ(receive(), to_host(pattern(1000) + std::to_string(i)));
        for (int i = 0; i < 10; ++i) ASSERT_EQ(send(to_machine(pattern(1000) + std::to_string(i))), Error{});
        for (int i = 0; i < 10; ++i) EXPECT_EQ(tap->receive(), to_machine(pattern(1000) + std::to_string(i)));
    }
}

TEST_F(Packets, a_flood_that_a_host_does_not_take_costs_frames_and_nothing_else) {
    opened();
    for (int i = 0; i < 5000; ++i) tap->send(to_host(pattern(1400)));
    // The link, its credit and the wire live on.
    const std::string frame = to_machine("after");
    ASSERT_EQ(send(frame), Error{});
    EXPECT_EQ(tap->receive(), frame);
    EXPECT_EQ(receive(), to_host(pattern(1400)));
    EXPECT_EQ(host->host().link_state(), LinkState::up);
}

TEST_F(Packets, are_refused_to_a_host_that_was_not_granted_them) {
    serve("");
    EXPECT_EQ(packets->open().error(), Error::not_permitted);
    EXPECT_EQ(send(to_machine("x")), Error::bad_handle);
}

TEST_F(Packets, say_when_there_is_no_interface) {
    serve("nwp7");
    EXPECT_EQ(packets->open().error(), Error::no_device);
}

TEST_F(Packets, tell_what_is_wrong_with_a_frame_and_live_on) {
    opened();
    ASSERT_EQ(send(to_machine(pattern(1505))), Error{});
    EXPECT_EQ(problem(), Error::message_too_long);
    ASSERT_EQ(send("no header"), Error{});
    EXPECT_EQ(problem(), Error::invalid_argument);
    const std::string frame = to_machine("right");
    ASSERT_EQ(send(frame), Error{});
    EXPECT_EQ(tap->receive(), frame);
}

TEST_F(Packets, a_frame_longer_than_the_memory_there_is_is_cut) {
    opened();
    tap->send(to_host(pattern(100)));
    Byte some[30];
    Result<std::size_t> size = Error::would_block;
    EXPECT_TRUE(host->host().block(packets->socket(), limit(), [&] {
        size = packets->receive(some);
        return size.error() != Error::would_block;
    }));
    EXPECT_EQ(*size, sizeof some);
    tap->send(to_host("next"));
    EXPECT_EQ(receive(), to_host("next")) << "the rest is nobody's";
}

TEST_F(Packets, the_wire_is_free_again_when_the_socket_is_closed) {
    opened();
    PacketSocket other{host->host()};
    EXPECT_EQ(other.open().error(), Error::address_in_use);
    packets->close();
    Result<void> again = Error::address_in_use;
    for (const Instant until = limit(); !again && host->port().now() < until;) again = other.open();
    EXPECT_TRUE(again);
    other.close();
}

TEST_F(Packets, end_with_the_interface) {
    opened();
    tap->remove();
    EXPECT_EQ(problem(), Error::no_device);
}

} // namespace
} // namespace nwp::contract
