// SPDX-License-Identifier: Apache-2.0
// A TLS stream as server: what it shows, what it asks for, what it refuses and says about it.

#include "nwpd/net/tls_pair_fixture.h"

#include <algorithm>

using namespace nwp;
using namespace nwp::net;
using namespace nwp::kit;

namespace {

class TlsServerRole : public TlsPairTest {
protected:
    /// Neither side gets anything through, the server says `at_server`.
    void expect_refused_by_server(RuleSet at_server, int alert) {
        shake_hands();
        EXPECT_EQ(server.outcome->error(), Error::connection_aborted);
        EXPECT_EQ(server.rules(), at_server) << verdicts();
        EXPECT_EQ(server.stream->verdict().alert, alert) << verdicts();
        Byte byte = 0;
        EXPECT_EQ(server.stream->read({&byte, 1}).error(), Error::not_connected);
        EXPECT_EQ(server.stream->write({&byte, 1}).error(), Error::not_connected);
        expect_client_hears(alert);
    }
    /// TLS 1.2: from the handshake; TLS 1.3: at the latest at the first read.
    void expect_client_hears(int alert) {
        if (*client.outcome) {
            EXPECT_TRUE(is_13()) << "TLS 1.2 knows before the handshake is done";
            EXPECT_EQ(end_of(client), Error::connection_aborted);
        }
        EXPECT_TRUE(client.rules().has(Rule::peer_alert)) << verdicts();
        EXPECT_EQ(client.stream->verdict().alert, alert) << verdicts();
    }
    void ask_for_certificate(PeerVerify verify = PeerVerify::required) {
        server_settings.verify = verify;
        server_settings.credentials.trust = trust_of({pki.root});
    }
    static Identity server_identity(const std::string& name, int rsa_bits = 0) {
        CertificateOptions options = server_named(name);
        options.rsa_bits = rsa_bits;
        return identity_of({issue(pki.root, options)});
    }
};
INSTANTIATE_TEST_SUITE_P(, TlsServerRole, ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3),
                         version_name);

} // namespace

TEST_P(TlsServerRole, talks_to_a_client) {
    connected();
    talk();
    EXPECT_EQ(server.stream->version(), GetParam());
    EXPECT_EQ(server.stream->cipher_suite(), client.stream->cipher_suite());
    EXPECT_EQ(server.stream->server_name(), "server.example.test");
    EXPECT_TRUE(server.rules().empty());
    EXPECT_FALSE(server.stream->resumed());
}

TEST_P(TlsServerRole, without_identity_is_none) {
    server_settings.credentials.identities.clear();
    shake_hands();
    EXPECT_EQ(server.rules(), rules(Rule::no_credential));
    EXPECT_EQ(server.stream->verdict().alert, 0);
    EXPECT_FALSE(*client.outcome);
}

TEST_P(TlsServerRole, does_not_serve_with_a_missing_tag_or_a_key_of_another) {
    server_settings.credentials.missing = {7};
    shake_hands();
    EXPECT_EQ(server.rules(), rules(Rule::no_credential));

    server_settings.credentials.missing.clear();
    server_settings.credentials.identities[0].key = client_identity().key;
    shake_hands();
    EXPECT_EQ(server.rules(), rules(Rule::no_credential));
}

TEST_P(TlsServerRole, shows_the_certificate_for_the_name_that_was_asked_for) {
    server_settings.credentials.identities = {server_identity("one.example.test"),
                                              server_identity("two.example.test"),
                                              server_identity("*.wild.example.test")};
    for (const char* name : {"two.example.test", "one.example.test", "any.wild.example.test"}) {
        client_settings.host_name = name;
        talk_and_close();
        EXPECT_EQ(server.stream->server_name(), name);
    }
}

TEST_P(TlsServerRole, shows_the_first_certificate_for_any_other_name_and_for_none) {
    server_settings.credentials.identities = {server_identity("one.example.test"),
                                              server_identity("two.example.test")};
    client_settings.host_name = "three.example.test";
    shake_hands();
    EXPECT_EQ(client.rules(), rules(Rule::wrong_host_name));
    EXPECT_EQ(client.stream->verdict().subject.view(), "CN=one.example.test");
    client_settings.host_name.clear();
    talk_and_close();
    EXPECT_EQ(server.stream->server_name(), "");
}

TEST_P(TlsServerRole, with_two_kinds_of_key_for_a_name_shows_the_one_that_the_client_can_check) {
    server_settings.credentials.identities = {server_identity("one.example.test"),
                                              server_identity("server.example.test", 2048),
                                              server_identity("server.example.test")};
    if (!is_13()) { // where the suite names the kind
        client_settings.cipher_suites = {0xC02F};
        talk_and_close();
        client_settings.cipher_suites = {0xC02B};
    }
    talk_and_close();
}

