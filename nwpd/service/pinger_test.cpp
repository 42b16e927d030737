// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/pinger.h"

#include "nwpd/service/test_world.h"

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

class PingerTest : public World {
protected:
    PingerTest() { lead_to_network(); }

    /// False: this machine lets nobody but others send ICMP.
    bool start(const PingPlan& plan) {
        const auto started =
            pinger.start(plan, [this](const PingResult& result) { reports.push_back(result); });
        EXPECT_TRUE(started || started.error() == Error::not_permitted) << to_string(started.error());
        return started.ok();
    }
    bool ended() {
        return turning_until([&] { return !reports.empty() && reports.back().last; });
    }
    static PingPlan neighbour() {
        PingPlan plan;
        plan.to = Address::ipv4(10, 77, 0, 7);
        plan.interval = milliseconds(1);
        return plan;
    }

    Pinger pinger{context, network};
    std::vector<PingResult> reports;
};

#define START_OR_SKIP(plan)                                                                                  \
    if (!start(plan)) GTEST_SKIP() << "ICMP wants CAP_NET_RAW, or a group in net.ipv4.ping_group_range"

TEST_F(PingerTest, counts_answers_and_their_times) {
    START_OR_SKIP(neighbour());
    EXPECT_TRUE(pinger.is_running());
    ASSERT_TRUE(ended());
    ASSERT_EQ(reports.size(), 1U);
    const PingResult& result = reports.back();
    EXPECT_EQ(result.sent, 4U);
    EXPECT_EQ(result.received, 4U);
    EXPECT_TRUE(result.outcome);
    EXPECT_LE(result.shortest, result.average);
    EXPECT_LE(result.average, result.longest);
    EXPECT_GT(result.shortest, Duration{});
    EXPECT_FALSE(pinger.is_running());
}

TEST_F(PingerTest, reports_each_answer_where_that_is_wanted) {
    PingPlan plan = neighbour();
    plan.report_each = true;
    plan.attempts = 3;
    START_OR_SKIP(plan);
    ASSERT_TRUE(ended());
    ASSERT_EQ(reports.size(), 3U);
    for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(reports[i].received, i + 1);
}

TEST_F(PingerTest, ends_with_the_first_answer_where_that_is_enough) {
    PingPlan plan = neighbour();
    plan.stop_after_success = true;
    plan.attempts = 0;
    START_OR_SKIP(plan);
    ASSERT_TRUE(ended());
    EXPECT_EQ(reports.back().sent, 1U);
}

TEST_F(PingerTest, goes_on_until_it_is_stopped) {
    PingPlan plan = neighbour();
    plan.attempts = 0;
    plan.report_each = true;
    START_OR_SKIP(plan);
    ASSERT_TRUE(turning_until([&] { return reports.size() >= 10; }));
    pinger.stop();
    ASSERT_TRUE(ended());
    EXPECT_GE(reports.back().received, 9U);
}

TEST_F(PingerTest, says_when_nobody_answers) {
    PingPlan plan = neighbour();
    plan.timeout = milliseconds(20);
    plan.attempts = 2;
    network.set_associated(false); // what is sent goes nowhere
    START_OR_SKIP(plan);
    ASSERT_TRUE(ended());
    EXPECT_EQ(reports.back().sent, 2U);
    EXPECT_EQ(reports.back().received, 0U);
    EXPECT_EQ(reports.back().outcome.error(), Error::timed_out);
}

TEST_F(PingerTest, refuses_what_leads_nowhere) {
    PingPlan plan = neighbour();
    plan.to = Address::ipv4(192, 0, 2, 1);
    EXPECT_EQ(pinger.start(plan, {}).error(), Error::network_unreachable);
    plan.to = {};
    EXPECT_EQ(pinger.start(plan, {}).error(), Error::invalid_argument);
}

TEST_F(PingerTest, its_own_loopback_answers) {
    PingPlan plan = neighbour();
    plan.to = Address::ipv4(127, 0, 0, 1);
    START_OR_SKIP(plan);
    ASSERT_TRUE(ended());
    EXPECT_EQ(reports.back().received, 4U);
}

} // namespace
