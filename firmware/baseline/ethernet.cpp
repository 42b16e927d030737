// SPDX-License-Identifier: Apache-2.0
#include "firmware/baseline/ethernet.h"

#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "ports/baremetal/boards/mps2_an386/registers.h"

#include <atomic>
#include <cstring>

namespace {

// Fields of the registers by the LAN9118's data sheet, chapter 5.3; of the MAC's registers, 5.4.
constexpr std::uint32_t kInterruptPinDrives = 1U << 0 | 1U << 4 | 1U << 8; // push-pull, active high, enabled
constexpr std::uint32_t kReceiveLevel = 1U << 3; // more statuses than the level says
constexpr std::uint32_t kSoftReset = 1U << 0;
constexpr std::uint32_t kTransmitOn = 1U << 1;
constexpr std::uint32_t kMacControl = 1, kMacAddressHigh = 2, kMacAddressLow = 3;
constexpr std::uint32_t kMacReceives = 1U << 2, kMacTransmits = 1U << 3;
constexpr std::uint32_t kMacBusy = 1U << 31;
constexpr std::uint32_t kFirstSegment = 1U << 13, kLastSegment = 1U << 12;
constexpr std::uint32_t kCommandWords = 8; // bytes of the FIFO that a frame takes beside its own
constexpr std::uint32_t kCrc = 4;
constexpr std::uint8_t kAddress[6] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};

std::atomic<bool> came;

nwp::mps2::Ethernet& chip() { return nwp::mps2::ethernet(); }

void set_mac(std::uint32_t index, std::uint32_t value) {
    chip().mac_data = value;
    chip().mac_command = kMacBusy | index;
    while ((chip().mac_command & kMacBusy) != 0) {
    }
}

} // namespace

extern "C" void ethernet_handler() {
    chip().interrupt_enable = 0; // the main loop drains, then asks again
    chip().interrupt_status = kReceiveLevel;
    came.store(true, std::memory_order_relaxed);
}

namespace nwp::baseline::ethernet {

void start(std::uint8_t (&address)[6]) {
    std::memcpy(address, kAddress, sizeof address);
    chip().hardware_configuration = kSoftReset;
    while ((chip().hardware_configuration & kSoftReset) != 0) {
    }
    std::uint32_t low = 0, high = 0;
    std::memcpy(&low, address, sizeof low);
    std::memcpy(&high, address + sizeof low, sizeof address - sizeof low);
    set_mac(kMacAddressLow, low);
    set_mac(kMacAddressHigh, high);
    set_mac(kMacControl, kMacReceives | kMacTransmits);
    chip().transmit_configuration = kTransmitOn;
    chip().receive_configuration = 0;
    chip().fifo_level = 0;
    chip().interrupt_configuration = kInterruptPinDrives;
    chip().interrupt_status = UINT32_MAX;
    mps2::enable_interrupt(mps2::kEthernet);
}

void send(const std::uint8_t* frame, std::size_t bytes) {
    const std::size_t count = (bytes + 3) / 4;
    while ((chip().transmit_fifo & 0xFFFF) < 4 * count + kCommandWords) {
    }
    chip().transmit_data = kFirstSegment | kLastSegment | static_cast<std::uint32_t>(bytes);
    chip().transmit_data = static_cast<std::uint32_t>(bytes);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t word =
            0; // frames of lwIP begin at odd halfwords; this processor loads them all the same
        std::memcpy(&word, frame + 4 * i, sizeof word);
        chip().transmit_data = word;
    }
    while ((chip().transmit_fifo >> 16 & 0xFF) != 0) {
        [[maybe_unused]] const std::uint32_t taken = chip().transmit_status;
    }
}

std::size_t waiting() {
    if ((chip().receive_fifo >> 16 & 0xFF) == 0) return 0;
    const std::uint32_t with_crc = chip().receive_status >> 16 & 0x3FFF;
    return with_crc - kCrc;
}

void receive(std::uint32_t* words, std::size_t bytes) {
    const std::size_t count = (bytes + kCrc + 3) / 4;
    for (std::size_t i = 0; i < count; ++i) words[i] = chip().receive_data;
}

void sleep(Instant until) {
    came.store(false, std::memory_order_relaxed);
    chip().interrupt_status = kReceiveLevel;
    chip().interrupt_enable = kReceiveLevel;
    mps2::board().sleep(until, came);
}

} // namespace nwp::baseline::ethernet
