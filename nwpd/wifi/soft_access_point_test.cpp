// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/soft_access_point.h"

#include <gtest/gtest.h>

using namespace nwp;
using namespace nwp::wifi;

namespace {

AirDevice station(std::uint8_t last, const char* passphrase = "password1") {
    AirDevice device;
    device.mac = Bssid{{2, 0, 0, 0, 9, last}};
    device.ssid = "ours";
    device.passphrase = passphrase;
    return device;
}

class SoftAccessPointTest : public ::testing::Test {
protected:
    static SoftAccessPointSettings settings(std::size_t most = 4) { return {"ours", "password1", most, {}}; }
    /// Last octets of who joined (positive) and left (negative), in order.
    std::vector<int> changes(SoftAccessPoint& of) {
        std::vector<int> all;
        while (const auto change = of.next_change())
            all.push_back(change->joined ? change->station.mac.octets[5] : -change->station.mac.octets[5]);
        return all;
    }

    SoftAccessPoint point{settings()};
};

TEST_F(SoftAccessPointTest, lets_in_who_looks_for_it_with_the_right_key) {
    AirDevice elsewhere = station(3);
    elsewhere.ssid = "theirs";
    AirDevice away = station(4);
    away.present = false;
    AirDevice peer = station(5);
    peer.kind = AirDevice::Kind::p2p_peer;
    point.on_air({station(1), station(2, "password2"), elsewhere, away, peer});
    EXPECT_EQ(changes(point), std::vector<int>{1});
    EXPECT_EQ(point.stations().size(), 1U);
}

TEST_F(SoftAccessPointTest, tells_each_change_once) {
    point.on_air({station(1), station(2)});
    point.on_air({station(1), station(2)});
    EXPECT_EQ(changes(point), (std::vector<int>{1, 2}));
    point.on_air({station(2)});
    EXPECT_EQ(changes(point), std::vector<int>{-1});
}

TEST_F(SoftAccessPointTest, is_full_at_some_point_and_fills_up_again) {
    SoftAccessPoint small{settings(1)};
    small.on_air({station(1), station(2)});
    EXPECT_EQ(changes(small), std::vector<int>{1});
    small.on_air({station(2)});
    EXPECT_EQ(changes(small), (std::vector<int>{-1, 2}));
}

TEST_F(SoftAccessPointTest, keeps_out_whom_it_denies) {
    point.on_air({station(1), station(2)});
    changes(point);
    SoftAccessPointSettings denying = settings();
    denying.denied = {station(1).mac};
    point.set_settings(denying);
    EXPECT_EQ(changes(point), std::vector<int>{-1});
    point.on_air({station(1), station(2)});
    EXPECT_TRUE(changes(point).empty());
}

TEST_F(SoftAccessPointTest, who_is_sent_away_comes_back_only_after_it_was_gone) {
    point.on_air({station(1)});
    changes(point);
    EXPECT_TRUE(point.send_away(station(1).mac));
    EXPECT_EQ(point.send_away(station(1).mac).error(), Error::not_found);
    point.on_air({station(1)});
    EXPECT_EQ(changes(point), std::vector<int>{-1});
    point.on_air({});
    point.on_air({station(1)});
    EXPECT_EQ(changes(point), std::vector<int>{1});
}

} // namespace
