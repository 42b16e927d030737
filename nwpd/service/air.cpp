// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/air.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace nwp::service {

Result<void> Air::set_present(const Bssid& mac, bool present) {
    const auto device = std::find_if(devices_.begin(), devices_.end(),
                                     [&](const wifi::AirDevice& each) { return each.mac == mac; });
    if (device == devices_.end()) return Error::not_found;
    if (device->present == present) return {};
    device->present = present;
    std::erase_if(listeners_, [](const auto& each) { return each.expired(); });
    for (const auto& each : listeners_) {
        boost::asio::post(context_, [each] {
            if (const auto listener = each.lock()) (*listener)();
        });
    }
    return {};
}

std::shared_ptr<void> Air::watch(std::function<void()> listener) {
    auto watching = std::make_shared<Listener>(std::move(listener));
    listeners_.push_back(watching);
    return watching;
}

SoftAccessPoint::SoftAccessPoint(Air& air, wifi::SoftAccessPointSettings settings, Told told)
    : air_(air), machine_(std::move(settings)), told_(std::move(told)),
      watching_(air.watch([this] { look(); })) {}

void SoftAccessPoint::set_settings(wifi::SoftAccessPointSettings settings) {
    machine_.set_settings(std::move(settings));
    look();
}

Result<void> SoftAccessPoint::send_away(const Bssid& mac) {
    const auto result = machine_.send_away(mac);
    tell();
    return result;
}

void SoftAccessPoint::look() {
    machine_.on_air(air_.devices());
    tell();
}

void SoftAccessPoint::tell() {
    while (const auto change = machine_.next_change()) told_(*change);
}

} // namespace nwp::service
