// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/socket_options.h"

#include <gtest/gtest.h>

#include <string>

using namespace nwp;
using namespace nwp::service;
using namespace std::string_literals;

namespace {

using Option = SocketOption;

struct Row {
    const char* what;
    Option option;
    std::vector<Byte> value;
    Error set;                 ///< Error{}: taken
    Error get;                 ///< Error{}: reads back as `reads`
    std::vector<Byte> reads{}; ///< empty: as it was set
};

std::vector<Byte> bytes(const std::string& text) { return {text.begin(), text.end()}; }

void expect_rows(const SocketOptions& fresh, std::initializer_list<Row> rows) {
    for (const Row& row : rows) {
        SocketOptions options = fresh;
        EXPECT_EQ(options.set(row.option, row.value, false).error(), row.set) << row.what;
        const auto got = options.get(row.option);
        EXPECT_EQ(got.error(), row.get) << row.what;
        if (got && row.set == Error{}) {
            EXPECT_EQ(*got, row.reads.empty() ? row.value : row.reads) << row.what;
        }
    }
}

constexpr Error kNone{};
constexpr Error kNoOption = Error::no_protocol_option;
constexpr Error kInvalid = Error::invalid_argument;

TEST(SocketOptions, of_tls_are_as_zephyr_has_them) {
    const std::vector<Byte> nine_tags(9 * 4, 1);
    const std::vector<Byte> many_suites((SocketOptions::kMostCipherSuites + 1) * 4, 1);
    expect_rows(
        SocketOptions(Family::ipv4, SocketType::stream, Protocol::tls_1_2),
        {
            {"tags", Option::tls_sec_tag_list, {1, 0, 0, 0, 2, 0, 0, 0}, kNone, kNone},
            {"most tags", Option::tls_sec_tag_list, std::vector<Byte>(8 * 4, 1), kNone, kNone},
            {"too many tags", Option::tls_sec_tag_list, nine_tags, kInvalid, kNone},
            {"half a tag", Option::tls_sec_tag_list, {1, 0, 0}, kInvalid, kNone},
            {"host name", Option::tls_host_name, bytes("a.test"), kNone, kNoOption},
            {"no host name", Option::tls_host_name, {}, kNone, kNoOption},
            {"a NUL in a host name", Option::tls_host_name, bytes("a.test\0.evil"s), kInvalid, kNoOption},
            {"a long host name", Option::tls_host_name, bytes(std::string(255, 'a')), kInvalid, kNoOption},
            {"suites", Option::tls_cipher_list, {1, 0x13, 0, 0}, kNone, kNone},
            {"too many suites", Option::tls_cipher_list, many_suites, kInvalid, kNone},
            {"suite used", Option::tls_cipher_used, {0, 0, 0, 0}, kNoOption, kNoOption},
            {"verify", Option::tls_peer_verify, {1, 0, 0, 0}, kNone, kNoOption},
            {"verify more", Option::tls_peer_verify, {3, 0, 0, 0}, kInvalid, kNoOption},
            {"verify, one byte", Option::tls_peer_verify, {1}, kInvalid, kNoOption},
            {"role", Option::tls_dtls_role, {1, 0, 0, 0}, kNone, kNoOption},
            {"no role", Option::tls_dtls_role, {2, 0, 0, 0}, kInvalid, kNoOption},
            {"alpn", Option::tls_alpn_list, bytes("\x02h2\x08http/1.1"), kNone, kNone},
            {"alpn, cut", Option::tls_alpn_list, bytes("\x03h2"), kInvalid, kNone},
            {"alpn, an empty name", Option::tls_alpn_list, bytes("\x02h2\0"s), kInvalid, kNone},
            {"alpn, too many", Option::tls_alpn_list, bytes("\1a\1b\1c\1d\1e"), kInvalid, kNone},
            {"timeout", Option::tls_timeout_min, {0xff, 0xff, 0xff, 0xff}, kNone, kNone},
            {"timeout, short", Option::tls_timeout_max, {1, 0}, kInvalid, kNone},
            {"no copy", Option::tls_cert_no_copy, {1, 0, 0, 0}, kNone, kNoOption},
            {"no copy, 2", Option::tls_cert_no_copy, {2, 0, 0, 0}, kInvalid, kNoOption},
            {"native", Option::tls_native, {5, 0, 0, 0}, kNone, kNoOption},
            {"cache", Option::tls_session_cache, {0, 0, 0, 0}, kNone, kNone},
            {"cache, 2", Option::tls_session_cache, {2, 0, 0, 0}, kInvalid, kNone},
            {"purge", Option::tls_session_purge, {}, kNone, kNoOption},
            {"version cap", Option::tls_version_max, {3, 1, 0, 0}, kNone, kNone},
            {"version cap too low", Option::tls_version_max, {1, 1, 0, 0}, kInvalid, kNone},
            {"version", Option::tls_version, {3, 1, 0, 0}, kNoOption, kNoOption},
            {"unknown", Option{200}, {0, 0, 0, 0}, kNoOption, kNoOption},
        });
    SocketOptions floor13(Family::ipv4, SocketType::stream, Protocol::tls_1_3);
    EXPECT_EQ(floor13.set(Option::tls_version_max, option_bytes(258), false).error(), kInvalid);
}

TEST(SocketOptions, of_tcp_are_as_linux_has_them) {
    expect_rows(SocketOptions(Family::ipv4, SocketType::stream, Protocol::tcp),
                {
                    {"keep alive", Option::keep_alive, {7, 0, 0, 0}, kNone, kNone, {1, 0, 0, 0}},
                    {"no delay", Option::no_delay, {1, 0, 0, 0}, kNone, kNone},
                    {"no delay, short", Option::no_delay, {1, 0}, kInvalid, kNone},
                    {"receive buffer", Option::receive_buffer, {0, 0x20, 0, 0}, kNone, kNone},
                    {"less than nothing", Option::send_buffer, {0, 0, 0, 0x80}, kInvalid, kNone},
                    {"reuse", Option::reuse_address, {1, 0, 0, 0}, kNone, kNone},
                    {"linger", Option::linger, {5, 0, 0, 0}, kNone, kNone},
                    {"linger off", Option::linger, {0xff, 0xff, 0xff, 0xff}, kNone, kNone},
                    {"linger, less than off", Option::linger, {0xfe, 0xff, 0xff, 0xff}, kInvalid, kNone},
                    {"device", Option::bind_to_device, bytes("wlan0"), kNone, kNone},
                    {"another device", Option::bind_to_device, bytes("eth7"), Error::no_device, kNone},
                    {"long device", Option::bind_to_device, bytes("0123456789abcdef"), kInvalid, kNone},
                    {"ipv6 only", Option::ipv6_only, {1, 0, 0, 0}, kNoOption, kNoOption},
                    {"accepting", Option::accepting, {1, 0, 0, 0}, kNoOption, kNone},
                    {"multicast", Option::multicast_join, {}, Error::protocol_error, kNoOption},
                    {"tags without TLS", Option::tls_sec_tag_list, {}, kNoOption, kNoOption},
                    {"purge without TLS", Option::tls_session_purge, {}, kNoOption, kNoOption},
                    {"unknown", Option{40}, {0, 0, 0, 0}, kNoOption, kNoOption},
                });
    SocketOptions ipv6(Family::ipv6, SocketType::stream, Protocol::tcp);
    EXPECT_TRUE(ipv6.set(Option::ipv6_only, option_bytes(1), false));
    EXPECT_EQ(ipv6.set(Option::ipv6_only, option_bytes(0), true).error(), kInvalid);
    EXPECT_EQ(*ipv6.get(Option::ipv6_only), option_bytes(1));
}

TEST(SocketOptions, unset_buffer_sizes_read_as_the_kernels) {
    const SocketOptions options(Family::ipv4, SocketType::stream, Protocol::tcp);
    const auto size = options.get(Option::receive_buffer);
    ASSERT_TRUE(size);
    EXPECT_NE(*size, option_bytes(0));
    EXPECT_NE(*size, option_bytes(-1));
}

} // namespace
