// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "nwpd/dialect/simplelink/mdns_services.h"
#include "simplelink/config_ids.h"
#include "simplelink/errors.h"
#include "simplelink/netapp.h"
#include "simplelink/wlan_events.h"
#include "tests/kit/simplelink/chip_world.h"

#include <numeric>

using namespace nwp;
using namespace nwp::simplelink;
using namespace nwp::simplelink::test;

namespace {

class NetAppTest : public ChipWorld {
protected:
    NetAppTest() {
        network.set_lease(std::nullopt);
        lead_to_network();
        passed_over = {WlanConnected::opcode, WlanDisconnected::opcode};
        power_on();
    }

    std::int16_t set(std::uint16_t app, std::uint16_t option, const std::vector<Byte>& value) {
        const NetAppSet command{app, option, static_cast<std::uint16_t>(value.size())};
        return ask<NetAppSetResponse>(command, {value.data(), value.size()}).status;
    }
    std::vector<Byte> get(std::uint16_t app, std::uint16_t option) {
        std::vector<Byte> value;
        const auto response = ask<NetAppGetResponse>(NetAppGet{app, option, 0xA5A5}, {}, &value);
        EXPECT_EQ(response.status, 0);
        EXPECT_EQ(response.length, value.size());
        return value;
    }
    std::int16_t announce(std::string_view name, std::string_view text,
                          std::uint32_t options = MdnsRegister::add) {
        const std::string payload = std::string(name) + std::string(text);
        const MdnsRegister command{static_cast<std::uint8_t>(name.size()),
                                   static_cast<std::uint8_t>(text.size()), 80, 120, options};
        return ask<MdnsRegisterResponse>(command, as_bytes(payload)).status;
    }
    std::int16_t ask_name(std::string_view name,
                          nwp::simplelink::Family family = nwp::simplelink::Family::ipv4) {
        return ask<HostByNameResponse>(HostByName{static_cast<std::uint16_t>(name.size()), family},
                                       as_bytes(name))
            .status;
    }
    void be_online() {
        wifi::JoinRequest request;
        request.ssid = "guests";
        request.security = WifiSecurity::open;
        wlan->connect(client, request, seconds(10),
                      [](const Result<WifiNetwork>& joined) { EXPECT_TRUE(joined); });
        expect<Ipv4Acquired>();
    }
};

TEST_F(NetAppTest, starts_and_stops_its_servers_and_remembers) {
    EXPECT_EQ(get(net_app::status, 0)[0], net_app::http_server | net_app::mdns);
    EXPECT_EQ(ask<NetAppStartResponse>(NetAppStart{net_app::mdns}).status, code::netapp_mdns_already_started);
    EXPECT_EQ(ask<NetAppStartResponse>(NetAppStart{net_app::http_server}).status,
              code::netapp_http_server_already_started);
    EXPECT_EQ(ask<NetAppStartResponse>(NetAppStart{0}).status, code::netapp_incorect_app_mask);
    EXPECT_EQ(ask<NetAppStopResponse>(NetAppStop{0x80}).status, code::netapp_incorect_app_mask);
    EXPECT_EQ(ask<NetAppStopResponse>(NetAppStop{net_app::mdns}).status, 0);
    EXPECT_EQ(ask<NetAppStartResponse>(NetAppStart{net_app::dns_server}).status, 0);
    power_off();
    power_on();
    EXPECT_EQ(get(net_app::status, 0)[0], net_app::http_server | net_app::dns_server);
}

TEST_F(NetAppTest, every_setting_is_kept_in_its_length_and_in_no_other) {
    for (const ConfigRow& row : kConfigRows) {
        if (row.group != ConfigGroup::netapp || !row.set.any()) continue;
        std::vector<Byte> value(row.set.least == 0 ? 3 : row.set.least, 1);
        if (row.id == net_app::dhcp_server)
            std::fill(value.begin() + 8, value.end(), 2); // first and last address
        if (row.id >= net_app::dns_server && row.id != net_app::dns_client) value = {'a', '-', '1'};
        if (row.id == net_app::dns_client) value = {0xE8, 0x03, 3, 0};
        EXPECT_EQ(set(row.id, row.first_option, value), 0) << row.name;
        if (row.get.any()) {
            EXPECT_EQ(get(row.id, row.first_option), value) << row.name;
        }
        const auto refused = [&](std::size_t length) {
            return set(row.id, row.first_option, std::vector<Byte>(length, 1)) < 0;
        };
        EXPECT_TRUE(row.set.least == 0 || refused(row.set.least - 1U)) << row.name;
        EXPECT_TRUE(row.set.most >= 255 || refused(row.set.most + 1U)) << row.name;
    }
}

TEST_F(NetAppTest, a_device_name_has_rules_and_a_default) {
    const auto name = [](std::string_view text) { return std::vector<Byte>(text.begin(), text.end()); };
    EXPECT_EQ(get(net_app::device, 0), name("mysimplelink"));
    EXPECT_EQ(set(net_app::device, 0, name("under_score")), code::netapp_device_name_invalid);
    EXPECT_EQ(set(net_app::device, 0, std::vector<Byte>(33, 'a')), code::netapp_device_name_len_err);
    EXPECT_EQ(set(net_app::device, 1, std::vector<Byte>(25, 'a')), code::netapp_domain_name_len_err);
    EXPECT_EQ(set(net_app::device, 0, name("kettle-7")), 0);
    EXPECT_EQ(get(net_app::device, 0), name("kettle-7"));
    EXPECT_EQ(set(net_app::device, 0, {}), 0);
    EXPECT_EQ(get(net_app::device, 0), name("mysimplelink"));
    EXPECT_EQ(ask<NetAppGetResponse>(NetAppGet{3, 0, 0}).status, code::invalid_param);
}

TEST_F(NetAppTest, a_number_is_a_name_that_needs_no_question) {
    EXPECT_EQ(ask_name("93.184.216.34"), 0);
    const auto v4 = expect<HostByNameResult>();
    EXPECT_EQ(v4.status, 0);
    EXPECT_EQ(v4.address, 0x5DB8D822U);
    EXPECT_EQ(ask_name("2001:db8::1", nwp::simplelink::Family::ipv6), 0);
    const auto v6 = expect<HostByNameResultV6>();
    EXPECT_EQ(v6.status, 0);
    EXPECT_EQ(v6.address, (HostOrderIpv6{0x20010DB8, 0, 0, 1}));
}

TEST_F(NetAppTest, a_name_without_a_network_has_no_server) {
    EXPECT_EQ(set(net_app::dns_client, 0, {10, 0, 0, 0}), 0);
    EXPECT_EQ(ask_name("example.com"), 0);
    EXPECT_EQ(expect<HostByNameResult>().status, code::netapp_dns_no_server);
    EXPECT_EQ(ask_name("example.com", nwp::simplelink::Family::ipv6), 0);
    EXPECT_EQ(expect<HostByNameResultV6>().status, code::netapp_dns_no_server);
    EXPECT_EQ(ask_name(""), code::netapp_dns_param_error);
    EXPECT_EQ(ask_name("example.com", nwp::simplelink::Family::none), code::netapp_dns_invalid_family_type);
    EXPECT_EQ(
        ask<HostByNameResponse>(HostByName{200, nwp::simplelink::Family::ipv4}, as_bytes("short")).status,
        code::netapp_dns_param_error);
}

TEST_F(NetAppTest, power_may_go_amid_a_question) {
    be_online();
    EXPECT_EQ(ask_name("example.com"), 0);
    power_off();
    power_on();
    EXPECT_EQ(expect<Ipv4Acquired>().address, 0x0A4D0032U);
    EXPECT_TRUE(is_silent());
}

TEST_F(NetAppTest, pings_a_neighbour) {
    be_online();
    PingStart command{1, 32, 1000, 3, 0, {0x0A4D0009, 0xA5A5A5A5, 0xA5A5A5A5, 0xA5A5A5A5}};
    const auto started = ask<PingStartResponse>(command).status;
    if (started == code::bsd_eacces)
        GTEST_SKIP() << "ICMP wants CAP_NET_RAW, or a group in net.ipv4.ping_group_range";
    ASSERT_EQ(started, 0);
    ASSERT_TRUE(turning_until([&] { return !line->sent.empty(); }));
    const auto report = expect<PingReport>();
    EXPECT_EQ(report.status, 0);
    EXPECT_EQ(report.sent, 3U);
    EXPECT_EQ(report.received, 3U);

    command.attempts = 0;
    EXPECT_EQ(ask<PingStartResponse>(command).status, 0);
    EXPECT_EQ(ask<PingStartResponse>(PingStart{}).status, 1) << "stopped";
    EXPECT_EQ(expect<PingReport>().status, 0);
    EXPECT_EQ(ask<PingStartResponse>(PingStart{}).status, 1)
        << "nothing ran; the host waits for a report all the same";
    EXPECT_EQ(expect<PingReport>().sent, 0U);
}

TEST_F(NetAppTest, a_ping_that_leads_nowhere_is_refused_at_once) {
    const PingStart command{1, 32, 1000, 3, 0, {0xC0000201, 0, 0, 0}};
    EXPECT_EQ(ask<PingStartResponse>(command).status, code::bsd_enetunreach);
    EXPECT_TRUE(is_silent());
}

TEST_F(NetAppTest, services_are_announced_changed_and_removed) {
    EXPECT_EQ(announce("", "", 0), 0) << "all of none: what Zephyr's driver begins with";
    EXPECT_EQ(announce("no service", ""), code::netapp_mdns_error_service_name_error);
    EXPECT_EQ(announce("kettle._http._tcp.local", "a=1"), 0);
    EXPECT_EQ(announce("kettle._http._tcp.local", "a=1"), code::netapp_mdns_identical_services_error);
    EXPECT_EQ(announce("kettle._http._tcp.local", "a=2"), code::netapp_mdns_existed_service_error);
    EXPECT_EQ(announce("kettle._http._tcp.local", "a=2", MdnsRegister::add | MdnsRegister::update_text), 0);
    EXPECT_EQ(announce("kettle._http._tcp.local", "a=2"), code::netapp_mdns_identical_services_error);
    power_off();
    power_on();
    EXPECT_EQ(announce("kettle._http._tcp.local", "a=2"), code::netapp_mdns_identical_services_error)
        << "it is kept";
    for (std::size_t i = 1; i < MdnsServices::kMost; ++i)
        EXPECT_EQ(announce("pot" + std::to_string(i) + "._coap._udp.local", ""), 0);
    EXPECT_EQ(announce("last._coap._udp.local", ""), code::netapp_mdns_max_services_error);
    EXPECT_EQ(announce("pot1._coap._udp.local", "", 0), 0);
    EXPECT_EQ(announce("pot1._coap._udp.local", "", 0), code::netapp_mdns_error_service_name_error);
    EXPECT_EQ(announce("", "", 0), 0);
    EXPECT_EQ(announce("kettle._http._tcp.local", "a=1"), 0);
}

TEST_F(NetAppTest, what_a_server_that_does_not_run_would_answer) {
    const HostByService question{16, nwp::simplelink::Family::ipv4};
    EXPECT_EQ(ask<HostByServiceResponse>(question, as_bytes("_http._tcp.local")).status, 0);
    EXPECT_EQ(expect<HostByServiceResult>().status, code::netapp_mdns_no_answer);
    EXPECT_EQ(ask<MdnsLookupResponse>(MdnsLookup{0, 5, 1}).status, 0) << "no entries";
    EXPECT_EQ(ask<MdnsLookupResponse>(MdnsLookup{0, 5, 7}).status,
              code::netapp_mdns_get_service_list_flag_error);
    EXPECT_EQ(ask<NetAppStopResponse>(NetAppStop{net_app::mdns}).status, 0);
    EXPECT_EQ(ask<MdnsLookupResponse>(MdnsLookup{0, 5, 1}).status, code::netapp_mdns_not_started);
    EXPECT_EQ(ask<NetAppSendResponse>(NetAppSend{1, 0, 0}).status, code::netapp_http_general_error);
    send(NetAppReceive{1, 100, 0});
    std::vector<Byte> payload;
    EXPECT_EQ(expect<NetAppReceived>(&payload).flags, net_app_flag::error);
    EXPECT_EQ(payload.size(), 2U);
    send(NetAppResponse{1, 200, 0, 0, 0});
    send(HttpTokenValue{});
    EXPECT_TRUE(is_silent());
}

} // namespace
