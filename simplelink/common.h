// SPDX-License-Identifier: Apache-2.0
#pragma once

// Shapes that several silos share.

#include "simplelink/layout.h"

namespace nwp::simplelink {

/// The answer to most commands: a status, negative when it failed, a count where the command says so.
template <std::uint16_t Opcode>
struct BasicResponse {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 4;
    std::int16_t status = 0;
    std::uint16_t sender = 0; ///< no host looks at it
    static constexpr auto fields() {
        return layout(at(0, "status", &BasicResponse::status), at(2, "sender", &BasicResponse::sender));
    }
};

/// A setting is written: `length` bytes of payload are its value.
template <std::uint16_t Opcode>
struct SettingCommand {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 8;
    std::uint16_t id = 0;
    std::uint16_t option = 0;
    std::uint16_t length = 0;
    static constexpr auto fields() {
        return layout(at(2, "id", &SettingCommand::id), at(4, "option", &SettingCommand::option),
                      at(6, "length", &SettingCommand::length));
    }
};

/// The value of a setting, as payload. Hosts take its length from that of the message.
template <std::uint16_t Opcode>
struct SettingResponse {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 8;
    std::int16_t status = 0;
    std::uint16_t id = 0;
    std::uint16_t option = 0;
    std::uint16_t length = 0;
    static constexpr auto fields() {
        return layout(at(0, "status", &SettingResponse::status), at(2, "id", &SettingResponse::id),
                      at(4, "option", &SettingResponse::option), at(6, "length", &SettingResponse::length));
    }
};

/// A command without args.
template <std::uint16_t Opcode>
struct EmptyCommand {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 0;
    static constexpr auto fields() { return layout(); }
};

using MacAddress = std::array<Byte, 6>;

/// An IPv4 address outside the socket silo: the number a.b.c.d stands for, so that it travels d c b a.
using HostOrderIpv4 = std::uint32_t;
/// An IPv6 address outside the socket silo: four groups of 32 bits, each such a number.
using HostOrderIpv6 = std::array<std::uint32_t, 4>;

constexpr HostOrderIpv4 host_order(const std::array<Byte, 4>& address) {
    return static_cast<HostOrderIpv4>(address[0]) << 24U | static_cast<HostOrderIpv4>(address[1]) << 16U |
           static_cast<HostOrderIpv4>(address[2]) << 8U | address[3];
}

constexpr HostOrderIpv6 host_order(const std::array<Byte, 16>& address) {
    HostOrderIpv6 words{};
    for (std::size_t i = 0; i < 4; ++i) {
        words[i] = host_order(
            std::array<Byte, 4>{address[4 * i], address[4 * i + 1], address[4 * i + 2], address[4 * i + 3]});
    }
    return words;
}

constexpr std::array<Byte, 4> network_order(HostOrderIpv4 number) {
    return {static_cast<Byte>(number >> 24U), static_cast<Byte>(number >> 16U),
            static_cast<Byte>(number >> 8U), static_cast<Byte>(number)};
}

constexpr std::array<Byte, 16> network_order(const HostOrderIpv6& words) {
    std::array<Byte, 16> address{};
    for (std::size_t i = 0; i < 16; ++i) address[i] = network_order(words[i / 4])[i % 4];
    return address;
}

/// Address families, as this protocol numbers them.
enum class Family : std::uint8_t {
    none = 0,
    ipv4 = 2,
    ipv6 = 3,
    transceiver = 6, ///< 802.11 frames without a connection
    packet = 17,
};

} // namespace nwp::simplelink
