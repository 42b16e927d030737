// SPDX-License-Identifier: Apache-2.0
// Pre-shared keys, with a client and a server of ours.

#include "nwpd/net/tls_pair_fixture.h"

using namespace nwp;
using namespace nwp::net;
using namespace nwp::kit;

namespace {

class TlsPsk : public TlsPairTest {
protected:
    TlsPsk() {
        client_settings.host_name.clear();
        client_settings.credentials = only({{"sensor-7", key_of(1)}});
        server_settings.credentials = only({{"sensor-6", key_of(2)}, {"sensor-7", key_of(1)}});
    }
    static std::vector<Byte> key_of(Byte seed) { return std::vector<Byte>(16, seed); }
    static TlsCredentials only(std::vector<Psk> psks) {
        TlsCredentials credentials;
        credentials.trust = std::make_shared<Trust>();
        credentials.psks = std::move(psks);
        return credentials;
    }
    void expect_refused() {
        shake_hands();
        EXPECT_EQ(client.outcome->error(), Error::connection_aborted);
        EXPECT_EQ(server.outcome->error(), Error::connection_aborted);
        EXPECT_TRUE(client.rules().has(Rule::peer_alert)) << verdicts();
    }
};
INSTANTIATE_TEST_SUITE_P(, TlsPsk, ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3), version_name);

} // namespace

TEST_P(TlsPsk, proves_both_sides_without_a_certificate) {
    talk_and_close();
    EXPECT_EQ(client.rules(), RuleSet{}) << verdicts();
    EXPECT_EQ(server.rules(), RuleSet{}) << verdicts();
    EXPECT_FALSE(client.stream->resumed());
    EXPECT_FALSE(server.stream->resumed());
    EXPECT_EQ(client_contexts.sessions().size(), 0U);
}

TEST_P(TlsPsk, suffices_for_a_server_that_insists) {
    server_settings.verify = PeerVerify::required;
    talk_and_close();
    server_settings.verify = PeerVerify::optional;
    talk_and_close();
    EXPECT_EQ(server.rules(), RuleSet{}) << "nobody missed a certificate: " << verdicts();
}

TEST_P(TlsPsk, of_an_unknown_identity_is_refused) {
    client_settings.credentials.psks[0].identity = "sensor-8";
    expect_refused();
    EXPECT_EQ(server.stream->verdict().alert, is_13() ? 40 : 115) << verdicts();
}

TEST_P(TlsPsk, that_differs_is_refused) {
    client_settings.credentials.psks[0].key = key_of(9);
    expect_refused();
    EXPECT_EQ(server.rules(), rules(Rule::bad_record)) << verdicts();
    EXPECT_EQ(server.stream->verdict().alert, is_13() ? 47 : 20) << verdicts();
}

TEST_P(TlsPsk, stands_beside_a_certificate_on_both_sides) {
    server_settings.credentials.identities = {identity_of({pki.leaf, pki.intermediate})};
    talk_and_close(); // a client that has no authority to verify with
    client_settings.credentials.psks.clear();
    client_settings.credentials.trust = trust_of({pki.root});
    client_settings.host_name = "server.example.test";
    talk_and_close(); // and one that has nothing else
}

TEST_P(TlsPsk, that_the_server_does_not_know_falls_back_to_the_certificate_which_is_verified) {
    server_settings.credentials.psks.clear();
    server_settings.credentials.identities = {identity_of({pki.leaf, pki.intermediate})};
    shake_hands(); // TLS 1.2: it offered nothing but its key
    EXPECT_EQ(client.rules(), is_13() ? rules(Rule::unknown_ca) : rules(Rule::peer_alert)) << verdicts();
    client_settings.credentials.trust = trust_of({pki.root});
    client_settings.host_name = "server.example.test";
    connected();
    client_settings.host_name = "other.example.test";
    shake_hands();
    EXPECT_EQ(client.rules(), rules(Rule::wrong_host_name)) << verdicts();
}

TEST_P(TlsPsk, that_cannot_be_sent_is_no_credential) {
    const std::vector<Psk> unusable = {{std::string("a\0b", 3), key_of(1)},
                                       {std::string(256, 'a'), key_of(1)},
                                       {"a", {}},
                                       {"a", std::vector<Byte>(256, 1)}};
    for (const Psk& psk : unusable) {
        client_settings.credentials.psks = {psk};
        shake_hands();
        EXPECT_EQ(client.rules(), rules(Rule::no_credential)) << verdicts();
    }
    client_settings.credentials.psks = {{std::string(255, 'a'), std::vector<Byte>(255, 1)}};
    server_settings.credentials.psks = client_settings.credentials.psks;
    talk_and_close();
}
