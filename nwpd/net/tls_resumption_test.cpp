// SPDX-License-Identifier: Apache-2.0
// Contracts 5, "Resumption": who may take up whose session.

#include "nwpd/net/tls_pair_fixture.h"
#include "nwpd/net/tls_resumption.h"

using namespace nwp;
using namespace nwp::net;
using namespace nwp::kit;

namespace {

class TlsResumption : public TlsPairTest {
protected:
    /// One connection from begin to end, bytes included; whether it was resumed, by both sides' word.
    bool connects_resumed() {
        connected();
        if (!client.outcome || !*client.outcome || !server.outcome || !*server.outcome) return false;
        talk();
        const bool resumed = client.stream->resumed();
        EXPECT_EQ(server.stream->resumed(), resumed);
        client.stream->close(false);
        server.stream->close(false);
        return resumed;
    }
    /// The last connection left a session behind, and `change` must keep the next one from using it.
    template <typename Change>
    void expect_full_after(Change change) {
        client_contexts.sessions().purge(client_settings.client);
        EXPECT_FALSE(connects_resumed());
        EXPECT_TRUE(connects_resumed()) << "nothing to refuse";
        change();
        EXPECT_FALSE(connects_resumed());
    }
    /// What no client of ours does: offers the session of client_settings where it does not belong.
    void offer_session_also_for(const TlsSettings& settings) {
        TlsSessions& sessions = client_contexts.sessions();
        auto kept = sessions.take(session_key_of(client_settings, listener->address), calendar.date);
        ASSERT_TRUE(kept.session);
        sessions.keep(session_key_of(settings, listener->address), "", std::move(kept.session),
                      kept.valid_until);
    }
    void require_client_certificate() {
        server_settings.verify = PeerVerify::required;
        server_settings.credentials.trust = trust_of({pki.root});
        client_settings.credentials.identities = {client_identity()};
    }
};
INSTANTIATE_TEST_SUITE_P(, TlsResumption, ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3),
                         version_name);

} // namespace

TEST_P(TlsResumption, works_by_both_sides_word) {
    EXPECT_FALSE(connects_resumed());
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(connects_resumed()) << i;
    EXPECT_EQ(client.rules(), RuleSet{});
    EXPECT_EQ(client.stream->version(), GetParam());
}

TEST_P(TlsResumption, works_with_a_client_certificate) {
    require_client_certificate();
    EXPECT_FALSE(connects_resumed());
    EXPECT_TRUE(connects_resumed());
}

TEST_P(TlsResumption, keeps_few_tickets_and_uses_each_once) {
    EXPECT_FALSE(connects_resumed());
    const std::size_t given = client_contexts.sessions().size();
    EXPECT_EQ(given, is_13() ? 2U : 1U);
    // Connected again without reading: no new ticket was taken in.
    shake_hands();
    EXPECT_TRUE(client.stream->resumed());
    EXPECT_EQ(client_contexts.sessions().size(), 1U);
    for (int i = 0; i < 10; ++i) connects_resumed();
    EXPECT_LE(client_contexts.sessions().size(), 4U);
}

TEST_P(TlsResumption, is_not_offered_for_another_client_of_the_nwp) {
    expect_full_after([&] { client_settings.client = "other"; });
}

TEST_P(TlsResumption, is_not_offered_for_another_name) {
    expect_full_after([&] {
        CertificateOptions two = server_named("server.example.test");
        two.dns_names = {"server.example.test", "other.example.test"};
        server_settings.credentials.identities = {identity_of({issue(pki.root, two)})};
        EXPECT_FALSE(connects_resumed());
        EXPECT_TRUE(connects_resumed());
        client_settings.host_name = "other.example.test";
    });
}

TEST_P(TlsResumption, is_not_offered_at_another_port) {
    std::unique_ptr<Listener> first; // keeps its port
    expect_full_after([&] { first = std::exchange(listener, std::make_unique<Listener>()); });
}

TEST_P(TlsResumption, is_not_offered_with_another_floor_or_ceiling) {
    client_settings.floor = GetParam();
    expect_full_after([&] {
        if (is_13())
            client_settings.floor = Protocol::tls_1_2;
        else
            client_settings.ceiling = Protocol::tls_1_3;
    });
}

TEST_P(TlsResumption, is_not_offered_with_another_cipher_list) {
    expect_full_after([&] { client_settings.cipher_suites = {client.stream->cipher_suite()}; });
}

