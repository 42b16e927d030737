// SPDX-License-Identifier: Apache-2.0
// One http_get again and again, each time with one damage at another byte of what one end sends.
#include "tests/kit/damage.h"
#include "tests/sweep/damaged_get.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <tuple>

namespace nwp::sweep {
namespace {

using kit::Damage;
using kit::End;

/// contracts 1: of the loss of the link.
constexpr Duration kTold = seconds(5);

Laboratory& laboratory() {
    static Laboratory laboratory;
    return laboratory;
}

std::string seconds_of(Duration time) { return std::to_string(time.milliseconds()) + " ms"; }

/// How many bytes an end sends in a get on a whole line, from hello to the confirmation of close.
std::uint64_t recorded_bytes(End from) {
    DamagedGet run(laboratory(), {});
    EXPECT_TRUE(run.await(LinkState::up));
    const Get get = run.get();
    EXPECT_EQ(get.page, Laboratory::kPage) << get.failed;
    run.await(LinkState::down); // what still goes out in the background
    return run.line().bytes_sent(from);
}

std::string failure(const Get& get) {
    return get.failed.empty() ? "it came" : get.failed + "(): " + ::strerrorname_np(get.error);
}

/// The page comes whole over a session of its own.
void expect_next_session_works(DamagedGet& run) {
    ASSERT_TRUE(run.new_session());
    const Get again = run.get();
    EXPECT_EQ(again.page, Laboratory::kPage) << failure(again);
}

// ---- One damage

class Sweep : public ::testing::TestWithParam<std::tuple<End, Damage>> {};

TEST_P(Sweep, of_one_damage_at_every_byte_is_repaired) {
    const auto [from, damage] = GetParam();
    const std::uint64_t bytes = recorded_bytes(from);
    ASSERT_GT(bytes, 200U);
    for (std::uint64_t offset = 0; offset < bytes && !HasFailure(); ++offset) {
        SCOPED_TRACE("at byte " + std::to_string(offset) + " of " + std::to_string(bytes));
        DamagedGet run(laboratory(), kit::damage_at(from, offset, damage));
        ASSERT_TRUE(run.await(LinkState::up));
        const Get get = run.get();
        EXPECT_EQ(get.failed, "") << failure(get);
        EXPECT_EQ(get.page, Laboratory::kPage);
        EXPECT_LE(get.longest, kTold) << seconds_of(get.longest);
        expect_next_session_works(run);
    }
}

std::string name_of(const ::testing::TestParamInfo<Sweep::ParamType>& info) {
    const auto [from, damage] = info.param;
    return std::string(to_string(damage)) + (from == End::host ? "_from_host" : "_from_nwp");
}

INSTANTIATE_TEST_SUITE_P(over, Sweep,
                         ::testing::Combine(::testing::Values(End::host, End::nwp),
                                            ::testing::ValuesIn(kit::kAllDamage)),
                         name_of);

// ---- The line is cut

class Cut : public ::testing::TestWithParam<std::tuple<End, bool>> {};

TEST_P(Cut, at_every_byte_ends_calls_in_time) {
    const auto [from, both] = GetParam();
    const std::uint64_t bytes = recorded_bytes(from);
    unsigned came = 0;
    unsigned aborted = 0;
    for (std::uint64_t offset = 0; offset < bytes && !HasFailure(); ++offset) {
        SCOPED_TRACE("at byte " + std::to_string(offset) + " of " + std::to_string(bytes));
        DamagedGet run(laboratory(), kit::cut_at(from, offset, both));
        run.await(LinkState::up);
        const Get get = run.get();
        EXPECT_FALSE(run.hangs()) << get.failed;
        EXPECT_LE(get.longest, kTold) << seconds_of(get.longest);
        EXPECT_TRUE(std::string_view{Laboratory::kPage}.starts_with(get.page)) << get.page;
        if (get.failed.empty()) {
            ++came;
            EXPECT_EQ(get.page, Laboratory::kPage);
        } else {
            aborted += get.error == ECONNABORTED ? 1 : 0;
            const bool no_link = get.failed == "socket" && get.error == ENETDOWN;
            EXPECT_TRUE(no_link || get.error == ECONNABORTED) << failure(get);
            EXPECT_STREQ(failure(run.get()).c_str(), "socket(): ENETDOWN") << "until the link is back";
        }
        run.mend();
        EXPECT_TRUE(run.await(LinkState::up));
        expect_next_session_works(run);
    }
    EXPECT_GT(came, 0U);
    EXPECT_GT(aborted, 100U);
}

std::string name_of_cut(const ::testing::TestParamInfo<Cut::ParamType>& info) {
    const auto [from, both] = info.param;
    const std::string from_whom = from == End::host ? "from_host" : "from_nwp";
    return from_whom + (both ? "_both_ways" : "_one_way");
}

INSTANTIATE_TEST_SUITE_P(over, Cut,
                         ::testing::Combine(::testing::Values(End::host, End::nwp), ::testing::Bool()),
                         name_of_cut);

} // namespace
} // namespace nwp::sweep
