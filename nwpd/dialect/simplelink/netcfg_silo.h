// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/flash.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "simplelink/netcfg.h"
#include "simplelink/wlan.h"

#include <optional>
#include <vector>

namespace nwp::simplelink {

class WlanAccessPoint;

/// Addresses: our MAC, IPv4 and IPv6 of the station, IPv4 of the access point. What is set survives; a fixed
/// station address holds for everybody, as there is one station.
class NetCfgSilo final : public SiloHandler {
public:
    explicit NetCfgSilo(const Power& power);

    bool take(const HostMessage& message) override;

    /// After INIT COMPLETE: an address that is there already is told; an access point has its own.
    void start();
    /// The station's, which concerns a host in that role only.
    void on_address_changed(const std::optional<wifi::Lease>& lease);
    void on_wifi_changed(WifiCause cause);
    /// The host waits for the address that there is.
    void tell_again();
    /// Whose stations are listed; outlives the silo's last command.
    void set_access_point(WlanAccessPoint& access_point) { access_point_ = &access_point; }

    void on(const NetCfgSet& command, ByteView payload);
    void on(const NetCfgGet& command, ByteView payload);

private:
    std::int16_t set(NetCfgId id, std::uint16_t option, ByteView value);
    std::int16_t set_ipv4_station(AddressMode mode, ByteView value);
    std::int16_t set_ipv6(NetCfgId id, AddressMode mode, ByteView value);
    void answer(NetCfgGet command, ByteView value);
    std::vector<StationEntry> stations() const;
    void answer_station_list(const NetCfgGet& command);
    void apply_fixed_address();

    Ipv4Settings station_ipv4() const;
    Ipv4Settings access_point_ipv4() const;
    AddressMode station_mode() const;
    Ipv6Settings ipv6(NetCfgId id) const;
    DhcpClientInfo dhcp_client() const;
    std::optional<wifi::Lease> lease() const;

    Board& board_;
    Outbox& out_;
    Flash flash_;
    WlanMode mode_; ///< since power-on
    WlanAccessPoint* access_point_ = nullptr;
    MacAddress mac_;                  ///< since power-on; another one takes effect at the next
    std::optional<wifi::Lease> told_; ///< the address that the host knows of
};

} // namespace nwp::simplelink
