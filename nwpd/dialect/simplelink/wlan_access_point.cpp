// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/wlan_access_point.h"

#include "simplelink/errors.h"
#include "simplelink/wlan_events.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

constexpr DhcpServerRange kRange{4096, 0x0A7B2D02, 0x0A7B2DFE}; ///< what NetAppGet shows until it is set
constexpr std::uint16_t kStatusByDhcp = 1;
constexpr std::uint16_t kReleasedByPeer = 0;

MacAddress mac_of(const Bssid& bssid) {
    MacAddress mac{};
    std::copy(std::begin(bssid.octets), std::end(bssid.octets), mac.begin());
    return mac;
}

Bssid bssid_of(const MacAddress& mac) {
    Bssid bssid;
    std::copy(mac.begin(), mac.end(), std::begin(bssid.octets));
    return bssid;
}

std::string_view text_in(const std::vector<Byte>& bytes) { return as_text(bytes); }

} // namespace

WlanAccessPoint::WlanAccessPoint(const Power& power, const WlanSettings& settings)
    : board_(power.board), out_(power.out), flash_(power.board.services.settings), settings_(settings) {}

void WlanAccessPoint::start() {
    if (board_.services.air == nullptr) return; // nobody will ever come
    point_.emplace(*board_.services.air, settings(),
                   [this](const wifi::SoftAccessPoint::Change& change) { on_change(change); });
    point_->start();
}

void WlanAccessPoint::on_settings_changed() {
    if (point_) point_->set_settings(settings());
}

wifi::SoftAccessPointSettings WlanAccessPoint::settings() const {
    using Option = WlanSettings::AccessPoint;
    wifi::SoftAccessPointSettings settings;
    settings.ssid = Ssid(text_in(settings_.value(Option::ssid)));
    const auto security = settings_.value(Option::security);
    if (!security.empty() && security[0] != static_cast<Byte>(WlanSecurity::open))
        settings.passphrase = Passphrase(text_in(settings_.value(Option::password)));
    const auto most = settings_.value(Option::max_stations);
    settings.max_stations = most.empty() ? 0 : most[0];
    for (const MacAddress& mac : settings_.denied()) settings.denied.push_back(bssid_of(mac));
    return settings;
}

DhcpServerRange WlanAccessPoint::range() const {
    const auto kept = flash_.get(config_name(Silo::netapp, net_app::dhcp_server, 0));
    const auto range = decode<DhcpServerRange>(kept.value_or(ByteView{}));
    return range ? *range : kRange;
}

void WlanAccessPoint::on_change(const wifi::SoftAccessPoint::Change& change) {
    const MacAddress mac = mac_of(change.station.mac);
    if (change.joined) {
        const DhcpServerRange from = range();
        const auto address = static_cast<HostOrderIpv4>(from.first + change.place);
        out_.tell(StationAdded{mac});
        if (address > from.last) return; // more stations than addresses
        leased_.push_back({mac, address});
        DhcpLeased event;
        event.address = address;
        event.lease_s = from.lease_s;
        event.mac = mac;
        return out_.tell(event);
    }
    const auto leased =
        std::find_if(leased_.begin(), leased_.end(), [&](const Leased& each) { return each.mac == mac; });
    if (leased != leased_.end()) {
        DhcpReleased event;
        event.address = leased->address;
        event.mac = mac;
        event.reason = kReleasedByPeer;
        leased_.erase(leased);
        out_.tell(event);
    }
    out_.tell(StationRemoved{mac});
}

std::vector<StationEntry> WlanAccessPoint::stations() const {
    std::vector<StationEntry> entries;
    if (!point_) return entries;
    for (const wifi::AirDevice& station : point_->stations()) {
        StationEntry entry;
        entry.mac = mac_of(station.mac);
        entry.name = room_with<32>(station.name.bytes());
        for (const Leased& each : leased_) {
            if (each.mac != entry.mac) continue;
            entry.address = each.address;
            entry.status = kStatusByDhcp;
        }
        entries.push_back(entry);
    }
    return entries;
}

std::int16_t WlanAccessPoint::send_away(const MacAddress& mac) {
    if (!point_ || !point_->send_away(bssid_of(mac))) return code::wlan_ap_sta_not_found;
    return code::success;
}

} // namespace nwp::simplelink
