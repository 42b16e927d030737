// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/netcfg_silo.h"

#include "nwpd/dialect/simplelink/host_order.h"
#include "nwpd/dialect/simplelink/setting_values.h"
#include "nwpd/dialect/simplelink/wlan_access_point.h"
#include "nwpd/dialect/simplelink/wlan_mode.h"
#include "simplelink/config_ids.h"
#include "simplelink/errors.h"
#include "simplelink/netapp.h"

#include <algorithm>
#include <array>

namespace nwp::simplelink {
namespace {

constexpr std::uint16_t kDnsPort = 53;
constexpr std::string_view kStationModeName = "ipv4_station_mode";
constexpr std::string_view kStationName = "ipv4_station";
constexpr std::uint32_t kValid = 1; // of Ipv6Settings::flags

/// 10.123.45.1/24: where a chip's own access point lives unless told otherwise.
constexpr Ipv4Settings kAccessPoint{0x0A7B2D01, 0xFFFFFF00, 0x0A7B2D01, 0x0A7B2D01};

std::string name_of(NetCfgId id) { return "netcfg." + std::to_string(static_cast<unsigned>(id)); }
std::string mode_name_of(NetCfgId id) { return name_of(id) + ".mode"; }

std::uint32_t mask_of(unsigned prefix_length) {
    return prefix_length == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix_length);
}

/// Ones, then zeros.
bool is_mask(std::uint32_t mask) { return mask != 0 && (~mask & (~mask + 1)) == 0; }

std::uint8_t prefix_of(std::uint32_t mask) {
    std::uint8_t length = 0;
    for (; mask != 0; mask <<= 1U) ++length;
    return length;
}

/// First DNS server of this family.
Address dns_of(const wifi::Lease& lease, nwp::Family family) {
    for (const Address& server : lease.dns_servers)
        if (server.family == family) return server;
    return {};
}

Ipv4Settings settings_of(const wifi::Lease& lease) {
    return {ipv4_of(lease.address), mask_of(lease.prefix_length), ipv4_of(lease.gateway),
            ipv4_of(dns_of(lease, nwp::Family::ipv4))};
}

wifi::Lease lease_of(const Ipv4Settings& settings, HostOrderIpv4 second_dns) {
    wifi::Lease lease;
    lease.address = address_of(settings.address);
    lease.prefix_length = prefix_of(settings.mask);
    if (settings.gateway != 0) lease.gateway = address_of(settings.gateway);
    for (const HostOrderIpv4 server : {settings.dns, second_dns})
        if (server != 0) lease.dns_servers.push_back(address_of(server, kDnsPort));
    return lease;
}

bool is_multicast(HostOrderIpv4 address) { return address >> 28U == 0xE; }

/// A host address, a real mask, and a gateway that is a neighbour.
bool holds_together(const Ipv4Settings& settings) {
    if (settings.address == 0 || is_multicast(settings.address) || !is_mask(settings.mask)) return false;
    const std::uint32_t host_part = settings.address & ~settings.mask;
    if (prefix_of(settings.mask) < 31 && (host_part == 0 || host_part == ~settings.mask)) return false;
    return settings.gateway == 0 || (settings.gateway & settings.mask) == (settings.address & settings.mask);
}

/// Unicast, and not one that every machine has anyway.
bool is_usable(const HostOrderIpv6& address) {
    const bool multicast = address[0] >> 24U == 0xFF;
    const bool low = address[0] == 0 && address[1] == 0 && address[2] == 0 && address[3] <= 1;
    return !multicast && !low;
}

bool is_link_local(const HostOrderIpv6& address) { return address[0] >> 22U == 0x3FA; }

/// A locally administered address that is this device's alone (IEEE 802-2014 8.4.2).
MacAddress made_from(ByteView unique_id) {
    MacAddress mac{};
    std::copy_n(unique_id.begin(), mac.size(), mac.begin());
    mac[0] = static_cast<Byte>((mac[0] & 0xFCU) | 0x02U);
    return mac;
}

} // namespace

