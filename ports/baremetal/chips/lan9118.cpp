// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/chips/lan9118.h"

namespace nwp::baremetal {
namespace {

constexpr std::uint32_t kCommandFirst = 1U << 13;
constexpr std::uint32_t kCommandLast = 1U << 12;
constexpr std::uint32_t kReceiveInterrupt = 1U << 3; // RX status FIFO level
constexpr std::uint32_t kChecksumSize = 4;

} // namespace

link::Link& Lan9118::start() {
    chip_.hardware_configuration = 1; // soft reset
    while ((chip_.hardware_configuration & 1) != 0) {
    }
    chip_.transmit_configuration = 1U << 1;
    constexpr std::uint32_t kPromiscuous = 1U << 18;
    constexpr std::uint32_t kTransmit = 1U << 3;
    constexpr std::uint32_t kReceive = 1U << 2;
    write_mac(1, kPromiscuous | kTransmit | kReceive);
    chip_.interrupt_configuration = 1U << 8 | 1U << 4 | 1U; // on, active high, push-pull
    chip_.fifo_level = 0;                                   // from the first packet on
    chip_.interrupt_status = ~0U;
    chip_.interrupt_enable = kReceiveInterrupt;
    link_.start();
    return link_;
}

bool Lan9118::send(ByteView head, ByteView rest) {
    const auto size = static_cast<std::uint32_t>(head.size() + rest.size());
    // Statuses of what has left are not needed; unread, their queue fills and nothing leaves any more.
    while ((chip_.transmit_fifo >> 16 & 0xFFU) != 0) static_cast<void>(chip_.transmit_status);
    if ((chip_.transmit_fifo & 0xFFFFU) < size + 16) return false; // gone before anybody can look again
    chip_.transmit_data = kCommandFirst | kCommandLast | size;
    chip_.transmit_data = size;
    write(head);
    write(rest);
    return true;
}

std::size_t Lan9118::receive(Bytes into) {
    Lan9118Registers& chip = chip_;
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

/// The level stays until the FIFO is empty, but the flag is set anew for the next packet only.
void Lan9118::on_interrupt() {
    chip_.interrupt_status = kReceiveInterrupt;
    link_.on_packets();
}

void Lan9118::write_mac(std::uint32_t number, std::uint32_t value) {
    constexpr std::uint32_t kBusy = 1U << 31;
    chip_.mac_data = value;
    chip_.mac_command = kBusy | number;
    while ((chip_.mac_command & kBusy) != 0) {
    }
}

void Lan9118::write(ByteView bytes) {
    const auto* const words = reinterpret_cast<const std::uint32_t*>(bytes.data());
    for (std::size_t i = 0; i < (bytes.size() + 3) / 4; ++i) chip_.transmit_data = words[i];
}

} // namespace nwp::baremetal
