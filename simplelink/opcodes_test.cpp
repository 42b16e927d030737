// SPDX-License-Identifier: Apache-2.0
#include "simplelink/opcodes.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nwp::simplelink {
namespace {

auto sent_by(Sender sender) {
    return std::count_if(kCommands.begin(), kCommands.end(),
                         [sender](const CommandRow& row) { return row.sender == sender; });
}

TEST(Opcodes, are_as_many_as_each_driver_sends) {
    EXPECT_EQ(sent_by(Sender::zephyr), 29);
    EXPECT_EQ(sent_by(Sender::zephyr) + sent_by(Sender::driver_2), 67);
    EXPECT_EQ(sent_by(Sender::driver_3), 5);
}

TEST(Opcodes, are_found_with_their_answers) {
    const CommandRow* row = find_command(0x9606);
    ASSERT_NE(row, nullptr);
    EXPECT_STREQ(row->name, "SocketConnectV6");
    EXPECT_EQ(row->response, 0x1406);
    EXPECT_EQ(row->event, 0x1006);
    EXPECT_EQ(find_command(0x9607), nullptr);
    EXPECT_EQ(find_command(0x1406), nullptr);
}

TEST(Opcodes, of_responses_lead_to_the_first_command) {
    EXPECT_STREQ(find_command_of_response(0x1406)->name, "SocketConnect");
    EXPECT_STREQ(find_command_of_response(0x1C72)->name, "MdnsLookup");
    EXPECT_EQ(find_command_of_response(0), nullptr);
    EXPECT_EQ(find_command_of_response(0x1822), nullptr);
}

TEST(Opcodes, of_events_are_found) {
    EXPECT_STREQ(find_event(0x100F)->name, "SocketEvent");
    EXPECT_EQ(find_event(0x100C), nullptr);
}

TEST(Opcodes, name_their_silo) {
    EXPECT_EQ(silo_of(0x8C80), Silo::wlan);
    EXPECT_EQ(silo_of(0xB4C1), Silo::netutil);
    EXPECT_EQ(silo_of(0x1007), Silo::socket);
}

} // namespace
} // namespace nwp::simplelink
