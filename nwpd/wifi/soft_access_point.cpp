// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/soft_access_point.h"

#include <algorithm>
#include <utility>

namespace nwp::wifi {

SoftAccessPoint::SoftAccessPoint(SoftAccessPointSettings settings)
    : settings_(std::move(settings)), places_(settings_.max_stations) {}

bool SoftAccessPoint::admits(const AirDevice& device) const {
    const auto is = [&](const Bssid& mac) { return mac == device.mac; };
    return device.kind == AirDevice::Kind::station && device.present && device.ssid == settings_.ssid &&
           device.passphrase == settings_.passphrase &&
           std::none_of(settings_.denied.begin(), settings_.denied.end(), is) &&
           std::none_of(sent_away_.begin(), sent_away_.end(), is);
}

bool SoftAccessPoint::is_in(const Bssid& mac) const {
    return std::any_of(places_.begin(), places_.end(),
                       [&](const auto& place) { return place && place->mac == mac; });
}

void SoftAccessPoint::on_air(const std::vector<AirDevice>& devices) {
    const auto is_there = [&](const Bssid& mac) {
        return std::any_of(devices.begin(), devices.end(),
                           [&](const AirDevice& device) { return device.present && device.mac == mac; });
    };
    std::erase_if(sent_away_, [&](const Bssid& mac) { return !is_there(mac); });
    for (std::size_t place = 0; place < places_.size(); ++place)
        if (places_[place] && !is_there(places_[place]->mac)) leave(place);

    for (const AirDevice& device : devices) {
        if (!admits(device) || is_in(device.mac)) continue;
        const auto free = std::find(places_.begin(), places_.end(), std::nullopt);
        if (free == places_.end()) return;
        *free = device;
        changes_.push_back({device, true, static_cast<std::size_t>(free - places_.begin())});
    }
}

void SoftAccessPoint::set_settings(SoftAccessPointSettings settings) {
    settings_ = std::move(settings);
    for (std::size_t place = 0; place < places_.size(); ++place) {
        if (places_[place] && (place >= settings_.max_stations || !admits(*places_[place]))) leave(place);
    }
    places_.resize(settings_.max_stations);
}

Result<void> SoftAccessPoint::send_away(const Bssid& mac) {
    for (std::size_t place = 0; place < places_.size(); ++place) {
        if (!places_[place] || places_[place]->mac != mac) continue;
        leave(place);
        sent_away_.push_back(mac);
        return {};
    }
    return Error::not_found;
}

void SoftAccessPoint::leave(std::size_t place) {
    changes_.push_back({*places_[place], false, place});
    places_[place].reset();
}

std::vector<AirDevice> SoftAccessPoint::stations() const {
    std::vector<AirDevice> all;
    for (const auto& place : places_)
        if (place) all.push_back(*place);
    return all;
}

std::optional<SoftAccessPoint::Change> SoftAccessPoint::next_change() {
    if (changes_.empty()) return {};
    std::optional<Change> change{changes_.front()};
    changes_.pop_front();
    return change;
}

} // namespace nwp::wifi
