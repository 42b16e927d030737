// SPDX-License-Identifier: Apache-2.0
// One test for each rule of the verdict, over TLS 1.2 and 1.3.

#include "nwpd/net/tls_client_fixture.h"

using namespace nwp;
using namespace nwp::net;
using namespace nwp::kit;

namespace {

class TlsVerdict : public TlsVersionsTest {
protected:
    Certificate leaf(const std::function<void(CertificateOptions&)>& change) {
        CertificateOptions options = server_named("server.example.test");
        change(options);
        return issue(pki.intermediate, options);
    }
    void serve_leaf(const std::function<void(CertificateOptions&)>& change) {
        auto options = honest();
        options.chain[0] = leaf(change);
        serve(options);
    }
};

INSTANTIATE_TEST_SUITE_P(, TlsVerdict, ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3), version_name);

} // namespace

TEST_P(TlsVerdict, is_empty_for_an_honest_chain) {
    serve(honest());
    connected();
    EXPECT_TRUE(stream->verdict().rules.empty()) << verdict_text();
    EXPECT_EQ(stream->version(), GetParam());
    EXPECT_EQ(server->server_name(), "server.example.test");
    EXPECT_NE(stream->cipher_suite(), 0);
}

TEST_P(TlsVerdict, expired) {
    serve_leaf([](auto& options) { options.not_after = kToday - kDay; });
    expect_refused(rules(Rule::expired));
    EXPECT_EQ(stream->verdict().depth, 0);
    EXPECT_EQ(stream->verdict().subject.view(), "CN=server.example.test");
    EXPECT_EQ(stream->verdict().alert, 45); // certificate_expired
}

TEST_P(TlsVerdict, not_yet_valid) {
    serve_leaf([](auto& options) { options.not_before = kToday + kDay; });
    expect_refused(rules(Rule::not_yet_valid));
}

TEST_P(TlsVerdict, follows_the_calendar_and_not_the_machine) {
    serve(honest());
    calendar.date = kToday + 60 * kDay;
    expect_refused(rules(Rule::expired));
}

TEST_P(TlsVerdict, clock_not_set_is_refused_before_the_client_hello) {
    std::string came;
    TlsServerOptions options;
    options.instead = [&](TlsServerConnection& connection) {
        char byte = 0;
        while (::read(connection.socket(), &byte, 1) == 1) came += byte;
    };
    serve(options);
    calendar.date = calendar.earliest - 1;
    expect_refused(rules(Rule::clock_not_set));
    server.reset();
    EXPECT_EQ(came, "");
}

TEST_P(TlsVerdict, wrong_host_name) {
    serve(honest());
    settings.host_name = "other.example.test";
    expect_refused(rules(Rule::wrong_host_name));
}

TEST_P(TlsVerdict, wrong_host_name_for_a_common_name_without_alternative_names) {
    serve_leaf([](auto& options) { options.dns_names.clear(); }); // RFC 9525 2: CN-ID is no identifier
    expect_refused(rules(Rule::wrong_host_name));
}

TEST_P(TlsVerdict, wrong_host_name_for_a_partial_wildcard) {
    serve_leaf([](auto& options) { options.dns_names = {"ser*.example.test"}; });
    expect_refused(rules(Rule::wrong_host_name));
}

TEST_P(TlsVerdict, wrong_host_name_for_what_can_be_no_name) {
    using namespace std::string_literals;
    for (const auto& name :
         {"."s, ".example.test"s, "server.example.test\0.evil.test"s, std::string(300, 'a')}) {
        serve(honest());
        settings.host_name = name;
        expect_refused(rules(Rule::wrong_host_name));
    }
}

TEST_P(TlsVerdict, wrong_host_name_for_another_address) {
    serve_leaf([](auto& options) { options.ip_addresses = {"192.0.2.1"}; });
    settings.host_name = "192.0.2.2";
    expect_refused(rules(Rule::wrong_host_name));
}

TEST_P(TlsVerdict, self_signed) {
    auto options = honest();
    options.chain = {self_signed(server_named("server.example.test"))};
    serve(options);
    expect_refused(rules(Rule::self_signed));
}

