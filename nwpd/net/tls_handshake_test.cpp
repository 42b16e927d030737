// SPDX-License-Identifier: Apache-2.0
// How a TLS stream begins, or does not.

#include "nwpd/net/tls_client_fixture.h"

#include <sys/socket.h>

#include <cerrno>
#include <future>

using namespace nwp;
using namespace nwp::net;
using namespace nwp::kit;
using namespace std::string_literals;

namespace {

class TlsHandshake : public TlsVersionsTest {};
INSTANTIATE_TEST_SUITE_P(, TlsHandshake, ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3),
                         version_name);

void serve_instead(std::unique_ptr<TlsServer>& server, std::function<void(TlsServerConnection&)> instead) {
    TlsServerOptions options;
    options.instead = std::move(instead);
    server = std::make_unique<TlsServer>(std::move(options));
}

/// Waits for the first bytes of the ClientHello and takes them.
void take_hello(TlsServerConnection& connection) {
    char buffer[4096];
    EXPECT_GT(::recv(connection.socket(), buffer, sizeof buffer, 0), 0);
}

std::string record(char type, const std::string& body) {
    return std::string{type} + "\x03\x03"s + static_cast<char>(body.size() >> 8) +
           static_cast<char>(body.size()) + body;
}
std::string message(char type, const std::string& body) {
    return std::string{type} + "\0"s + static_cast<char>(body.size() >> 8) + static_cast<char>(body.size()) +
           body;
}
/// TLS 1.2 or 1.1, ECDHE-ECDSA-AES128-GCM-SHA256, with secure renegotiation (RFC 5746).
std::string server_hello(char minor) {
    return record(22,
                  message(2, "\x03"s + minor + std::string(32, 'r') + "\0\xc0\x2b\0\0\x05\xff\x01\0\x01\0"s));
}

} // namespace

TEST_P(TlsHandshake, reports_the_peers_alert) {
    serve_instead(server, [](auto& connection) {
        take_hello(connection);
        connection.send_plain_alert(40); // handshake_failure
    });
    expect_refused(rules(Rule::peer_alert));
    EXPECT_EQ(stream->verdict().alert, 40);
}

TEST_P(TlsHandshake, reads_protocol_version_as_a_version_too_low) {
    serve_instead(server, [](auto& connection) {
        take_hello(connection);
        connection.send_plain_alert(70);
    });
    expect_refused(rules(Rule::peer_alert, Rule::version_too_low));
}

TEST_P(TlsHandshake, never_falls_below_the_floor) {
    auto options = honest();
    options.min_version = 0x0302;
    options.max_version = 0x0302;
    options.ciphers = "ALL:@SECLEVEL=0";
    serve(options);
    if (is_13()) return expect_refused(rules(Rule::peer_alert, Rule::version_too_low));
    settings.cipher_suites = {0xC009}; // one that TLS 1.1 has too: the server chooses 1.1
    expect_refused(rules(Rule::version_too_low));
}

TEST_P(TlsHandshake, refuses_a_server_that_chooses_below_the_floor) {
    serve_instead(server, [](auto& connection) {
        take_hello(connection);
        connection.send_raw(server_hello(2));
        char buffer[64];
        static_cast<void>(::recv(connection.socket(), buffer, sizeof buffer, 0));
    });
    expect_refused(rules(Rule::version_too_low));
}

TEST_P(TlsHandshake, refuses_what_is_no_tls) {
    serve_instead(server, [](auto& connection) { connection.send_raw("HTTP/1.1 400 Bad Request\r\n\r\n"); });
    expect_refused(rules(Rule::bad_record));
}

TEST_P(TlsHandshake, that_ends_with_fin_is_aborted) {
    serve_instead(server, take_hello);
    expect_refused(rules(Rule::other));
}

TEST_P(TlsHandshake, that_ends_with_rst_is_aborted) {
    serve_instead(server, [](auto& connection) {
        take_hello(connection);
        connection.reset();
    });
    expect_refused(rules(Rule::other));
}

TEST_P(TlsHandshake, knows_a_server_without_certificate) {
    settings.ceiling = Protocol::tls_1_2;
    serve_instead(server, [](auto& connection) {
        take_hello(connection);
        connection.send_raw(server_hello(3) + record(22, message(11, "\0\0\0"s)));
        take_hello(connection);
    });
    expect_refused(rules(Rule::no_certificate));
}

TEST_P(TlsHandshake, knows_a_certificate_that_cannot_be_read) {
    settings.ceiling = Protocol::tls_1_2;
    serve_instead(server, [](auto& connection) {
        take_hello(connection);
        connection.send_raw(server_hello(3) + record(22, message(11, "\0\0\x08\0\0\x05\x30\x03xyz"s)));
        take_hello(connection);
    });
    expect_refused(rules(Rule::malformed_certificate));
}

