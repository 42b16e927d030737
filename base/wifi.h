// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "base/text.h"

#include <cstdint>

namespace nwp {

/// IEEE 802.11 SSID: up to 32 bytes of any value.
using Ssid = Text<32>;
/// WPA2 passphrase, 8 to 63 printable characters, or 64 hex digits (IEEE 802.11 J.4).
using Passphrase = Text<64>;

struct Bssid {
    Byte octets[6] = {};
    friend bool operator==(const Bssid& a, const Bssid& b) { return equal(a.octets, b.octets); }
    friend bool operator!=(const Bssid& a, const Bssid& b) { return !(a == b); }
};

enum class WifiSecurity : std::uint8_t { open = 0, wpa2_psk = 1, wpa3_sae = 2 };

enum class WifiState : std::uint8_t {
    disconnected = 0,
    scanning = 1,
    joining = 2,
    connected = 3, ///< associated; an address may still be missing
    lost = 4,      ///< the access point vanished; a rejoin is being tried
    off = 5,       ///< this NWP has no radio (wired)
};

/// Why the Wi-Fi state is what it is.
enum class WifiCause : std::uint8_t {
    none = 0,
    requested = 1,       ///< the host asked for it
    no_such_network = 2, ///< nobody answers to that SSID
    wrong_key = 3,       ///< the access point refused the passphrase
    rejected = 4,        ///< refused for another reason
    access_point_lost = 5,
    security_mismatch = 6, ///< the network exists but not with the security asked for
    timed_out = 7,
    no_address = 8, ///< joined, but no lease came
};

/// ISO 3166-1 alpha-2 in capitals; "00", as Linux has it: none is known.
using Country = Text<2>;

/// IEEE 802.11 power management of a station.
struct WifiPowerSave {
    bool enabled = false;              ///< it dozes between beacons
    std::uint8_t listen_interval = 10; ///< it wakes for each beacon of so many, 1 to 255
};

/// What a radio counted since it began.
struct WifiStatistics {
    std::uint32_t beacons_received = 0; ///< of the network joined
    std::uint32_t beacons_missed = 0;   ///< that it was awake for
    std::uint32_t joins = 0;
    std::uint32_t losses = 0; ///< of the access point
    // Over the network, of all hosts; a packet is a datagram, an Ethernet frame, or a piece of a stream.
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t packets_received = 0;
    std::uint64_t packets_sent = 0;
};

/// One access point as a scan reports it.
struct WifiNetwork {
    Ssid ssid;
    Bssid bssid;
    std::uint8_t channel = 0;
    std::int8_t rssi_dbm = 0;
    WifiSecurity security = WifiSecurity::open;
};

/// Reads "02:00:00:ab:cd:ef", either case.  invalid_argument: anything else.
Result<Bssid> parse_bssid(std::string_view text);
/// "02:00:00:ab:cd:ef"
Text<17> bssid_text(const Bssid& bssid);

/// Whether a network of that security can have this passphrase: none for open; 8 to 63 printable ASCII
/// characters for WPA2 and WPA3, and for WPA2 also 64 hexadecimal digits, the key itself (IEEE 802.11 J.4).
bool passphrase_fits(WifiSecurity security, std::string_view passphrase);

const char* to_string(WifiSecurity security);
const char* to_string(WifiState state);
const char* to_string(WifiCause cause);

} // namespace nwp
