// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/wlan_silo.h"

#include "nwpd/dialect/simplelink/wlan_mode.h"
#include "nwpd/service/steady_time.h"
#include "simplelink/config_ids.h"
#include "simplelink/errors.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

/// Options of WlanGroup::rx_filters.
enum class RxFilterOption : std::uint16_t { state = 27, remove = 28, store = 29, update = 30, system = 31 };

} // namespace

WlanSilo::WlanSilo(const Power& power)
    : board_(power.board), client_(power.client), out_(power.out), flash_(power.board.services.settings),
      mode_(mode_at_start(flash_)), policies_(power, mode_), profiles_(power, mode_), settings_(power),
      scan_(power, settings_, policies_), p2p_(power, policies_),
      link_(power, mode_, {scan_, policies_, profiles_, settings_, p2p_}), access_point_(power, settings_),
      provisioning_(power, mode_, link_, profiles_), rx_filters_(power.board.services.settings) {
    policies_.on_changed([this](PolicyType type) {
        if (type == PolicyType::connection) link_.reconsider();
        if (type == PolicyType::scan) scan_.on_policy_changed();
    });
    profiles_.on_changed([this](std::optional<std::size_t> added) {
        if (added && provisioning_.is_running()) return provisioning_.on_profile_added(*added);
        link_.reconsider();
    });
    scan_.on_heard([this](const WifiNetwork& network) { rx_statistics_.on_heard(network); });
    board_.services.wlan.add(client_);
}

WlanSilo::~WlanSilo() {
    link_.stop();
    board_.services.wlan.remove(client_);
}

bool WlanSilo::take(const HostMessage& message) {
    if (refuse_during_provisioning(message) || provisioning_.take(message)) return true;
    if (link_.take(message) || scan_.take(message) || policies_.take(message) || profiles_.take(message))
        return true;
    using Commands = Messages<WlanModeSet, WlanSet, WlanGet, RxFilterAdd, RxStatisticsStart, RxStatisticsStop,
                              RxStatisticsGet>;
    return route(Commands{}, message, out_, *this);
}

bool WlanSilo::refuse_during_provisioning(const HostMessage& message) {
    if (!provisioning_.is_running()) return false;
    switch (message.opcode) {
        case WlanConnect::opcode:
        case WlanConnectEap::opcode:
        case WlanDisconnect::opcode:
        case WlanModeSet::opcode: out_.refuse(code::wlan_provisioning_cmd_not_expected); return true;
        case ScanResultsGet::opcode:
        case ExtendedScanResultsGet::opcode:
            out_.refuse(code::wlan_cannot_config_scan_during_provisioning);
            return true;
        default: return false;
    }
}

void WlanSilo::start() {
    link_.start();
    if (mode_ == WlanMode::access_point) access_point_.start();
    if (mode_ == WlanMode::p2p) p2p_.start();
    scan_.on_policy_changed();
    const bool wants_provisioning = (policies_.connection() & connection_policy::auto_provisioning) != 0;
    if (mode_ == WlanMode::station && wants_provisioning && profiles_.empty())
        provisioning_.start_by_policy();
}

void WlanSilo::on_wifi_changed(WifiState state, WifiCause cause) {
    link_.on_wifi_changed(state, cause);
    if (state == WifiState::connected) rx_statistics_.on_heard(board_.services.wlan.status().network);
}

void WlanSilo::on_address_changed(const std::optional<wifi::Lease>& lease) {
    if (lease) provisioning_.on_address();
}

void WlanSilo::on(const WlanModeSet& command, ByteView) {
    const auto mode = static_cast<std::uint8_t>(command.mode);
    if (!is_mode(mode)) return out_.refuse(code::wlan_invalid_role);
    flash_.put(kModeName, {&mode, 1});
    out_.respond(WlanModeSetResponse{});
}

