// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/scan_list.h"
#include "simplelink/errors.h"
#include "simplelink/wlan.h"
#include "tests/kit/simplelink/chip_world.h"

using namespace nwp;
using namespace nwp::simplelink;
using namespace nwp::simplelink::test;

namespace {

WifiNetwork network(std::uint8_t last, std::uint8_t channel, std::int8_t rssi, const char* ssid = "net") {
    WifiNetwork network;
    network.ssid = ssid;
    network.bssid = Bssid{{2, 0, 0, 0, 0, last}};
    network.channel = channel;
    network.rssi_dbm = rssi;
    return network;
}

TEST(ScanList, shows_the_strongest_first_and_each_access_point_once) {
    const auto seen =
        seen_through({}, {network(1, 1, -70), network(2, 6, -40), network(1, 1, -70), network(3, 11, -60)});
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0].rssi_dbm, -40);
    EXPECT_EQ(seen[1].rssi_dbm, -60);
    EXPECT_EQ(seen[2].rssi_dbm, -70);
}

TEST(ScanList, passes_over_channels_that_are_not_asked_for) {
    const ScanView view{0x0021, -128, false}; // 1 and 6
    EXPECT_EQ(seen_through(view, {network(1, 1, -70), network(2, 6, -40), network(3, 11, -60)}).size(), 2U);
    EXPECT_TRUE(seen_through(view, {network(4, 36, -60), network(5, 149, -60), network(6, 0, -60)}).empty());
}

TEST(ScanList, passes_over_signals_that_are_too_weak) {
    EXPECT_EQ(seen_through({0x1FFF, -60, false}, {network(1, 1, -61), network(2, 1, -60)}).size(), 1U);
}

TEST(ScanList, shows_hidden_networks_on_demand) {
    EXPECT_TRUE(seen_through({0x1FFF, -128, false}, {network(1, 1, -61, "")}).empty());
    const auto seen = seen_through({0x1FFF, -128, true}, {network(1, 1, -61, "")});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_NE(scan_entry(seen[0]).security & scan_security::hidden, 0);
}

TEST(ScanList, holds_thirty_at_most) {
    std::vector<WifiNetwork> many;
    for (std::uint8_t i = 0; i < 40; ++i) many.push_back(network(i, 1, -50));
    EXPECT_EQ(seen_through({}, many).size(), kScanEntries);
}

class WlanScanTest : public ChipWorld {
protected:
    /// What the host reads; it asks again for as long as it is told to.
    std::vector<ScanEntry> scan(std::uint8_t index = 0, std::uint8_t count = 20) {
        std::vector<Byte> bytes;
        std::int16_t status = 0;
        int questions = 0;
        do {
            status = ask<ScanResultsGetResponse>(ScanResultsGet{index, count}, {}, &bytes).status;
            if (status == code::wlan_get_network_list_eagain) {
                EXPECT_TRUE(bytes.empty());
            }
            context.restart();
            context.run_one_for(std::chrono::milliseconds(20));
        } while (status == code::wlan_get_network_list_eagain && ++questions < 1000);
        EXPECT_EQ(bytes.size(), static_cast<std::size_t>(status) * ScanEntry::size);
        std::vector<ScanEntry> entries;
        for (std::size_t at = 0; at < bytes.size(); at += ScanEntry::size)
            entries.push_back(*decode<ScanEntry>({bytes.data() + at, bytes.size() - at}));
        return entries;
    }
    std::int16_t set(std::uint16_t group, std::uint16_t option, const std::vector<Byte>& value) {
        return ask<WlanSetResponse>(WlanSet{group, option, static_cast<std::uint16_t>(value.size())},
                                    {value.data(), value.size()})
            .status;
    }
};

TEST_F(WlanScanTest, the_first_question_starts_a_scan_and_a_later_one_is_answered) {
    power_on();
    EXPECT_EQ(ask<ScanResultsGetResponse>(ScanResultsGet{0, 20}).status, code::wlan_get_network_list_eagain);
    const auto entries = scan();
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(text_of(entries[0].ssid, entries[0].ssid_length), "lab");
    EXPECT_EQ(entries[0].bssid, (MacAddress{2, 0, 0, 0, 0, 1}));
    EXPECT_EQ(entries[0].rssi_dbm, -48);
    EXPECT_EQ(entries[0].security, 0x1488);
    EXPECT_EQ(entries[0].channel, 6);
    EXPECT_EQ(text_of(entries[1].ssid, entries[1].ssid_length), "guests");
    EXPECT_EQ(entries[1].security, 0);
}

TEST_F(WlanScanTest, the_list_is_read_in_parts) {
    power_on();
    EXPECT_EQ(scan(0, 1).size(), 1U);
    EXPECT_EQ(scan(1, 29).size(), 1U);
    EXPECT_EQ(scan(2, 28).size(), 0U);
}

TEST_F(WlanScanTest, parts_that_no_list_has_are_refused) {
    power_on();
    for (const ScanResultsGet& wrong : {ScanResultsGet{0, 0}, {0, 31}, {30, 1}, {29, 2}, {255, 255}})
        EXPECT_EQ(ask<ScanResultsGetResponse>(wrong).status, code::invalid_param);
}

TEST_F(WlanScanTest, parameters_decide_what_is_shown) {
    power_on();
    const auto only_11 = encode(ScanParameters{1U << 10U, -95});
    EXPECT_EQ(set(1, 18, {only_11.begin(), only_11.end()}), 0);
    auto entries = scan();
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].channel, 11);
    const auto strong = encode(ScanParameters{0x1FFF, -50});
    EXPECT_EQ(set(1, 18, {strong.begin(), strong.end()}), 0);
    entries = scan();
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].channel, 6);
    const auto none = encode(ScanParameters{0, -50});
    EXPECT_EQ(set(1, 18, {none.begin(), none.end()}), code::wlan_scan_policy_invalid_params);
}

TEST_F(WlanScanTest, the_longer_entries_of_driver_3_are_there_too) {
    power_on();
    EXPECT_EQ(scan().size(), 2U);
    std::vector<Byte> bytes;
    EXPECT_EQ(ask<ExtendedScanResultsGetResponse>(ExtendedScanResultsGet{0, 30}, {}, &bytes).status, 2);
    ASSERT_EQ(bytes.size(), 2U * 52);
    const auto extension = decode<ScanEntryExtension>(ByteView(bytes.data() + 44, 8));
    EXPECT_EQ(extension->channels_2_4_ghz, 0x1FFF);
}

TEST_F(WlanScanTest, a_periodic_scan_fills_the_list_before_anybody_asks) {
    power_on();
    EXPECT_EQ(
        ask<PolicySetResponse>(PolicySet{PolicyType::scan, 1, 4}, as_bytes(std::string_view("\x0A\0\0\0", 4)))
            .status,
        0);
    EXPECT_EQ(scan().size(), 2U);
    std::vector<Byte> payload;
    const auto policy = ask<PolicyGetResponse>(PolicyGet{PolicyType::scan}, {}, &payload);
    EXPECT_EQ(policy.option, 1);
    EXPECT_EQ(payload, (std::vector<Byte>{10, 0, 0, 0}));
}

} // namespace
