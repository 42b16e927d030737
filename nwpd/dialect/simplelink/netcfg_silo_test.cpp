// SPDX-License-Identifier: Apache-2.0
#include "simplelink/errors.h"
#include "simplelink/netapp.h"
#include "simplelink/netcfg.h"
#include "simplelink/wlan_events.h"
#include "tests/kit/simplelink/chip_world.h"

#include <algorithm>

using namespace nwp;
using namespace nwp::simplelink;
using namespace nwp::simplelink::test;

namespace {

class NetCfgTest : public ChipWorld {
protected:
    NetCfgTest() {
        network.set_lease(std::nullopt);
        passed_over = {WlanConnected::opcode, WlanDisconnected::opcode};
        power_on();
    }

    std::int16_t set(NetCfgId id, std::uint16_t option, const std::vector<Byte>& value) {
        const NetCfgSet command{static_cast<std::uint16_t>(id), option,
                                static_cast<std::uint16_t>(value.size())};
        return ask<NetCfgSetResponse>(command, {value.data(), value.size()}).status;
    }
    std::int16_t set(NetCfgId id, AddressMode mode, const std::vector<Byte>& value = {}) {
        return set(id, static_cast<std::uint16_t>(mode), value);
    }
    std::vector<Byte> get(NetCfgId id, std::uint16_t option = 0) {
        std::vector<Byte> value;
        const NetCfgGet command{static_cast<std::uint16_t>(id), option, 64};
        const auto response = ask<NetCfgGetResponse>(command, {}, &value);
        EXPECT_EQ(response.status, 0);
        EXPECT_EQ(response.id, command.id);
        EXPECT_EQ(response.length, value.size());
        option_told = response.option;
        return value;
    }
    template <typename Value>
    static std::vector<Byte> bytes(const Value& value) {
        const auto encoded = encode(value);
        return {encoded.begin(), encoded.end()};
    }
    Ipv4Settings station() { return *decode<Ipv4Settings>(get(NetCfgId::ipv4_station)); }
    /// Joins the open network of the air.
    void join() {
        wifi::JoinRequest request;
        request.ssid = "guests";
        request.security = WifiSecurity::open;
        wlan->connect(client, request, seconds(10),
                      [](const Result<WifiNetwork>& joined) { EXPECT_TRUE(joined); });
    }

