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

struct WifiCountrySet {
    static constexpr std::uint16_t id = 0x0509;
    static constexpr const char* name = "WifiCountrySet";
    static constexpr const char* meaning =
        "The regulatory domain, for every host of this NWP: scans, joins and access points use its channels "
        "alone. Answered by Done; 35 not_found: this NWP has no rules for that country; 115 wifi_busy: an "
        "access "
        "point of ours runs.";
    using Reply = Done;

    std::string_view country{};

    static constexpr auto fields() {
        return layout(field("country", &WifiCountrySet::country, "ISO 3166-1 alpha-2, or 00: none is known"));
    }
};
static_assert(well_formed<WifiCountrySet>());

struct WifiCountry {
    static constexpr std::uint16_t id = 0x050B;
    static constexpr const char* name = "WifiCountry";
    static constexpr const char* meaning = "Reply to WifiCountryGet.";

    std::string_view country{};

    static constexpr auto fields() {
        return layout(field("country", &WifiCountry::country, "as in WifiCountrySet"));
    }
};
static_assert(well_formed<WifiCountry>());

struct WifiCountryGet {
    static constexpr std::uint16_t id = 0x050A;
    static constexpr const char* name = "WifiCountryGet";
    static constexpr const char* meaning = "Which regulatory domain is it?";
    using Reply = WifiCountry;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<WifiCountryGet>());

struct WifiPowerSaveSet {
    static constexpr std::uint16_t id = 0x050C;
    static constexpr const char* name = "WifiPowerSaveSet";
    static constexpr const char* meaning =
        "IEEE 802.11 power management of the station, for every host of this NWP. Answered by Done.";
    using Reply = Done;

    std::uint8_t enabled = 0;
    std::uint8_t listen_interval = 0;

    static constexpr auto fields() {
        return layout(field("enabled", &WifiPowerSaveSet::enabled, "1: the station dozes between beacons"),
                      field("listen_interval", &WifiPowerSaveSet::listen_interval,
                            "it wakes for each beacon of so many; 0: as before"));
    }
};
static_assert(well_formed<WifiPowerSaveSet>());

struct WifiPowerSave {
    static constexpr std::uint16_t id = 0x050E;
    static constexpr const char* name = "WifiPowerSave";
    static constexpr const char* meaning = "Reply to WifiPowerSaveGet.";

    std::uint8_t enabled = 0;
    std::uint8_t listen_interval = 0;

    static constexpr auto fields() {
        return layout(field("enabled", &WifiPowerSave::enabled, "as in WifiPowerSaveSet"),
                      field("listen_interval", &WifiPowerSave::listen_interval, "1 to 255"));
    }
};
static_assert(well_formed<WifiPowerSave>());

struct WifiPowerSaveGet {
    static constexpr std::uint16_t id = 0x050D;
    static constexpr const char* name = "WifiPowerSaveGet";
    static constexpr const char* meaning = "How does the station save power?";
    using Reply = WifiPowerSave;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<WifiPowerSaveGet>());

struct WifiStatistics {
    static constexpr std::uint16_t id = 0x0510;
    static constexpr const char* name = "WifiStatistics";
    static constexpr const char* meaning = "Reply to WifiStatisticsGet: counted since the NWP began.";

    std::uint32_t beacons_received = 0;
    std::uint32_t beacons_missed = 0;
    std::uint32_t joins = 0;
    std::uint32_t losses = 0;
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t packets_received = 0;
    std::uint64_t packets_sent = 0;

    static constexpr auto fields() {
        return layout(
            field("beacons_received", &WifiStatistics::beacons_received, "of the network joined"),
            field("beacons_missed", &WifiStatistics::beacons_missed, "that it was awake for"),
            field("joins", &WifiStatistics::joins, "how often a network was joined"),
            field("losses", &WifiStatistics::losses, "how often the access point was lost"),
            field("bytes_received", &WifiStatistics::bytes_received, "over the network, of all hosts"),
            field("bytes_sent", &WifiStatistics::bytes_sent, "over the network, of all hosts"),
            field("packets_received", &WifiStatistics::packets_received,
                  "datagrams, Ethernet frames, and pieces of streams as they came"),
            field("packets_sent", &WifiStatistics::packets_sent,
                  "datagrams, Ethernet frames, and pieces of streams as they went"));
    }
};
static_assert(well_formed<WifiStatistics>());