TEST_P(TlsResumption, is_not_offered_with_other_application_protocols) {
    expect_full_after([&] { client_settings.alpn = {"h2"}; });
}

TEST_P(TlsResumption, is_not_offered_after_a_change_under_the_tags) {
    expect_full_after([&] { client_settings.credentials.revision = 1; });
    expect_full_after([&] {
        client_settings.credentials.revision = 2;
        client_settings.credentials.trust = trust_of({pki.root, pki.intermediate});
    });
    expect_full_after([&] {
        client_settings.credentials.revision = 3;
        client_settings.credentials.identities = {client_identity()};
    });
}

TEST_P(TlsResumption, is_not_offered_with_another_level_of_verification) {
    client_settings.unverified_allowed = true;
    client_settings.verify = PeerVerify::none;
    client_settings.credentials.trust = std::make_shared<Trust>();
    expect_full_after([&] { client_settings.verify = PeerVerify::optional; });

    // What nobody verified must not serve where verification is asked for.
    client_settings.verify = PeerVerify::none;
    client_settings.credentials.trust = trust_of({self_signed(ca_named("Another Root"))});
    connects_resumed();
    EXPECT_TRUE(connects_resumed());
    client_settings.verify = PeerVerify::required;
    shake_hands();
    EXPECT_EQ(client.rules(), rules(Rule::unknown_ca)) << verdicts();
}

TEST_P(TlsResumption, leaves_no_way_around_a_policy) {
    client_settings.unverified_allowed = true;
    client_settings.verify = PeerVerify::none;
    client_settings.credentials.trust = trust_of({self_signed(ca_named("Another Root"))});
    connects_resumed();
    client_settings.unverified_allowed = false; // asked for, and no longer allowed
    shake_hands();
    EXPECT_EQ(client.rules(), rules(Rule::unknown_ca, Rule::policy_requires_verification)) << verdicts();
}

TEST_P(TlsResumption, of_a_handshake_that_optional_let_pass_is_not_kept) {
    client_settings.unverified_allowed = true;
    client_settings.verify = PeerVerify::optional;
    client_settings.host_name = "other.example.test";
    for (int i = 0; i < 2; ++i) {
        EXPECT_FALSE(connects_resumed());
        EXPECT_EQ(client.rules(), rules(Rule::wrong_host_name));
    }
}

TEST_P(TlsResumption, gives_way_to_a_removed_authority) {
    EXPECT_FALSE(connects_resumed());
    client_settings.credentials.trust = trust_of({self_signed(ca_named("Another Root"))});
    shake_hands();
    EXPECT_EQ(client.rules(), rules(Rule::unknown_ca)) << verdicts();
}

TEST_P(TlsResumption, gives_way_to_a_new_revocation_list) {
    EXPECT_FALSE(connects_resumed());
    CrlOptions list;
    list.revoked = {pki.leaf};
    client_settings.credentials.trust = trust_of({pki.root}, crl_pem(pki.intermediate, list));
    shake_hands();
    EXPECT_EQ(client.rules(), rules(Rule::revoked)) << verdicts();
}

TEST_P(TlsResumption, ends_with_the_certificates_that_were_verified) {
    EXPECT_FALSE(connects_resumed());
    EXPECT_TRUE(connects_resumed());
    calendar.date = kToday + 30 * kDay + 1; // a day's life would be over as well
    shake_hands();
    EXPECT_EQ(client.rules(), rules(Rule::expired)) << verdicts();
}

TEST_P(TlsResumption, ends_with_the_revocation_list) {
    CrlOptions list;
    list.next_update = kToday + 60;
    client_settings.credentials.trust = trust_of({pki.root}, crl_pem(pki.root, list));
    EXPECT_FALSE(connects_resumed());
    EXPECT_TRUE(connects_resumed());
    calendar.date = kToday + 61;
    shake_hands();
    EXPECT_EQ(client.rules(), rules(Rule::crl_expired)) << verdicts();
}

TEST_P(TlsResumption, ends_a_day_after_the_full_handshake) {
    EXPECT_FALSE(connects_resumed());
    calendar.date = kToday + kDay / 2;
    EXPECT_TRUE(connects_resumed()) << "and brings new tickets";
    calendar.date = kToday + kDay + 1;
    EXPECT_FALSE(connects_resumed());
}