TEST_P(TlsServerRole, chooses_the_application_protocol_by_its_own_order) {
    server_settings.alpn = {"h2", "http/1.1"};
    client_settings.alpn = {"spdy", "http/1.1", "h2"};
    connected();
    EXPECT_EQ(server.stream->alpn_selected(), "h2");
    EXPECT_EQ(client.stream->alpn_selected(), "h2");
}

TEST_P(TlsServerRole, speaks_to_a_client_without_application_protocols) {
    server_settings.alpn = {"h2"};
    connected();
    EXPECT_EQ(server.stream->alpn_selected(), "");
    server_settings.alpn.clear();
    client_settings.alpn = {"h2"};
    connected();
    EXPECT_EQ(client.stream->alpn_selected(), "");
}

TEST_P(TlsServerRole, refuses_a_client_without_a_common_application_protocol) {
    server_settings.alpn = {"h2", "http/1.1"};
    client_settings.alpn = {"http", "h"};
    expect_refused_by_server(rules(Rule::other), 120); // no_application_protocol
    EXPECT_EQ(server.stream->failure_text(), "no application protocol");
}

TEST_P(TlsServerRole, takes_the_first_of_its_own_suites_that_the_client_has) {
    server_settings.cipher_suites =
        is_13() ? std::vector<std::int32_t>{0x1303, 0x1302} : std::vector<std::int32_t>{0xCCA9, 0xC02C};
    connected();
    EXPECT_EQ(server.stream->cipher_suite(), server_settings.cipher_suites[0]);
    client_settings.cipher_suites = {0x1302, 0xC02C};
    connected();
    EXPECT_EQ(server.stream->cipher_suite(), server_settings.cipher_suites[1]);
}

TEST_P(TlsServerRole, refuses_a_client_without_a_common_suite) {
    server_settings.cipher_suites = {is_13() ? 0x1303 : 0xC02C};
    client_settings.cipher_suites = {is_13() ? 0x1301 : 0xC02B};
    expect_refused_by_server(rules(Rule::no_common_cipher), 40);
}

TEST_P(TlsServerRole, refuses_a_client_below_its_floor) {
    server_settings.ceiling = Protocol::tls_1_3;
    server_settings.floor = Protocol::tls_1_3;
    client_settings.ceiling = Protocol::tls_1_2;
    expect_refused_by_server(rules(Rule::version_too_low), 70);
    EXPECT_TRUE(client.rules().has(Rule::version_too_low));
}

TEST_P(TlsServerRole, hears_why_a_client_refuses_its_certificate) {
    client_settings.credentials.trust = trust_of({self_signed(ca_named("Another Root"))});
    shake_hands();
    EXPECT_FALSE(*client.outcome);
    EXPECT_FALSE(*server.outcome);
    EXPECT_EQ(server.rules(), rules(Rule::peer_alert)) << verdicts();
    EXPECT_EQ(server.stream->verdict().alert, 48); // unknown_ca
}

TEST_P(TlsServerRole, that_asks_for_nothing_gets_no_certificate) {
    client_settings.credentials.identities = {client_identity()};
    talk_and_close();
    EXPECT_TRUE(server.rules().empty());
}

TEST_P(TlsServerRole, takes_a_client_with_the_right_certificate) {
    ask_for_certificate();
    client_settings.credentials.identities = {client_identity()};
    talk_and_close();
    EXPECT_TRUE(server.rules().empty());
}

TEST_P(TlsServerRole, refuses_a_client_without_certificate) {
    ask_for_certificate();
    expect_refused_by_server(rules(Rule::no_certificate), is_13() ? 116 : 40);
}

TEST_P(TlsServerRole, refuses_a_client_of_an_unknown_authority) {
    ask_for_certificate();
    server_settings.credentials.trust = trust_of({self_signed(ca_named("Another Root"))});
    client_settings.credentials.identities = {
        identity_of({issue(pki.intermediate, server_named("client")), pki.intermediate})};
    expect_refused_by_server(rules(Rule::unknown_ca, Rule::wrong_purpose), 48);
}

TEST_P(TlsServerRole, refuses_a_client_with_a_servers_certificate) {
    ask_for_certificate();
    client_settings.credentials.identities = {client_identity("client", "serverAuth")};
    expect_refused_by_server(rules(Rule::wrong_purpose), 43);
    EXPECT_EQ(server.stream->verdict().subject.view(), "CN=client");
}

