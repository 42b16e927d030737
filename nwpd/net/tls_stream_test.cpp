// SPDX-License-Identifier: Apache-2.0
// How a TLS stream begins, carries and ends.

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
class TlsData : public TlsVersionsTest {
protected:
    void serve_then(std::function<void(TlsServerConnection&)> then) {
        auto options = honest();
        options.then = std::move(then);
        serve(std::move(options));
        connected();
    }
    Error end = Error{};
};
INSTANTIATE_TEST_SUITE_P(, TlsHandshake, ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3),
                         version_name);
INSTANTIATE_TEST_SUITE_P(, TlsData, ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3), version_name);

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

// ---- beginnings

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

// ---- data

TEST_P(TlsData, waits_for_the_peers_first_byte) {
    serve_then([](auto& connection) { connection.write(connection.read_exactly(5)); });
    Byte buffer[16];
    EXPECT_EQ(stream->read(buffer).error(), Error::would_block);
    ASSERT_TRUE(write_all("hello"));
    EXPECT_EQ(read_exactly(5), "hello");
}

TEST_P(TlsData, wakes_for_every_byte_that_openssl_already_holds) {
    serve_then([](auto& connection) {
        connection.write(std::string(300, 'a'));
        connection.write(std::string(300, 'b')); // read ahead together
        connection.read_all();
    });
    std::string all;
    Byte byte[1];
    while (all.size() < 600) {
        bool ready = false;
        stream->wait_readable([&] { ready = true; });
        EXPECT_FALSE(ready);
        ASSERT_TRUE(run_until(context, [&] { return ready; })) << all.size();
        const auto got = stream->read(byte);
        if (got) all += static_cast<char>(byte[0]);
    }
    EXPECT_EQ(all, std::string(300, 'a') + std::string(300, 'b'));
}

TEST_P(TlsData, ends_in_order_after_close_notify_and_still_sends_also_after_the_fin) {
    std::string got;
    serve_then([&](auto& connection) {
        connection.write("last words");
        connection.send_close_notify();
        connection.send_fin();
        got = connection.read_all();
        EXPECT_TRUE(connection.ended_in_order());
    });
    EXPECT_EQ(read_all(end), "last words");
    EXPECT_EQ(end, Error::closed);
    ASSERT_TRUE(write_all("more from here"));
    ASSERT_TRUE(stream->shutdown_send());
    EXPECT_EQ(stream->write(as_bytes("x")).error(), Error::broken_pipe);
    server->wait_served();
    EXPECT_EQ(got, "more from here");
    EXPECT_TRUE(stream->verdict().rules.empty());
}

TEST_P(TlsData, reads_on_after_its_own_shutdown) {
    serve_then([](auto& connection) {
        const std::string all = connection.read_all();
        EXPECT_TRUE(connection.ended_in_order());
        char byte = 0;
        EXPECT_EQ(::recv(connection.socket(), &byte, 1, 0), 0) << "no FIN behind close_notify";
        connection.write("you said " + all);
    });
    ASSERT_TRUE(write_all("this"));
    ASSERT_TRUE(stream->shutdown_send());
    EXPECT_EQ(read_all(end), "you said this");
    EXPECT_EQ(end, Error::closed);
}

TEST_P(TlsData, truncated) {
    serve_then([](auto& connection) {
        connection.write("half of it");
        connection.send_fin();
        connection.read_all();
    });
    EXPECT_EQ(read_all(end), "half of it");
    EXPECT_EQ(end, Error::connection_reset);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::truncated)) << verdict_text();
    Byte buffer[1];
    EXPECT_EQ(stream->read(buffer).error(), Error::connection_reset) << "never 0, also the second time";
}

TEST_P(TlsData, truncated_in_the_middle_of_a_record) {
    serve_then([](auto& connection) {
        connection.send_raw("\x17\x03\x03\x00\x40 too short"s);
        connection.send_fin();
        connection.read_all();
    });
    EXPECT_EQ(read_all(end), "");
    EXPECT_EQ(end, Error::connection_reset);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::truncated)) << verdict_text();
}

TEST_P(TlsData, policy_may_take_a_bare_fin_for_the_end) {
    settings.truncation_allowed = true;
    std::string got;
    serve_then([&](auto& connection) {
        connection.write("all of it");
        connection.send_fin();
        got = connection.read_all();
    });
    EXPECT_EQ(read_all(end), "all of it");
    EXPECT_EQ(end, Error::closed);
    EXPECT_TRUE(stream->verdict().rules.empty());
    EXPECT_TRUE(write_all("still"));
    ASSERT_TRUE(stream->shutdown_send());
    server->wait_served();
    EXPECT_EQ(got, "still");
}

TEST_P(TlsData, bad_record) {
    serve_then([](auto& connection) {
        connection.write("good");
        connection.send_garbage_record();
        connection.read_all();
    });
    EXPECT_EQ(read_all(end), "good");
    EXPECT_EQ(end, Error::connection_aborted);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::bad_record)) << verdict_text();
    EXPECT_EQ(stream->verdict().alert, 20);
    EXPECT_EQ(stream->write(as_bytes("x")).error(), Error::connection_aborted);
}

TEST_P(TlsData, fatal_alert) {
    serve_then([](auto& connection) {
        connection.write("good");
        connection.send_fatal_alert();
    });
    EXPECT_EQ(read_all(end), "good");
    EXPECT_EQ(end, Error::connection_aborted);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::peer_alert)) << verdict_text();
    EXPECT_EQ(stream->verdict().alert, 20);
}

