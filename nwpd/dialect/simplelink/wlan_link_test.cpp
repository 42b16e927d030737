// SPDX-License-Identifier: Apache-2.0
#include "simplelink/errors.h"
#include "simplelink/wlan_events.h"
#include "tests/kit/simplelink/chip_world.h"

#include <algorithm>

using namespace nwp;
using namespace nwp::simplelink;
using namespace nwp::simplelink::test;

namespace {

class WlanLinkTest : public ChipWorld {
protected:
    static std::vector<Byte> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }
    /// WlanConnect as hosts write it: texts follow without alignment.
    void connect(WlanSecurity security, std::string_view ssid, std::string_view key) {
        WlanConnect command;
        command.security = security;
        command.ssid_length = static_cast<std::uint8_t>(ssid.size());
        command.password_length = static_cast<std::uint8_t>(key.size());
        send(command, as_bytes(std::string(ssid) + std::string(key)));
    }
    template <typename Event>
    static std::string ssid_of(const Event& event) {
        return std::string(text_of(event.ssid, event.ssid_length));
    }
    /// Waits for the address too.
    void connect_to_lab() {
        connect(WlanSecurity::wpa_wpa2, "lab", "password1");
        EXPECT_EQ(expect<WlanConnectResponse>().status, 0);
        EXPECT_EQ(ssid_of(expect<WlanConnected>()), "lab");
        EXPECT_EQ(next().opcode, 0x1825);
    }
    DisconnectReason reason_of_failure() { return told<WlanDisconnected>().reason; }
    static bool is_about_addresses(std::uint16_t opcode) { return opcode == 0x1825 || opcode == 0x1832; }
    /// The next event that is not about addresses.
    template <typename Event>
    Event told() {
        Said said = next();
        while (is_about_addresses(said.opcode)) said = next();
        EXPECT_EQ(said.opcode, Event::opcode);
        const auto event = decode<Event>({said.body.data(), said.body.size()});
        return event ? *event : Event{};
    }
    /// Nothing comes, but for what is about addresses.
    bool is_quiet() {
        while (!is_silent()) {
            if (!is_about_addresses(next().opcode)) return false;
        }
        return true;
    }
    std::int16_t set_policy(PolicyType type, std::uint8_t option) {
        return ask<PolicySetResponse>(PolicySet{type, option, 0}).status;
    }
    ConnectionInfo info() {
        std::vector<Byte> value;
        EXPECT_EQ(ask<WlanGetResponse>(WlanGet{5, 0xA5A5, 80}, {}, &value).status, 0);
        EXPECT_EQ(value.size(), ConnectionInfo::size);
        const auto info = decode<ConnectionInfo>({value.data(), value.size()});
        return info ? *info : ConnectionInfo{};
    }
};

TEST_F(WlanLinkTest, a_connect_is_accepted_and_then_told) {
    power_on();
    EXPECT_EQ(last.device_status & device_status::wlan_connected, 0);
    connect(WlanSecurity::wpa_wpa2, "lab", "password1");
    EXPECT_EQ(expect<WlanConnectResponse>().status, 0);
    const auto event = told<WlanConnected>();
    EXPECT_EQ(ssid_of(event), "lab");
    EXPECT_EQ(event.bssid, (MacAddress{2, 0, 0, 0, 0, 1}));
    EXPECT_NE(last.device_status & device_status::wlan_connected, 0);
}

TEST_F(WlanLinkTest, failures_are_told_as_disconnects_with_their_reason) {
    power_on();
    connect(WlanSecurity::wpa_wpa2, "lab", "password2");
    EXPECT_EQ(expect<WlanConnectResponse>().status, 0);
    const auto wrong_key = told<WlanDisconnected>();
    EXPECT_EQ(wrong_key.reason, DisconnectReason::security_failure);
    EXPECT_EQ(ssid_of(wrong_key), "lab");
    connect(WlanSecurity::wpa_wpa2, "nobody", "password1");
    EXPECT_EQ(expect<WlanConnectResponse>().status, 0);
    EXPECT_EQ(reason_of_failure(), DisconnectReason::while_connecting);
    connect(WlanSecurity::open, "lab", "");
    EXPECT_EQ(expect<WlanConnectResponse>().status, 0);
    EXPECT_EQ(reason_of_failure(), DisconnectReason::while_connecting);
    EXPECT_EQ(last.device_status & device_status::wlan_connected, 0);
}

