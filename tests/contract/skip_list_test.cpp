// SPDX-License-Identifier: Apache-2.0
// The list of what is skipped is held to its rules.
#include "tests/contract/skip_list.h"

#include "tests/contract/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace nwp::contract {
namespace {

/// Everything that is registered in this program: "world Suite.scenario".
bool some_scenario(const SkipLine& line) {
    const auto& all = *::testing::UnitTest::GetInstance();
    for (int i = 0; i < all.total_test_suite_count(); ++i) {
        const ::testing::TestSuite& suite = *all.GetTestSuite(i);
        for (int j = 0; j < suite.total_test_count(); ++j) {
            const std::string name = suite.GetTestInfo(j)->name();
            const bool of_world = name.ends_with("/" + line.world);
            if (of_world && line.covers(plain_suite(suite.name()), plain_scenario(name))) return true;
        }
    }
    return false;
}

TEST(SkipList, has_no_line_for_what_does_not_exist) {
    for (const SkipLine& line : skip_list()) {
        EXPECT_TRUE(some_scenario(line)) << line.world << " " << line.scenario;
    }
}

TEST(SkipList, names_each_scenario_of_a_world_once) {
    std::set<std::string> seen;
    for (const SkipLine& line : skip_list()) {
        EXPECT_TRUE(seen.insert(line.world + " " + line.scenario).second) << line.scenario;
    }
}

TEST(SkipList, spares_the_kernel_nothing_that_its_sockets_have) {
    const std::set<std::string> not_the_kernels{"Tls",         "TlsRefusal",  "TlsStream",  "TlsOptions",
                                                "Credentials", "WifiGate",    "Radio",      "Names",
                                                "LinkLoss",    "LinkTraffic", "TlsServers", "TlsLater",
                                                "TlsRows",     "TlsForLong",  "Dtls",       "DtlsPair"};
    for (const SkipLine& line : skip_list()) {
        if (line.world != name_of(Way::kernel)) continue;
        EXPECT_TRUE(not_the_kernels.contains(line.suite())) << line.scenario;
    }
}

} // namespace
} // namespace nwp::contract
