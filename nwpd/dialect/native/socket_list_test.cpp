// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/socket_list.h"

#include <gtest/gtest.h>

namespace nwp::native {
namespace {

constexpr uid_t kDaemon = 990;
constexpr uid_t kSomebody = 1000;

TEST(SocketList, of_all_is_for_root_and_for_the_daemons_own_user) {
    const service::ClientPolicy policy;
    EXPECT_TRUE(may_list_all(policy, uid_t{0}, kDaemon));
    EXPECT_TRUE(may_list_all(policy, kDaemon, kDaemon));
    EXPECT_FALSE(may_list_all(policy, kSomebody, kDaemon));
}

TEST(SocketList, of_all_is_not_for_a_host_whose_user_nobody_knows) {
    EXPECT_FALSE(may_list_all({}, std::nullopt, kDaemon));
    EXPECT_FALSE(may_list_all({}, std::nullopt, 0));
}

TEST(SocketList, of_all_is_for_everybody_whose_policy_says_so) {
    service::ClientPolicy policy;
    policy.list_all = true;
    EXPECT_TRUE(may_list_all(policy, kSomebody, kDaemon));
    EXPECT_TRUE(may_list_all(policy, std::nullopt, kDaemon));
}

} // namespace
} // namespace nwp::native
