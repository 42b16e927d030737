// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/wlan_silo.h"

#include "simplelink/errors.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

bool is_mode(std::uint8_t mode) {
    return mode == static_cast<std::uint8_t>(WlanMode::station) ||
           mode == static_cast<std::uint8_t>(WlanMode::access_point) ||
           mode == static_cast<std::uint8_t>(WlanMode::p2p);
}

WlanMode mode_in(const Flash& flash) {
    const std::uint8_t mode = flash.number(kRoleName, static_cast<std::uint8_t>(WlanMode::station));
    return is_mode(mode) ? static_cast<WlanMode>(mode) : WlanMode::station;
}

} // namespace

WlanSilo::WlanSilo(const Power& power)
    : board_(power.board), client_(power.client), out_(power.out), flash_(power.board.services.settings),
      mode_(mode_in(flash_)), policies_(power, mode_), profiles_(power, mode_), settings_(power),
      scan_(power, settings_, policies_), link_(power, mode_, {scan_, policies_, profiles_, settings_}) {
    policies_.on_changed([this](PolicyType type) {
        if (type == PolicyType::connection) link_.reconsider();
        if (type == PolicyType::scan) scan_.on_policy_changed();
    });
    profiles_.on_changed([this](std::optional<std::size_t>) { link_.reconsider(); });
    settings_.on_changed([this](WlanGroup group, std::uint16_t option) {
        if (group == WlanGroup::general &&
            option == static_cast<std::uint16_t>(WlanSettings::General::suspended_profiles))
            link_.reconsider();
    });
    board_.services.wlan.add(client_);
}

WlanSilo::~WlanSilo() { board_.services.wlan.remove(client_); }

bool WlanSilo::take(const HostMessage& message) {
    if (link_.take(message) || scan_.take(message) || policies_.take(message) || profiles_.take(message))
        return true;
    return route(Messages<WlanModeSet, WlanSet, WlanGet>{}, message, out_, *this);
}

void WlanSilo::start() {
    link_.start();
    scan_.on_policy_changed();
}

void WlanSilo::on_wifi_changed(WifiState state, WifiCause cause) { link_.on_wifi_changed(state, cause); }

void WlanSilo::on(const WlanModeSet& command, ByteView) {
    const auto mode = static_cast<std::uint8_t>(command.mode);
    if (!is_mode(mode)) return out_.refuse(code::wlan_invalid_role);
    flash_.put(kRoleName, {&mode, 1});
    out_.respond(WlanModeSetResponse{});
}

void WlanSilo::on(const WlanSet& command, ByteView payload) {
    if (payload.size() < command.length) return out_.refuse(code::invalid_param);
    const ByteView value = payload.first(command.length);
    const auto group = static_cast<WlanGroup>(command.id);
    out_.refuse(settings_.set(group, command.option, value));
}

void WlanSilo::answer(const WlanGet& command, ByteView value) {
    WlanGetResponse response;
    response.id = command.id;
    response.option = command.option;
    response.length = static_cast<std::uint16_t>(value.size());
    out_.respond(response, value);
}

void WlanSilo::on(const WlanGet& command, ByteView) {
    const auto group = static_cast<WlanGroup>(command.id);
    if (group == WlanGroup::connection_info) {
        const auto info = encode(connection_info());
        return answer(command, {info.data(), info.size()});
    }
    const auto value = settings_.get(group, command.option, command.length);
    if (!value) return out_.refuse(code::invalid_param);
    answer(command, {value->data(), value->size()});
}

ConnectionInfo WlanSilo::connection_info() const {
    ConnectionInfo info;
    info.mode = mode_;
    if (const auto event = link_.connected()) {
        info.status = ConnectionStatus::station;
        info.security = link_.security();
        const auto args = encode(*event);
        std::copy(args.begin(), args.end(), info.event.begin());
    }
    return info;
}

} // namespace nwp::simplelink