TEST_P(TlsVerdict, unknown_ca) {
    serve(honest());
    trust(Pki{}.root); // another with the same names
    const auto outcome = connect();
    EXPECT_FALSE(outcome);
    // An anchor of the same name is found by its key identifier not to be the one.
    EXPECT_EQ(stream->verdict().rules, rules(Rule::unknown_ca)) << verdict_text();
    EXPECT_EQ(stream->verdict().alert, 48);
}

TEST_P(TlsVerdict, unknown_ca_when_the_server_sends_its_root) {
    auto options = honest();
    options.chain.push_back(pki.root);
    serve(options);
    trust(self_signed(ca_named("Another Root")));
    expect_refused(rules(Rule::unknown_ca));
}

TEST_P(TlsVerdict, missing_intermediate) {
    auto options = honest();
    options.chain.resize(1);
    serve(options);
    expect_refused(rules(Rule::missing_intermediate));
}

TEST_P(TlsVerdict, issuer_not_ca) {
    auto options = honest();
    CertificateOptions false_ca = ca_named("False CA");
    false_ca.is_ca = false;
    options.chain[1] = issue(pki.root, false_ca);
    options.chain[0] = issue(options.chain[1], server_named("server.example.test"));
    serve(options);
    expect_refused(rules(Rule::issuer_not_ca));
    EXPECT_EQ(stream->verdict().depth, 1);
}

TEST_P(TlsVerdict, issuer_not_ca_for_a_server_that_issues_with_its_own_certificate) {
    auto options = honest();
    CertificateOptions server_certificate = server_named("evil.example.test");
    server_certificate.key_usage = "digitalSignature";
    const Certificate evil = issue(pki.intermediate, server_certificate);
    options.chain = {issue(evil, server_named("server.example.test")), evil, pki.intermediate};
    serve(options);
    expect_refused(rules(Rule::issuer_not_ca));
}

TEST_P(TlsVerdict, issuer_not_ca_beyond_its_path_length) {
    auto options = honest();
    CertificateOptions last = ca_named("Last CA");
    last.path_length = 0;
    const Certificate outer = issue(pki.root, last);
    const Certificate inner = issue(outer, ca_named("One Too Many"));
    options.chain = {issue(inner, server_named("server.example.test")), inner, outer};
    serve(options);
    expect_refused(rules(Rule::issuer_not_ca));
}

TEST_P(TlsVerdict, wrong_purpose) {
    serve_leaf([](auto& options) { options.extended_key_usage = "clientAuth"; });
    expect_refused(rules(Rule::wrong_purpose));
}

TEST_P(TlsVerdict, name_constraint) {
    auto options = honest();
    CertificateOptions constrained = ca_named("Constrained");
    constrained.name_constraints = "permitted;DNS:elsewhere.test";
    options.chain[1] = issue(pki.root, constrained);
    options.chain[0] = issue(options.chain[1], server_named("server.example.test"));
    serve(options);
    expect_refused(rules(Rule::name_constraint));
}

TEST_P(TlsVerdict, revoked) {
    serve(honest());
    trust_pem(pki.root.pem(), crl_pem(pki.intermediate, {.revoked = {pki.leaf}}));
    expect_refused(rules(Rule::revoked));
    EXPECT_EQ(stream->verdict().alert, 44);
}

TEST_P(TlsVerdict, revoked_intermediate) {
    serve(honest());
    trust_pem(pki.root.pem(), crl_pem(pki.root, {.revoked = {pki.intermediate}}));
    expect_refused(rules(Rule::revoked));
    EXPECT_EQ(stream->verdict().depth, 1);
}

TEST_P(TlsVerdict, is_empty_when_the_lists_name_others_and_issuers_without_list_are_not_checked) {
    serve(honest());
    const Certificate other = leaf([](auto&) {});
    trust_pem(pki.root.pem(), crl_pem(pki.intermediate, {.revoked = {other}})); // none of the root
    connected();
}

TEST_P(TlsVerdict, crl_expired) {
    serve(honest());
    trust_pem(pki.root.pem(), crl_pem(pki.intermediate, {{}, kToday - 9 * kDay, kToday - kDay}));
    expect_refused(rules(Rule::crl_expired));
}

