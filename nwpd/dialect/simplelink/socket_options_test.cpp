// SPDX-License-Identifier: Apache-2.0
// Socket options of a SimpleLink host, and the codes of faults: tables.
#include "nwpd/dialect/simplelink/send_credit.h"
#include "nwpd/dialect/simplelink/socket_errors.h"
#include "nwpd/dialect/simplelink/socket_fixture.h"
#include "nwpd/dialect/simplelink/socket_tls.h"
#include "nwpd/service/mapped_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <map>
#include <string>

namespace nwp::simplelink::test {
namespace {

using SocketOptionsTest = SocketWorld;

struct OptionCase {
    Byte level;
    Byte option;
    bool datagram;           ///< of a datagram socket, else of a stream
    std::vector<Byte> value; ///< one that it takes
    bool is_read_back;
    int code = 0;
};

/// An option of the kernel's socket of this process that is connected to that port; -1: there is none.
int kernel_option(std::uint16_t port, int level, int name) {
    for (int descriptor = 0; descriptor < 1024; ++descriptor) {
        sockaddr_in peer{};
        socklen_t length = sizeof peer;
        const bool is_ours = ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &length) == 0 &&
                             peer.sin_family == AF_INET && ntohs(peer.sin_port) == port;
        int value = -1;
        length = sizeof value;
        if (is_ours && ::getsockopt(descriptor, level, name, &value, &length) == 0) return value;
    }
    return -1;
}

std::vector<Byte> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

std::vector<Byte> u32s(std::uint32_t first, std::uint32_t second) {
    std::vector<Byte> bytes = u32(first);
    for (const Byte byte : u32(second)) bytes.push_back(byte);
    return bytes;
}

std::vector<OptionCase> every_option() {
    std::vector<Byte> group6 = {0xff, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0};
    return {
        {1, 8, false, u32(20000), true},
        {1, 8, true, u32(20000), true},
        {1, 9, false, u32(0), true},
        {1, 13, false, u32s(1, 5), true},
        {1, 20, false, u32s(1, 500000), true},
        {1, 20, true, u32s(0, 10000), true},
        {1, 24, false, u32(1), true},
        {1, 24, true, u32(1), true},
        {1, 25, false, {3}, true},
        {1, 26, false, u32(0x10000), true},
        {1, 27, false, {1, 2, 129, 0}, false},
        {1, 28, false, u32(6), false, code::bsd_eopnotsupp},
        {1, 30, false, bytes_of("key.der"), true},
        {1, 31, false, bytes_of("own.der"), true},
        {1, 32, false, bytes_of("ca.der"), true},
        {1, 33, false, bytes_of("dh.pem"), true},
        {1, 35, false, u32(0xDEADBEEF), false, code::bsd_enotconn},
        {1, 37, false, u32(60), true},
        {1, 38, false, u32(1), true},
        {1, 39, true, u32(1), true},
        {1, 40, false, u32(3), true},
        {1, 41, false, u32(7), false, code::bsd_eopnotsupp},
        {1, 42, false, bytes_of("example.com"), true},
        {2, 60, true, {10, 77, 0, 50}, true},
        {2, 61, true, {4}, true},
        {2, 65, true, {239, 1, 2, 3, 0, 0, 0, 0}, false},
        {2, 66, true, {239, 1, 2, 3, 0, 0, 0, 0}, false},
        {2, 67, true, u32(1), false, code::bsd_eopnotsupp},
        {2, 68, true, u32(1), false, code::bsd_eopnotsupp},
        {2, 69, true, u32(1), false, code::bsd_eopnotsupp},
        {2, 70, true, group6, false, code::bsd_enoprotoopt}, // IPv4 socket
        {2, 71, true, group6, false, code::bsd_enoprotoopt},
        {2, 72, true, {3}, true},
        {3, 100, true, u32(1), false, code::bsd_eopnotsupp},
        {3, 101, true, u32(1), false, code::bsd_eopnotsupp},
        {3, 102, true, u32(1), false, code::bsd_eopnotsupp},
        {3, 103, true, u32(1), false, code::bsd_eopnotsupp},
        {3, 104, true, u32(1), false, code::bsd_eopnotsupp},
        {3, 105, true, u32(1), false, code::bsd_eopnotsupp},
        {3, 106, true, u32(1), false, code::bsd_eopnotsupp},
    };
}

std::string name_of(const OptionCase& each) {
    return "level " + std::to_string(each.level) + " option " + std::to_string(each.option);
}

TEST_F(SocketOptionsTest, keep_alive_asks_the_peer_as_often_as_the_host_wants) {
    service::test::TcpPeer peer;
    const Byte socket = connected_stream(peer);
    EXPECT_EQ(kernel_option(peer.port(), SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(kernel_option(peer.port(), IPPROTO_TCP, TCP_KEEPIDLE), 300);
    EXPECT_EQ(host_sets(socket, OptionName::keep_alive_time, u32(45)), 0);
    EXPECT_EQ(kernel_option(peer.port(), IPPROTO_TCP, TCP_KEEPIDLE), 45);
    EXPECT_EQ(kernel_option(peer.port(), IPPROTO_TCP, TCP_KEEPINTVL), 45);
    EXPECT_EQ(host_sets(socket, OptionName::keep_alive_time, u32(0xFFFFFFFF)), 0);
    EXPECT_EQ(kernel_option(peer.port(), IPPROTO_TCP, TCP_KEEPIDLE), 32767);
    EXPECT_EQ(host_sets(socket, OptionName::keep_alive, u32(0)), 0);
    EXPECT_EQ(kernel_option(peer.port(), SOL_SOCKET, SO_KEEPALIVE), 0);
}

TEST_F(SocketOptionsTest, every_option_takes_its_value_and_gives_it_back) {
    lead_to_network();
    const Byte stream = opened();
    const Byte datagrams = opened(SocketType::datagram);
    for (const OptionCase& each : every_option()) {
        const Byte socket = each.datagram ? datagrams : stream;
        EXPECT_EQ(host_sets(socket, each.level, each.option, each.value), each.code) << name_of(each);
        if (!each.is_read_back) continue;
        std::vector<Byte> value;
        EXPECT_EQ(host_gets(socket, each.level, each.option, 255, value), 0) << name_of(each);
        EXPECT_EQ(value, each.value) << name_of(each);
        const auto room = static_cast<Byte>(each.value.size() - 1);
        EXPECT_EQ(host_gets(socket, each.level, each.option, room, value), code::bsd_einval) << name_of(each);
    }
}

TEST_F(SocketOptionsTest, every_option_has_one_size) {
    const Byte stream = opened();
    const Byte datagrams = opened(SocketType::datagram);
    for (const OptionRow& row : option_rows()) {
        if (!row.settable || row.scope == OptionScope::transceiver || row.scope == OptionScope::raw) continue;
        const Byte socket = row.scope == OptionScope::datagram ? datagrams : stream;
        const auto set = [&](std::size_t size) {
            return host_sets(socket, static_cast<Byte>(row.level), static_cast<Byte>(row.name),
                             std::vector<Byte>(size, 1));
        };
        if (row.least_size > 0) {
            EXPECT_EQ(set(row.least_size - 1), code::bsd_einval) << int(row.name);
        }
        if (row.most_size < 255) {
            EXPECT_EQ(set(row.most_size + 1), code::bsd_einval) << int(row.name);
        }
    }
}

TEST_F(SocketOptionsTest, what_is_no_option_or_no_value_is_refused) {
    const Byte stream = opened();
    std::vector<Byte> value;
    EXPECT_EQ(host_sets(stream, 1, 200, u32(1)), code::bsd_enoprotoopt);
    EXPECT_EQ(host_sets(stream, 2, 8, u32(1)), code::bsd_enoprotoopt) << "the level counts";
    EXPECT_EQ(host_sets(stream, 9, 8, u32(1)), code::bsd_enoprotoopt);
    EXPECT_EQ(host_gets(stream, 1, 200, 4, value), code::bsd_enoprotoopt);
    EXPECT_EQ(host_gets(stream, 1, 27, 4, value), code::bsd_enoprotoopt) << "cannot be read";
    EXPECT_EQ(host_sets(stream, 1, 36, std::vector<Byte>(72)), code::bsd_enoprotoopt) << "cannot be set";
    EXPECT_EQ(host_gets(stream, 1, 36, 72, value), code::bsd_enotconn);
    EXPECT_EQ(host_sets(stream, 2, 61, {4}), code::bsd_eopnotsupp) << "not on a stream";
    EXPECT_EQ(host_sets(stream, OptionName::tls_method, std::vector<Byte>{6}), code::bsd_einval);
    EXPECT_EQ(host_sets(stream, OptionName::tls_method, std::vector<Byte>{5}), code::bsd_eopnotsupp)
        << "DTLS 1.0";
    EXPECT_EQ(host_sets(stream, OptionName::keep_alive, u32(2)), code::bsd_einval);
    EXPECT_EQ(host_sets(stream, OptionName::receive_timeout, u32s(0, 1000000)), code::bsd_einval);
    EXPECT_EQ(host_sets(stream, OptionName::receive_timeout, u32s(0x80000000, 0)), code::bsd_einval);
    EXPECT_EQ(host_sets(stream, OptionName::ca_file, std::string_view{"a\0b", 3}), code::bsd_einval);
    const Byte datagrams = opened(SocketType::datagram);
    EXPECT_EQ(host_sets(datagrams, 2, 60, {9, 9, 9, 9}), code::bsd_eaddrnotavail);
    EXPECT_EQ(host_sets(datagrams, OptionName::ca_file, "ca.der"), code::bsd_eopnotsupp);
    SocketOptionSet lie;
    lie.descriptor = stream;
    lie.level = 1;
    lie.option = 32;
    lie.length = 200;
    EXPECT_EQ(ask<SocketOptionSetResponse>(lie, as_bytes("short")).status, code::bsd_einval);
}

TEST_F(SocketOptionsTest, numbers_of_legacy_files_are_names_in_their_folder) {
    const Byte stream = opened();
    ASSERT_EQ(host_sets(stream, OptionName::tls_file_ids, std::vector<Byte>{130, 131, 129, 0}), 0);
    std::vector<Byte> value;
    EXPECT_EQ(host_gets(stream, 1, 32, 64, value), 0);
    EXPECT_EQ(value, bytes_of("/cert/129.der"));
    EXPECT_EQ(host_gets(stream, 1, 33, 64, value), 0);
    EXPECT_TRUE(value.empty());
}

// ---- tables without a chip

TEST(SocketErrors, every_fault_has_a_code_of_its_own_meaning) {
    const std::map<Error, int> known = {
        {Error::would_block, -11},
        {Error::already, -114},
        {Error::is_connected, -106},
        {Error::not_connected, -107},
        {Error::connection_refused, -111},
        {Error::timed_out, -110},
        {Error::network_unreachable, -101},
        {Error::address_in_use, -98},
        {Error::address_not_available, -99},
        {Error::bad_handle, -9},
        {Error::invalid_argument, -22},
        {Error::no_protocol_option, -92},
        {Error::protocol_not_supported, -93},
        {Error::socket_type_not_supported, -94},
        {Error::family_not_supported, -97},
        {Error::operation_not_supported, -95},
        {Error::too_many_files_in_system, -10},
        {Error::no_buffers, -105},
        {Error::no_memory, -12},
        {Error::not_permitted, -13},
        {Error::access_denied, -13},
        {Error::destination_required, -89},
        {Error::wrong_protocol_type, -91},
        {Error::bad_address, -14},
    };
    for (int number = 1; number < 256; ++number) {
        const auto error = static_cast<Error>(number);
        const int code = socket_code(error);
        EXPECT_LT(code, 0);
        EXPECT_TRUE(code >= -114 || code == code::bsd_esecgeneral) << to_string(error);
        const bool is_of_sockets = number < 64 && std::string_view{to_string(error)} != "unknown";
        EXPECT_TRUE(!is_of_sockets || code != code::bsd_soc_error) << to_string(error);
        if (const auto row = known.find(error); row != known.end()) {
            EXPECT_EQ(code, row->second);
        }
    }
}

Verdict broken(std::initializer_list<Rule> rules, Byte alert = 0) {
    Verdict verdict;
    for (const Rule rule : rules) verdict.rules.add(rule);
    verdict.alert = alert;
    return verdict;
}

TEST(SocketErrors, every_rule_of_a_handshake_has_its_code) {
    const std::map<Rule, int> codes = {
        {Rule::expired, -651},
        {Rule::not_yet_valid, -650},
        {Rule::clock_not_set, -461},
        {Rule::wrong_host_name, -722},
        {Rule::self_signed, -688},
        {Rule::unknown_ca, -688},
        {Rule::missing_intermediate, -688},
        {Rule::issuer_not_ca, -757},
        {Rule::wrong_purpose, -639},
        {Rule::name_constraint, -677},
        {Rule::revoked, -467},
        {Rule::crl_expired, -762},
        {Rule::weak_key, -371},
        {Rule::weak_signature, -371},
        {Rule::bad_signature, -655},
        {Rule::version_too_low, -370},
        {Rule::truncated, -470},
        {Rule::bad_record, -451},
        {Rule::no_credential, -454},
        {Rule::timed_out, -462},
        {Rule::no_common_cipher, -340},
        {Rule::no_certificate, -745},
        {Rule::malformed_certificate, -640},
        {Rule::other, -450},
        {Rule::policy_requires_verification, -453},
    };
    for (unsigned bit = 0; bit < 32; ++bit) {
        const auto rule = static_cast<Rule>(bit);
        if (std::string_view{to_string(rule)} == "unknown" || rule == Rule::peer_alert) continue;
        ASSERT_EQ(codes.count(rule), 1U) << to_string(rule);
        EXPECT_EQ(tls_code(broken({rule}), true), codes.at(rule)) << to_string(rule);
    }
    EXPECT_EQ(tls_code({}, true), -450);
}

TEST(SocketErrors, without_a_ca_nobody_is_verified_but_worse_things_are_said_first) {
    EXPECT_EQ(tls_code(broken({Rule::unknown_ca}), false), -453);
    EXPECT_EQ(tls_code(broken({Rule::no_credential}), false), -453);
    EXPECT_EQ(tls_code(broken({Rule::unknown_ca, Rule::wrong_host_name}), false), -722);
    EXPECT_EQ(tls_code(broken({Rule::clock_not_set, Rule::unknown_ca}), true), -688);
    EXPECT_EQ(tls_code(broken({Rule::clock_not_set, Rule::revoked}), true), -467);
    for (unsigned bit = 0; bit < 25; ++bit) {
        const auto rule = static_cast<Rule>(bit);
        const auto code = tls_code(broken({rule, Rule::clock_not_set}), true);
        // From a clock that is behind, every certificate is one of the future.
        const bool is_the_clock_s = rule == Rule::clock_not_set || rule == Rule::not_yet_valid;
        EXPECT_EQ(may_stay_connected(code), is_the_clock_s) << to_string(rule);
    }
    EXPECT_FALSE(may_stay_connected(-467)) << "a revoked certificate never stays";
}

TEST(SocketErrors, alerts_of_the_peer_have_one_code_each) {
    for (const int alert :
         {0, 10, 20, 21, 22, 30, 40, 41, 42, 43, 47, 49, 50, 51, 60, 70, 71, 80, 90, 100, 110, 114})
        EXPECT_EQ(tls_code(broken({Rule::peer_alert}, static_cast<Byte>(alert)), true), -300 - alert);
    for (const int alert : {44, 45, 46, 48})
        EXPECT_EQ(tls_code(broken({Rule::peer_alert}, static_cast<Byte>(alert)), true), -342)
            << "a bad certificate";
    EXPECT_EQ(tls_code(broken({Rule::peer_alert}, 116), true), -341);
    EXPECT_EQ(tls_code(broken({Rule::peer_alert}, 120), true), -340);
    EXPECT_EQ(tls_code(broken({Rule::peer_alert}, 255), true), -450);
}

TEST(SocketTls, each_bit_of_the_mask_is_its_suite_and_rc4_is_none) {
    constexpr std::int32_t suites[23] = {0,      0,      0x0035, 0x0039, 0xC014, 0,      0x003C, 0x003D,
                                         0xC027, 0xC023, 0xC009, 0xC00A, 0x009C, 0x009D, 0x009E, 0x009F,
                                         0xC02F, 0xC030, 0xC02B, 0xC02C, 0xCCA9, 0xCCA8, 0xCCAA};
    for (unsigned bit = 0; bit < 23; ++bit) {
        const auto one = suites_of(1U << bit);
        if (suites[bit] == 0) {
            EXPECT_FALSE(one) << bit;
            continue;
        }
        ASSERT_TRUE(one) << bit;
        EXPECT_EQ(*one, std::vector<std::int32_t>{suites[bit]});
        EXPECT_EQ(bit_of_suite(suites[bit]), bit);
    }
    EXPECT_EQ(suites_of(0x007FFFFF)->size(), 0U) << "as the daemon thinks best";
    EXPECT_EQ(suites_of(0xFFFFFFFF)->size(), 0U);
    EXPECT_EQ(suites_of(0x007FFFFE)->size(), 20U);
    EXPECT_FALSE(suites_of(0));
    EXPECT_FALSE(suites_of(0xFF800000)) << "bits without a suite";
    EXPECT_FALSE(bit_of_suite(0x1301));
}

TEST(SocketTls, a_method_is_one_version) {
    for (const bool allowed : {false, true}) {
        EXPECT_FALSE(version_of(TlsMethod::ssl_3, allowed));
        EXPECT_FALSE(version_of(TlsMethod::tls_1_0, allowed));
        EXPECT_FALSE(version_of(TlsMethod::tls_1_1, allowed));
        EXPECT_EQ(version_of(TlsMethod::tls_1_2, allowed), nwp::Protocol::tls_1_2);
        EXPECT_FALSE(version_of(TlsMethod::dtls_1_0, allowed));
    }
    EXPECT_EQ(version_of(TlsMethod::highest, false), nwp::Protocol::tls_1_2);
    EXPECT_EQ(version_of(TlsMethod::highest, true), nwp::Protocol::tls_1_3);
    EXPECT_EQ(method_of(nwp::Protocol::tls_1_2), 3U);
}

TEST(SocketTls, alpn_bits_are_names) {
    EXPECT_EQ(alpn_list(0x03), bytes_of("\x02h2\x08http/1.1"));
    EXPECT_TRUE(alpn_list(0).empty());
    EXPECT_TRUE(alpn_list(0xFFFFFFE4).empty()) << "h2c is not for TLS";
    for (const unsigned bit : {0x01U, 0x02U, 0x08U, 0x10U}) {
        const auto list = alpn_list(bit);
        EXPECT_EQ(alpn_bit({reinterpret_cast<const char*>(list.data()) + 1, list.size() - 1}), bit);
    }
    EXPECT_EQ(alpn_bit("spdy/3"), 0U);
}

TEST(SendCredit, frees_the_oldest_first_and_only_what_was_taken_whole) {
    SendCredit credit;
    credit.add(1000, 1);
    credit.add(3000, 2);
    EXPECT_EQ(credit.settle(4000), 0U);
    EXPECT_EQ(credit.settle(3500), 0U) << "half a message is none";
    EXPECT_EQ(credit.settle(3000), 1U);
    EXPECT_EQ(credit.settle(1), 0U);
    EXPECT_EQ(credit.buffers(), 2U);
    EXPECT_EQ(credit.settle(0), 2U);
    EXPECT_EQ(credit.settle(0), 0U);
    EXPECT_EQ(credit.buffers(), 0U);
}

} // namespace
} // namespace nwp::simplelink::test
