// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/scan_list.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

constexpr unsigned kChannelsOfMask = 32;

bool is_shown(const ScanView& view, const WifiNetwork& network) {
    if (network.ssid.empty() && !view.hidden) return false;
    if (network.rssi_dbm < view.rssi_threshold_dbm) return false;
    return network.channel >= 1 && network.channel <= kChannelsOfMask &&
           (view.channels >> (network.channel - 1U) & 1U) != 0;
}

constexpr std::uint16_t kCcmp = scan_security::ccmp | scan_security::ccmp << 4U;

std::uint16_t security_bits(const WifiNetwork& network) {
    const unsigned hidden = network.ssid.empty() ? scan_security::hidden : 0;
    if (network.security == WifiSecurity::open) return static_cast<std::uint16_t>(hidden);
    // WPA3 has no bit of its own here; what it shares with WPA2 is told.
    return static_cast<std::uint16_t>(kCcmp | scan_security::wpa2 | scan_security::psk | hidden);
}

} // namespace

std::uint32_t channels_in(std::string_view country) {
    // The chip's own three, fixed in it: "EU" is no country.
    if (country == "US") return 0x07FF;
    if (country == "EU") return 0x1FFF;
    if (country == "JP") return 0x3FFF;
    return 0;
}

std::vector<WifiNetwork> seen_through(const ScanView& view, const std::vector<WifiNetwork>& found) {
    std::vector<WifiNetwork> seen;
    for (const WifiNetwork& network : found) {
        const bool twice = std::any_of(
            seen.begin(), seen.end(), [&](const WifiNetwork& other) { return other.bssid == network.bssid; });
        if (!twice && is_shown(view, network)) seen.push_back(network);
    }
    std::stable_sort(seen.begin(), seen.end(),
                     [](const WifiNetwork& a, const WifiNetwork& b) { return a.rssi_dbm > b.rssi_dbm; });
    if (seen.size() > kScanEntries) seen.resize(kScanEntries);
    return seen;
}

ScanEntry scan_entry(const WifiNetwork& network) {
    ScanEntry entry;
    entry.ssid = room_with<kSsidRoom>(network.ssid.bytes());
    entry.ssid_length = static_cast<std::uint8_t>(network.ssid.size());
    std::copy(std::begin(network.bssid.octets), std::end(network.bssid.octets), entry.bssid.begin());
    entry.rssi_dbm = network.rssi_dbm;
    entry.security = security_bits(network);
    entry.channel = static_cast<std::int8_t>(network.channel);
    return entry;
}

} // namespace nwp::simplelink