TEST_P(TlsData, an_alert_behind_data_is_found_when_a_write_fails) {
    serve_then([](auto& connection) {
        connection.write("data before it");
        connection.send_fatal_alert();
    });
    server->wait_served(); // the socket is closed: our bytes meet a RST
    Error said = Error{};
    for (int i = 0; i < 1000 && said == Error{}; ++i) {
        const auto wrote = stream->write(as_bytes("hello"));
        if (!wrote) said = wrote.error();
    }
    EXPECT_TRUE(said == Error::connection_aborted) << to_string(said);
    EXPECT_EQ(read_all(end), "data before it");
    EXPECT_EQ(end, Error::connection_aborted);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::peer_alert));
}

TEST_P(TlsData, rst_is_connection_reset) {
    serve_then([](auto& connection) {
        SSL_set_shutdown(connection.ssl(), SSL_SENT_SHUTDOWN);
        connection.reset();
    });
    EXPECT_EQ(read_all(end), "");
    EXPECT_EQ(end, Error::connection_reset);
    EXPECT_FALSE(stream->verdict().rules.has(Rule::truncated));
}

TEST_P(TlsData, close_sends_close_notify) {
    bool in_order = false;
    serve_then([&](auto& connection) {
        connection.read_all();
        in_order = connection.ended_in_order();
    });
    stream->close(false);
    server->wait_served();
    EXPECT_TRUE(in_order);
}

TEST_P(TlsData, close_lets_queued_data_out_in_the_background) {
    std::promise<void> go;
    std::size_t got = 0;
    bool in_order = false;
    serve_then([&](auto& connection) {
        go.get_future().wait();
        got = connection.read_all().size();
        in_order = connection.ended_in_order();
    });
    const std::string block(100000, 'x');
    std::size_t sent = 0;
    for (auto wrote = stream->write(as_bytes(block)); wrote; wrote = stream->write(as_bytes(block)))
        sent += *wrote;
    stream.reset();
    go.set_value();
    context.restart();
    context.run(); // until nothing lingers
    server->wait_served();
    EXPECT_EQ(got, sent);
    EXPECT_TRUE(in_order);
}

TEST_P(TlsData, abort_is_felt_as_rst) {
    std::promise<int> read_error;
    serve_then([&](auto& connection) {
        char byte = 0;
        const auto got = ::recv(connection.socket(), &byte, 1, 0);
        read_error.set_value(got < 0 ? errno : 0);
    });
    stream->close(true);
    EXPECT_EQ(read_error.get_future().get(), ECONNRESET);
    Byte buffer[1];
    EXPECT_EQ(stream->read(buffer).error(), Error::bad_handle);
}

TEST_P(TlsData, may_be_destroyed_inside_its_own_handler) {
    serve_then([](auto& connection) {
        connection.write("x");
        connection.read_all();
    });
    bool called = false;
    stream->wait_readable([&] {
        stream.reset();
        called = true;
    });
    EXPECT_TRUE(run_until(context, [&] { return called; }));
    server->wait_served();
}

TEST_P(TlsData, stands_still_while_the_gate_is_closed) {
    std::promise<void> go;
    serve_then([&](auto& connection) {
        go.get_future().wait();
        connection.write("behind the gate");
        connection.read_exactly(5);
    });
    gate.set(false);
    go.set_value();
    bool readable = false;
    stream->wait_readable([&] { readable = true; });
    EXPECT_EQ(*stream->write(as_bytes("hello")), 5U); // one record is taken and kept
    EXPECT_EQ(stream->write(as_bytes("more")).error(), Error::would_block);
    run_ready(context);
    EXPECT_FALSE(readable);
    EXPECT_EQ(server->application_bytes(), 0U);
    gate.set(true);
    EXPECT_EQ(read_exactly(15), "behind the gate");
    server->wait_served();
    EXPECT_EQ(server->application_bytes(), 5U);
}

TEST_P(TlsData, key_updates_and_tickets_are_taken_in_while_the_application_does_not_read) {
    if (!is_13()) GTEST_SKIP() << "TLS 1.2 has no KeyUpdate";
    std::promise<void> go;
    auto options = honest();
    options.tickets = 0;
    options.then = [&](auto& connection) {
        go.get_future().wait();
        SSL_new_session_ticket(connection.ssl());
        connection.send_key_update(true);
        connection.write(connection.read_exactly(5));
        connection.read_all();
    };
    serve(std::move(options));
    connected();
    const std::size_t before = bytes_read;
    go.set_value();
    ASSERT_TRUE(run_until(context, [&] { return bytes_read >= before + 200 + 27; })) << bytes_read - before;
    ASSERT_TRUE(write_all("hello")); // under new keys both ways
    EXPECT_EQ(read_exactly(5), "hello");
}

TEST_P(TlsData, unread_data_stop_the_reading_ahead) {
    serve_then([](auto& connection) {
        for (int i = 0; i < 64; ++i) connection.write(std::string(16384, 'x'));
        connection.read_all();
    });
    ASSERT_TRUE(run_until(context, [&] { return bytes_read > 16384; }));
    run_ready(context);
    EXPECT_LT(bytes_read, 100000U);
    EXPECT_EQ(read_exactly(64 * 16384), std::string(64 * 16384, 'x'));
}
