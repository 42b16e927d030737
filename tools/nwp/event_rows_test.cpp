// SPDX-License-Identifier: Apache-2.0
#include "tools/nwp/event_rows.h"

#include <gtest/gtest.h>

namespace nwp::tool {
namespace {

constexpr const char* kTime = "2026-11-23T03:04:05.006Z";

TEST(EventRows, time_is_utc_with_milliseconds) {
    const std::chrono::milliseconds since{1795403045006};
    EXPECT_EQ(time_text(std::chrono::system_clock::time_point{since}), kTime);
}

TEST(EventRows, link_says_its_state_and_the_protocol_when_it_is_up) {
    EXPECT_EQ(event_line(event_row(kTime, LinkChanged{})), "2026-11-23T03:04:05.006Z link down");
    EXPECT_EQ(event_line(event_row(kTime, LinkChanged{LinkState::up, false, 1, 0})),
              "2026-11-23T03:04:05.006Z link up nwp_protocol=1.0");
}

TEST(EventRows, mismatch_names_both_versions) {
    EXPECT_EQ(event_line(event_row(kTime, LinkChanged{LinkState::version_mismatch, false, 7, 3})),
              "2026-11-23T03:04:05.006Z link version_mismatch nwp_protocol=7.3 our_protocol=1.0");
}

TEST(EventRows, wifi_says_state_cause_and_the_reason_code) {
    EXPECT_EQ(event_line(event_row(kTime, WifiChanged{WifiState::lost, WifiCause::access_point_lost, 4})),
              "2026-11-23T03:04:05.006Z wifi lost cause=access point lost reason=4");
}

TEST(EventRows, address_lost_is_none) {
    EXPECT_EQ(event_line(event_row(kTime, AddressChanged{})),
              "2026-11-23T03:04:05.006Z address none prefix_length=0 gateway=none dns=none");
}

TEST(EventRows, station_says_which_came_or_left) {
    WifiStationChanged change;
    change.station = *nwp::parse_bssid("02:00:00:00:01:0a");
    EXPECT_EQ(event_line(event_row(kTime, change)),
              "2026-11-23T03:04:05.006Z station left station=02:00:00:00:01:0a");
    change.joined = 1;
    EXPECT_EQ(event_line(event_row(kTime, change)),
              "2026-11-23T03:04:05.006Z station joined station=02:00:00:00:01:0a");
}

} // namespace
} // namespace nwp::tool
