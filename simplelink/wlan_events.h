// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simplelink/wlan.h"

namespace nwp::simplelink {

struct WlanConnected {
    static constexpr std::uint16_t opcode = 0x0880;
    static constexpr std::size_t size = 40;
    std::uint8_t ssid_length = 0;
    std::array<Byte, kSsidRoom> ssid{};
    MacAddress bssid{};
    static constexpr auto fields() {
        return layout(at(0, "ssid_length", &WlanConnected::ssid_length), at(1, "ssid", &WlanConnected::ssid),
                      at(33, "bssid", &WlanConnected::bssid));
    }
};

/// Besides the codes of IEEE 802.11 (1 to 24 and 32 to 40).
enum class DisconnectReason : std::uint8_t {
    unspecified = 1,
    inactivity = 4,
    four_way_handshake_timeout = 15,
    user_initiated = 200,
    authentication_timeout = 202,
    association_timeout = 203,
    security_failure = 204, ///< wrong key
    while_connecting = 208, ///< no such network, for example
    missing_certificate = 209,
    certificate_expired = 210,
};

/// Also how a connect fails.
struct WlanDisconnected {
    static constexpr std::uint16_t opcode = 0x0881;
    static constexpr std::size_t size = 40;
    std::uint8_t ssid_length = 0;
    std::array<Byte, kSsidRoom> ssid{};
    MacAddress bssid{};
    DisconnectReason reason{};
    static constexpr auto fields() {
        return layout(at(0, "ssid_length", &WlanDisconnected::ssid_length),
                      at(1, "ssid", &WlanDisconnected::ssid), at(33, "bssid", &WlanDisconnected::bssid),
                      at(39, "reason", &WlanDisconnected::reason));
    }
};

/// A station came to this access point, or left it.
template <std::uint16_t Opcode>
struct StationEvent {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 8;
    MacAddress mac{};
    static constexpr auto fields() { return layout(at(0, "mac", &StationEvent::mac)); }
};
using StationAdded = StationEvent<0x082E>;
using StationRemoved = StationEvent<0x082F>;

/// This client joined a P2P group, or left it.
template <std::uint16_t Opcode>
struct P2pEvent {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 76;
    std::uint8_t ssid_length = 0;
    std::array<Byte, kSsidRoom> ssid{};
    MacAddress bssid{};
    DisconnectReason reason{}; ///< of P2pDisconnected
    std::uint8_t owner_name_length = 0;
    std::array<Byte, 32> owner_name{};
    static constexpr auto fields() {
        return layout(at(0, "ssid_length", &P2pEvent::ssid_length), at(1, "ssid", &P2pEvent::ssid),
                      at(33, "bssid", &P2pEvent::bssid), at(39, "reason", &P2pEvent::reason),
                      at(40, "owner_name_length", &P2pEvent::owner_name_length),
                      at(41, "owner_name", &P2pEvent::owner_name));
    }
};
using P2pConnected = P2pEvent<0x0892>;
using P2pDisconnected = P2pEvent<0x0894>;

/// A client joined the group that this one owns, or left it.
template <std::uint16_t Opcode>
struct P2pClientEvent {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 72;
    MacAddress mac{};
    std::uint8_t name_length = 0;
    std::array<Byte, 32> name{};
    std::uint8_t ssid_length = 0;
    std::array<Byte, kSsidRoom> ssid{};
    static constexpr auto fields() {
        return layout(at(0, "mac", &P2pClientEvent::mac), at(6, "name_length", &P2pClientEvent::name_length),
                      at(7, "name", &P2pClientEvent::name),
                      at(39, "ssid_length", &P2pClientEvent::ssid_length),
                      at(40, "ssid", &P2pClientEvent::ssid));
    }
};
using P2pClientAdded = P2pClientEvent<0x0896>;
using P2pClientRemoved = P2pClientEvent<0x0898>;

template <std::uint16_t Opcode>
struct P2pPeerEvent {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 40;
    std::uint8_t name_length = 0;
    std::array<Byte, 32> name{};
    MacAddress mac{};
    std::uint8_t wps_method =
        0; ///< 0 default, 1 PIN of user, 2 of machine, 3 rekey, 4 push button, 5 registrar
    static constexpr auto fields() {
        return layout(at(0, "name_length", &P2pPeerEvent::name_length), at(1, "name", &P2pPeerEvent::name),
                      at(33, "mac", &P2pPeerEvent::mac), at(39, "wps_method", &P2pPeerEvent::wps_method));
    }
};
using P2pDeviceFound = P2pPeerEvent<0x0830>;
using P2pRequested = P2pPeerEvent<0x0832>;

struct P2pFailed {
    static constexpr std::uint16_t opcode = 0x0831;
    static constexpr std::size_t size = 4;
    std::uint16_t status = 0;
    static constexpr auto fields() { return layout(at(0, "status", &P2pFailed::status)); }
};

enum class ProvisioningResult : std::uint8_t {
    general_error = 0,
    network_not_found = 1,
    connection_failed = 2,
    no_address = 3,
    success_without_feedback = 4,
    success = 5,
    aborted = 6,
    aborted_invalid_parameter = 7,
    aborted_no_http_server = 8,
    aborted_profiles_full = 9,
    already_started = 10,
    started_automatically = 11,
    stopped = 12,
    smart_config_synced = 13,
    smart_config_timeout = 14,
    confirmation_wlan = 15,
    confirmation_address = 16,
    external_configuration_ready = 17,
};

struct ProvisioningStatus {
    static constexpr std::uint16_t opcode = 0x089A;
    static constexpr std::size_t size = 40;
    ProvisioningResult status{};
    WlanMode role{};
    std::uint8_t wlan_status = 0; ///< 0 disconnected, 1 scanning, 2 connecting, 3 connected
    std::uint8_t ssid_length = 0;
    std::array<Byte, kSsidRoom> ssid{};
    static constexpr auto fields() {
        return layout(at(0, "status", &ProvisioningStatus::status), at(1, "role", &ProvisioningStatus::role),
                      at(2, "wlan_status", &ProvisioningStatus::wlan_status),
                      at(3, "ssid_length", &ProvisioningStatus::ssid_length),
                      at(4, "ssid", &ProvisioningStatus::ssid));
    }
};

struct ProvisioningProfileAdded {
    static constexpr std::uint16_t opcode = 0x08B2;
    static constexpr std::size_t size = 76;
    std::uint32_t status = 0;
    std::uint32_t ssid_length = 0;
    std::array<Byte, kSsidRoom> ssid{};
    std::uint32_t reserved_length = 0;
    std::array<Byte, 32> reserved{};
    static constexpr auto fields() {
        return layout(at(0, "status", &ProvisioningProfileAdded::status),
                      at(4, "ssid_length", &ProvisioningProfileAdded::ssid_length),
                      at(8, "ssid", &ProvisioningProfileAdded::ssid),
                      at(40, "reserved_length", &ProvisioningProfileAdded::reserved_length),
                      at(44, "reserved", &ProvisioningProfileAdded::reserved));
    }
};

} // namespace nwp::simplelink
