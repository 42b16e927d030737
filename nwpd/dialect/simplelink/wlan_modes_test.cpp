// SPDX-License-Identifier: Apache-2.0
#include "simplelink/errors.h"
#include "simplelink/netapp.h"
#include "simplelink/netcfg.h"
#include "simplelink/wlan_events.h"
#include "tests/kit/simplelink/chip_world.h"

using namespace nwp;
using namespace nwp::simplelink;
using namespace nwp::simplelink::test;

namespace {

constexpr Bssid kPhone{{2, 0, 0, 0, 9, 1}};
constexpr Bssid kLaptop{{2, 0, 0, 0, 9, 2}};
constexpr Bssid kPrinter{{2, 0, 0, 0, 8, 1}};
constexpr Bssid kScreen{{2, 0, 0, 0, 8, 2}};
constexpr MacAddress kPhoneMac{2, 0, 0, 0, 9, 1};

class WlanModesTest : public ChipWorld {
protected:
    /// Starts, and starts again in that mode.
    void power_on_as(WlanMode mode, InitStatus status) {
        power_on();
        EXPECT_EQ(ask<WlanModeSetResponse>(WlanModeSet{mode}).status, 0);
        power_off();
        line->open();
        EXPECT_EQ(expect<InitComplete>().status, status);
        if (mode == WlanMode::access_point) own_address = expect<Ipv4Acquired>().address;
    }
    std::int16_t set(std::uint16_t option, const std::vector<Byte>& value) {
        return ask<WlanSetResponse>(WlanSet{0, option, static_cast<std::uint16_t>(value.size())},
                                    {value.data(), value.size()})
            .status;
    }
    void come(const Bssid& mac) { EXPECT_TRUE(devices->set_present(mac, true)); }
    void go(const Bssid& mac) { EXPECT_TRUE(devices->set_present(mac, false)); }
    std::vector<Byte> stations() {
        std::vector<Byte> list;
        NetCfgGet command;
        command.id = static_cast<std::uint16_t>(NetCfgId::station_list);
        command.length = 176;
        EXPECT_EQ(ask<NetCfgGetResponse>(command, {}, &list).status, 0);
        return list;
    }
    ConnectionStatus connection() {
        std::vector<Byte> value;
        ask<WlanGetResponse>(WlanGet{5, 0, 80}, {}, &value);
        return decode<ConnectionInfo>({value.data(), value.size()})->status;
    }
    std::int16_t connect_to_peer(const char* name) {
        WlanConnect command;
        command.security = WlanSecurity::p2p_push_button;
        command.ssid_length = static_cast<std::uint8_t>(std::string_view(name).size());
        return ask<WlanConnectResponse>(command, as_bytes(name)).status;
    }

