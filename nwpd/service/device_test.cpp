// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/device.h"

#include "nwpd/service/test_world.h"

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

class DeviceTest : public World {};

TEST_F(DeviceTest, sums_what_front_ends_count_and_what_sockets_say) {
    Device device(sockets, RadioKind::none, {});
    open();
    device.count_client(2);
    device.count_client(-1);
    device.count_frames({.in = 1, .out = 2, .resent = 3, .broken = 4});
    device.count_frames({.in = 10, .out = 20, .resent = 30, .broken = 40});
    device.count_wrong_token();
    device.count_version_mismatch("host 2.0, NWP 1.0");
    const DeviceStatus status = device.status();
    EXPECT_EQ(status.clients, 1);
    EXPECT_EQ(status.sockets.sockets, 1U);
    EXPECT_EQ(status.frames.in, 11U);
    EXPECT_EQ(status.frames.broken, 44U);
    EXPECT_EQ(status.wrong_tokens, 1U);
    EXPECT_EQ(status.version_mismatches, 1U);
    EXPECT_EQ(status.last_mismatch, "host 2.0, NWP 1.0");
    EXPECT_GT(status.resident_kib, 1000U);
    EXPECT_GE(device.info().uptime, Duration{});
}

TEST_F(DeviceTest, makes_only_a_simulated_radio_misbehave) {
    Device wired(sockets, RadioKind::none, {});
    EXPECT_EQ(wired.simulate(1, {}).error(), Error::unsupported);
    std::vector<RadioFault> faults;
    Device simulated(sockets, RadioKind::simulated, [&](RadioFault fault, const Bssid&) -> Result<void> {
        faults.push_back(fault);
        return {};
    });
    EXPECT_TRUE(simulated.simulate(3, {}));
    EXPECT_EQ(simulated.simulate(5, {}).error(), Error::unsupported);
    EXPECT_EQ(simulated.simulate(0, {}).error(), Error::unsupported);
    EXPECT_EQ(faults, std::vector{RadioFault::lease_lost});
}

} // namespace
