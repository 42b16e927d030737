// SPDX-License-Identifier: Apache-2.0
#include "ethernet.h"

#include <cstring>

namespace {

// Registers by the LAN9118's data sheet, chapter 5.3; MAC registers 5.4.
constexpr std::uintptr_t kBase = 0x40200000;
enum Register : std::uintptr_t {
    kReceiveData = 0x00,
    kTransmitData = 0x20,
    kReceiveStatus = 0x40,
    kTransmitStatus = 0x48,
    kInterruptConfiguration = 0x54,
    kInterruptStatus = 0x58,
    kInterruptEnable = 0x5C,
    kFifoLevels = 0x68,
    kReceiveConfiguration = 0x6C,
    kTransmitConfiguration = 0x70,
    kHardwareConfiguration = 0x74,
    kReceiveInformation = 0x7C,
    kTransmitInformation = 0x80,
    kMacCommand = 0xA4,
    kMacData = 0xA8,
};
constexpr std::uint32_t kInterruptPinDrives = 1U << 0 | 1U << 4 | 1U << 8; // push-pull, active high, enabled
constexpr std::uint32_t kReceiveLevel = 1U << 3; // RSFL: more statuses than the level
constexpr std::uint32_t kSoftReset = 1U << 0;
constexpr std::uint32_t kTransmitOn = 1U << 1;
constexpr std::uint32_t kMacControl = 1, kMacAddressHigh = 2, kMacAddressLow = 3;
constexpr std::uint32_t kMacReceives = 1U << 2, kMacTransmits = 1U << 3;
constexpr std::uint32_t kMacBusy = 1U << 31;
constexpr std::uint32_t kFirstSegment = 1U << 13, kLastSegment = 1U << 12;
constexpr std::uint32_t kCrc = 4;
constexpr std::uintptr_t kSetEnable = 0xE000E100;
constexpr std::uint32_t kInterruptNumber = 13;

volatile bool came;

volatile std::uint32_t& reg(Register offset) {
    return *reinterpret_cast<volatile std::uint32_t*>(kBase + offset);
}

void set_mac(std::uint32_t index, std::uint32_t value) {
    reg(kMacData) = value;
    reg(kMacCommand) = kMacBusy | index;
    while ((reg(kMacCommand) & kMacBusy) != 0) {
    }
}

} // namespace

extern "C" void ethernet_interrupt() {
    reg(kInterruptEnable) = 0; // the main loop drains, then asks again
    reg(kInterruptStatus) = kReceiveLevel;
    came = true;
}

namespace ethernet {

void start(const std::uint8_t (&address)[6]) {
    reg(kHardwareConfiguration) = kSoftReset;
    while ((reg(kHardwareConfiguration) & kSoftReset) != 0) {
    }
    set_mac(kMacAddressLow, static_cast<std::uint32_t>(address[0] | address[1] << 8 | address[2] << 16) |
                                static_cast<std::uint32_t>(address[3]) << 24);
    set_mac(kMacAddressHigh, static_cast<std::uint32_t>(address[4] | address[5] << 8));
    set_mac(kMacControl, kMacReceives | kMacTransmits);
    reg(kTransmitConfiguration) = kTransmitOn;
    reg(kReceiveConfiguration) = 0;
    reg(kFifoLevels) = 0;
    reg(kInterruptConfiguration) = kInterruptPinDrives;
    reg(kInterruptStatus) = UINT32_MAX;
    reg(kInterruptEnable) = kReceiveLevel;
    *reinterpret_cast<volatile std::uint32_t*>(kSetEnable) = 1U << kInterruptNumber;
}

void send(const std::uint8_t* frame, std::size_t bytes) {
    const std::size_t count = (bytes + 3) / 4;
    while ((reg(kTransmitInformation) & 0xFFFF) < bytes + 16) {
    } // with its two command words
    reg(kTransmitData) = kFirstSegment | kLastSegment | static_cast<std::uint32_t>(bytes);
    reg(kTransmitData) = static_cast<std::uint32_t>(bytes);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t word =
            0; // frames of lwIP begin at odd halfwords; this processor loads them all the same
        std::memcpy(&word, frame + 4 * i, sizeof word);
        reg(kTransmitData) = word;
    }
    while ((reg(kTransmitInformation) >> 16 & 0xFF) != 0) {
        [[maybe_unused]] const std::uint32_t taken = reg(kTransmitStatus);
    }
}

std::size_t waiting() {
    if ((reg(kReceiveInformation) >> 16 & 0xFF) == 0) return 0;
    const std::uint32_t with_crc = reg(kReceiveStatus) >> 16 & 0x3FFF;
    return with_crc - kCrc;
}

void receive(std::uint32_t* words, std::size_t bytes) {
    const std::size_t count = (bytes + kCrc + 3) / 4;
    for (std::size_t i = 0; i < count; ++i) words[i] = reg(kReceiveData);
}

void interrupt_for_next() {
    came = false;
    reg(kInterruptStatus) = kReceiveLevel;
    reg(kInterruptEnable) = kReceiveLevel;
}

bool interrupted() { return came; }

} // namespace ethernet
