// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/access_point.h"

namespace nwp::service {
namespace {

constexpr std::uint8_t kChannel = 6; // where it may not begin it may nowhere else, as the rules of today are

} // namespace

Result<void> AccessPoint::start(const AccessPointSettings& settings) {
    if (wlan_.status().state == WifiState::off) return Error::operation_not_supported;
    if (settings.security == WifiSecurity::wpa3_sae) return Error::operation_not_supported;
    if (settings.ssid.empty() || !passphrase_fits(settings.security, settings.passphrase.view()))
        return Error::invalid_argument;
    AccessPointSettings chosen = settings;
    if (chosen.channel == 0) chosen.channel = kChannel;
    if (!wlan_.regulatory_domain().allows_access_point(chosen.channel)) return Error::not_permitted;
    if (const auto taken = wlan_.take_radio(); !taken) return taken;

    running_ = chosen;
    point_.emplace(air_, wifi::SoftAccessPointSettings{chosen.ssid, chosen.passphrase, kMostStations, {}},
                   [this](const wifi::SoftAccessPoint::Change& change) {
                       wlan_.tell_station_changed(change.station.mac, change.joined);
                   });
    point_->start();
    return {};
}

Result<void> AccessPoint::stop() {
    if (wlan_.status().state == WifiState::off) return Error::operation_not_supported;
    if (!running_) return {};
    for (const wifi::AirDevice& station : stations()) static_cast<void>(point_->send_away(station.mac));
    point_.reset();
    running_.reset();
    wlan_.give_radio_back();
    return {};
}

std::vector<wifi::AirDevice> AccessPoint::stations() const {
    return point_ ? point_->stations() : std::vector<wifi::AirDevice>{};
}

Result<void> AccessPoint::send_away(const Bssid& station) {
    if (wlan_.status().state == WifiState::off) return Error::operation_not_supported;
    return point_ ? point_->send_away(station) : Result<void>{Error::not_found};
}

} // namespace nwp::service
