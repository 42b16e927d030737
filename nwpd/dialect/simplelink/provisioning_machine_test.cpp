// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/provisioning_machine.h"

#include "simplelink/device.h"
#include "simplelink/errors.h"

#include <gtest/gtest.h>

#include <vector>

using namespace nwp;
using namespace nwp::simplelink;

namespace {

class ProvisioningMachineTest : public ::testing::Test {
protected:
    std::int16_t start(ProvisioningCommand command, std::uint32_t flags = 0,
                       std::uint16_t inactivity_s = 60) {
        Provisioning message;
        message.command = command;
        message.role = Provisioning::stay_in_role;
        message.inactivity_s = inactivity_s;
        message.flags = flags;
        return machine.on(message, false, now);
    }
    std::vector<ProvisioningResult> told() {
        std::vector<ProvisioningResult> results;
        while (const auto action = machine.next_action())
            if (const auto* tell = std::get_if<ProvisioningMachine::Tell>(&*action))
                results.push_back(tell->result);
        return results;
    }
    void wait() {
        now = machine.next_deadline();
        machine.on_time(now);
    }

    using Results = std::vector<ProvisioningResult>;
    ProvisioningMachine machine;
    Instant now{1000};
};

TEST_F(ProvisioningMachineTest, ends_when_nothing_happens_for_too_long) {
    EXPECT_EQ(start(ProvisioningCommand::start_access_point), code::success);
    EXPECT_TRUE(machine.is_running());
    EXPECT_EQ(machine.next_deadline() - now, seconds(60));
    wait();
    EXPECT_EQ(told(), Results{ProvisioningResult::stopped});
    EXPECT_FALSE(machine.is_running());
    EXPECT_EQ(machine.next_deadline(), Instant::never());
}

TEST_F(ProvisioningMachineTest, says_that_smart_config_heard_nothing) {
    EXPECT_EQ(start(ProvisioningCommand::start_smart_config), code::success);
    wait();
    EXPECT_EQ(told(), (Results{ProvisioningResult::smart_config_timeout, ProvisioningResult::stopped}));
}

TEST_F(ProvisioningMachineTest, a_start_without_time_is_a_stop) {
    EXPECT_EQ(start(ProvisioningCommand::start_both), code::success);
    EXPECT_EQ(start(ProvisioningCommand::start_both, 0, 0), code::success);
    EXPECT_EQ(told(), Results{ProvisioningResult::stopped});
    EXPECT_FALSE(machine.is_running());
}

TEST_F(ProvisioningMachineTest, refuses_roles_keys_and_a_full_list) {
    Provisioning message;
    message.role = 1;
    message.inactivity_s = 60;
    EXPECT_EQ(machine.on(message, false, now), code::wlan_provisioning_abort_invalid_param);
    message.role = 0;
    message.key_length = 5;
    EXPECT_EQ(machine.on(message, false, now), code::wlan_provisioning_abort_invalid_param);
    message.key_length = 16;
    EXPECT_EQ(machine.on(message, true, now), code::wlan_provisioning_abort_profile_list_full);
    EXPECT_EQ(machine.on(message, false, now), code::success);
}

TEST_F(ProvisioningMachineTest, the_hosts_driver_may_call_only_where_the_host_configures) {
    EXPECT_EQ(machine.device_status(), 0);
    EXPECT_EQ(start(ProvisioningCommand::start_both), code::success);
    EXPECT_EQ(machine.device_status() & device_status::calls_while_provisioning, 0);
    EXPECT_NE(machine.device_status() & device_status::provisioning, 0);
    EXPECT_EQ(start(ProvisioningCommand::stop, 0, 0), code::success);
    EXPECT_EQ(start(ProvisioningCommand::start_both_with_external_configuration), code::success);
    EXPECT_NE(machine.device_status() & device_status::calls_while_provisioning, 0);
}

TEST_F(ProvisioningMachineTest, a_connection_without_an_address_is_told) {
    EXPECT_EQ(start(ProvisioningCommand::start_both), code::success);
    machine.on_profile(2, now);
    const auto action = machine.next_action();
    ASSERT_TRUE(action);
    EXPECT_EQ(std::get<ProvisioningMachine::Try>(*action).profile, 2U);
    machine.on_connected(now);
    EXPECT_EQ(told(), Results{ProvisioningResult::confirmation_wlan});
    wait();
    EXPECT_EQ(told(), Results{ProvisioningResult::no_address});
    EXPECT_TRUE(machine.is_running());
}

TEST_F(ProvisioningMachineTest, a_host_that_confirms_itself_has_the_last_word) {
    EXPECT_EQ(start(ProvisioningCommand::start_both, 1), code::success);
    machine.on_profile(0, now);
    machine.on_connected(now);
    machine.on_address(now);
    EXPECT_EQ(told(),
              (Results{ProvisioningResult::confirmation_wlan, ProvisioningResult::confirmation_address}));
    EXPECT_EQ(start(ProvisioningCommand::abort_external_confirmation), code::success);
    EXPECT_EQ(told(), Results{ProvisioningResult::aborted});
    machine.on_profile(0, now);
    machine.on_connected(now);
    machine.on_address(now);
    told();
    wait();
    EXPECT_EQ(told(), Results{ProvisioningResult::success_without_feedback});
}

TEST_F(ProvisioningMachineTest, started_by_policy_it_says_so) {
    machine.start_by_policy(now);
    EXPECT_EQ(told(), Results{ProvisioningResult::started_automatically});
    EXPECT_EQ(machine.device_status(), device_status::provisioning);
}

TEST_F(ProvisioningMachineTest, what_comes_at_other_times_means_nothing) {
    machine.on_profile(0, now);
    machine.on_connected(now);
    machine.on_address(now);
    machine.on_failed(DisconnectReason::while_connecting, now);
    EXPECT_TRUE(told().empty());
    EXPECT_FALSE(machine.is_running());
}

} // namespace