NetCfgSilo::NetCfgSilo(const Power& power)
    : board_(power.board), out_(power.out), flash_(power.board.services.settings),
      mode_(mode_at_start(flash_)) {
    const auto mac = flash_.get(name_of(NetCfgId::mac_set));
    if (mac && mac->size() == mac_.size())
        std::copy(mac->begin(), mac->end(), mac_.begin());
    else
        mac_ = made_from(unique_id(flash_));
    apply_fixed_address();
}

bool NetCfgSilo::take(const HostMessage& message) {
    return route(Messages<NetCfgSet, NetCfgGet>{}, message, out_, *this);
}

// ---- events

void NetCfgSilo::start() {
    if (mode_ != WlanMode::access_point) return on_address_changed(lease());
    // Hosts wait for it before they do anything else in this role.
    const Ipv4Settings own = access_point_ipv4();
    out_.tell(Ipv4Acquired{own.address, own.gateway, own.dns});
}

void NetCfgSilo::tell_again() {
    told_.reset();
    on_address_changed(lease());
}

std::optional<wifi::Lease> NetCfgSilo::lease() const {
    return mode_ == WlanMode::station ? board_.services.wlan.status().lease : std::nullopt;
}

void NetCfgSilo::on_address_changed(const std::optional<wifi::Lease>& lease) {
    if (mode_ != WlanMode::station || lease == told_) return;
    const bool same = lease && told_ && lease->address == told_->address;
    if (told_ && !same) {
        if (told_->address.family == nwp::Family::ipv6)
            out_.tell(Ipv6Lost{ipv6_of(told_->address)});
        else
            out_.tell(Ipv4Lost{});
    }
    told_ = lease;
    if (!lease || lease->address.family == nwp::Family::unspecified) return;
    if (lease->address.family == nwp::Family::ipv6)
        return out_.tell(Ipv6Acquired{ipv6_of(lease->address), ipv6_of(dns_of(*lease, nwp::Family::ipv6))});
    const Ipv4Settings now = settings_of(*lease);
    out_.tell(Ipv4Acquired{now.address, now.gateway, now.dns});
}

void NetCfgSilo::on_wifi_changed(WifiCause cause) {
    if (mode_ == WlanMode::station && cause == WifiCause::no_address && !told_) out_.tell(DhcpTimedOut{});
}

// ---- set

void NetCfgSilo::on(const NetCfgSet& command, ByteView payload) {
    const ConfigRow* row = find_config(ConfigGroup::netcfg, command.id, command.option);
    if (row == nullptr || payload.size() < command.length || !row->set.allows(command.length))
        return out_.refuse(code::invalid_param);
    out_.respond(NetCfgSetResponse{
        set(static_cast<NetCfgId>(command.id), command.option, payload.first(command.length)), 0});
}

std::int16_t NetCfgSilo::set(NetCfgId id, std::uint16_t option, ByteView value) {
    const auto mode = static_cast<AddressMode>(option);
    switch (id) {
        case NetCfgId::mac_set:
            // A group address is nobody's.
            if ((value[0] & 1U) != 0) return code::invalid_param;
            break;
        case NetCfgId::station_disconnect: {
            MacAddress mac{};
            copy_bytes(mac, value);
            if (access_point_ == nullptr) return code::wlan_ap_sta_not_found;
            return access_point_->send_away(mac);
        }
        case NetCfgId::ipv4_station: return set_ipv4_station(mode, value);
        case NetCfgId::ipv4_access_point:
            if (mode != AddressMode::fixed) return code::invalid_param;
            if (!holds_together(*decode<Ipv4Settings>(value))) return code::netcfg_static_addr_subnet_error;
            break;
        case NetCfgId::ipv6_local:
        case NetCfgId::ipv6_global: return set_ipv6(id, mode, value);
        default: break;
    }
    flash_.put(name_of(id), value);
    if (id == NetCfgId::secondary_dns) apply_fixed_address();
    return code::success;
}

