// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_fixture.h"

namespace nwp::net {
namespace {

/// The rows of contracts 5 that say no; each ends with connection_aborted, its own verdict and not one byte
/// of the application moved.
class DtlsRefusalTest : public DtlsTest {
protected:
    void serve_chain(const std::vector<kit::Certificate>& chain) {
        server_settings.tls.credentials.identities = {identity_of(chain)};
    }
    void expect_refused(RuleSet expected) {
        serve();
        std::optional<Verdict> refused;
        server->on_refused(
            [&](const Address&, const Verdict& verdict, const std::string&) { refused = verdict; });
        client = connected_client();
        EXPECT_EQ(handshake(*client, {}, seconds(10)).error(), Error::connection_aborted);
        EXPECT_EQ(client->verdict().rules, expected) << rules_of(client->verdict());
        EXPECT_EQ(send(*client, "x").error(), Error::not_connected);
        if (net.carried == 0) return;
        EXPECT_TRUE(kit::run_until(context, [&] { return refused.has_value(); }));
        EXPECT_TRUE(refused->rules.has(Rule::peer_alert)) << rules_of(*refused);
        EXPECT_EQ(server->counters().handshakes_done, 0U);
        EXPECT_EQ(server->counters().handshakes_failed, 1U);
        EXPECT_TRUE(drain(*server).empty());
    }
    kit::CertificateOptions leaf = kit::server_named("server.example.test");
};

TEST_F(DtlsRefusalTest, an_expired_certificate) {
    leaf.not_after = kit::kToday - kit::kDay;
    serve_chain({kit::issue(pki.intermediate, leaf), pki.intermediate});
    expect_refused(rules(Rule::expired));
    EXPECT_EQ(client->verdict().alert, 45);
}

TEST_F(DtlsRefusalTest, a_certificate_that_is_not_yet_valid) {
    leaf.not_before = kit::kToday + kit::kDay;
    serve_chain({kit::issue(pki.intermediate, leaf), pki.intermediate});
    expect_refused(rules(Rule::not_yet_valid));
}

TEST_F(DtlsRefusalTest, another_host_name) {
    client_settings.tls.host_name = "elsewhere.example.test";
    expect_refused(rules(Rule::wrong_host_name));
}

TEST_F(DtlsRefusalTest, a_self_signed_certificate) {
    serve_chain({kit::self_signed(leaf)});
    expect_refused(rules(Rule::self_signed));
}

TEST_F(DtlsRefusalTest, an_unknown_ca) {
    client_settings.tls.credentials.trust = trusting({kit::self_signed(kit::ca_named("another"))});
    expect_refused(rules(Rule::unknown_ca));
}

TEST_F(DtlsRefusalTest, a_missing_intermediate) {
    serve_chain({pki.leaf});
    expect_refused(rules(Rule::missing_intermediate));
}

TEST_F(DtlsRefusalTest, two_rules_at_once_are_both_told) {
    leaf.not_after = kit::kToday - kit::kDay;
    serve_chain({kit::issue(pki.intermediate, leaf), pki.intermediate});
    client_settings.tls.host_name = "elsewhere.example.test";
    expect_refused(rules(Rule::expired, Rule::wrong_host_name));
}

TEST_F(DtlsRefusalTest, a_clock_that_is_not_set_before_the_first_byte) {
    serve();
    calendar.date = calendar.earliest - 1;
    client = connected_client();
    EXPECT_EQ(handshake(*client).error(), Error::connection_aborted);
    EXPECT_EQ(client->verdict().rules, rules(Rule::clock_not_set));
    EXPECT_EQ(net.carried, 0U);
}

TEST_F(DtlsRefusalTest, no_anchor_before_the_first_byte) {
    serve();
    client_settings.tls.credentials.trust = trusting({});
    client = connected_client();
    EXPECT_EQ(handshake(*client).error(), Error::connection_aborted);
    EXPECT_EQ(client->verdict().rules, rules(Rule::no_credential));
    EXPECT_EQ(net.carried, 0U);
}

TEST_F(DtlsRefusalTest, less_checking_than_policy_allows) {
    client_settings.tls.verify = PeerVerify::none;
    client_settings.tls.host_name = "elsewhere.example.test";
    expect_refused(rules(Rule::wrong_host_name, Rule::policy_requires_verification));
}

TEST_F(DtlsRefusalTest, no_common_cipher) {
    server_settings.tls.cipher_suites = {0xc02b};
    client_settings.tls.cipher_suites = {0xc02c};
    serve();
    std::optional<Verdict> refused;
    server->on_refused(
        [&](const Address&, const Verdict& verdict, const std::string&) { refused = verdict; });
    client = connected_client();
    EXPECT_EQ(handshake(*client).error(), Error::connection_aborted);
    EXPECT_TRUE(client->verdict().rules.has(Rule::peer_alert)) << rules_of(client->verdict());
    EXPECT_TRUE(kit::run_until(context, [&] { return refused.has_value(); }));
    EXPECT_EQ(refused->rules, rules(Rule::no_common_cipher)) << rules_of(*refused);
}

TEST_F(DtlsRefusalTest, a_cipher_list_without_one_of_dtls) {
    client_settings.tls.cipher_suites = {0x1301}; // of TLS 1.3
    client = make(net.open(net.next_address()), client_settings);
    EXPECT_EQ(handshake(*client).error(), Error::connection_aborted);
    EXPECT_EQ(client->verdict().rules, rules(Rule::no_common_cipher));
}

TEST_F(DtlsRefusalTest, a_ceiling_below_dtls_1_2) {
    client_settings.tls.floor = client_settings.tls.ceiling = Protocol::dtls_1_0;
    client = make(net.open(net.next_address()), client_settings);
    EXPECT_EQ(handshake(*client).error(), Error::connection_aborted);
    EXPECT_EQ(client->verdict().rules, rules(Rule::version_too_low));
}

TEST_F(DtlsRefusalTest, optional_goes_on_and_tells_what_is_wrong) {
    client_settings.tls.verify = PeerVerify::optional;
    client_settings.tls.unverified_allowed = true;
    client_settings.tls.host_name = "elsewhere.example.test";
    connect();
    EXPECT_EQ(client->verdict().rules, rules(Rule::wrong_host_name));
    EXPECT_TRUE(send(*client, "as asked for"));
    EXPECT_EQ(*receive(*server), "as asked for");
}

TEST_F(DtlsRefusalTest, a_client_without_the_certificate_that_the_server_wants) {
    server_settings.tls.verify = PeerVerify::required;
    server_settings.tls.credentials.trust = trusting({pki.root});
    serve();
    std::optional<Verdict> refused;
    server->on_refused(
        [&](const Address&, const Verdict& verdict, const std::string&) { refused = verdict; });
    client = connected_client();
    EXPECT_EQ(handshake(*client).error(), Error::connection_aborted);
    EXPECT_TRUE(client->verdict().rules.has(Rule::peer_alert)) << rules_of(client->verdict());
    EXPECT_TRUE(kit::run_until(context, [&] { return refused.has_value(); }));
    EXPECT_EQ(refused->rules, rules(Rule::no_certificate)) << rules_of(*refused);
    EXPECT_EQ(server->associations(), 0U);
}

TEST_F(DtlsRefusalTest, a_client_whose_ca_the_server_does_not_know) {
    server_settings.tls.verify = PeerVerify::required;
    server_settings.tls.credentials.trust = trusting({kit::self_signed(kit::ca_named("another"))});
    client_settings.tls.credentials.identities = {identity_of({pki.leaf, pki.intermediate})};
    serve();
    std::optional<Verdict> refused;
    server->on_refused(
        [&](const Address&, const Verdict& verdict, const std::string&) { refused = verdict; });
    client = connected_client();
    EXPECT_EQ(handshake(*client).error(), Error::connection_aborted);
    EXPECT_TRUE(client->verdict().rules.has(Rule::peer_alert));
    EXPECT_TRUE(kit::run_until(context, [&] { return refused.has_value(); }));
    EXPECT_TRUE(refused->rules.has(Rule::unknown_ca)) << rules_of(*refused);
}

TEST_F(DtlsRefusalTest, an_optional_client_certificate_may_be_left_out_and_the_verdict_says_so) {
    server_settings.tls.verify = PeerVerify::optional;
    server_settings.tls.credentials.trust = trusting({pki.root});
    connect();
    EXPECT_EQ(server->verdict().rules, rules(Rule::no_certificate)) << rules_of(server->verdict());
}

TEST_F(DtlsRefusalTest, a_pre_shared_key_proves_both_without_certificates) {
    const Psk psk{"device 7", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
    client_settings.tls.credentials.trust = trusting({});
    client_settings.tls.credentials.psks = {psk};
    client_settings.tls.host_name.clear();
    server_settings.tls.credentials.identities.clear();
    server_settings.tls.credentials.psks = {psk};
    connect();
    EXPECT_TRUE(send(*client, "shared"));
    EXPECT_EQ(*receive(*server), "shared");
}

TEST_F(DtlsRefusalTest, another_pre_shared_key) {
    client_settings.tls.credentials.trust = trusting({});
    client_settings.tls.credentials.psks = {{"device 7", std::vector<Byte>(16, 1)}};
    client_settings.tls.host_name.clear();
    server_settings.tls.credentials.identities.clear();
    server_settings.tls.credentials.psks = {{"device 7", std::vector<Byte>(16, 2)}};
    server_settings.handshake_limit = seconds(1);
    serve();
    client = connected_client();
    // A Finished that does not decrypt is dropped like any bad record (RFC 6347 4.1.2.7): nobody ever
    // answers.
    EXPECT_EQ(handshake(*client, {}, seconds(1)).error(), Error::timed_out);
    EXPECT_EQ(client->verdict().rules, rules(Rule::timed_out));
    EXPECT_EQ(server->counters().handshakes_done, 0U);
}

TEST_F(DtlsRefusalTest, an_unknown_protocol_name) {
    client_settings.tls.alpn = {"coap"};
    server_settings.tls.alpn = {"other"};
    serve();
    client = connected_client();
    EXPECT_EQ(handshake(*client).error(), Error::connection_aborted);
    EXPECT_TRUE(client->verdict().rules.has(Rule::peer_alert));
    EXPECT_EQ(client->verdict().alert, 120);
}

TEST_F(DtlsRefusalTest, whoever_waits_with_a_datagram_hears_it_at_the_next_call) {
    serve();
    client_settings.tls.host_name = "elsewhere.example.test";
    client = make(net.open(), client_settings);
    EXPECT_TRUE(send(*client, "for nobody", server->local()));
    EXPECT_EQ(receive(*client).error(), Error::connection_aborted);
    EXPECT_EQ(client->verdict().rules, rules(Rule::wrong_host_name));
    EXPECT_EQ(client->associations(), 0U);
    EXPECT_TRUE(drain(*server).empty());
}

} // namespace
} // namespace nwp::net
