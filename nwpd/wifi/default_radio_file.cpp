// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/radio_file.h"

namespace nwp::wifi {

std::string_view default_radio_file() {
    return R"toml(# The air around a simulated station. docs/radio.md describes every key.

[[access_point]]
ssid = "nwp-home"
bssid = "02:00:00:00:00:01"
channel = 6
rssi = -48
security = "wpa2-psk"
passphrase = "correct horse battery"
lease = { address = "10.77.0.2", prefix = 24, gateway = "10.77.0.1", dns = ["10.77.0.1"] }

# The same network from a second access point: a station roams here when the first is lost.
[[access_point]]
ssid = "nwp-home"
bssid = "02:00:00:00:00:02"
channel = 11
rssi = -71
security = "wpa2-psk"
passphrase = "correct horse battery"
lease = { address = "10.77.0.2", prefix = 24, gateway = "10.77.0.1", dns = ["10.77.0.1"] }

[[access_point]]
ssid = "nwp-secure"
bssid = "02:00:00:00:00:03"
channel = 36
rssi = -55
security = "wpa3-sae"
passphrase = "staple of the day"
lease = { address = "10.77.0.3", prefix = 24, gateway = "10.77.0.1", dns = ["10.77.0.1"] }

[[access_point]]
ssid = "nwp-guest"
bssid = "02:00:00:00:00:04"
channel = 1
rssi = -62
security = "open"
lease = { address = "10.77.0.4", prefix = 24, gateway = "10.77.0.1", dns = ["10.77.0.1"] }

# Somebody else's network with our name: a station that asks for WPA2 must not join it, though it is the strongest.
[[access_point]]
ssid = "nwp-home"
bssid = "02:00:00:00:00:05"
channel = 6
rssi = -40
security = "open"
lease = { address = "10.77.0.5", prefix = 24, gateway = "10.77.0.1", dns = ["10.77.0.1"] }

# No DHCP server: a station joins and gets no address.
[[access_point]]
ssid = "nwp-no-address"
bssid = "02:00:00:00:00:06"
channel = 1
rssi = -66
security = "open"

# The longest name there is, 32 bytes, not all of them ASCII.
[[access_point]]
ssid = "Café am Ende der langen Straße"
bssid = "02:00:00:00:00:07"
channel = 149
rssi = -88
security = "wpa2-psk"
passphrase = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
lease = { address = "10.77.0.7", prefix = 24, gateway = "10.77.0.1", dns = ["10.77.0.1"] }

[timing]
scan_result_ms = 20
join_ms = 50
lease_ms = 20

# Whom a station meets at 10.77.0.N is a process of this machine at 127.77.0.N, on a port that needs no privilege.
[[map]]
network = "10.77.0.0/24"
to = "127.77.0.0/24"
ports = { 53 = 10053, 80 = 10080, 443 = 10443 }
)toml";
}

} // namespace nwp::wifi
