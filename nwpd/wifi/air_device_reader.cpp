// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/air_device_reader.h"

#include <algorithm>

namespace nwp::wifi {
namespace {

constexpr std::string_view kWantedMac = R"(six octets such as "02:00:00:00:09:01")";
constexpr std::string_view kWantedName = "a string of at most 32 bytes";
constexpr std::string_view kWantedSsid = "the name of the network it looks for, 1 to 32 bytes";
constexpr std::string_view kWantedPassphrase = "a string of 8 to 63 printable ASCII characters";
constexpr std::string_view kGive = "; give ";

std::string text_of(std::string_view what, std::string_view wanted) {
    return std::string{what} + std::string{kGive} + std::string{wanted};
}

void read_mac(TomlTable& table, const std::vector<AirDevice>& devices, AirDevice& device) {
    table.require("mac", kWantedMac);
    const auto text = table.text("mac", kWantedMac);
    if (!text) return;
    const auto mac = parse_bssid(*text);
    // IEEE 802 8.2.2: the lowest bit of the first octet marks a group.
    if (!mac || *mac == Bssid{} || (mac->octets[0] & 1U) != 0)
        return table.problem("mac", text_of('"' + *text + "\" is no address of one station", kWantedMac));
    const bool taken = std::any_of(devices.begin(), devices.end(),
                                   [&](const AirDevice& other) { return other.mac == *mac; });
    if (taken) return table.problem("mac", '"' + *text + "\" stands twice; give each device its own");
    device.mac = *mac;
}

void read_common(TomlTable& table, const std::vector<AirDevice>& devices, AirDevice& device) {
    read_mac(table, devices, device);
    if (const auto name = table.text("name", kWantedName)) {
        if (name->size() > device.name.capacity)
            table.problem("name", text_of("has " + std::to_string(name->size()) + " bytes", kWantedName));
        device.name.assign(*name);
    }
    if (const auto present = table.flag("present")) device.present = *present;
}

} // namespace

void read_station(ProblemList& problems, const toml::table& node, std::vector<AirDevice>& devices) {
    TomlTable table{problems, node, "station", kStationKeys};
    AirDevice station;
    read_common(table, devices, station);
    table.require("ssid", kWantedSsid);
    if (const auto ssid = table.text("ssid", kWantedSsid)) {
        if (ssid->empty() || ssid->size() > Ssid::capacity)
            table.problem("ssid", text_of("has " + std::to_string(ssid->size()) + " bytes", kWantedSsid));
        station.ssid.assign(*ssid);
    }
    if (const auto passphrase = table.text("passphrase", kWantedPassphrase)) {
        // The value stays out of the message: messages end in logs.
        if (!passphrase_fits(WifiSecurity::wpa2_psk, *passphrase))
            table.problem("passphrase", text_of("is no passphrase of WPA2", kWantedPassphrase));
        station.passphrase.assign(*passphrase);
    }
    devices.push_back(station);
}

void read_peer(ProblemList& problems, const toml::table& node, std::vector<AirDevice>& devices) {
    TomlTable table{problems, node, "p2p_peer", kPeerKeys};
    AirDevice peer;
    peer.kind = AirDevice::Kind::p2p_peer;
    read_common(table, devices, peer);
    table.require("name", kWantedName);
    if (const auto invites = table.flag("invites")) peer.invites = *invites;
    if (const auto accepts = table.flag("accepts")) peer.accepts = *accepts;
    devices.push_back(peer);
}

} // namespace nwp::wifi
