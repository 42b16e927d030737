// SPDX-License-Identifier: Apache-2.0
#include "simplelink/print.h"

#include "tests/kit/simplelink_golden.h"

#include <gtest/gtest.h>

#include <fstream>

namespace nwp::simplelink {
namespace {

using namespace kit::literals;

std::string printed(const kit::GoldenMessage& golden) {
    return print_frame(golden.bytes, golden.form != kit::GoldenMessage::Form::nwp);
}

TEST(Print, says_what_is_in_each_captured_message) {
    std::ifstream file(NWP_SIMPLELINK_PRINTED);
    for (const auto& golden : kit::golden_messages()) {
        std::string expected;
        ASSERT_TRUE(std::getline(file, expected)) << golden.file;
        EXPECT_EQ(golden.file + ": " + printed(golden), expected);
    }
}

TEST(Print, knows_frames_of_the_protocol) {
    for (const auto& golden : kit::golden_messages()) {
        EXPECT_EQ(is_frame(golden.bytes), golden.form != kit::GoldenMessage::Form::raw) << golden.file;
    }
    EXPECT_FALSE(is_frame("01 00 00 00"_hex));
    EXPECT_FALSE(is_frame("ba dc"_hex));
}

TEST(Print, shows_no_passphrase) {
    for (const char* file : {"18_WlanConnect", "21_ProfileAdd"}) {
        EXPECT_EQ(printed(kit::golden_message(file)).find("password1"), std::string::npos) << file;
    }
    // WlanSet, AP, password.
    const auto set =
        print_message(HostMessage{0x8CB5, "00 00 00 00 07 00 08 00 70 61 73 73 77 6f 72 64"_hex});
    EXPECT_EQ(set, "WlanSet{id=0, option=7, length=8} (AP password) <8 bytes>");
}

TEST(Print, shows_nothing_of_what_is_cut) {
    EXPECT_EQ(print_message(HostMessage{0x8C80, "02 06 00 00"_hex}), "WlanConnect<cut to 4 bytes>");
    EXPECT_EQ(print_message(HostMessage{0x8C80, "02 06 00 00 00 00 00 00 09 54 65 73"_hex}),
              "WlanConnect{security=2, ssid_length=6, bssid=00:00:00:00:00:00, password_length=9} <cut>");
}

TEST(Print, says_what_it_does_not_know) {
    EXPECT_EQ(print_message(HostMessage{0x9607, "01 02 03 04"_hex}), "unknown command 0x9607 <4 bytes>");
    EXPECT_EQ(print_message(HostMessage{0x8C88, "01 02 03 04"_hex}), "OldFilterAdd <4 bytes>");
    EXPECT_EQ(print_message(NwpMessage{.opcode = 0x0008 + 1, .length = 8, .state = {}, .body = {}}),
              "unknown event 0x0009 free=0*0");
    EXPECT_EQ(print_frame("21 43"_hex, true), "no whole message in 2 bytes");
    EXPECT_EQ(print_frame("00 21 43 34 12 81 8c 00 00 11"_hex, true),
              "WlanDisconnect{} ! 1 bytes before it ! 1 bytes behind it");
}

TEST(Print, names_errors_and_socket_state) {
    const auto bytes = "ba dc cd ab 06 10 0c 00 03 01 00 06 00 00 01 00 ac fe 00 00"_hex;
    EXPECT_EQ(print_frame(bytes, false), "SocketConnected{status=BSD_ESEC_HANDSHAKE_FAILURE, descriptor=0} "
                                         "free=3*1536 device_status=0x1 non_blocking=0x1");
}

} // namespace
} // namespace nwp::simplelink