void WlanSilo::on(const WlanSet& command, ByteView payload) {
    if (payload.size() < command.length) return out_.refuse(code::invalid_param);
    const ByteView value = payload.first(command.length);
    const auto group = static_cast<WlanGroup>(command.id);
    const std::int16_t status = group == WlanGroup::rx_filters ? set_rx_filters(command.option, value)
                                                               : settings_.set(group, command.option, value);
    out_.respond(WlanSetResponse{status, 0});
    if (status == code::success) on_setting_changed(group, command.option);
}

/// After the answer: what follows from it is told behind it.
void WlanSilo::on_setting_changed(WlanGroup group, std::uint16_t option) {
    if (group == WlanGroup::access_point) access_point_.on_settings_changed();
    if (group == WlanGroup::general &&
        option == static_cast<std::uint16_t>(WlanSettings::General::suspended_profiles))
        link_.reconsider();
}

void WlanSilo::answer(const WlanGet& command, ByteView value) {
    out_.respond_value<WlanGetResponse>(command, fitting(value, command.length));
}

void WlanSilo::on(const WlanGet& command, ByteView) {
    const auto group = static_cast<WlanGroup>(command.id);
    if (group == WlanGroup::connection_info) {
        const auto info = encode(connection_info());
        return answer(command, info);
    }
    if (group == WlanGroup::rx_filters) {
        const auto state = rx_filters_.state();
        const auto system = rx_filters_.system();
        switch (static_cast<RxFilterOption>(command.option)) {
            case RxFilterOption::state: return answer(command, state);
            case RxFilterOption::system: return answer(command, system);
            default: return out_.refuse(code::invalid_param);
        }
    }
    const auto value = settings_.get(group, command.option, command.length);
    if (!value) return out_.refuse(code::invalid_param);
    answer(command, {value->data(), value->size()});
}

std::int16_t WlanSilo::set_rx_filters(std::uint16_t option, ByteView value) {
    const ConfigRow* row =
        find_config(ConfigGroup::wlan, static_cast<std::uint16_t>(WlanGroup::rx_filters), option);
    if (row == nullptr || !row->set.allows(value.size())) return code::invalid_param;
    switch (static_cast<RxFilterOption>(option)) {
        case RxFilterOption::state: return rx_filters_.set_state(value);
        case RxFilterOption::remove: return rx_filters_.remove(value);
        case RxFilterOption::store: return rx_filters_.store();
        case RxFilterOption::update: return rx_filters_.update(value);
        case RxFilterOption::system: return rx_filters_.set_system(value);
    }
    return code::invalid_param;
}

void WlanSilo::on(const RxFilterAdd& command, ByteView) { out_.respond(rx_filters_.add(command)); }

void WlanSilo::on(const RxStatisticsStart&, ByteView) {
    rx_statistics_.start(service::steady_now());
    out_.respond(RxStatisticsStartResponse{});
}

void WlanSilo::on(const RxStatisticsStop&, ByteView) {
    rx_statistics_.stop();
    out_.respond(RxStatisticsStopResponse{});
}

void WlanSilo::on(const RxStatisticsGet&, ByteView) {
    out_.respond(rx_statistics_.take(service::steady_now()));
}

ConnectionInfo WlanSilo::connection_info() const {
    ConnectionInfo info;
    info.mode = mode_;
    if (mode_ == WlanMode::access_point && !access_point_.stations().empty())
        info.status = ConnectionStatus::access_point;
    if (p2p_.is_connected()) {
        info.status = p2p_.is_owner() ? ConnectionStatus::p2p_group_owner : ConnectionStatus::p2p_client;
        info.security = WlanSecurity::p2p_push_button;
        info.event = encode(p2p_.connected());
    }
    if (const auto event = link_.connected()) {
        info.status = ConnectionStatus::station;
        info.security = link_.security();
        const auto args = encode(*event);
        std::copy(args.begin(), args.end(), info.event.begin());
    }
    return info;
}

} // namespace nwp::simplelink
