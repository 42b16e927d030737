// SPDX-License-Identifier: Apache-2.0
#include "link/spi_exchange.h"

#include "tests/kit/spi_bus.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nwp::link {
namespace {

using kit::Buffer;
using kit::End;
using kit::SpiBus;
using kit::to_hex;
using namespace kit::literals;

constexpr std::size_t kRoom = 512;

/// One end whose other end is bytes written by hand.
struct Machine {
    Buffer storage = Buffer(spi_storage_room(kRoom));
    SpiExchange machine{storage};

    /// Clocks as many bytes as `from_peer` has; returns what this end sent.
    std::string exchange(const Buffer& from_peer) {
        const auto buffers = machine.begin();
        std::string sent = to_hex(buffers.transmit.first(from_peer.size()));
        copy_bytes(buffers.receive, from_peer);
        machine.end(from_peer.size());
        return sent;
    }

    /// Past the first contact: both know that the other was reset.
    void settle() {
        exchange("5a 01 00 00 00 02 d8 b0"_hex);
        exchange("5a 03 00 00 00 02 80 6f"_hex);
        exchange("5a 00 00 00 00 02 74 df"_hex);
    }
};

using Frames = std::vector<Buffer>;

Instant at(std::int64_t ms) { return Instant{} + milliseconds(ms); }

Frames taken(Link& link) {
    Frames frames;
    for (auto frame = link.receive(); frame; frame = link.receive()) frames.push_back(kit::copied(*frame));
    return frames;
}

// The worked example of docs/protocol/links.md, from the master's side.
TEST(SpiExchange, has_the_documented_bytes) {
    Machine master;
    EXPECT_EQ(master.exchange("5a 01 00 00 00 02 d8 b0"_hex), "5a 01 00 00 00 02 d8 b0");
    EXPECT_EQ(master.exchange("5a 03 00 00 00 02 80 6f"_hex), "5a 03 00 00 00 02 80 6f");
    EXPECT_EQ(master.exchange("5a 02 00 00 00 02 2c 00"_hex), "5a 02 00 00 00 02 2c 00");
    EXPECT_EQ(master.exchange("5a 00 00 00 00 02 74 df"_hex), "5a 00 00 00 00 02 74 df");

    ASSERT_TRUE(master.machine.send("31 32 33 34 35"_hex).ok());
    EXPECT_EQ(master.machine.next_size(), 17U);
    EXPECT_EQ(master.exchange("5a 00 09 00 00 02 2a 16"_hex), "5a 00 05 00 00 02 3f 44");
    EXPECT_EQ(master.machine.next_size(), 21U);
    const std::string sent =
        master.exchange("5a 00 09 00 00 02 2a 16 31 32 33 34 35 36 37 38 39 83 92 06 e3"_hex);
    EXPECT_EQ(sent.substr(0, 17 * 3 - 1), "5a 00 05 00 00 02 3f 44 31 32 33 34 35 35 23 d1 18");
    EXPECT_EQ(to_hex(*master.machine.receive()), "31 32 33 34 35 36 37 38 39");
    EXPECT_EQ(master.machine.counters().frames, 1U);
}

TEST(SpiExchange, held_and_floating_lines_are_no_headers) {
    Machine end;
    end.settle();
    ASSERT_TRUE(end.machine.send("01"_hex).ok());
    end.exchange(Buffer(16, 0x00));
    end.exchange(Buffer(16, 0xFF));
    EXPECT_EQ(end.machine.counters().silent, 2U);
    EXPECT_FALSE(end.machine.answered());
    EXPECT_EQ(end.machine.receive().error(), Error::would_block);
    // Nobody was listening, so the frame is still there.
    EXPECT_EQ(end.machine.send("02"_hex).error(), Error::would_block);
}

TEST(SpiExchange, header_with_any_flipped_bit_is_refused) {
    const Buffer good = "5a 00 09 00 00 02 2a 16"_hex;
    for (std::size_t bit = 0; bit < 64; ++bit) {
        Machine end;
        Buffer bad = good;
        bad[bit / 8] = static_cast<Byte>(bad[bit / 8] ^ (1U << (bit % 8)));
        end.exchange(bad);
        EXPECT_EQ(end.machine.counters().bad_header, 1U) << bit;
        EXPECT_EQ(end.machine.next_size(), kSpiHeaderSize);
    }
}

TEST(SpiExchange, damaged_frame_is_counted_and_lost) {
    Machine end;
    end.settle();
    Buffer bytes = "5a 00 09 00 00 02 2a 16 31 32 33 34 35 36 37 38 39 83 92 06 e3"_hex;
    bytes[10] ^= 0x04;
    end.exchange(bytes);
    EXPECT_EQ(end.machine.counters().bad_check, 1U);
    EXPECT_EQ(end.machine.receive().error(), Error::would_block);
}

TEST(SpiExchange, frame_that_met_a_damaged_header_counts_as_lost) {
    Machine end;
    end.settle();
    ASSERT_TRUE(end.machine.send("01"_hex).ok());
    end.exchange("5a 00 00 00 00 12 74 df 00 00 00 00 00"_hex);
    EXPECT_EQ(end.machine.counters().bad_header, 1U);
    EXPECT_TRUE(end.machine.send("02"_hex).ok());
}

TEST(SpiExchange, frame_beyond_the_clocked_bytes_stays) {
    Machine end;
    end.settle();
    ASSERT_TRUE(end.machine.send("01 02 03"_hex).ok());
    end.exchange("5a 00 00 00 00 02 74 df 00 00 00 00 00 00"_hex); // one byte too few
    EXPECT_EQ(end.machine.send("02"_hex).error(), Error::would_block);
    end.exchange("5a 00 00 00 00 02 74 df 00 00 00 00 00 00 00"_hex);
    EXPECT_TRUE(end.machine.send("02"_hex).ok());
}

TEST(SpiExchange, frame_waits_until_the_other_end_has_room) {
    SpiBus bus{{.frame_room = 64}};
    ASSERT_TRUE(bus.host().send("01"_hex).ok());
    bus.advance_to(at(1));
    ASSERT_TRUE(bus.host().send("02"_hex).ok());
    bus.advance_to(at(2));
    EXPECT_EQ(bus.host().send("03"_hex).error(), Error::would_block);
    EXPECT_EQ(bus.next_event(), Instant::never()); // and nobody clocks in vain
    EXPECT_EQ(taken(bus.nwp()), Frames{"01"_hex});
    bus.advance_to(at(3));
    EXPECT_EQ(taken(bus.nwp()), Frames{"02"_hex});
}

TEST(SpiExchange, received_view_survives_the_next_exchange) {
    SpiBus bus{{.frame_room = 64}};
    ASSERT_TRUE(bus.host().send("01 02"_hex).ok());
    bus.advance_to(at(1));
    const auto frame = bus.nwp().receive();
    ASSERT_TRUE(frame.ok());
    ASSERT_TRUE(bus.host().send("0a 0b"_hex).ok());
    bus.advance_to(at(2));
    EXPECT_EQ(to_hex(*frame), "01 02");
    EXPECT_EQ(bus.nwp().receive().error(), Error::would_block); // gives the view back
    bus.advance_to(at(3));
    EXPECT_EQ(taken(bus.nwp()), Frames{"0a 0b"_hex});
}

TEST(SpiExchange, first_contact_is_no_reset) {
    SpiBus bus;
    bus.advance_to(at(1));
    EXPECT_EQ(bus.host().receive().error(), Error::would_block);
    EXPECT_EQ(bus.nwp().receive().error(), Error::would_block);
}

TEST(SpiExchange, bus_falls_silent_when_nothing_is_to_be_said) {
    SpiBus bus;
    bus.advance_to(at(1));
    EXPECT_EQ(bus.next_event(), Instant::never());
    EXPECT_LE(bus.exchanges(), 4U);
}

TEST(SpiExchange, every_reset_of_either_end_is_told_once) {
    for (const End end : {End::host, End::nwp}) {
        SpiBus bus;
        bus.advance_to(at(1));
        link::Link& other = bus.end(kit::other(end));
        for (int round = 0; round < 3; ++round) {
            bus.restart(end);
            bus.advance_to(at(2 + round));
            EXPECT_EQ(other.receive().error(), Error::link_reset);
            EXPECT_EQ(other.receive().error(), Error::would_block);
            EXPECT_EQ(bus.end(end).receive().error(), Error::would_block);
        }
        EXPECT_EQ(bus.machine(kit::other(end)).counters().resets, 3U);
    }
}

TEST(SpiExchange, reset_comes_before_the_new_peers_first_frame_and_drops_the_old_ones) {
    SpiBus bus;
    ASSERT_TRUE(bus.nwp().send("01"_hex).ok());
    bus.advance_to(at(1));
    bus.restart(End::nwp);
    ASSERT_TRUE(bus.nwp().send("02"_hex).ok());
    bus.advance_to(at(2));
    EXPECT_EQ(bus.host().receive().error(), Error::link_reset);
    bus.advance_to(at(3));
    EXPECT_EQ(taken(bus.host()), Frames{"02"_hex});
}

TEST(SpiExchange, reset_is_told_although_exchanges_are_damaged) {
    SpiBus bus{{.frame_room = 64}};
    bus.advance_to(at(1));
    bus.restart(End::nwp);
    int exchanges = 0;
    bus.on_exchange([&](End, Buffer& bytes) {
        if (++exchanges < 7) bytes[2] ^= 0x10;
    });
    bus.advance_to(at(20));
    EXPECT_EQ(bus.host().receive().error(), Error::link_reset);
    EXPECT_EQ(bus.host().receive().error(), Error::would_block);
    EXPECT_EQ(bus.next_event(), Instant::never());
}

TEST(SpiExchange, absent_slave_is_tried_again_and_nothing_is_lost) {
    SpiBus bus;
    bus.plug(false);
    ASSERT_TRUE(bus.host().send("01"_hex).ok());
    bus.advance_to(at(50));
    EXPECT_LE(bus.exchanges(), 60U);
    EXPECT_GE(bus.exchanges(), 40U);
    bus.plug(true);
    bus.advance_to(at(60));
    EXPECT_EQ(taken(bus.nwp()), Frames{"01"_hex});
}

TEST(SpiExchange, both_directions_share_one_exchange) {
    SpiBus bus;
    bus.advance_to(at(1));
    std::vector<std::size_t> sizes;
    bus.on_exchange([&](End to, Buffer& bytes) {
        if (to == End::host) sizes.push_back(bytes.size());
    });
    ASSERT_TRUE(bus.nwp().send(Buffer(512, 2)).ok());
    ASSERT_TRUE(bus.host().send(Buffer(512, 1)).ok());
    bus.advance_to(at(2));
    EXPECT_EQ(taken(bus.nwp()), Frames{Buffer(512, 1)});
    EXPECT_EQ(taken(bus.host()), Frames{Buffer(512, 2)});
    EXPECT_EQ(sizes, std::vector<std::size_t>{524});
}

TEST(SpiExchange, short_exchange_settles_the_larger_size) {
    SpiBus bus;
    bus.advance_to(at(1));
    std::vector<std::size_t> sizes;
    bus.on_exchange([&](End to, Buffer& bytes) {
        if (to == End::host) sizes.push_back(bytes.size());
    });
    ASSERT_TRUE(bus.nwp().send(Buffer(300, 2)).ok());
    bus.advance_to(at(2));
    EXPECT_EQ(taken(bus.host()), Frames{Buffer(300, 2)});
    EXPECT_EQ(sizes, (std::vector<std::size_t>{8, 312}));
}

TEST(SpiExchange, flipped_bits_cost_frames_and_never_make_wrong_ones) {
    SpiBus bus{{.seed = 9, .frame_room = 64}};
    bus.advance_to(at(1));
    bus.set_flip_per_byte(2e-3);
    int sent = 0;
    int arrived = 0;
    int resets = 0;
    for (int round = 0; round < 5000; ++round) {
        if (bus.nwp().send(Buffer(64, static_cast<Byte>(round))).ok()) ++sent;
        bus.advance_to(at(2 + round));
        for (auto frame = bus.host().receive(); frame.error() != Error::would_block;
             frame = bus.host().receive()) {
            if (!frame) {
                ++resets;
                continue;
            }
            ++arrived;
            ASSERT_EQ(frame->size(), 64U);
            EXPECT_TRUE(std::all_of(frame->begin(), frame->end(), [&](Byte b) { return b == (*frame)[0]; }));
        }
    }
    EXPECT_GT(arrived, sent / 2);
    EXPECT_LT(arrived, sent);
    EXPECT_EQ(resets, 0);
    EXPECT_GT(bus.machine(End::host).counters().bad_check, 0U);
    EXPECT_GT(bus.machine(End::host).counters().bad_header, 0U);
}

TEST(SpiExchange, more_clocked_bytes_than_the_buffers_hold_do_no_harm) {
    Machine end;
    end.settle();
    const auto buffers = end.machine.begin();
    copy_bytes(buffers.receive, "5a 00 00 00 00 02 74 df"_hex);
    end.machine.end(100000);
    EXPECT_TRUE(end.machine.answered());
}

TEST(SpiExchange, exchange_that_was_broken_off_changes_nothing) {
    Machine end;
    end.settle();
    ASSERT_TRUE(end.machine.send("01"_hex).ok());
    for (std::size_t size = 0; size < kSpiHeaderSize; ++size) end.exchange(Buffer(size, 0x5A));
    EXPECT_EQ(end.machine.send("02"_hex).error(), Error::would_block);
    EXPECT_EQ(end.machine.counters().bad_header, 0U);
}

TEST(SpiExchange, begin_again_offers_what_came_since) {
    Machine end;
    end.settle();
    end.machine.begin();
    ASSERT_TRUE(end.machine.send("31 32 33 34 35"_hex).ok());
    EXPECT_EQ(end.exchange("5a 00 00 00 00 02 74 df"_hex), "5a 00 05 00 00 02 3f 44");
}

TEST(SpiExchange, frame_given_during_an_exchange_belongs_to_the_next) {
    Machine end;
    end.settle();
    const auto buffers = end.machine.begin();
    ASSERT_TRUE(end.machine.send("01"_hex).ok());
    copy_bytes(buffers.receive, "5a 00 00 00 00 02 74 df"_hex);
    end.machine.end(100);
    EXPECT_EQ(end.machine.send("02"_hex).error(), Error::would_block);
}

} // namespace
} // namespace nwp::link