TEST_P(TlsResumption, is_off_where_a_socket_says_so) {
    client_settings.session_cache = false;
    EXPECT_FALSE(connects_resumed());
    EXPECT_FALSE(connects_resumed());
    EXPECT_EQ(client_contexts.sessions().size(), 0U);
    client_settings.session_cache = true;
    EXPECT_FALSE(connects_resumed());
    EXPECT_TRUE(connects_resumed());
    client_settings.session_cache = false;
    EXPECT_FALSE(connects_resumed()) << "neither kept nor offered";
}

TEST_P(TlsResumption, is_off_where_a_server_says_so) {
    server_settings.session_cache = false;
    EXPECT_FALSE(connects_resumed());
    EXPECT_FALSE(connects_resumed());
}

TEST_P(TlsResumption, ends_with_a_purge_for_one_client_alone) {
    client_settings.client = "one";
    EXPECT_FALSE(connects_resumed());
    client_settings.client = "two";
    EXPECT_FALSE(connects_resumed());
    client_contexts.sessions().purge("two");
    EXPECT_FALSE(connects_resumed());
    client_settings.client = "one";
    EXPECT_TRUE(connects_resumed());
}

TEST_P(TlsResumption, ends_with_a_fatal_alert) {
    EXPECT_FALSE(connects_resumed());
    connected();
    EXPECT_TRUE(client.stream->resumed());
    ASSERT_TRUE(server.lower->write(as_bytes(std::string("\x17\x03\x03\x00\x20") + std::string(33, 'x'))));
    EXPECT_EQ(end_of(client), Error::connection_aborted);
    EXPECT_FALSE(connects_resumed());
}

// ---- the server's tickets

TEST_P(TlsResumption, at_a_server_is_its_clients_alone) {
    server_settings.client = "one";
    expect_full_after([&] { server_settings.client = "two"; });
}

TEST_P(TlsResumption, at_a_server_ends_with_a_change_of_its_credentials) {
    expect_full_after([&] { server_settings.credentials.revision = 1; });
    expect_full_after([&] { server_settings.credentials.trust = trust_of({pki.root}); });
}

TEST_P(TlsResumption, at_a_server_does_not_replace_a_client_certificate) {
    client_settings.credentials.identities = {client_identity("client", "serverAuth")};
    EXPECT_FALSE(connects_resumed());
    EXPECT_TRUE(connects_resumed());
    server_settings.verify = PeerVerify::required;
    server_settings.credentials.trust = trust_of({pki.root});
    shake_hands();
    EXPECT_EQ(server.rules(), rules(Rule::wrong_purpose)) << verdicts();
}

TEST_P(TlsResumption, at_a_server_keeps_saying_what_optional_let_pass) {
    server_settings.verify = PeerVerify::optional;
    server_settings.credentials.trust = trust_of({pki.root});
    client_settings.credentials.identities = {client_identity("client", "serverAuth")};
    EXPECT_FALSE(connects_resumed());
    EXPECT_TRUE(connects_resumed());
    EXPECT_EQ(server.rules(), rules(Rule::wrong_purpose)) << verdicts();
}

TEST_P(TlsResumption, at_a_server_ends_with_the_clients_certificate) {
    require_client_certificate();
    CertificateOptions brief = server_named("client");
    brief.extended_key_usage = "clientAuth";
    brief.not_after = kToday + 60;
    client_settings.credentials.identities = {identity_of({issue(pki.root, brief)})};
    EXPECT_FALSE(connects_resumed());
    EXPECT_TRUE(connects_resumed());
    calendar.date = kToday + 61;
    shake_hands();
    if (is_13()) end_of(client);
    EXPECT_EQ(server.rules(), rules(Rule::expired)) << verdicts();
}

TEST_P(TlsResumption, at_a_server_is_for_the_name_it_was_made_for) {
    CertificateOptions both = server_named("server.example.test");
    both.dns_names = {"server.example.test", "other.example.test"};
    server_settings.credentials.identities = {identity_of({issue(pki.root, both)})};
    EXPECT_FALSE(connects_resumed());
    TlsClientSettings other = client_settings;
    other.host_name = "other.example.test";
    offer_session_also_for(other);
    client_settings = other;
    EXPECT_FALSE(connects_resumed());
    offer_session_also_for(other);
    EXPECT_TRUE(connects_resumed()) << "nothing was wrong with the session itself";
}