TEST_P(TlsServerRole, refuses_an_expired_client_and_does_not_believe_a_clock_that_is_not_set) {
    ask_for_certificate();
    CertificateOptions expired = server_named("client");
    expired.extended_key_usage = "clientAuth";
    expired.not_after = kToday - kDay;
    client_settings.credentials.identities = {identity_of({issue(pki.root, expired)})};
    expect_refused_by_server(rules(Rule::expired), 45);

    calendar.earliest = kToday + kDay;
    shake_hands();
    EXPECT_EQ(server.rules(), rules(Rule::clock_not_set));
}

TEST_P(TlsServerRole, refuses_a_revoked_client) {
    ask_for_certificate();
    CertificateOptions options = server_named("client");
    options.extended_key_usage = "clientAuth";
    const Certificate certificate = issue(pki.root, options);
    CrlOptions list;
    list.revoked = {certificate};
    server_settings.credentials.trust = trust_of({pki.root}, crl_pem(pki.root, list));
    client_settings.credentials.identities = {identity_of({certificate})};
    expect_refused_by_server(rules(Rule::revoked), 44);
}

TEST_P(TlsServerRole, that_insists_needs_somebody_to_trust) {
    server_settings.verify = PeerVerify::required;
    shake_hands();
    EXPECT_EQ(server.rules(), rules(Rule::no_credential));
}

TEST_P(TlsServerRole, with_optional_lets_pass_and_says_what_was_wrong) {
    ask_for_certificate(PeerVerify::optional);
    connected();
    EXPECT_EQ(server.rules(), rules(Rule::no_certificate));
    client_settings.credentials.identities = {client_identity("client", "serverAuth")};
    connected();
    EXPECT_EQ(server.rules(), rules(Rule::wrong_purpose));
    client_settings.credentials.identities = {client_identity()};
    connected();
    EXPECT_TRUE(server.rules().empty());
}

TEST_P(TlsServerRole, names_its_authorities_so_that_a_client_can_choose) {
    ask_for_certificate();
    const Certificate other = self_signed(ca_named("Another Root"));
    CertificateOptions options = server_named("stranger");
    options.extended_key_usage = "clientAuth";
    client_settings.credentials.identities = {identity_of({issue(other, options)}), client_identity()};
    talk_and_close();
}

TEST_P(TlsServerRole, ends_in_order_and_notices_an_end_that_is_not) {
    connected();
    ASSERT_TRUE(write_all(client, "last"));
    ASSERT_TRUE(client.stream->shutdown_send());
    EXPECT_EQ(read_exactly(server, 4), "last");
    EXPECT_EQ(end_of(server), Error::closed);
    ASSERT_TRUE(write_all(server, "answer"));
    EXPECT_EQ(read_exactly(client, 6), "answer");

    connected();
    ASSERT_TRUE(write_all(client, "last"));
    ASSERT_TRUE(client.lower->shutdown_send());
    EXPECT_EQ(read_exactly(server, 4), "last");
    EXPECT_EQ(end_of(server), Error::connection_reset);
    EXPECT_EQ(server.rules(), rules(Rule::truncated));
    server_settings.truncation_allowed = true;
    connected();
    ASSERT_TRUE(client.lower->shutdown_send());
    EXPECT_EQ(end_of(server), Error::closed);
}

TEST_P(TlsServerRole, is_aborted_by_plain_text) {
    auto [near, far] = plain_pair();
    begin(server, std::move(far), server_contexts, server_settings);
    ASSERT_TRUE(near->write(as_bytes("GET / HTTP/1.1\r\nHost: server.example.test\r\n\r\n")));
    ASSERT_TRUE(run_until(context, [&] { return server.outcome.has_value(); }));
    EXPECT_EQ(server.outcome->error(), Error::connection_aborted);
    EXPECT_EQ(server.rules(), rules(Rule::bad_record)) << verdicts();
}

TEST_P(TlsServerRole, begins_on_a_stream_that_carried_bytes_before) {
    auto [near, far] = plain_pair();
    Byte buffer[64];
    ASSERT_TRUE(near->write(as_bytes("STARTTLS\r\n")));
    bool ready = false;
    far->wait_readable([&] { ready = true; });
    ASSERT_TRUE(run_until(context, [&] { return ready; }));
    ASSERT_EQ(*far->read(buffer), 10U);
    ASSERT_TRUE(far->write(as_bytes("220 go ahead\r\n")));
    ready = false;
    near->wait_readable([&] { ready = true; });
    ASSERT_TRUE(run_until(context, [&] { return ready; }));
    ASSERT_EQ(*near->read(buffer), 14U);

    begin(client, std::move(near), client_contexts, client_settings);
    run_ready(context); // the ClientHello waits for the server
    begin(server, std::move(far), server_contexts, server_settings);
    ASSERT_TRUE(run_until(context, [&] { return client.outcome && server.outcome; }));
    ASSERT_TRUE(*client.outcome) << verdicts();
    talk();
}