TEST_P(TlsHandshake, offers_only_the_suites_asked_for) {
    settings.cipher_suites = {is_13() ? 0x1303 : 0xC02C, 0x7777};
    serve(honest());
    connected();
    EXPECT_EQ(stream->cipher_suite(), is_13() ? 0x1303 : 0xC02C);
}

TEST_P(TlsHandshake, has_no_common_cipher_when_no_suite_asked_for_exists) {
    serve(honest());
    settings.cipher_suites = {0x7777, -1, 0x12C02B};
    expect_refused(rules(Rule::no_common_cipher));
    settings.cipher_suites = {is_13() ? 0xC02B : 0x1301}; // of the other version
    settings.floor = settings.ceiling = GetParam();
    serve(honest());
    expect_refused(rules(Rule::no_common_cipher));
}

TEST_P(TlsHandshake, selects_an_application_protocol) {
    auto options = honest();
    options.alpn = "http/1.1";
    serve(options);
    settings.alpn = {"h2", "http/1.1"};
    connected();
    EXPECT_EQ(stream->alpn_selected(), "http/1.1");
    settings.alpn = {"spdy"};
    const auto outcome = connect();
    EXPECT_EQ(outcome.error(), Error::connection_aborted);
    EXPECT_EQ(stream->verdict().alert, 120);
}

TEST_P(TlsHandshake, proves_itself_with_its_identity) {
    auto options = honest();
    options.client_cas = {pki.root};
    serve(options);
    CertificateOptions client = server_named("client");
    client.extended_key_usage = "clientAuth";
    settings.credentials.identities = {identity_of(issue(pki.root, client))};
    connected();
    ASSERT_TRUE(write_all("hello"));
    EXPECT_EQ(read_exactly(5), "hello");
}

TEST_P(TlsHandshake, reports_a_refused_client_certificate_as_contracts_say) {
    auto options = honest();
    options.client_cas = {pki.root};
    serve(options);
    const auto outcome = connect(); // with none at all
    if (!is_13()) {
        EXPECT_EQ(outcome.error(), Error::connection_aborted);
    } else {
        ASSERT_TRUE(outcome);
        server->wait_served();
        // A write may meet it first; it says the same, never broken_pipe or connection_reset.
        Error said = Error{};
        for (int i = 0; i < 100 && said == Error{}; ++i) {
            const auto wrote = stream->write(as_bytes("hello"));
            if (!wrote) said = wrote.error();
        }
        EXPECT_TRUE(said == Error::connection_aborted) << to_string(said);
        Byte buffer[16];
        EXPECT_EQ(read(buffer).error(), Error::connection_aborted);
    }
    EXPECT_EQ(stream->verdict().rules, rules(Rule::peer_alert)) << verdict_text();
    EXPECT_EQ(stream->verdict().alert, is_13() ? 116 : 40); // certificate_required, handshake_failure
}

TEST_P(TlsHandshake, works_with_a_pre_shared_key_and_without_certificates) {
    TlsServerOptions options;
    options.psk_identity = "sensor-7";
    options.psk = "0123456789abcdef";
    options.ciphers = "PSK-AES128-GCM-SHA256:@SECLEVEL=0";
    serve(options);
    settings.host_name.clear();
    settings.credentials.trust = std::make_shared<Trust>();
    settings.credentials.psks = {
        {"sensor-7", {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'}}};
    connected();
    ASSERT_TRUE(write_all("hello"));
    EXPECT_EQ(read_exactly(5), "hello");
    settings.credentials.psks[0].key[0] = 'x';
    EXPECT_EQ(connect().error(), Error::connection_aborted);
    EXPECT_TRUE(stream->verdict().rules.has(Rule::peer_alert));
}

TEST_P(TlsHandshake, is_cancelled_by_close) {
    serve_instead(server, [](auto& connection) {
        take_hello(connection);
        char byte = 0;
        static_cast<void>(::recv(connection.socket(), &byte, 1, 0));
    });
    auto tcp = std::make_unique<TcpStream>(context, gate);
    std::optional<Result<void>> outcome;
    tcp->connect(server->address(), {}, [&](auto result) { outcome = result; });
    ASSERT_TRUE(run_until(context, [&] { return outcome.has_value(); }));
    stream = std::make_unique<TlsStream>(context, contexts, std::move(tcp), settings, calendar);
    outcome.reset();
    stream->handshake([&](auto result) { outcome = result; });
    run_ready(context);
    stream->close(true);
    EXPECT_FALSE(outcome);
    run_ready(context);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->error(), Error::cancelled);
}

TEST_P(TlsHandshake, shares_one_context_for_equal_settings) {
    serve(honest());
    connected();
    connected();
    EXPECT_EQ(contexts.size(), 1U);
    trust(pki.intermediate);
    connected();
    EXPECT_EQ(contexts.size(), 2U);
    settings.credentials.identities = {identity_of(pki.leaf)};
    connected();
    EXPECT_EQ(contexts.size(), 3U);
}
