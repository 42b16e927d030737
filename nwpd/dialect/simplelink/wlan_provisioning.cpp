// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/wlan_provisioning.h"

#include "nwpd/service/steady_time.h"
#include "simplelink/device.h"

#include <algorithm>
#include <chrono>

namespace nwp::simplelink {
using service::steady_now;

WlanProvisioning::WlanProvisioning(const Power& power, WlanMode mode, WlanLink& link,
                                   const WlanProfiles& profiles)
    : out_(power.out), mode_(mode), link_(link), profiles_(profiles), timer_(power.board.loop) {}

bool WlanProvisioning::take(const HostMessage& message) {
    return route(Messages<Provisioning>{}, message, out_, *this);
}

void WlanProvisioning::on(const Provisioning& command, ByteView) {
    const std::int16_t status = machine_.on(command, profiles_.full(), steady_now());
    out_.respond(ProvisioningResponse{status, 0});
    act();
}

void WlanProvisioning::start_by_policy() {
    machine_.start_by_policy(steady_now());
    act();
}

void WlanProvisioning::on_profile_added(std::size_t index) {
    machine_.on_profile(index, steady_now());
    act();
}

void WlanProvisioning::on_address() {
    machine_.on_address(steady_now());
    act();
}

void WlanProvisioning::act() {
    const std::uint8_t bits = machine_.device_status();
    for (const std::uint8_t bit : {device_status::provisioning, device_status::provisioning_by_user,
                                   device_status::calls_while_provisioning})
        out_.set_device_status(bit, (bits & bit) != 0);
    while (const auto action = machine_.next_action()) {
        if (const auto* told = std::get_if<ProvisioningMachine::Tell>(&*action)) {
            tell(told->result);
        } else {
            try_profile(std::get<ProvisioningMachine::Try>(*action).profile);
        }
    }
    arm();
}

void WlanProvisioning::tell(ProvisioningResult result) {
    ProvisioningStatus event;
    event.status = result;
    event.role = mode_;
    event.wlan_status = link_.is_connected() ? 3 : link_.is_connecting() ? 2 : 0;
    event.ssid_length = static_cast<std::uint8_t>(link_.ssid().size());
    event.ssid = room_with<kSsidRoom>(as_bytes(link_.ssid()));
    out_.tell(event);
}

void WlanProvisioning::try_profile(std::size_t index) {
    const auto& profile = profiles_.at(index);
    if (!profile) return;
    ProvisioningProfileAdded event;
    event.ssid_length = static_cast<std::uint32_t>(profile->ssid.size());
    event.ssid = room_with<kSsidRoom>(as_bytes(profile->ssid));
    out_.tell(event);
    link_.join(*profile, [this](bool connected, DisconnectReason reason) {
        connected ? machine_.on_connected(steady_now()) : machine_.on_failed(reason, steady_now());
        act();
    });
}

void WlanProvisioning::arm() {
    const Instant deadline = machine_.next_deadline();
    if (deadline == Instant::never()) {
        timer_.cancel();
        return;
    }
    timer_.set(service::to_chrono(deadline - steady_now()), [this] {
        machine_.on_time(steady_now());
        act();
    });
}

} // namespace nwp::simplelink