    std::uint16_t option_told = 0;
    const Ipv4Settings fixed{0x0A4D0063, 0xFFFFFF00, 0x0A4D0001, 0x0A4D0001};
};

TEST_F(NetCfgTest, has_a_mac_address_of_its_own_that_stays) {
    const auto mac = get(NetCfgId::mac_get);
    ASSERT_EQ(mac.size(), 6U);
    EXPECT_EQ(mac[0] & 3, 2) << "locally administered, for one station";
    power_off();
    power_on();
    EXPECT_EQ(get(NetCfgId::mac_get), mac);
}

TEST_F(NetCfgTest, takes_another_mac_address_at_the_next_start) {
    const std::vector<Byte> mac{0x08, 0x00, 0x28, 1, 2, 3};
    EXPECT_EQ(set(NetCfgId::mac_set, 1, {0x09, 0, 0x28, 1, 2, 3}), code::invalid_param) << "a group";
    EXPECT_EQ(set(NetCfgId::mac_set, 1, {1, 2}), code::invalid_param);
    EXPECT_EQ(set(NetCfgId::mac_set, 1, mac), 0);
    EXPECT_NE(get(NetCfgId::mac_get), mac);
    power_off();
    power_on();
    EXPECT_EQ(get(NetCfgId::mac_get), mac);
}

TEST_F(NetCfgTest, tells_the_address_that_dhcp_gave_and_that_it_is_gone) {
    join();
    const auto acquired = expect<Ipv4Acquired>();
    EXPECT_EQ(acquired.address, 0x0A4D0032U);
    EXPECT_EQ(acquired.gateway, 0x0A4D0001U);
    EXPECT_EQ(acquired.dns, 0x0A4D0001U);
    const auto info = *decode<DhcpClientInfo>(get(NetCfgId::dhcp_client));
    EXPECT_EQ(info.state, DhcpState::bound);
    EXPECT_EQ(info.address, acquired.address);
    EXPECT_EQ(info.mask, 0xFFFFFF00U);
    EXPECT_EQ(station().address, acquired.address);
    EXPECT_EQ(option_told, static_cast<std::uint16_t>(AddressMode::dhcp));
    wlan->disconnect(client, [](const Result<void>&) {});
    expect<Ipv4Lost>();
    EXPECT_EQ(decode<DhcpClientInfo>(get(NetCfgId::dhcp_client))->state, DhcpState::enabled);
}

TEST_F(NetCfgTest, an_address_that_is_there_already_is_told_after_the_start) {
    power_off();
    join();
    ASSERT_TRUE(until([&] { return wlan->status().lease.has_value(); }));
    power_on();
    EXPECT_EQ(expect<Ipv4Acquired>().address, 0x0A4D0032U);
}

TEST_F(NetCfgTest, a_fixed_address_takes_the_place_of_dhcps_and_survives) {
    EXPECT_EQ(set(NetCfgId::ipv4_station, AddressMode::fixed, bytes(fixed)), 0);
    EXPECT_EQ(station().address, fixed.address);
    EXPECT_EQ(option_told, static_cast<std::uint16_t>(AddressMode::fixed));
    EXPECT_EQ(decode<DhcpClientInfo>(get(NetCfgId::dhcp_client))->state, DhcpState::disabled);
    power_off();
    power_on();
    join();
    EXPECT_EQ(expect<Ipv4Acquired>().address, fixed.address);
    EXPECT_EQ(network.lease()->address, Address::ipv4(10, 77, 0, 99));
    EXPECT_EQ(set(NetCfgId::ipv4_station, AddressMode::dhcp), 0);
    expect<Ipv4Lost>();
    EXPECT_EQ(expect<Ipv4Acquired>().address, 0x0A4D0032U);
}

TEST_F(NetCfgTest, refuses_addresses_that_do_not_hold_together) {
    const Ipv4Settings wrong[] = {
        {0, 0xFFFFFF00, 0, 0},                   // no address
        {0xE0000001, 0xFFFFFF00, 0, 0},          // a group
        {0x0A4D0063, 0xFF00FF00, 0, 0},          // no mask
        {0x0A4D0000, 0xFFFFFF00, 0, 0},          // the network itself
        {0x0A4D00FF, 0xFFFFFF00, 0, 0},          // everybody
        {0x0A4D0063, 0xFFFFFF00, 0x0B000001, 0}, // a gateway elsewhere
    };
    for (const Ipv4Settings& each : wrong) {
        EXPECT_EQ(set(NetCfgId::ipv4_station, AddressMode::fixed, bytes(each)),
                  code::netcfg_static_addr_subnet_error)
            << std::hex << each.address << ' ' << each.mask << ' ' << each.gateway;
    }
    EXPECT_EQ(set(NetCfgId::ipv4_station, AddressMode::fixed), code::invalid_param);
    EXPECT_EQ(set(NetCfgId::ipv4_station, AddressMode::dhcp, bytes(fixed)), code::invalid_param);
    EXPECT_EQ(set(NetCfgId::ipv4_station, 99, {}), code::invalid_param);
}

TEST_F(NetCfgTest, accepts_every_mode_of_the_driver) {
    for (const int mode : {1, 2, 3, 7, 8, 9, 10, 11, 12})
        EXPECT_EQ(set(NetCfgId::ipv4_station, static_cast<std::uint16_t>(mode), {}), 0) << mode;
    for (const std::uint32_t bits : {0U, 0xFFFFFFFFU, 0xCU}) {
        const std::vector<Byte> value{static_cast<Byte>(bits), static_cast<Byte>(bits >> 8),
                                      static_cast<Byte>(bits >> 16), static_cast<Byte>(bits >> 24)};
        EXPECT_EQ(set(NetCfgId::interfaces, 0, value), 0);
        EXPECT_EQ(get(NetCfgId::interfaces), value);
    }
}

TEST_F(NetCfgTest, keeps_what_the_access_point_and_ipv6_are_set_to) {
    EXPECT_EQ(decode<Ipv4Settings>(get(NetCfgId::ipv4_access_point))->address, 0x0A7B2D01U);
    EXPECT_EQ(set(NetCfgId::ipv4_access_point, AddressMode::fixed, bytes(fixed)), 0);
    EXPECT_EQ(get(NetCfgId::ipv4_access_point), bytes(fixed));

    const Ipv6Settings local{{0xFE800000, 0, 0, 0x1234}, {}, 1};
    const Ipv6Settings global{{0x20010DB8, 0, 0, 0x1234}, {}, 1};
    EXPECT_EQ(set(NetCfgId::ipv6_local, AddressMode::fixed, bytes(local)), 0);
    EXPECT_EQ(get(NetCfgId::ipv6_local), bytes(local));
    EXPECT_EQ(option_told, static_cast<std::uint16_t>(AddressMode::fixed));
    EXPECT_EQ(set(NetCfgId::ipv6_local, AddressMode::fixed, bytes(global)),
              code::netcfg_incorrect_ipv6_static_local_addr);
    EXPECT_EQ(set(NetCfgId::ipv6_global, AddressMode::fixed, bytes(local)),
              code::netcfg_incorrect_ipv6_static_global_addr);
    EXPECT_EQ(set(NetCfgId::ipv6_global, AddressMode::stateful), 0);
    get(NetCfgId::ipv6_global);
    EXPECT_EQ(option_told, static_cast<std::uint16_t>(AddressMode::stateful));
}

TEST_F(NetCfgTest, a_buffer_of_odd_length_is_never_overrun) {
    for (const unsigned room : {1U, 2U, 3U, 5U, 6U, 7U}) {
        std::vector<Byte> value;
        const auto response =
            ask<NetCfgGetResponse>(NetCfgGet{2, 0, static_cast<std::uint16_t>(room)}, {}, &value);
        EXPECT_EQ(value.size(), std::min<std::size_t>(room, 6)) << room;
        EXPECT_EQ(response.length, value.size());
    }
    std::vector<Byte> value;
    ask<NetCfgGetResponse>(NetCfgGet{2, 0, 4}, {}, &value);
    EXPECT_EQ(value.size(), 6U) << "the driver says that its buffer is too small";
}

TEST_F(NetCfgTest, what_is_only_read_or_only_written_says_so) {
    EXPECT_EQ(set(NetCfgId::mac_get, 0, {1, 2, 3, 4, 5, 6}), code::invalid_param);
    EXPECT_EQ(ask<NetCfgGetResponse>(NetCfgGet{1, 1, 64}).status, code::invalid_param);
    EXPECT_EQ(ask<NetCfgGetResponse>(NetCfgGet{99, 0, 64}).status, code::invalid_param);
    EXPECT_EQ(get(NetCfgId::station_count), std::vector<Byte>{0});
    EXPECT_TRUE(get(NetCfgId::station_list).empty());
    EXPECT_EQ(set(NetCfgId::station_disconnect, 1, {1, 2, 3, 4, 5, 6}), code::wlan_ap_sta_not_found);
}

} // namespace
