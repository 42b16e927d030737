// SPDX-License-Identifier: Apache-2.0
#include "simplelink/errors.h"
#include "simplelink/netapp.h"
#include "simplelink/wlan_events.h"
#include "tests/kit/simplelink/chip_world.h"

#include <algorithm>

using namespace nwp;
using namespace nwp::simplelink;
using namespace nwp::simplelink::test;

namespace {

class WlanSiloTest : public ChipWorld {
protected:
    std::int16_t set(std::uint16_t group, std::uint16_t option, const std::vector<Byte>& value) {
        return ask<WlanSetResponse>(WlanSet{group, option, static_cast<std::uint16_t>(value.size())},
                                    {value.data(), value.size()})
            .status;
    }
    std::vector<Byte> get(std::uint16_t group, std::uint16_t option, std::uint16_t room = 255) {
        std::vector<Byte> value;
        const auto response = ask<WlanGetResponse>(WlanGet{group, option, room}, {}, &value);
        EXPECT_EQ(response.status, 0) << group << '/' << option;
        EXPECT_EQ(response.id, group);
        EXPECT_EQ(response.option, option);
        EXPECT_EQ(response.length, value.size());
        return value;
    }
    std::int16_t policy(PolicyType type, std::uint8_t option, const std::vector<Byte>& payload = {}) {
        const PolicySet command{type, option, static_cast<std::uint8_t>(payload.size())};
        return ask<PolicySetResponse>(command, {payload.data(), payload.size()}).status;
    }
    std::int16_t add_profile(std::string_view ssid, std::string_view key, std::uint8_t priority = 0,
                             WlanSecurity security = WlanSecurity::wpa_wpa2) {
        ProfileAdd command;
        command.security = static_cast<std::int16_t>(security);
        command.ssid_length = static_cast<std::uint8_t>(ssid.size());
        command.password_length = static_cast<std::uint8_t>(key.size());
        command.priority = priority;
        return ask<ProfileAddResponse>(command, as_bytes(std::string(ssid) + std::string(key))).status;
    }
    std::int16_t provision(ProvisioningCommand command, std::uint16_t seconds) {
        Provisioning message;
        message.command = command;
        message.role = Provisioning::stay_in_role;
        message.inactivity_s = seconds;
        return ask<ProvisioningResponse>(message).status;
    }
    static std::vector<Byte> bytes(std::string_view text) { return {text.begin(), text.end()}; }
};

TEST_F(WlanSiloTest, the_first_words_of_zephyrs_driver_are_understood) {
    power_on();
    EXPECT_EQ(policy(PolicyType::connection, 0x03), 0);
    EXPECT_EQ(provision(ProvisioningCommand::stop, 0), 0);
    EXPECT_EQ(ask<ProfileDeleteResponse>(ProfileDelete{ProfileDelete::all}).status, 0);
    EXPECT_EQ(set(1, 18, {0xFF, 0x1F, 0, 0, 0xA1, 0xFF, 0xFF, 0xFF}), 0); // channels 1 to 13, -95 dBm
    EXPECT_EQ(policy(PolicyType::scan, 0), 0);
    EXPECT_EQ(set(1, 10, {0}), 0);
    EXPECT_EQ(policy(PolicyType::power, 0), 0);
    std::vector<Byte> all(20, 0);
    std::fill_n(all.begin(), 8, Byte{0xFF});
    EXPECT_EQ(set(4, 28, all), 0);
    EXPECT_EQ(ask<WlanModeSetResponse>(WlanModeSet{WlanMode::station}).status, 0);
    EXPECT_TRUE(is_silent());
}

TEST_F(WlanSiloTest, another_mode_takes_effect_at_the_next_start) {
    power_on();
    EXPECT_EQ(ask<WlanModeSetResponse>(WlanModeSet{static_cast<WlanMode>(1)}).status,
              code::wlan_invalid_role);
    EXPECT_EQ(ask<WlanModeSetResponse>(WlanModeSet{WlanMode::access_point}).status, 0);
    power_off();
    line->open();
    EXPECT_EQ(expect<InitComplete>().status, InitStatus::access_point);
    expect<Ipv4Acquired>();
    WlanConnect connect;
    connect.ssid_length = 3;
    send(connect, as_bytes("lab"));
    EXPECT_EQ(expect<WlanConnectResponse>().status, code::wlan_invalid_role);
    EXPECT_EQ(ask<WlanModeSetResponse>(WlanModeSet{WlanMode::station}).status, 0);
    power_off();
    power_on();
}

// ---- policies

TEST_F(WlanSiloTest, policies_are_kept_over_a_restart) {
    power_on();
    const std::vector<Byte> sleep{0, 0, 0, 0, 0xE8, 0x03, 0, 0};
    EXPECT_EQ(policy(PolicyType::connection, 0x21 & 0x03), 0);
    EXPECT_EQ(policy(PolicyType::power, 4, sleep), 0);
    EXPECT_EQ(policy(PolicyType::p2p, 0x0F), 0);
    power_off();
    power_on();
    std::vector<Byte> payload;
    EXPECT_EQ(ask<PolicyGetResponse>(PolicyGet{PolicyType::connection}, {}, &payload).option, 1);
    EXPECT_TRUE(payload.empty());
    const auto power = ask<PolicyGetResponse>(PolicyGet{PolicyType::power}, {}, &payload);
    EXPECT_EQ(power.option, 4);
    EXPECT_EQ(power.length, 8);
    EXPECT_EQ(payload, sleep);
    EXPECT_EQ(ask<PolicyGetResponse>(PolicyGet{PolicyType::p2p}).option, 0x0F);
}

TEST_F(WlanSiloTest, policies_that_no_chip_has_are_refused) {
    power_on();
    EXPECT_EQ(policy(static_cast<PolicyType>(0x50), 0), code::wlan_invalid_policy_type);
    EXPECT_EQ(policy(PolicyType::power, 5), code::wlan_pm_policy_invalid_option);
    EXPECT_EQ(policy(PolicyType::power, 4), code::wlan_pm_policy_invalid_params);
    EXPECT_EQ(policy(PolicyType::power, 4, {0, 0, 0, 0, 10, 0, 0, 0}), code::wlan_pm_policy_invalid_params);
    EXPECT_EQ(policy(PolicyType::scan, 4), code::wlan_scan_policy_invalid_params);
    EXPECT_EQ(policy(PolicyType::scan, 1, {1}), code::wlan_scan_policy_invalid_params);
    EXPECT_EQ(policy(PolicyType::scan, 1, {0, 0, 0, 0}), code::wlan_scan_policy_invalid_params);
    EXPECT_EQ(policy(PolicyType::connection, 0xC0), code::invalid_param);
    EXPECT_EQ(ask<PolicySetResponse>(PolicySet{PolicyType::scan, 1, 255}).status, code::invalid_param);
    EXPECT_EQ(ask<PolicyGetResponse>(PolicyGet{static_cast<PolicyType>(0x50)}).length, 0);
}

// ---- profiles

TEST_F(WlanSiloTest, profiles_are_numbered_kept_and_replaced) {
    power_on();
    EXPECT_EQ(policy(PolicyType::connection, 0), 0);
    EXPECT_EQ(add_profile("one", "password1", 1), 0);
    EXPECT_EQ(add_profile("two", "password2", 2), 1);
    EXPECT_EQ(add_profile("one", "password3", 3), 0) << "the same name, address and security";
    power_off();
    power_on();
    const auto one = ask<ProfileGetResponse>(ProfileGet{0});
    EXPECT_EQ(one.security, 2);
    EXPECT_EQ(one.priority, 3);
    EXPECT_EQ(text_of(one.texts, one.ssid_length), "one");
    EXPECT_EQ(one.password_length, 0);
    const std::string_view texts(reinterpret_cast<const char*>(one.texts.data()), one.texts.size());
    EXPECT_EQ(texts.find("password"), std::string_view::npos);
    EXPECT_EQ(ask<ProfileDeleteResponse>(ProfileDelete{0}).status, 0);
    EXPECT_EQ(ask<ProfileGetResponse>(ProfileGet{0}).security, code::wlan_get_profile_invalid_index);
    EXPECT_EQ(ask<ProfileGetResponse>(ProfileGet{1}).security, 2);
    EXPECT_EQ(ask<ProfileGetResponse>(ProfileGet{7}).security, code::wlan_get_profile_invalid_index);
    EXPECT_EQ(ask<ProfileDeleteResponse>(ProfileDelete{7}).status, code::wlan_get_profile_invalid_index);
}

TEST_F(WlanSiloTest, there_is_room_for_seven_profiles) {
    power_on();
    EXPECT_EQ(policy(PolicyType::connection, 0), 0);
    for (std::int16_t i = 0; i < 7; ++i)
        EXPECT_EQ(add_profile(std::string(1, static_cast<char>('a' + i)), "password1"), i);
    EXPECT_EQ(add_profile("too many", "password1"), code::wlan_preferred_network_list_full);
    EXPECT_EQ(ask<ProfileDeleteResponse>(ProfileDelete{3}).status, 0);
    EXPECT_EQ(add_profile("again", "password1"), 3);
}

TEST_F(WlanSiloTest, an_enterprise_profile_has_its_users) {
    power_on();
    ProfileAddEap command;
    command.security = 5;
    command.ssid_length = 4;
    command.password_length = 6;
    command.user_length = 4;
    command.anonymous_user_length = 4;
    command.eap_methods = 0x18180020;
    EXPECT_EQ(ask<ProfileAddEapResponse>(command, as_bytes("corpsecretuseranon")).status, 0);
    const auto profile = ask<ProfileGetResponse>(ProfileGet{0});
    EXPECT_EQ(profile.security, 5);
    EXPECT_EQ(profile.eap_methods, 0x18180020U);
    EXPECT_EQ(text_of(profile.texts, 12), "corpuseranon");
    EXPECT_EQ(profile.user_length, 4);

    ProfileUpdateEap update;
    update.security = 5;
    update.ssid_length = 4;
    update.eap_methods = 0x18180001;
    update.index = 0;
    EXPECT_EQ(ask<ProfileUpdateEapResponse>(update, as_bytes("corp")).status, 0);
    EXPECT_EQ(ask<ProfileGetResponse>(ProfileGet{0}).eap_methods, 0x18180001U);
    update.index = 5;
    EXPECT_EQ(ask<ProfileUpdateEapResponse>(update, as_bytes("corp")).status,
              code::wlan_get_profile_invalid_index);
}

TEST_F(WlanSiloTest, an_automatic_connect_goes_by_priority) {
    power_on();
    EXPECT_EQ(policy(PolicyType::connection, 0), 0);
    EXPECT_EQ(add_profile("lab", "password1", 1), 0);
    EXPECT_EQ(add_profile("guests", "", 7, WlanSecurity::open), 1);
    EXPECT_EQ(policy(PolicyType::connection, connection_policy::automatic), 0);
    const auto event = expect<WlanConnected>();
    EXPECT_EQ(text_of(event.ssid, event.ssid_length), "guests");
}

TEST_F(WlanSiloTest, a_suspended_profile_is_passed_over) {
    power_on();
    EXPECT_EQ(policy(PolicyType::connection, 0), 0);
    EXPECT_EQ(add_profile("lab", "password1", 1), 0);
    EXPECT_EQ(add_profile("guests", "", 7, WlanSecurity::open), 1);
    EXPECT_EQ(set(1, 33, {2, 0, 0, 0}), 0);
    EXPECT_EQ(policy(PolicyType::connection, connection_policy::automatic), 0);
    const auto event = expect<WlanConnected>();
    EXPECT_EQ(text_of(event.ssid, event.ssid_length), "lab");
}

// ---- settings

TEST_F(WlanSiloTest, settings_are_validated_kept_and_read_back) {
    struct Case {
        std::uint16_t group;
        std::uint16_t option;
        std::vector<Byte> good;
        std::vector<Byte> bad;
        std::int16_t code;
    };
    const Case cases[] = {
        {0, 0, bytes("my network"), {}, code::wlan_ssid_len_error},
        {0, 3, {11}, {14}, code::wlan_illegal_channel},
        {0, 4, {2}, {3}, code::invalid_param},
        {0, 6, {2}, {3}, code::wlan_invalid_security_type},
        {0, 7, bytes("12345678"), bytes("123456"), code::wlan_invalid_ap_password_length},
        {0, 19, {1}, {5}, code::invalid_param},
        {0, 26, {0x2C, 0x01}, {1}, code::invalid_param},
        {1, 9, bytes("JP"), bytes("XX"), code::wlan_invalid_country_code},
        {1, 10, {15}, {16}, code::wlan_tx_power_out_of_range},
        {1, 11, {3}, {16}, code::wlan_tx_power_out_of_range},
        {1,
         18,
         {1, 0, 0, 0, 0xC0, 0xFF, 0xFF, 0xFF},
         {1, 0, 0, 0, 1, 0, 0, 0},
         code::wlan_scan_policy_invalid_params},
        {2, 12, bytes("gadget"), std::vector<Byte>(33, 'x'), code::invalid_param},
        {2, 13, bytes("7-0050F204-1"), std::vector<Byte>(18, 'x'), code::invalid_param},
        {2, 14, {6, 81, 11, 81}, {5, 81, 11, 81}, code::wlan_illegal_channel},
    };
    power_on();
    for (const Case& each : cases) {
        EXPECT_EQ(set(each.group, each.option, each.bad), each.code) << each.group << '/' << each.option;
        EXPECT_EQ(set(each.group, each.option, each.good), 0) << each.group << '/' << each.option;
    }
    power_off();
    power_on();
    for (const Case& each : cases)
        EXPECT_EQ(get(each.group, each.option), each.good) << each.group << '/' << each.option;
    EXPECT_EQ(ask<WlanGetResponse>(WlanGet{0, 99, 8}).status, code::invalid_param);
    EXPECT_EQ(ask<WlanGetResponse>(WlanGet{0, 20, 8}).status, code::invalid_param) << "only for writing";
    EXPECT_EQ(set(0, 24, {1}), code::invalid_param) << "only for reading";
    EXPECT_EQ(set(9, 0, {1}), code::invalid_param);
}

TEST_F(WlanSiloTest, the_country_limits_channels) {
    power_on();
    EXPECT_EQ(set(0, 3, {13}), 0);
    EXPECT_EQ(set(1, 9, bytes("US")), 0);
    EXPECT_EQ(set(0, 3, {13}), code::wlan_illegal_channel);
    EXPECT_EQ(set(1, 9, bytes("JP")), 0);
    EXPECT_EQ(set(0, 3, {14}), 0);
}

TEST_F(WlanSiloTest, the_access_list_is_kept) {
    const std::vector<Byte> one{2, 0, 0, 0, 1, 1};
    const std::vector<Byte> two{2, 0, 0, 0, 1, 2};
    power_on();
    EXPECT_EQ(get(0, 24), (std::vector<Byte>{0}));
    EXPECT_EQ(set(0, 20, one), 0);
    EXPECT_EQ(set(0, 20, two), 0);
    EXPECT_EQ(set(0, 20, two), 0) << "twice is once";
    EXPECT_EQ(set(0, 25, {1}), 0);
    EXPECT_EQ(set(0, 25, {2}), code::wlan_ap_access_list_mode_not_supported);
    power_off();
    power_on();
    EXPECT_EQ(get(0, 24), (std::vector<Byte>{2}));
    std::vector<Byte> both = one;
    both.insert(both.end(), two.begin(), two.end());
    EXPECT_EQ(get(3, 0, 120), both);
    EXPECT_EQ(get(3, 1, 120), two);
    EXPECT_EQ(get(3, 0, 6), one);
    EXPECT_EQ(set(0, 21, one), 0);
    EXPECT_EQ(set(0, 21, one), code::wlan_ap_access_list_no_address_to_delete);
    EXPECT_EQ(set(0, 22, {0}), 0);
    EXPECT_EQ(set(0, 22, {0}), code::wlan_ap_access_list_no_address_to_delete);
    EXPECT_EQ(get(0, 24), (std::vector<Byte>{0}));
}

TEST_F(WlanSiloTest, information_elements_are_taken) {
    power_on();
    InformationElement element;
    element.length = 4;
    auto args = encode(element);
    EXPECT_EQ(set(1, 16, {args.begin(), args.end()}), 0);
    element.index = 4;
    args = encode(element);
    EXPECT_EQ(set(1, 16, {args.begin(), args.end()}), code::invalid_param);
    EXPECT_EQ(set(1, 32, {1}), 0);
}

// ---- statistics

TEST_F(WlanSiloTest, statistics_count_what_is_heard_and_begin_anew_when_read) {
    power_on();
    EXPECT_EQ(ask<RxStatisticsStartResponse>(RxStatisticsStart{}).status, 0);
    EXPECT_EQ(ask<ScanResultsGetResponse>(ScanResultsGet{0, 20}).status, code::wlan_get_network_list_eagain);
    RxStatisticsGetResponse heard;
    EXPECT_TRUE(until([&] {
        const auto more = ask<RxStatisticsGetResponse>(RxStatisticsGet{});
        heard.valid_frames += more.valid_frames;
        return heard.valid_frames == 2;
    }));
    EXPECT_EQ(ask<RxStatisticsGetResponse>(RxStatisticsGet{}).valid_frames, 0U);
    EXPECT_EQ(ask<RxStatisticsStopResponse>(RxStatisticsStop{}).status, 0);
}

// ---- provisioning

TEST_F(WlanSiloTest, provisioning_shows_in_every_header_and_stops) {
    power_on();
    EXPECT_EQ(provision(ProvisioningCommand::start_access_point, 29),
              code::wlan_provisioning_abort_invalid_param);
    EXPECT_EQ(provision(ProvisioningCommand::start_access_point, 60), 0);
    EXPECT_EQ(provision(ProvisioningCommand::start_access_point, 60),
              code::wlan_provisioning_abort_provisioning_already_started);
    EXPECT_EQ(last.device_status, device_status::provisioning | device_status::provisioning_by_user);
    EXPECT_EQ(provision(ProvisioningCommand::stop, 0), 0);
    EXPECT_EQ(expect<ProvisioningStatus>().status, ProvisioningResult::stopped);
    EXPECT_EQ(last.device_status, 0);
    EXPECT_EQ(provision(ProvisioningCommand::stop, 0), 0);
    EXPECT_EQ(provision(ProvisioningCommand::abort_external_confirmation, 0),
              code::wlan_provisioning_cmd_not_expected);
    EXPECT_EQ(provision(static_cast<ProvisioningCommand>(6), 60),
              code::wlan_provisioning_abort_invalid_param);
    EXPECT_TRUE(is_silent());
}

TEST_F(WlanSiloTest, a_profile_of_the_hosts_ends_provisioning_with_success) {
    power_on();
    EXPECT_EQ(provision(ProvisioningCommand::start_both_with_external_configuration, 60), 0);
    EXPECT_EQ(expect<ProvisioningStatus>().status, ProvisioningResult::external_configuration_ready);
    EXPECT_NE(last.device_status & device_status::calls_while_provisioning, 0);
    EXPECT_EQ(ask<WlanDisconnectResponse>(WlanDisconnect{}).status, code::wlan_provisioning_cmd_not_expected);
    EXPECT_EQ(add_profile("lab", "password1"), 0);
    const auto added = expect<ProvisioningProfileAdded>();
    EXPECT_EQ(text_of(added.ssid, added.ssid_length), "lab");
    expect<WlanConnected>();
    EXPECT_EQ(expect<ProvisioningStatus>().status, ProvisioningResult::confirmation_wlan);
    // Events of the address may stand between.
    std::vector<ProvisioningResult> results;
    while (results.size() < 2 && !HasFailure()) {
        const Said said = next();
        if (said.opcode != ProvisioningStatus::opcode) continue;
        const auto status = decode<ProvisioningStatus>({said.body.data(), said.body.size()});
        results.push_back(status->status);
        EXPECT_EQ(text_of(status->ssid, status->ssid_length), "lab");
    }
    EXPECT_EQ(results, (std::vector{ProvisioningResult::confirmation_address, ProvisioningResult::success}));
    EXPECT_EQ(last.device_status, device_status::wlan_connected);
}

TEST_F(WlanSiloTest, provisioning_goes_on_after_a_profile_that_leads_nowhere) {
    power_on();
    EXPECT_EQ(provision(ProvisioningCommand::start_both_with_external_configuration, 60), 0);
    EXPECT_EQ(expect<ProvisioningStatus>().status, ProvisioningResult::external_configuration_ready);
    EXPECT_EQ(add_profile("nobody", "password1"), 0);
    expect<ProvisioningProfileAdded>();
    EXPECT_EQ(expect<WlanDisconnected>().reason, DisconnectReason::while_connecting);
    EXPECT_EQ(expect<ProvisioningStatus>().status, ProvisioningResult::network_not_found);
    EXPECT_NE(last.device_status & device_status::provisioning, 0);
}

} // namespace