std::int16_t NetCfgSilo::set_ipv4_station(AddressMode mode, ByteView value) {
    const bool has_value = mode == AddressMode::fixed;
    if (has_value != !value.empty()) return code::invalid_param;
    switch (mode) {
        case AddressMode::fixed:
            if (!holds_together(*decode<Ipv4Settings>(value))) return code::netcfg_static_addr_subnet_error;
            flash_.put(kStationName, value);
            break;
        case AddressMode::dhcp:
        case AddressMode::dhcp_or_link_local: break;
        case AddressMode::release:
        case AddressMode::release_on_disconnect:
        case AddressMode::keep_on_disconnect:
        case AddressMode::fast_renew:
        case AddressMode::no_fast_renew:
        case AddressMode::fast_renew_without_wait:
        case AddressMode::fast_renew_waits: {
            const Byte number = static_cast<Byte>(mode);
            flash_.put(name_of(NetCfgId::ipv4_station) + ".dhcp", {&number, 1});
            return code::success;
        }
        default: return code::invalid_param;
    }
    const Byte number = static_cast<Byte>(mode);
    flash_.put(kStationModeName, {&number, 1});
    apply_fixed_address();
    return code::success;
}

std::int16_t NetCfgSilo::set_ipv6(NetCfgId id, AddressMode mode, ByteView value) {
    const bool local = id == NetCfgId::ipv6_local;
    const bool known =
        mode == AddressMode::fixed || mode == AddressMode::stateless || mode == AddressMode::stateful;
    if (!known || (mode == AddressMode::fixed) != !value.empty()) return code::invalid_param;
    if (mode == AddressMode::fixed) {
        const Ipv6Settings settings = *decode<Ipv6Settings>(value);
        const bool fits = is_usable(settings.address) && is_link_local(settings.address) == local;
        if (!fits)
            return local ? code::netcfg_incorrect_ipv6_static_local_addr
                         : code::netcfg_incorrect_ipv6_static_global_addr;
        flash_.put(name_of(id), value);
    }
    const Byte number = static_cast<Byte>(mode);
    flash_.put(mode_name_of(id), {&number, 1});
    return code::success;
}

AddressMode NetCfgSilo::station_mode() const {
    return static_cast<AddressMode>(
        flash_.number(kStationModeName, static_cast<std::uint8_t>(AddressMode::dhcp)));
}

void NetCfgSilo::apply_fixed_address() {
    const auto kept = flash_.get(kStationName);
    const auto settings = kept ? decode<Ipv4Settings>(*kept) : Error::not_found;
    if (station_mode() != AddressMode::fixed || !settings)
        return board_.services.wlan.set_fixed_lease(std::nullopt);
    const auto second = flash_.get(name_of(NetCfgId::secondary_dns));
    board_.services.wlan.set_fixed_lease(lease_of(*settings, second ? number_in(*second) : 0));
}

// ---- get

void NetCfgSilo::on(const NetCfgGet& command, ByteView) {
    const ConfigRow* row = find_config(ConfigGroup::netcfg, command.id, command.option);
    if (row == nullptr || !row->get.any()) return out_.refuse(code::invalid_param);
    const auto id = static_cast<NetCfgId>(command.id);
    NetCfgGet answered = command;
    switch (id) {
        case NetCfgId::mac_get: return answer(command, mac_);
        case NetCfgId::station_count: {
            const auto count = static_cast<Byte>(stations().size());
            return answer(command, {&count, 1});
        }
        case NetCfgId::station_list: return answer_station_list(command);
        case NetCfgId::ipv4_station:
            answered.option = static_cast<std::uint16_t>(station_mode());
            return answer(answered, encode(station_ipv4()));
        case NetCfgId::ipv6_local:
        case NetCfgId::ipv6_global:
            answered.option =
                flash_.number(mode_name_of(id), static_cast<std::uint8_t>(AddressMode::stateless));
            return answer(answered, encode(ipv6(id)));
        case NetCfgId::dhcp_client: return answer(command, encode(dhcp_client()));
        case NetCfgId::ipv4_access_point:
            answered.option = static_cast<std::uint16_t>(AddressMode::fixed);
            break;
        default: break;
    }
    if (const auto kept = flash_.get(name_of(id)); kept && row->get.allows(kept->size()))
        return answer(answered, *kept);
    if (id == NetCfgId::ipv4_access_point) return answer(answered, encode(access_point_ipv4()));
    const std::array<Byte, 4> nothing{};
    answer(answered, nothing);
}