TEST_F(WlanLinkTest, securities_that_no_network_of_the_radio_has_are_looked_for_and_not_found) {
    power_on();
    connect(WlanSecurity::wep, "lab", "12345");
    EXPECT_EQ(expect<WlanConnectResponse>().status, 0);
    EXPECT_EQ(reason_of_failure(), DisconnectReason::while_connecting);

    WlanConnectEap eap;
    eap.security = WlanSecurity::enterprise;
    eap.ssid_length = 3;
    eap.password_length = 4;
    eap.user_length = 4;
    eap.eap_methods = 0x18180020;
    send(eap, as_bytes("labpassuser"));
    EXPECT_EQ(expect<WlanConnectEapResponse>().status, 0);
    EXPECT_EQ(reason_of_failure(), DisconnectReason::while_connecting);
}

TEST_F(WlanLinkTest, what_cannot_be_joined_is_refused_at_once) {
    struct Case {
        WlanSecurity security;
        const char* ssid;
        const char* key;
        std::int16_t code;
    };
    const Case cases[] = {
        {WlanSecurity::open, "", "", code::wlan_ssid_len_error},
        {WlanSecurity::open, "123456789012345678901234567890123", "", code::wlan_ssid_len_error},
        {WlanSecurity::wpa_wpa2, "lab", "short", code::wlan_password_error},
        {WlanSecurity::wep, "lab", "1234", code::wlan_password_error},
        {WlanSecurity::wps_pin, "lab", "123a", code::wlan_password_error},
        {WlanSecurity::enterprise, "lab", "pass", code::wlan_invalid_security_type},
        {WlanSecurity::p2p_pin_auto, "lab", "", code::wlan_invalid_security_type},
        {WlanSecurity::p2p_push_button, "lab", "", code::wlan_invalid_role},
        {static_cast<WlanSecurity>(77), "lab", "", code::wlan_invalid_security_type},
    };
    power_on();
    for (const Case& each : cases) {
        connect(each.security, each.ssid, each.key);
        EXPECT_EQ(expect<WlanConnectResponse>().status, each.code) << each.ssid << ' ' << each.key;
    }
    WlanConnectEap eap;
    eap.security = WlanSecurity::enterprise;
    eap.ssid_length = 3;
    eap.eap_methods = 0x18180003;
    send(eap, as_bytes("lab"));
    EXPECT_EQ(expect<WlanConnectEapResponse>().status, code::wlan_eap_wrong_method);
    EXPECT_TRUE(is_quiet());
}

TEST_F(WlanLinkTest, lengths_that_lie_are_refused) {
    power_on();
    WlanConnect command;
    command.ssid_length = 32;
    command.password_length = 64;
    send(command, as_bytes("lab"));
    EXPECT_EQ(expect<WlanConnectResponse>().status, code::invalid_param);
}

TEST_F(WlanLinkTest, a_disconnect_is_told_with_reason_200) {
    power_on();
    EXPECT_EQ(ask<WlanDisconnectResponse>(WlanDisconnect{}).status, code::wlan_wifi_already_disconnected);
    connect_to_lab();
    EXPECT_EQ(ask<WlanDisconnectResponse>(WlanDisconnect{}).status, 0);
    const auto event = told<WlanDisconnected>();
    EXPECT_EQ(event.reason, DisconnectReason::user_initiated);
    EXPECT_EQ(ssid_of(event), "lab");
    EXPECT_EQ(last.device_status & device_status::wlan_connected, 0);
}

TEST_F(WlanLinkTest, a_connect_to_another_network_leaves_the_first) {
    power_on();
    connect_to_lab();
    connect(WlanSecurity::open, "guests", "");
    EXPECT_EQ(expect<WlanConnectResponse>().status, 0);
    const auto left = told<WlanDisconnected>();
    EXPECT_EQ(ssid_of(left), "lab");
    EXPECT_EQ(left.reason, DisconnectReason::user_initiated);
    EXPECT_EQ(ssid_of(told<WlanConnected>()), "guests");
}

