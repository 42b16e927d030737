// SPDX-License-Identifier: Apache-2.0
#pragma once

// Network configuration. Its opcodes stand among those of the device silo. Addresses are HostOrderIpv4 and
// HostOrderIpv6.

#include "simplelink/common.h"

namespace nwp::simplelink {

using NetCfgSet = SettingCommand<0x8432>;
using NetCfgSetResponse = BasicResponse<0x0432>;
using NetCfgGet = SettingCommand<0x8433>; ///< `length` is the host's room
using NetCfgGetResponse = SettingResponse<0x0433>;

/// Ids of NetCfgSet and NetCfgGet.
enum class NetCfgId : std::uint16_t {
    mac_set = 1,
    mac_get = 2,
    station_count = 3,
    station_list = 4, ///< the option is the index of the first entry
    station_disconnect = 5,
    interfaces = 6,
    ipv4_station = 7,
    ipv4_access_point = 8,
    ipv6_local = 9,
    ipv6_global = 10,
    dhcp_client = 11,
    secondary_dns = 12,
};

/// Options of the ids ipv4_station, ipv4_access_point, ipv6_local and ipv6_global.
enum class AddressMode : std::uint16_t {
    dhcp = 1,
    dhcp_or_link_local = 2,
    release = 3, ///< driver 2
    fixed = 4,
    stateless = 5,
    stateful = 6,
    release_on_disconnect = 7,
    keep_on_disconnect = 8,
    fast_renew = 9,
    no_fast_renew = 10,
    fast_renew_without_wait = 11,
    fast_renew_waits = 12,
};

/// Bits of NetCfgId::interfaces.
namespace interface_bit {
constexpr std::uint32_t ipv6_local = 0x4;
constexpr std::uint32_t ipv6_global = 0x8;
constexpr std::uint32_t no_dhcp = 0x40;
constexpr std::uint32_t local_fixed = 0x80;
constexpr std::uint32_t local_stateless = 0x100;
constexpr std::uint32_t local_stateful = 0x200;
constexpr std::uint32_t global_fixed = 0x400;
constexpr std::uint32_t global_stateful = 0x800;
constexpr std::uint32_t no_link_local = 0x1000;
constexpr std::uint32_t dhcp_release = 0x2000;
constexpr std::uint32_t global_stateless = 0x4000;
constexpr std::uint32_t no_fast_renew = 0x8000;
} // namespace interface_bit

/// Value of ipv4_station and ipv4_access_point.
struct Ipv4Settings {
    static constexpr std::size_t size = 16;
    HostOrderIpv4 address = 0;
    HostOrderIpv4 mask = 0;
    HostOrderIpv4 gateway = 0;
    HostOrderIpv4 dns = 0;
    static constexpr auto fields() {
        return layout(at(0, "address", &Ipv4Settings::address), at(4, "mask", &Ipv4Settings::mask),
                      at(8, "gateway", &Ipv4Settings::gateway), at(12, "dns", &Ipv4Settings::dns));
    }
};

/// Value of ipv6_local and ipv6_global.
struct Ipv6Settings {
    static constexpr std::size_t size = 36;
    HostOrderIpv6 address{};
    HostOrderIpv6 dns{};
    std::uint32_t flags = 0; ///< bit 0: valid
    static constexpr auto fields() {
        return layout(at(0, "address", &Ipv6Settings::address), at(16, "dns", &Ipv6Settings::dns),
                      at(32, "flags", &Ipv6Settings::flags));
    }
};

enum class DhcpState : std::uint8_t {
    unknown = 0,
    disabled = 1,
    enabled = 2,
    bound = 3,
    renew = 4,
    rebind = 5,
};

/// Value of dhcp_client.
struct DhcpClientInfo {
    static constexpr std::size_t size = 36;
    HostOrderIpv4 address = 0;
    HostOrderIpv4 gateway = 0;
    HostOrderIpv4 mask = 0;
    std::array<HostOrderIpv4, 2> dns{};
    HostOrderIpv4 dhcp_server = 0;
    std::uint32_t lease_s = 0;
    std::uint32_t renew_s = 0;
    DhcpState state{};
    static constexpr auto fields() {
        return layout(at(0, "address", &DhcpClientInfo::address), at(4, "gateway", &DhcpClientInfo::gateway),
                      at(8, "mask", &DhcpClientInfo::mask), at(12, "dns", &DhcpClientInfo::dns),
                      at(20, "dhcp_server", &DhcpClientInfo::dhcp_server),
                      at(24, "lease_s", &DhcpClientInfo::lease_s),
                      at(28, "renew_s", &DhcpClientInfo::renew_s), at(32, "state", &DhcpClientInfo::state));
    }
};

/// One of station_list.
struct StationEntry {
    static constexpr std::size_t size = 44;
    HostOrderIpv4 address = 0;
    MacAddress mac{};
    std::uint16_t status = 0; ///< 1: the address came from DHCP
    std::array<Byte, 32> name{};
    static constexpr auto fields() {
        return layout(at(0, "address", &StationEntry::address), at(4, "mac", &StationEntry::mac),
                      at(10, "status", &StationEntry::status), at(12, "name", &StationEntry::name));
    }
};

} // namespace nwp::simplelink
