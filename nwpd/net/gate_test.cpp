// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/gate.h"

#include <gtest/gtest.h>

#include <vector>

using nwp::net::Gate;

TEST(Gate, calls_every_listener_once_when_it_opens) {
    Gate gate;
    int calls = 0;
    gate.add([&] { ++calls; });
    gate.add([&] { ++calls; });
    gate.set(true); // it was open
    EXPECT_EQ(calls, 0);
    gate.set(false);
    EXPECT_EQ(calls, 0);
    gate.set(true);
    EXPECT_EQ(calls, 2);
}

TEST(Gate, lets_a_listener_remove_itself_and_others_and_add_new_ones) {
    Gate gate;
    std::vector<int> called;
    Gate::Registration first, second, third;
    first = gate.add([&] {
        called.push_back(1);
        gate.remove(first);
        gate.remove(second);
        gate.add([&] { called.push_back(4); });
    });
    second = gate.add([&] { called.push_back(2); });
    third = gate.add([&] { called.push_back(3); });
    gate.set(false);
    gate.set(true);
    EXPECT_EQ(called, (std::vector{1, 3}));
    gate.remove(third);
    gate.set(false);
    gate.set(true);
    EXPECT_EQ(called, (std::vector{1, 3, 4}));
}
