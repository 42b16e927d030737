// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every setting that hosts write and read by number.

#include <array>
#include <cstddef>
#include <cstdint>

namespace nwp::simplelink {

/// By which commands a setting is reached, and so what its id and option are.
enum class ConfigGroup : std::uint8_t {
    device,          ///< DeviceSet, DeviceGet: DeviceId, option
    policy,          ///< PolicySet, PolicyGet: PolicyType, any option
    wlan,            ///< WlanSet, WlanGet: WlanGroup, option
    netcfg,          ///< NetCfgSet, NetCfgGet: NetCfgId, option
    netapp,          ///< NetAppSet, NetAppGet: a bit of net_app, option
    socket,          ///< SocketOptionSet, SocketOptionGet: level, option
    file,            ///< FileControl: FileOperation, 0
    netutil,         ///< NetUtilGet: NetUtilOption, 0
    netutil_command, ///< NetUtilCommand: NetUtilTask, 0
};

/// How many bytes a value may have: from `least` to `most` in steps. None at all: the value does not travel
/// that way.
struct Lengths {
    std::uint16_t least = 1;
    std::uint16_t most = 0;
    std::uint16_t step = 1;

    constexpr bool any() const { return least <= most; }
    constexpr bool allows(std::size_t length) const {
        return length >= least && length <= most && (length - least) % step == 0;
    }
};

struct ConfigRow {
    ConfigGroup group;
    std::uint16_t id;
    std::uint16_t first_option;
    std::uint16_t last_option;
    const char* name;
    Lengths set; ///< of what the host sends
    Lengths get; ///< of what the NWP answers
    bool zephyr; ///< used by Zephyr's Wi-Fi driver
};

namespace detail {
constexpr std::uint16_t kAnyOption = 0xFFFF; ///< as the last one: the option tells nothing apart
constexpr bool kByZephyr = true;

constexpr Lengths exactly(std::uint16_t length) { return {length, length, 1}; }
constexpr Lengths between(std::uint16_t least, std::uint16_t most, std::uint16_t step = 1) {
    return {least, most, step};
}
constexpr Lengths none() { return {}; }

constexpr ConfigRow both(ConfigGroup group, std::uint16_t id, std::uint16_t option, const char* name,
                         Lengths lengths, bool zephyr = false) {
    return {group, id, option, option, name, lengths, lengths, zephyr};
}
constexpr ConfigRow only_set(ConfigGroup group, std::uint16_t id, std::uint16_t option, const char* name,
                             Lengths lengths, bool zephyr = false) {
    return {group, id, option, option, name, lengths, none(), zephyr};
}
constexpr ConfigRow only_get(ConfigGroup group, std::uint16_t id, std::uint16_t option, const char* name,
                             Lengths lengths, bool zephyr = false) {
    return {group, id, option, option, name, none(), lengths, zephyr};
}
} // namespace detail

// clang-format off
inline constexpr auto kConfigRows = [] {
    using namespace detail;
    using G = ConfigGroup;
    return std::array<ConfigRow, 122>{{
    both(G::device, 1, 5, "persistent", exactly(1)),
    both(G::device, 1, 11, "date and time", exactly(44)),
    only_get(G::device, 1, 12, "version", exactly(20)),
    {G::device, 2, 1, 7, "status", none(), exactly(4), false},
    only_get(G::device, 4, 41, "UDID", exactly(16)),

    {G::policy, 0x10, 0, kAnyOption, "connection policy", exactly(0), exactly(0), kByZephyr},
    {G::policy, 0x20, 0, kAnyOption, "scan policy", between(0, 4, 4), between(0, 4, 4), kByZephyr},
    {G::policy, 0x30, 0, kAnyOption, "power policy", between(0, 8, 8), between(0, 8, 8), kByZephyr},
    {G::policy, 0x40, 0, kAnyOption, "P2P policy", exactly(0), exactly(0), false},

    both(G::wlan, 0, 0, "AP SSID", between(1, 32)),
    both(G::wlan, 0, 3, "AP channel", exactly(1)),
    both(G::wlan, 0, 4, "AP hidden SSID", exactly(1)),
    both(G::wlan, 0, 6, "AP security", exactly(1)),
    {G::wlan, 0, 7, 7, "AP password", between(5, 63), between(0, 63), false},
    both(G::wlan, 0, 19, "AP maximum of stations", exactly(1)),
    only_set(G::wlan, 0, 20, "AP access list: add", exactly(6)),
    only_set(G::wlan, 0, 21, "AP access list: delete address", exactly(6)),
    only_set(G::wlan, 0, 22, "AP access list: delete index", exactly(1)),
    only_get(G::wlan, 0, 24, "AP access list: count", exactly(1)),
    only_set(G::wlan, 0, 25, "AP access list: mode", exactly(1)),
    both(G::wlan, 0, 26, "AP station aging", exactly(2)),
    both(G::wlan, 1, 9, "country code", exactly(2)),
    both(G::wlan, 1, 10, "station transmit power", exactly(1), kByZephyr),
    both(G::wlan, 1, 11, "AP transmit power", exactly(1)),
    only_set(G::wlan, 1, 16, "information element", exactly(260)),
    both(G::wlan, 1, 18, "scan parameters", exactly(8), kByZephyr),
    only_set(G::wlan, 1, 32, "no server authentication in the next enterprise connection", exactly(1)),
    only_set(G::wlan, 1, 33, "suspended profiles", exactly(4)),
    both(G::wlan, 2, 12, "P2P device name", between(1, 32)),
    both(G::wlan, 2, 13, "P2P device type", between(1, 17)),
    both(G::wlan, 2, 14, "P2P channels", exactly(4)),
    {G::wlan, 3, 0, kAnyOption, "AP access list", none(), between(0, 1440, 6), false},
    {G::wlan, 4, 27, 27, "RX filters: state", exactly(20), exactly(16), false},
    only_set(G::wlan, 4, 28, "RX filters: remove", exactly(20), kByZephyr),
    only_set(G::wlan, 4, 29, "RX filters: store", exactly(0)),
    only_set(G::wlan, 4, 30, "RX filters: change arguments", exactly(56)),
    both(G::wlan, 4, 31, "RX filters: of the system", exactly(4)),
    {G::wlan, 5, 0, kAnyOption, "connection information", none(), exactly(80), kByZephyr},

    only_set(G::netcfg, 1, 1, "MAC address: set", exactly(6)),
    {G::netcfg, 2, 0, kAnyOption, "MAC address: get", none(), exactly(6), kByZephyr},
    {G::netcfg, 3, 0, kAnyOption, "AP station count", none(), exactly(1), false},
    {G::netcfg, 4, 0, kAnyOption, "AP station list", none(), between(0, 176, 44), false},
    only_set(G::netcfg, 5, 1, "AP station: disconnect", exactly(6)),
    both(G::netcfg, 6, 0, "interfaces", exactly(4), kByZephyr),
    {G::netcfg, 7, 0, kAnyOption, "station IPv4", between(0, 16, 16), exactly(16), kByZephyr},
    {G::netcfg, 8, 0, kAnyOption, "AP IPv4", exactly(16), exactly(16), false},
    {G::netcfg, 9, 0, kAnyOption, "IPv6 local", between(0, 36, 36), exactly(36), kByZephyr},
    {G::netcfg, 10, 0, kAnyOption, "IPv6 global", between(0, 36, 36), exactly(36), false},
    {G::netcfg, 11, 0, kAnyOption, "DHCP client", none(), exactly(36), false},
    both(G::netcfg, 12, 0, "second DNS server", exactly(4)),

    both(G::netapp, 1, 0, "HTTP primary port", exactly(2)),
    both(G::netapp, 1, 1, "HTTP authentication", exactly(1)),
    both(G::netapp, 1, 2, "HTTP user name", between(0, 20)),
    both(G::netapp, 1, 3, "HTTP password", between(0, 20)),
    both(G::netapp, 1, 4, "HTTP realm", between(0, 20)),
    both(G::netapp, 1, 5, "HTTP pages in ROM", exactly(1)),
    both(G::netapp, 1, 6, "HTTP secondary port", exactly(2)),
    both(G::netapp, 1, 7, "HTTP secondary port enabled", exactly(1)),
    both(G::netapp, 1, 8, "HTTP primary port secure", exactly(1)),
    only_set(G::netapp, 1, 9, "HTTP private key file", between(0, 180)),
    only_set(G::netapp, 1, 10, "HTTP certificate file", between(0, 180)),
    only_set(G::netapp, 1, 11, "HTTP CA file", between(0, 180)),
    only_set(G::netapp, 1, 12, "HTTP mDNS name: register", between(0, 255)),
    only_set(G::netapp, 1, 13, "HTTP mDNS name: unregister", between(0, 255)),
    both(G::netapp, 1, 14, "HTTP timeout", between(1, 4)),
    both(G::netapp, 2, 0, "DHCP server range", exactly(12)),
    both(G::netapp, 4, 1, "mDNS continuous query", between(0, 255)),
    both(G::netapp, 4, 2, "mDNS query event mask", exactly(4)),
    both(G::netapp, 4, 3, "mDNS timing", exactly(24)),
    both(G::netapp, 8, 0, "DNS server domain", between(0, 255)),
    both(G::netapp, 16, 0, "device name", between(0, 32)),
    both(G::netapp, 16, 1, "device domain", between(0, 24)),
    both(G::netapp, 32, 0, "DNS client time", exactly(4)),
    only_get(G::netapp, 64, 0, "active applications", exactly(4)),

    both(G::socket, 1, 8, "SO_RCVBUF", exactly(4)),
    both(G::socket, 1, 9, "SO_KEEPALIVE", exactly(4)),
    both(G::socket, 1, 13, "SO_LINGER", exactly(8)),
    both(G::socket, 1, 20, "SO_RCVTIMEO", exactly(8)),
    both(G::socket, 1, 24, "SO_NONBLOCKING", exactly(4), kByZephyr),
    both(G::socket, 1, 25, "SO_SECMETHOD", exactly(1), kByZephyr),
    both(G::socket, 1, 26, "SO_SECURE_MASK", exactly(4)),
    only_set(G::socket, 1, 27, "SO_SECURE_FILES", exactly(4)),
    both(G::socket, 1, 28, "SO_CHANGE_CHANNEL", exactly(4)),
    only_set(G::socket, 1, 30, "SO_SECURE_FILES_PRIVATE_KEY_FILE_NAME", between(1, 180), kByZephyr),
    only_set(G::socket, 1, 31, "SO_SECURE_FILES_CERTIFICATE_FILE_NAME", between(1, 180), kByZephyr),
    only_set(G::socket, 1, 32, "SO_SECURE_FILES_CA_FILE_NAME", between(1, 180), kByZephyr),
    only_set(G::socket, 1, 33, "SO_SECURE_FILES_PEER_CERT_OR_DH_KEY_FILE_NAME", between(1, 180)),
    only_set(G::socket, 1, 35, "SO_STARTTLS", between(0, 255)),
    only_get(G::socket, 1, 36, "SO_SSL_CONNECTION_PARAMS", exactly(72)),
    both(G::socket, 1, 37, "SO_KEEPALIVETIME", exactly(4)),
    both(G::socket, 1, 38, "SO_SECURE_DISABLE_CERTIFICATE_STORE", exactly(4)),
    both(G::socket, 1, 39, "SO_RX_NO_IP_BOUNDARY", exactly(4)),
    both(G::socket, 1, 40, "SO_SECURE_ALPN", exactly(4)),
    only_set(G::socket, 1, 41, "SO_SECURE_EXT_CLIENT_CHLNG_RESP", between(0, 255)),
    only_set(G::socket, 1, 42, "SO_SECURE_DOMAIN_NAME_VERIFICATION", between(1, 255), kByZephyr),
    both(G::socket, 2, 60, "IP_MULTICAST_IF", exactly(4)),
    both(G::socket, 2, 61, "IP_MULTICAST_TTL", exactly(1)),
    only_set(G::socket, 2, 65, "IP_ADD_MEMBERSHIP", exactly(8)),
    only_set(G::socket, 2, 66, "IP_DROP_MEMBERSHIP", exactly(8)),
    both(G::socket, 2, 67, "IP_HDRINCL", exactly(4)),
    both(G::socket, 2, 68, "IP_RAW_RX_NO_HEADER", exactly(4)),
    both(G::socket, 2, 69, "IP_RAW_IPV6_HDRINCL", exactly(4)),
    only_set(G::socket, 2, 70, "IPV6_ADD_MEMBERSHIP", exactly(20)),
    only_set(G::socket, 2, 71, "IPV6_DROP_MEMBERSHIP", exactly(20)),
    both(G::socket, 2, 72, "IPV6_MULTICAST_HOPS", exactly(1)),
    {G::socket, 3, 100, 106, "SO_PHY_*", exactly(4), exactly(4), false},

    only_set(G::file, 0, 0, "restore", exactly(4)),
    {G::file, 1, 0, 0, "roll back", between(8, 184, 4), none(), false},
    {G::file, 2, 0, 0, "commit", between(8, 184, 4), none(), false},
    {G::file, 3, 0, 0, "rename", between(4, 360), none(), false},
    {G::file, 5, 0, 0, "storage information", exactly(0), exactly(36), false},
    only_set(G::file, 6, 0, "roll back a bundle", exactly(4)),
    only_set(G::file, 7, 0, "commit a bundle", exactly(4)),

    only_get(G::netutil, 1, 0, "public key", between(1, 1500)),
    only_get(G::netutil, 2, 0, "public key information", between(1, 1500)),
    only_get(G::netutil, 3, 0, "true random", between(1, 1500)),
    only_set(G::netutil_command, 1, 0, "create certificate", exactly(12)),
    only_set(G::netutil_command, 2, 0, "sign", exactly(12)),
    only_set(G::netutil_command, 3, 0, "verify", exactly(16)),
    only_set(G::netutil_command, 4, 0, "temporary keys", exactly(12)),
    only_set(G::netutil_command, 5, 0, "install", exactly(12)),
    only_set(G::netutil_command, 6, 0, "ARP lookup", exactly(4)),
    }};
}();
// clang-format on

/// The setting, or none.
const ConfigRow* find_config(ConfigGroup group, std::uint16_t id, std::uint16_t option);

} // namespace nwp::simplelink
