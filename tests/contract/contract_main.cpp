// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/world.h"

#include <gtest/gtest.h>

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    const int status = RUN_ALL_TESTS();
    nwp::contract::World::end_all(); // while everything they stand on is still there
    return status;
}
