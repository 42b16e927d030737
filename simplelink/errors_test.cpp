// SPDX-License-Identifier: Apache-2.0
#include "simplelink/errors.h"

#include <gtest/gtest.h>

namespace nwp::simplelink {
namespace {

TEST(ErrorNames, are_those_of_the_host) {
    EXPECT_STREQ(error_name(-11), "BSD_EAGAIN");
    EXPECT_STREQ(error_name(code::bsd_esecsnoverify), "BSD_ESECSNOVERIFY");
    EXPECT_STREQ(error_name(-2073), "WLAN_GET_NETWORK_LIST_EAGAIN");
    EXPECT_STREQ(error_name(-10341), "FS_FILE_NOT_EXISTS");
    EXPECT_STREQ(error_name(-28674), "DEVICE_LOCKED_SECURITY_ALERT");
}

TEST(ErrorNames, are_given_to_errors_alone) {
    EXPECT_EQ(error_name(0), nullptr);
    EXPECT_EQ(error_name(5), nullptr);
    EXPECT_EQ(error_name(-16), nullptr);
    EXPECT_EQ(error_name(-2000000000), nullptr);
}

} // namespace
} // namespace nwp::simplelink
