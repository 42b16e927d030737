// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/provisioning_machine.h"

#include "simplelink/device.h"
#include "simplelink/errors.h"

namespace nwp::simplelink {
namespace {

constexpr std::uint32_t kExternalConfirmation = 0x01;
constexpr std::uint8_t kKeySize = 16;

bool is_role(std::uint8_t role) {
    return role == static_cast<std::uint8_t>(WlanMode::station) ||
           role == static_cast<std::uint8_t>(WlanMode::access_point) || role == Provisioning::stay_in_role;
}

} // namespace

std::int16_t ProvisioningMachine::on(const Provisioning& command, bool profiles_full, Instant now) {
    switch (command.command) {
        case ProvisioningCommand::start_access_point:
        case ProvisioningCommand::start_smart_config:
        case ProvisioningCommand::start_both:
        case ProvisioningCommand::start_both_with_external_configuration:
            if (command.inactivity_s != 0) return start(command, profiles_full, now);
            [[fallthrough]]; // no time at all: a stop
        case ProvisioningCommand::stop:
            if (is_running()) end(ProvisioningResult::stopped);
            return code::success;
        case ProvisioningCommand::abort_external_confirmation:
            if (state_ != State::confirming) return code::wlan_provisioning_cmd_not_expected;
            tell(ProvisioningResult::aborted);
            state_ = State::waiting;
            stay_active(now);
            return code::success;
    }
    return code::wlan_provisioning_abort_invalid_param;
}

std::int16_t ProvisioningMachine::start(const Provisioning& command, bool profiles_full, Instant now) {
    if (is_running()) return code::wlan_provisioning_abort_provisioning_already_started;
    if (command.inactivity_s < kShortestInactivity_s || !is_role(command.role) ||
        (command.key_length != 0 && command.key_length != kKeySize))
        return code::wlan_provisioning_abort_invalid_param;
    if (profiles_full) return code::wlan_provisioning_abort_profile_list_full;
    state_ = State::waiting;
    by_host_ = true;
    host_configures_ = command.command == ProvisioningCommand::start_both_with_external_configuration;
    host_confirms_ = (command.flags & kExternalConfirmation) != 0;
    listens_to_smart_config_ = command.command == ProvisioningCommand::start_smart_config;
    inactivity_ = seconds(command.inactivity_s);
    stay_active(now);
    if (host_configures_) tell(ProvisioningResult::external_configuration_ready);
    return code::success;
}

void ProvisioningMachine::start_by_policy(Instant now) {
    if (is_running()) return;
    state_ = State::waiting;
    by_host_ = host_configures_ = host_confirms_ = listens_to_smart_config_ = false;
    inactivity_ = seconds(kInactivityByPolicy_s);
    stay_active(now);
    tell(ProvisioningResult::started_automatically);
}

void ProvisioningMachine::on_profile(std::size_t index, Instant now) {
    if (!is_running()) return;
    state_ = State::connecting;
    no_address_at_ = Instant::never();
    stay_active(now);
    actions_.emplace_back(Try{index});
}

void ProvisioningMachine::on_connected(Instant now) {
    if (state_ != State::connecting) return;
    state_ = State::connected;
    no_address_at_ = now + kAddressLimit;
    stay_active(now);
    tell(ProvisioningResult::confirmation_wlan);
}

void ProvisioningMachine::on_address(Instant now) {
    if (state_ != State::connected) return;
    no_address_at_ = Instant::never();
    stay_active(now);
    tell(ProvisioningResult::confirmation_address);
    if (host_confirms_) {
        state_ = State::confirming;
    } else {
        end(ProvisioningResult::success);
    }
}

void ProvisioningMachine::on_failed(DisconnectReason reason, Instant now) {
    if (state_ != State::connecting && state_ != State::connected) return;
    state_ = State::waiting;
    no_address_at_ = Instant::never();
    stay_active(now);
    tell(reason == DisconnectReason::while_connecting ? ProvisioningResult::network_not_found
                                                      : ProvisioningResult::connection_failed);
}

std::uint8_t ProvisioningMachine::device_status() const {
    if (!is_running()) return 0;
    unsigned bits = device_status::provisioning;
    if (by_host_) bits |= device_status::provisioning_by_user;
    if (host_configures_) bits |= device_status::calls_while_provisioning;
    return static_cast<std::uint8_t>(bits);
}

void ProvisioningMachine::on_time(Instant now) {
    if (no_address_at_ <= now) {
        no_address_at_ = Instant::never();
        state_ = State::waiting;
        stay_active(now);
        tell(ProvisioningResult::no_address);
    }
    if (inactive_at_ > now) return;
    if (state_ == State::confirming) return end(ProvisioningResult::success_without_feedback);
    if (listens_to_smart_config_) tell(ProvisioningResult::smart_config_timeout);
    end(ProvisioningResult::stopped);
}

std::optional<ProvisioningMachine::Action> ProvisioningMachine::next_action() {
    if (actions_.empty()) return {};
    const Action action = actions_.front();
    actions_.pop_front();
    return action;
}

void ProvisioningMachine::end(ProvisioningResult result) {
    state_ = State::idle;
    inactive_at_ = no_address_at_ = Instant::never();
    tell(result);
}

} // namespace nwp::simplelink