TEST_P(TlsVerdict, bad_signature_of_a_crl) {
    serve(honest());
    // The same issuer name, another key.
    Certificate forger = issue(pki.root, ca_named("Test Intermediate"));
    trust_pem(pki.root.pem(), crl_pem(forger, {}));
    expect_refused(rules(Rule::bad_signature));
}

TEST_P(TlsVerdict, weak_key) {
    serve_leaf([](auto& options) { options.rsa_bits = 1024; });
    expect_refused(rules(Rule::weak_key));
}

TEST_P(TlsVerdict, weak_signature) {
    serve_leaf([](auto& options) { options.sha1 = true; });
    expect_refused(rules(Rule::weak_signature));
}

TEST_P(TlsVerdict, bad_signature) {
    serve_leaf([](auto& options) { options.damaged_signature = true; });
    expect_refused(rules(Rule::bad_signature));
}

TEST_P(TlsVerdict, names_every_rule_that_failed) {
    auto options = honest();
    options.chain[0] = leaf([](auto& bad) {
        bad.not_after = kToday - kDay;
        bad.dns_names = {"other.example.test"};
        bad.extended_key_usage = "clientAuth";
        bad.sha1 = true;
        bad.rsa_bits = 1024;
    });
    serve(options);
    trust(self_signed(ca_named("Another Root")));
    expect_refused(rules(Rule::expired, Rule::wrong_host_name, Rule::wrong_purpose, Rule::weak_signature,
                         Rule::weak_key, Rule::unknown_ca));
}

TEST_P(TlsVerdict, no_credential_for_a_tag_that_names_nothing) {
    serve(honest());
    settings.credentials.missing = {7};
    expect_refused(rules(Rule::no_credential));
}

TEST_P(TlsVerdict, no_credential_without_any_trust) {
    serve(honest());
    settings.credentials.trust = std::make_shared<Trust>();
    expect_refused(rules(Rule::no_credential));
}

TEST_P(TlsVerdict, no_credential_when_key_and_certificate_do_not_belong_together) {
    serve(honest());
    Identity identity = identity_of(pki.leaf);
    identity.key = identity_of(pki.root).key;
    settings.credentials.identities = {identity};
    expect_refused(rules(Rule::no_credential));
}

TEST_P(TlsVerdict, policy_requires_verification_whatever_the_program_asks_for) {
    settings.host_name = "other.example.test";
    for (const PeerVerify asked : {PeerVerify::none, PeerVerify::optional}) {
        serve(honest());
        settings.verify = asked;
        expect_refused(rules(Rule::wrong_host_name, Rule::policy_requires_verification));
    }
}

TEST_P(TlsVerdict, no_verification_connects_only_where_program_and_policy_want_it) {
    serve(honest());
    settings.host_name = "other.example.test";
    settings.verify = PeerVerify::none;
    settings.unverified_allowed = true;
    settings.credentials.trust = std::make_shared<Trust>();
    connected();
}

TEST_P(TlsVerdict, optional_verification_connects_and_says_what_failed) {
    serve(honest());
    settings.host_name = "other.example.test";
    settings.verify = PeerVerify::optional;
    settings.unverified_allowed = true;
    EXPECT_TRUE(connect());
    EXPECT_EQ(stream->verdict().rules, rules(Rule::wrong_host_name)) << verdict_text();
}

TEST_P(TlsVerdict, allowance_alone_changes_nothing) {
    serve(honest());
    settings.host_name = "other.example.test";
    settings.unverified_allowed = true;
    expect_refused(rules(Rule::wrong_host_name));
}

TEST_P(TlsVerdict, accepts_addresses_wildcards_and_trailing_dots) {
    auto options = honest();
    options.chain[0] = leaf([](auto& more) {
        more.dns_names = {"*.example.test"};
        more.ip_addresses = {"192.0.2.1", "2001:db8::1"};
    });
    for (const char* name : {"192.0.2.1", "2001:db8::1", "a.example.test", "a.example.test.", ""}) {
        serve(options);
        settings.host_name = name;
        connected();
        const std::string sni = server->server_name();
        EXPECT_EQ(sni, std::string_view{name}.substr(0, 1) == "a" ? "a.example.test" : "");
    }
}

TEST_P(TlsVerdict, takes_an_intermediate_as_the_anchor) {
    serve(honest());
    trust(pki.intermediate);
    connected();
}
