// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/frame_bus_link.h"

#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "ports/baremetal/boards/mps2_an386/registers.h"

namespace nwp::mps2 {
namespace {

constexpr std::uint32_t kCommandFirst = 1U << 13;
constexpr std::uint32_t kCommandLast = 1U << 12;
constexpr std::uint32_t kReceiveInterrupt = 1U << 3; // RX status FIFO level
constexpr std::uint32_t kChecksumSize = 4;

/// The LAN9118 as a mover of packets. Its FIFOs are read and written in words.
class Lan9118 final : public baremetal::PacketBus {
public:
    void start(baremetal::FrameBusLink& link) {
        link_ = &link;
        Ethernet& chip = ethernet();
        chip.hardware_configuration = 1; // soft reset
        while ((chip.hardware_configuration & 1) != 0) {
        }
        chip.transmit_configuration = 1U << 1;
        constexpr std::uint32_t kPromiscuous = 1U << 18;
        constexpr std::uint32_t kTransmit = 1U << 3;
        constexpr std::uint32_t kReceive = 1U << 2;
        write_mac(1, kPromiscuous | kTransmit | kReceive);
        chip.interrupt_configuration = 1U << 8 | 1U << 4 | 1U; // on, active high, push-pull
        chip.fifo_level = 0;                                   // from the first packet on
        chip.interrupt_status = ~0U;
        chip.interrupt_enable = kReceiveInterrupt;
        enable_interrupt(kEthernet);
    }

    bool send(ByteView head, ByteView rest) override {
        Ethernet& chip = ethernet();
        const auto size = static_cast<std::uint32_t>(head.size() + rest.size());
        // Statuses of what has left are not needed; unread, their queue fills and nothing leaves any more.
        while ((chip.transmit_fifo >> 16 & 0xFFU) != 0) static_cast<void>(chip.transmit_status);
        if ((chip.transmit_fifo & 0xFFFFU) < size + 16) return false; // gone before anybody can look again
        chip.transmit_data = kCommandFirst | kCommandLast | size;
        chip.transmit_data = size;
        write(head);
        write(rest);
        return true;
    }

    std::size_t receive(Bytes into) override {
        Ethernet& chip = ethernet();
        if ((chip.receive_fifo >> 16 & 0xFFU) == 0) return 0;
        const std::uint32_t size = chip.receive_status >> 16 & 0x3FFFU;
        const std::size_t words = (size + 3) / 4;
        const std::size_t room = into.size() / 4;
        const std::size_t kept = words < room ? words : room;
        auto* at = reinterpret_cast<std::uint32_t*>(into.data());
        auto* const end = at + kept;
        for (auto* const block_end = at + kept / 8 * 8; at != block_end; at += 8) {
            for (int i = 0; i < 8; ++i) at[i] = chip.receive_data; // unrolled: this is every received byte
        }
        while (at != end) *at++ = chip.receive_data;
        for (std::size_t i = kept; i < words; ++i) static_cast<void>(chip.receive_data);
        return size <= kChecksumSize ? 1 : size - kChecksumSize;
    }

    /// The level stays until the FIFO is empty, so the interrupt is off until it was emptied.
    void on_interrupt() {
        ethernet().interrupt_status = kReceiveInterrupt;
        link_->on_packets();
    }

private:
    static void write_mac(std::uint32_t number, std::uint32_t value) {
        constexpr std::uint32_t kBusy = 1U << 31;
        ethernet().mac_data = value;
        ethernet().mac_command = kBusy | number;
        while ((ethernet().mac_command & kBusy) != 0) {
        }
    }

    static void write(ByteView bytes) {
        const auto* const words = reinterpret_cast<const std::uint32_t*>(bytes.data());
        for (std::size_t i = 0; i < (bytes.size() + 3) / 4; ++i) ethernet().transmit_data = words[i];
    }

    baremetal::FrameBusLink* link_ = nullptr;
};

Lan9118 the_chip;
baremetal::FrameBusLink the_link{the_chip};

} // namespace

link::Link& frame_bus_link() {
    the_chip.start(the_link);
    the_link.start();
    return the_link;
}

} // namespace nwp::mps2

extern "C" void ethernet_handler() { nwp::mps2::the_chip.on_interrupt(); }