std::vector<StationEntry> NetCfgSilo::stations() const {
    return access_point_ != nullptr ? access_point_->stations() : std::vector<StationEntry>{};
}

/// The option is the index of the first; as many as the host has room for.
void NetCfgSilo::answer_station_list(const NetCfgGet& command) {
    const std::vector<StationEntry> all = stations();
    std::vector<Byte> bytes;
    for (std::size_t i = command.option; i < all.size(); ++i) {
        if (bytes.size() + StationEntry::size > command.length) break;
        const auto entry = encode(all[i]);
        bytes.insert(bytes.end(), entry.begin(), entry.end());
    }
    answer(command, bytes);
}

void NetCfgSilo::answer(NetCfgGet command, ByteView value) {
    out_.respond_value<NetCfgGetResponse>(command, fitting(value, command.length));
}

Ipv4Settings NetCfgSilo::access_point_ipv4() const {
    const auto kept = flash_.get(name_of(NetCfgId::ipv4_access_point));
    const auto settings = kept ? decode<Ipv4Settings>(*kept) : Error::not_found;
    return settings ? *settings : kAccessPoint;
}

/// What is in use; before that, what is set.
Ipv4Settings NetCfgSilo::station_ipv4() const {
    const auto now = lease();
    if (now && now->address.family == nwp::Family::ipv4) return settings_of(*now);
    const auto kept = flash_.get(kStationName);
    const auto settings = kept ? decode<Ipv4Settings>(*kept) : Error::not_found;
    return station_mode() == AddressMode::fixed && settings ? *settings : Ipv4Settings{};
}

Ipv6Settings NetCfgSilo::ipv6(NetCfgId id) const {
    const auto now = lease();
    if (now && now->address.family == nwp::Family::ipv6) {
        const HostOrderIpv6 address = ipv6_of(now->address);
        if (is_link_local(address) == (id == NetCfgId::ipv6_local))
            return {address, ipv6_of(dns_of(*now, nwp::Family::ipv6)), kValid};
    }
    const auto kept = flash_.get(name_of(id));
    const auto settings = kept ? decode<Ipv6Settings>(*kept) : Error::not_found;
    return settings ? *settings : Ipv6Settings{};
}

DhcpClientInfo NetCfgSilo::dhcp_client() const {
    DhcpClientInfo info;
    const bool uses_dhcp = station_mode() != AddressMode::fixed;
    info.state = uses_dhcp ? DhcpState::enabled : DhcpState::disabled;
    const auto now = lease();
    if (!uses_dhcp || !now || now->address.family != nwp::Family::ipv4) return info;
    info.state = DhcpState::bound;
    const Ipv4Settings settings = settings_of(*now);
    info.address = settings.address;
    info.gateway = settings.gateway;
    info.mask = settings.mask;
    info.dhcp_server = settings.gateway; // who leases the air's addresses is its gateway
    for (std::size_t i = 0; i < info.dns.size() && i < now->dns_servers.size(); ++i)
        info.dns[i] = ipv4_of(now->dns_servers[i]);
    return info;
}

} // namespace nwp::simplelink
