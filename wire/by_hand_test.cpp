// SPDX-License-Identifier: Apache-2.0
// Bytes written by hand from docs/protocol/messages.md: encoder and decoder cannot agree on a mistake.
#include "tests/kit/hex.h"
#include "wire/messages.h"
#include "wire/sample.h"

#include <gtest/gtest.h>

namespace nwp::wire {
namespace {

using kit::literals::operator""_hex;

TEST(ByHand, socket_open) {
    SocketOpen message;
    message.family = Family::ipv4;
    message.type = SocketType::stream;
    message.protocol = Protocol::tls_1_2;
    message.cookie = 0x11223344;
    message.receive_limit = 2048;
    EXPECT_EQ(encoded(message), "04 01 02 01 44 33 22 11 00 08 00 00"_hex);
}

TEST(ByHand, socket_connect_to_ipv4) {
    const auto bytes = "05 04  04 bb 01 5d b8 d8 22"_hex;
    const auto message = decode<SocketConnect>(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->socket, SocketHandle{0x0405});
    EXPECT_EQ(message->peer, Address::ipv4(93, 184, 216, 34, 443));
    EXPECT_EQ(encoded(*message), bytes);
}

TEST(ByHand, socket_connect_to_ipv6_with_scope) {
    const auto bytes = "05 04  06 50 00 fe80 0000 0000 0000 0000 0000 0000 0001 03 00 00 00"_hex;
    const auto message = decode<SocketConnect>(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->peer.family, Family::ipv6);
    EXPECT_EQ(message->peer.port, 80);
    EXPECT_EQ(message->peer.ip[0], 0xFE);
    EXPECT_EQ(message->peer.ip[15], 1);
    EXPECT_EQ(message->peer.scope, 3U);
    EXPECT_EQ(encoded(*message), bytes);
}

TEST(ByHand, address_of_no_known_family_is_malformed) {
    EXPECT_EQ(decode<SocketConnect>("05 04 05 50 00 01 02 03 04"_hex).error(), Error::malformed);
}

TEST(ByHand, socket_close) {
    EXPECT_EQ(encoded(SocketClose{SocketHandle{0x0401}, -1}), "01 04 ff ff ff ff"_hex);
}

TEST(ByHand, socket_verdict) {
    const auto bytes = "08 00 01 00 01 2a 05 43 4e 3d 61 62"_hex;
    const auto message = decode<SocketVerdict>(bytes);
    ASSERT_TRUE(message);
    EXPECT_TRUE(message->rules.has(Rule::wrong_host_name));
    EXPECT_TRUE(message->rules.has(Rule::peer_alert));
    EXPECT_EQ(message->depth, 1);
    EXPECT_EQ(message->alert, 42);
    EXPECT_EQ(message->subject, "CN=ab");
}

TEST(ByHand, socket_entry_of_a_tls_client) {
    SocketEntry entry;
    entry.client = "web";
    entry.type = SocketType::stream;
    entry.protocol = Protocol::tls_1_2;
    entry.state = 2;
    entry.local = Address::ipv4(10, 77, 0, 2, 49152);
    entry.peer = Address::ipv4(10, 77, 0, 80, 443);
    entry.tls_version = Protocol::tls_1_3;
    entry.tls_cipher = 0x1302;
    entry.bytes_in = 5000000000;
    entry.bytes_out = 77;
    entry.unread = 3;
    entry.unsent = 4;
    entry.credit = 2048;
    EXPECT_EQ(encoded(entry), "03 776562  01 0201 02  04 00c0 0a4d0002  04 bb01 0a4d0050  0301 0213"
                              "00f2052a01000000 4d00000000000000 03000000 04000000 00080000"_hex);
}

TEST(ByHand, resolve) {
    Resolve message;
    message.node = "a.test";
    message.service = "443";
    message.flags = 1024;
    EXPECT_EQ(encoded(message), "06 61 2e 74 65 73 74  03 34 34 33  00 00 0000 0004"_hex);
}

TEST(ByHand, credential_write) {
    const Byte part[] = {0x30, 0x82};
    CredentialWrite message;
    message.tag = -2;
    message.type = CredentialType::crl;
    message.replace = 1;
    message.total = 700;
    message.offset = 300;
    message.part = part;
    EXPECT_EQ(encoded(message), "fe ff ff ff  e8 03  01  bc 02 00 00  2c 01 00 00  02 00 30 82"_hex);
}

TEST(ByHand, wifi_network_found) {
    const auto bytes = "03 6c 61 62  02 00 00 00 00 01  06  c8  01"_hex;
    const auto message = decode<WifiNetworkFound>(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->ssid, "lab");
    EXPECT_EQ(message->bssid.octets[0], 2);
    EXPECT_EQ(message->bssid.octets[5], 1);
    EXPECT_EQ(message->channel, 6);
    EXPECT_EQ(message->rssi_dbm, -56);
    EXPECT_EQ(message->security, WifiSecurity::wpa2_psk);
}

TEST(ByHand, device_info_with_64_bits) {
    const auto bytes = "01 41 01 42 01 00 01 02 03 04 05 06 07 08 00 01 02"_hex;
    const auto message = decode<DeviceInfo>(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->uptime_ms, 0x0807060504030201U);
    EXPECT_EQ(message->socket_limit, 256);
    EXPECT_EQ(message->radio, 2);
}

TEST(ByHand, address_changed_to_nothing) { EXPECT_EQ(encoded(AddressChanged{}), "00 00 00 00"_hex); }

} // namespace
} // namespace nwp::wire
