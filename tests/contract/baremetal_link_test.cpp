// SPDX-License-Identifier: Apache-2.0
// The links of ports/baremetal over hardware that a test plays.
#include "tests/contract/link_contract.h"

#include "ports/baremetal/frame_bus_link.h"
#include "ports/baremetal/uart_link.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace nwp::contract {
namespace {

/// Two UARTs with a register for one byte each, and their interrupts.
class FakeUarts {
public:
    link::Link& end(End end) { return sides_[kit::index(end)].link; }

    /// So many bytes each way.
    void turn() {
        for (int i = 0; i < 100; ++i) {
            sides_[0].pass_to(sides_[1]);
            sides_[1].pass_to(sides_[0]);
        }
    }
    void put_garbage(End to) {
        for (int i = 1; i < 60; ++i) sides_[kit::index(to)].link.ring().take([i] { return i * 37; });
    }

private:
    struct Side final : baremetal::Uart {
        void start_transmit() override { transmits = true; }
        void resume_receive() override { held = false; }
        void pass_to(Side& other) {
            if (!transmits || other.held) return;
            if (!byte_sent) byte_sent = link.next_byte();
            transmits = *byte_sent != baremetal::UartLink::kNothing;
            if (!transmits) return byte_sent.reset();
            other.held = true; // until there is room
            other.link.ring().take([this, &other] {
                other.held = false;
                return *std::exchange(byte_sent, std::nullopt);
            });
        }

        std::optional<int> byte_sent; ///< and not taken yet
        bool transmits = false;
        bool held = false;
        baremetal::UartLinkStorage<256, 512> storage{};
        baremetal::UartLink link{*this, storage};
    };
    Side sides_[2];
};

/// Two controllers with queues for a few packets each.
class FakePackets {
public:
    FakePackets() {
        for (Side& side : sides_) side.link->start();
        turn();
    }
    link::Link& end(End end) { return *sides_[kit::index(end)].link; }

    void turn() {
        for (std::size_t i = 0; i < 2; ++i) {
            Side& side = sides_[i];
            for (Buffer& packet : side.outgoing) sides_[1 - i].incoming.push_back(std::move(packet));
            const bool moved = !side.outgoing.empty();
            side.outgoing.clear();
            EXPECT_LE(sides_[1 - i].incoming.size(), kQueue) << "the window lets the queue overflow";
            if (moved) sides_[1 - i].link->on_packets();
        }
    }
    void restart(End end) {
        Side& side = sides_[kit::index(end)];
        side.incoming.clear();
        side.outgoing.clear();
        side.link.emplace(side);
        side.link->start();
    }

private:
    // Frames of a window, the start, and a report for each half.
    static constexpr std::size_t kQueue = link::kBusWindow + 1 + 4;

    struct Side final : baremetal::PacketBus {
        bool send(ByteView head, ByteView rest) override {
            Buffer packet = kit::copied(head);
            packet.insert(packet.end(), rest.begin(), rest.end());
            packet.resize(std::max<std::size_t>(packet.size(), 60)); // as Ethernet pads
            outgoing.push_back(std::move(packet));
            return true;
        }
        std::size_t receive(Bytes into) override {
            if (incoming.empty()) return 0;
            const std::size_t size = copy_bytes(into, incoming.front());
            incoming.pop_front();
            return size;
        }

        std::deque<Buffer> incoming;
        std::deque<Buffer> outgoing;
        std::optional<baremetal::FrameBusLink> link{*this};
    };
    Side sides_[2];
};

INSTANTIATE_TYPED_TEST_SUITE_P(BaremetalUart, LinkContract, FakeUarts);
INSTANTIATE_TYPED_TEST_SUITE_P(BaremetalUart, NoisyLinkContract, FakeUarts);
INSTANTIATE_TYPED_TEST_SUITE_P(FrameBus, LinkContract, FakePackets);
INSTANTIATE_TYPED_TEST_SUITE_P(FrameBus, ResetLinkContract, FakePackets);

} // namespace
} // namespace nwp::contract