    HostOrderIpv4 own_address = 0; ///< as an access point was told after its start
};

/// Programs in this role wait for it after every start, some of them for ever.
TEST_F(WlanModesTest, an_access_point_is_told_its_own_address_after_the_start) {
    power_on_as(WlanMode::access_point, InitStatus::access_point);
    EXPECT_EQ(own_address, 0x0A7B2D01U);
    const auto another = encode(Ipv4Settings{0xC0A80701, 0xFFFFFF00, 0xC0A80701, 0xC0A80701});
    const NetCfgSet command{static_cast<std::uint16_t>(NetCfgId::ipv4_access_point),
                            static_cast<std::uint16_t>(AddressMode::fixed), Ipv4Settings::size};
    EXPECT_EQ(ask<NetCfgSetResponse>(command, another).status, 0);
    power_off();
    line->open();
    expect<InitComplete>();
    EXPECT_EQ(expect<Ipv4Acquired>().address, 0xC0A80701U);
    EXPECT_TRUE(is_silent());
}

/// Of the link that another host of this daemon has.
TEST_F(WlanModesTest, the_station_s_address_is_not_told_in_another_role) {
    for (const WlanMode mode : {WlanMode::access_point, WlanMode::p2p}) {
        power_on_as(mode, mode == WlanMode::p2p ? InitStatus::p2p : InitStatus::access_point);
        wifi::JoinRequest request;
        request.ssid = "guests";
        request.security = WifiSecurity::open;
        wlan->connect(client, request, seconds(10),
                      [](const Result<WifiNetwork>& joined) { EXPECT_TRUE(joined); });
        EXPECT_TRUE(until([&] { return wlan->status().lease.has_value(); }));
        EXPECT_TRUE(is_silent());
        power_off();
        line->open();
        expect<InitComplete>();
        if (mode == WlanMode::access_point) {
            EXPECT_EQ(expect<Ipv4Acquired>().address, own_address);
        }
        EXPECT_TRUE(is_silent());
        wlan->disconnect(client, [](const Result<void>&) {});
        EXPECT_TRUE(is_silent());
        EXPECT_EQ(ask<WlanModeSetResponse>(WlanModeSet{WlanMode::station}).status, 0);
        power_off();
    }
}

TEST_F(WlanModesTest, an_access_point_tells_who_comes_and_goes_and_what_address_it_has) {
    power_on_as(WlanMode::access_point, InitStatus::access_point);
    EXPECT_EQ(connection(), ConnectionStatus::disconnected);
    come(kPhone);
    EXPECT_EQ(expect<StationAdded>().mac, kPhoneMac);
    const auto leased = expect<DhcpLeased>();
    EXPECT_EQ(leased.mac, kPhoneMac);
    EXPECT_EQ(leased.address, 0x0A7B2D02U);
    EXPECT_EQ(connection(), ConnectionStatus::access_point);
    const auto list = stations();
    ASSERT_EQ(list.size(), StationEntry::size);
    const auto entry = *decode<StationEntry>({list.data(), list.size()});
    EXPECT_EQ(entry.mac, kPhoneMac);
    EXPECT_EQ(entry.address, leased.address);
    EXPECT_EQ(text_of(entry.name, 5), "phone");
    go(kPhone);
    EXPECT_EQ(expect<DhcpReleased>().address, leased.address);
    EXPECT_EQ(expect<StationRemoved>().mac, kPhoneMac);
    EXPECT_TRUE(stations().empty());
}

TEST_F(WlanModesTest, an_access_point_gives_addresses_of_the_range_that_its_host_set) {
    power_on_as(WlanMode::access_point, InitStatus::access_point);
    const auto range = encode(DhcpServerRange{60, 0x0A7B2D64, 0x0A7B2D6E});
    const NetAppSet command{net_app::dhcp_server, 0, DhcpServerRange::size};
    EXPECT_EQ(ask<NetAppSetResponse>(command, range).status, 0);
    come(kPhone);
    EXPECT_EQ(expect<StationAdded>().mac, kPhoneMac);
    const auto leased = expect<DhcpLeased>();
    EXPECT_EQ(leased.address, 0x0A7B2D64U);
    EXPECT_EQ(leased.lease_s, 60U);
}

TEST_F(WlanModesTest, an_access_point_lets_in_as_many_as_its_host_wants) {
    power_on_as(WlanMode::access_point, InitStatus::access_point);
    EXPECT_EQ(set(19, {1}), 0);
    come(kPhone);
    expect<StationAdded>();
    expect<DhcpLeased>();
    come(kLaptop);
    EXPECT_TRUE(is_silent());
    EXPECT_EQ(set(20, {kPhoneMac.begin(), kPhoneMac.end()}), 0);
    EXPECT_TRUE(is_silent()) << "the list is off";
    EXPECT_EQ(set(25, {1}), 0);
    expect<DhcpReleased>();
    EXPECT_EQ(expect<StationRemoved>().mac, kPhoneMac);
    EXPECT_EQ(expect<StationAdded>().mac, (MacAddress{2, 0, 0, 0, 9, 2}));
}

TEST_F(WlanModesTest, stations_without_the_key_stay_outside) {
    power_on_as(WlanMode::access_point, InitStatus::access_point);
    const std::string_view key = "password1";
    EXPECT_EQ(set(7, {key.begin(), key.end()}), 0);
    EXPECT_EQ(set(6, {2}), 0);
    come(kPhone);
    EXPECT_TRUE(is_silent());
}

TEST_F(WlanModesTest, a_station_can_be_sent_away) {
    power_on_as(WlanMode::access_point, InitStatus::access_point);
    come(kPhone);
    expect<StationAdded>();
    expect<DhcpLeased>();
    NetCfgSet command;
    command.id = static_cast<std::uint16_t>(NetCfgId::station_disconnect);
    command.option = 1;
    command.length = 6;
    send(command, {kPhoneMac.data(), kPhoneMac.size()});
    expect<DhcpReleased>();
    expect<StationRemoved>();
    EXPECT_EQ(expect<NetCfgSetResponse>().status, 0);
    EXPECT_EQ(ask<NetCfgSetResponse>(command, {kPhoneMac.data(), kPhoneMac.size()}).status,
              code::wlan_ap_sta_not_found);
}

TEST_F(WlanModesTest, a_peer_is_found_joined_and_left) {
    power_on_as(WlanMode::p2p, InitStatus::p2p);
    come(kPrinter);
    const auto found = expect<P2pDeviceFound>();
    EXPECT_EQ(text_of(found.name, found.name_length), "printer");
    EXPECT_EQ(connect_to_peer("printer"), 0);
    const auto joined = expect<P2pConnected>();
    EXPECT_EQ(text_of(joined.owner_name, joined.owner_name_length), "printer");
    EXPECT_EQ(connection(), ConnectionStatus::p2p_client);
    EXPECT_EQ(ask<WlanDisconnectResponse>(WlanDisconnect{}).status, 0);
    EXPECT_EQ(expect<P2pDisconnected>().reason, DisconnectReason::user_initiated);
    EXPECT_EQ(ask<WlanDisconnectResponse>(WlanDisconnect{}).status, code::wlan_wifi_already_disconnected);
    EXPECT_EQ(connect_to_peer("nobody"), 0);
    expect<P2pFailed>();
}

TEST_F(WlanModesTest, who_wants_to_own_the_group_does) {
    power_on_as(WlanMode::p2p, InitStatus::p2p);
    EXPECT_EQ(ask<PolicySetResponse>(PolicySet{PolicyType::p2p, 15, 0}).status, 0);
    come(kPrinter);
    expect<P2pDeviceFound>();
    EXPECT_EQ(connect_to_peer("printer"), 0);
    const auto added = expect<P2pClientAdded>();
    EXPECT_EQ(text_of(added.name, added.name_length), "printer");
    EXPECT_EQ(connection(), ConnectionStatus::p2p_group_owner);
    go(kPrinter);
    expect<P2pClientRemoved>();
}

TEST_F(WlanModesTest, an_invitation_is_told_or_accepted_as_the_policy_says) {
    power_on_as(WlanMode::p2p, InitStatus::p2p);
    come(kScreen);
    expect<P2pDeviceFound>();
    expect<P2pRequested>();
    go(kScreen);
    EXPECT_TRUE(is_silent());
    EXPECT_EQ(ask<PolicySetResponse>(PolicySet{PolicyType::connection, connection_policy::any_p2p, 0}).status,
              0);
    come(kScreen);
    expect<P2pDeviceFound>();
    expect<P2pConnected>();
}

} // namespace