TEST_F(WlanLinkTest, a_connect_to_the_network_that_is_there_is_told_again) {
    power_on();
    connect_to_lab();
    connect_to_lab();
    EXPECT_TRUE(is_quiet());
}

TEST_F(WlanLinkTest, a_disconnect_ends_a_connect_under_way) {
    power_on();
    connect(WlanSecurity::wpa_wpa2, "lab", "password1");
    send(WlanDisconnect{});
    EXPECT_EQ(expect<WlanConnectResponse>().status, 0);
    EXPECT_EQ(expect<WlanDisconnectResponse>().status, 0);
    EXPECT_EQ(reason_of_failure(), DisconnectReason::user_initiated);
    EXPECT_TRUE(is_quiet());
}

TEST_F(WlanLinkTest, a_lost_access_point_is_told_and_so_is_its_return) {
    power_on();
    connect_to_lab();
    const Bssid lab{{2, 0, 0, 0, 0, 1}};
    ASSERT_TRUE(radio->access_point_lost(lab));
    EXPECT_EQ(next().opcode, 0x1832);
    EXPECT_EQ(expect<WlanDisconnected>().reason, DisconnectReason::inactivity);
    ASSERT_TRUE(radio->access_point_back(lab));
    EXPECT_EQ(ssid_of(expect<WlanConnected>()), "lab");
    EXPECT_EQ(next().opcode, 0x1825);
}

TEST_F(WlanLinkTest, the_connection_can_be_asked_for) {
    power_on();
    EXPECT_EQ(info().status, ConnectionStatus::disconnected);
    connect_to_lab();
    const ConnectionInfo now = info();
    EXPECT_EQ(now.mode, WlanMode::station);
    EXPECT_EQ(now.status, ConnectionStatus::station);
    EXPECT_EQ(now.security, WlanSecurity::wpa_wpa2);
    const auto event = decode<WlanConnected>({now.event.data(), now.event.size()});
    ASSERT_TRUE(event);
    EXPECT_EQ(ssid_of(*event), "lab");
}

TEST_F(WlanLinkTest, a_fast_connect_brings_the_last_network_back_at_power_on) {
    power_on();
    EXPECT_EQ(set_policy(PolicyType::connection, connection_policy::automatic | connection_policy::fast), 0);
    connect_to_lab();
    power_off();
    power_on();
    EXPECT_EQ(ssid_of(told<WlanConnected>()), "lab");
}

TEST_F(WlanLinkTest, without_a_policy_nothing_is_joined_at_power_on) {
    power_on();
    EXPECT_EQ(set_policy(PolicyType::connection, 0), 0);
    connect_to_lab();
    power_off();
    power_on();
    EXPECT_TRUE(is_quiet());
    EXPECT_EQ(info().status, ConnectionStatus::disconnected);
}

TEST_F(WlanLinkTest, who_disconnected_is_not_brought_back_at_power_on) {
    power_on();
    EXPECT_EQ(set_policy(PolicyType::connection, connection_policy::fast), 0);
    connect_to_lab();
    EXPECT_EQ(ask<WlanDisconnectResponse>(WlanDisconnect{}).status, 0);
    told<WlanDisconnected>();
    power_off();
    power_on();
    EXPECT_TRUE(is_quiet());
}

TEST_F(WlanLinkTest, what_another_host_joins_is_told_here_too) {
    power_on();
    service::test::Recorder recorder;
    service::Client native{service::ClientPolicy{}, recorder};
    wlan->add(native);
    wifi::JoinRequest request;
    request.ssid = "guests";
    request.security = WifiSecurity::open;
    wlan->connect(native, request, seconds(10), [](const Result<WifiNetwork>&) {});
    EXPECT_EQ(ssid_of(told<WlanConnected>()), "guests");
    // Its host is there still, so a chip that goes leaves it alone; the next one finds it.
    power_off();
    EXPECT_EQ(wlan->status().state, WifiState::connected);
    power_on();
    EXPECT_EQ(ssid_of(told<WlanConnected>()), "guests");
    wlan->remove(native);
}

} // namespace
