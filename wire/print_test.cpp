// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "wire/messages.h"
#include "wire/print.h"
#include "wire/sample.h"

#include <gtest/gtest.h>

namespace nwp::wire {
namespace {

template <typename M>
std::string printed(Use use, const M& message) {
    return print_message(use, M::id, encoded(message));
}

TEST(Print, shows_each_field_by_name) {
    EXPECT_EQ(printed(Use::request, SocketConnect{SocketHandle{5}, Address::ipv4(10, 0, 0, 1, 443)}),
              "SocketConnect{socket=5, peer=10.0.0.1:443}");
    EXPECT_EQ(printed(Use::reply, Failed{Error::timed_out, 7}), "Failed{error=timed_out, detail=7}");
    EXPECT_EQ(printed(Use::request, WifiScan{}), "WifiScan{}");
    EXPECT_EQ(printed(Use::event, WifiChanged{WifiState::lost, WifiCause::access_point_lost, 0}),
              "WifiChanged{state=lost, cause=access point lost, detail=0}");
}

TEST(Print, shows_no_secret) {
    const std::string passphrase = "correct horse";
    WifiConnect join;
    join.ssid = "lab";
    join.passphrase = passphrase;
    const std::string line = printed(Use::request, join);
    EXPECT_EQ(line.find("horse"), std::string::npos);
    EXPECT_NE(line.find("passphrase=<13 bytes>"), std::string::npos);

    CredentialWrite write;
    write.part = as_bytes(passphrase);
    EXPECT_NE(printed(Use::request, write).find("part=<13 bytes>"), std::string::npos);
    FileWrite file;
    file.part = as_bytes(passphrase);
    EXPECT_NE(printed(Use::request, file).find("part=<13 bytes>"), std::string::npos);
    HelloReply reply;
    reply.token.octets[0] = 0xAB;
    EXPECT_EQ(printed(Use::hello, reply).find("ab00"), std::string::npos);
}

TEST(Print, does_not_show_what_is_malformed) {
    WifiConnect join;
    join.ssid = "lab";
    join.passphrase = "correct horse";
    const auto bytes = encoded(join);
    EXPECT_EQ(print_message(Use::request, WifiConnect::id, ByteView{bytes}.first(bytes.size() - 1)),
              "malformed message 0x0502 of 25 bytes");
    EXPECT_EQ(print_message(Use::request, 0x7777, {}), "unknown message 0x7777 of 0 bytes");
}

TEST(Print, keeps_odd_bytes_out_of_the_terminal) {
    EXPECT_EQ(print_value(std::string_view("a\n\x1b\"")), "\"a\\x0a\\x1b\\x22\"");
    const std::vector<Byte> long_blob(20, 0xAA);
    EXPECT_EQ(print_value(ByteView{long_blob}), "20 bytes " + std::string(32, 'a') + "...");
    Address address;
    address.family = Family::ipv6;
    address.ip[0] = 0xFE;
    address.ip[1] = 0x80;
    address.ip[15] = 1;
    address.scope = 2;
    EXPECT_EQ(print_value(address), "[fe80:0:0:0:0:0:0:1%2]:0");
}

} // namespace
} // namespace nwp::wire