struct WifiStatisticsGet {
    static constexpr std::uint16_t id = 0x050F;
    static constexpr const char* name = "WifiStatisticsGet";
    static constexpr const char* meaning = "What did the radio count?";
    using Reply = WifiStatistics;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<WifiStatisticsGet>());

struct WifiAccessPointStart {
    static constexpr std::uint16_t id = 0x0511;
    static constexpr const char* name = "WifiAccessPointStart";
    static constexpr const char* meaning =
        "The radio becomes an access point. Answered by Done; 115 wifi_busy: it is one, or a station with a "
        "network; 28 not_permitted: the country does not allow the channel.";
    using Reply = Done;

    std::string_view ssid{};
    std::string_view passphrase{};
    WifiSecurity security{};
    std::uint8_t channel = 0;

    static constexpr auto fields() {
        return layout(field("ssid", &WifiAccessPointStart::ssid, "1 to 32 bytes"),
                      field("passphrase", &WifiAccessPointStart::passphrase, "as in WifiConnect"),
                      field("security", &WifiAccessPointStart::security, "0 open, 1 WPA2-PSK"),
                      field("channel", &WifiAccessPointStart::channel, "0: the NWP chooses"));
    }
};
static_assert(well_formed<WifiAccessPointStart>());

struct WifiAccessPointStop {
    static constexpr std::uint16_t id = 0x0512;
    static constexpr const char* name = "WifiAccessPointStop";
    static constexpr const char* meaning =
        "Ends the access point, and sends its stations away. Answered by Done, also where there is none.";
    using Reply = Done;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<WifiAccessPointStop>());

struct WifiAccessPointStation {
    static constexpr std::uint16_t id = 0x0514;
    static constexpr const char* name = "WifiAccessPointStation";
    static constexpr const char* meaning = "Item of WifiAccessPointGet: who is in.";

    Bssid station{};

    static constexpr auto fields() {
        return layout(field("station", &WifiAccessPointStation::station, "its MAC address"));
    }
};
static_assert(well_formed<WifiAccessPointStation>());

struct WifiAccessPoint {
    static constexpr std::uint16_t id = 0x0515;
    static constexpr const char* name = "WifiAccessPoint";
    static constexpr const char* meaning = "Reply to WifiAccessPointGet.";

    std::uint8_t running = 0;
    std::string_view ssid{};
    WifiSecurity security{};
    std::uint8_t channel = 0;
    std::uint8_t stations = 0;

    static constexpr auto fields() {
        return layout(field("running", &WifiAccessPoint::running, "0: there is none"),
                      field("ssid", &WifiAccessPoint::ssid, "up to 32 bytes"),
                      field("security", &WifiAccessPoint::security, "as in WifiAccessPointStart"),
                      field("channel", &WifiAccessPoint::channel, "IEEE 802.11 channel number"),
                      field("stations", &WifiAccessPoint::stations, "how many items came"));
    }
};
static_assert(well_formed<WifiAccessPoint>());

struct WifiAccessPointGet {
    static constexpr std::uint16_t id = 0x0513;
    static constexpr const char* name = "WifiAccessPointGet";
    static constexpr const char* meaning =
        "How is the access point? Answered by items WifiAccessPointStation and WifiAccessPoint.";
    using Reply = WifiAccessPoint;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<WifiAccessPointGet>());

struct WifiStationRemove {
    static constexpr std::uint16_t id = 0x0516;
    static constexpr const char* name = "WifiStationRemove";
    static constexpr const char* meaning =
        "Sends a station of the access point away. Answered by Done; 35 not_found: it is not in.";
    using Reply = Done;

    Bssid station{};

    static constexpr auto fields() {
        return layout(field("station", &WifiStationRemove::station, "its MAC address"));
    }
};
static_assert(well_formed<WifiStationRemove>());

struct WifiStationChanged {
    static constexpr std::uint16_t id = 0x0517;
    static constexpr const char* name = "WifiStationChanged";
    static constexpr const char* meaning = "Event: a station joined the access point or left it; who is in "
                                           "at a hello, WifiAccessPointGet tells.";

    Bssid station{};
    std::uint8_t joined = 0;

    static constexpr auto fields() {
        return layout(field("station", &WifiStationChanged::station, "its MAC address"),
                      field("joined", &WifiStationChanged::joined, "0: it left"));
    }
};
static_assert(well_formed<WifiStationChanged>());

} // namespace nwp::wire
