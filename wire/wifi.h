// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/wifi.h"
#include "wire/general.h"

namespace nwp::wire {

struct WifiScan {
    static constexpr std::uint16_t id = 0x0500;
    static constexpr const char* name = "WifiScan";
    static constexpr const char* meaning = "Scans. Answered by items WifiNetworkFound and Listed.";
    using Reply = Listed;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<WifiScan>());

struct WifiNetworkFound {
    static constexpr std::uint16_t id = 0x0501;
    static constexpr const char* name = "WifiNetworkFound";
    static constexpr const char* meaning = "Item of WifiScan.";

    std::string_view ssid{};
    Bssid bssid{};
    std::uint8_t channel = 0;
    std::int8_t rssi_dbm = 0;
    WifiSecurity security{};

    static constexpr auto fields() {
        return layout(field("ssid", &WifiNetworkFound::ssid, "up to 32 bytes"),
                      field("bssid", &WifiNetworkFound::bssid, "the access point"),
                      field("channel", &WifiNetworkFound::channel, "IEEE 802.11 channel number"),
                      field("rssi_dbm", &WifiNetworkFound::rssi_dbm, "signal strength"),
                      field("security", &WifiNetworkFound::security, "0 open, 1 WPA2-PSK, 2 WPA3-SAE"));
    }
};
static_assert(well_formed<WifiNetworkFound>());

struct WifiJoined {
    static constexpr std::uint16_t id = 0x0503;
    static constexpr const char* name = "WifiJoined";
    static constexpr const char* meaning = "Reply to WifiConnect.";

    std::string_view ssid{};
    Bssid bssid{};
    std::uint8_t channel = 0;
    std::int8_t rssi_dbm = 0;
    WifiSecurity security{};

    static constexpr auto fields() {
        return layout(field("ssid", &WifiJoined::ssid, "up to 32 bytes"),
                      field("bssid", &WifiJoined::bssid, "the access point"),
                      field("channel", &WifiJoined::channel, "IEEE 802.11 channel number"),
                      field("rssi_dbm", &WifiJoined::rssi_dbm, "signal strength"),
                      field("security", &WifiJoined::security, "0 open, 1 WPA2-PSK, 2 WPA3-SAE"));
    }
};
static_assert(well_formed<WifiJoined>());

struct WifiConnect {
    static constexpr std::uint16_t id = 0x0502;
    static constexpr const char* name = "WifiConnect";
    static constexpr const char* meaning =
        "Joins a network. Answered by WifiJoined, or Failed with an error of the Wi-Fi group and the cause "
        "as its detail; the address follows as an event.";
    using Reply = WifiJoined;

    std::string_view ssid{};
    std::string_view passphrase{};
    WifiSecurity security{};
    Bssid bssid{};
    std::uint8_t channel = 0;

    static constexpr auto fields() {
        return layout(field("ssid", &WifiConnect::ssid, "up to 32 bytes"),
                      field("passphrase", &WifiConnect::passphrase,
                            "8 to 63 characters or 64 hex digits; empty for open networks"),
                      field("security", &WifiConnect::security, "0 open, 1 WPA2-PSK, 2 WPA3-SAE"),
                      field("bssid", &WifiConnect::bssid, "all zero: any"),
                      field("channel", &WifiConnect::channel, "0: any"));
    }
};
static_assert(well_formed<WifiConnect>());

struct WifiDisconnect {
    static constexpr std::uint16_t id = 0x0504;
    static constexpr const char* name = "WifiDisconnect";
    static constexpr const char* meaning = "Leaves the network. Answered by Done.";
    using Reply = Done;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<WifiDisconnect>());

struct WifiStatus {
    static constexpr std::uint16_t id = 0x0506;
    static constexpr const char* name = "WifiStatus";
    static constexpr const char* meaning = "Reply to WifiStatusGet.";

    WifiState state{};
    WifiCause cause{};
    std::string_view ssid{};
    Bssid bssid{};
    std::uint8_t channel = 0;
    std::int8_t rssi_dbm = 0;
    WifiSecurity security{};
    Address address{};
    std::uint8_t prefix_length = 0;
    Address gateway{};
    Address dns{};

    static constexpr auto fields() {
        return layout(field("state", &WifiStatus::state,
                            "0 disconnected, 1 scanning, 2 joining, 3 connected, 4 lost, 5 off"),
                      field("cause", &WifiStatus::cause, "why"),
                      field("ssid", &WifiStatus::ssid, "up to 32 bytes"),
                      field("bssid", &WifiStatus::bssid, "the access point"),
                      field("channel", &WifiStatus::channel, "IEEE 802.11 channel number"),
                      field("rssi_dbm", &WifiStatus::rssi_dbm, "signal strength"),
                      field("security", &WifiStatus::security, "0 open, 1 WPA2-PSK, 2 WPA3-SAE"),
                      field("address", &WifiStatus::address, "port 0; unspecified: none"),
                      field("prefix_length", &WifiStatus::prefix_length, "of its network"),
                      field("gateway", &WifiStatus::gateway, "port 0; unspecified: none"),
                      field("dns", &WifiStatus::dns, "first name server"));
    }
};
static_assert(well_formed<WifiStatus>());

struct WifiStatusGet {
    static constexpr std::uint16_t id = 0x0505;
    static constexpr const char* name = "WifiStatusGet";
    static constexpr const char* meaning = "How is Wi-Fi?";
    using Reply = WifiStatus;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<WifiStatusGet>());

struct WifiChanged {
    static constexpr std::uint16_t id = 0x0507;
    static constexpr const char* name = "WifiChanged";
    static constexpr const char* meaning =
        "Event, exactly once for each change, and once as a snapshot behind every hello.";

    WifiState state{};
    WifiCause cause{};
    std::uint32_t detail = 0;

    static constexpr auto fields() {
        return layout(field("state", &WifiChanged::state, "as in WifiStatus"),
                      field("cause", &WifiChanged::cause, "why"),
                      field("detail", &WifiChanged::detail, "for people and logs: the 802.11 reason code"));
    }
};
static_assert(well_formed<WifiChanged>());

struct AddressChanged {
    static constexpr std::uint16_t id = 0x0508;
    static constexpr const char* name = "AddressChanged";
    static constexpr const char* meaning =
        "Event: an address was acquired, changed or lost; once as a snapshot behind every hello.";

    Address address{};
    std::uint8_t prefix_length = 0;
    Address gateway{};
    Address dns{};

    static constexpr auto fields() {
        return layout(field("address", &AddressChanged::address, "port 0; unspecified: none"),
                      field("prefix_length", &AddressChanged::prefix_length, "of its network"),
                      field("gateway", &AddressChanged::gateway, "port 0; unspecified: none"),
                      field("dns", &AddressChanged::dns, "first name server"));
    }
};
static_assert(well_formed<AddressChanged>());

} // namespace nwp::wire
