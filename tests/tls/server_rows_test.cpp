// SPDX-License-Identifier: Apache-2.0
// Our server with the clients of others.
#include "tests/tls/matrix.h"

using namespace nwp;
using namespace nwp::tls_matrix;
using namespace nwp::kit;

namespace {

constexpr const char* kClientName = "client";

void plain(World& world, const Authorities& pki) {
    world.server.credentials.identities = {identity_of({pki.leaf(kServerUsage)})};
    world.setup.trust = {pki.root};
}

void mutual(World& world, const Authorities& pki) {
    plain(world, pki);
    world.server.verify = PeerVerify::required;
    world.server.credentials.trust = trust_of({pki.root});
}

template <typename Change>
void show(World& world, const Authorities& pki, Change change) {
    mutual(world, pki);
    CertificateOptions options = pki.named(kClientName, kClientUsage);
    change(options);
    world.setup.chain = {issue(pki.root, options)};
}

void show(World& world, const Authorities& pki) {
    show(world, pki, [](CertificateOptions&) {});
}

void show_chain(World& world, const Authorities& pki, const Certificate& issuer, bool send_issuer = true) {
    mutual(world, pki);
    world.setup.chain = {issue(issuer, pki.named(kClientName, kClientUsage))};
    if (send_issuer) world.setup.chain.push_back(issuer);
}

constexpr GoodRow kGood[] = {
    {"plain_chain", plain},
    {"chain_of_three",
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.server.credentials.identities = {identity_of(pki.chain_of_three(kServerUsage))};
     }},
    {"mutual", [](World& world, const Authorities& pki) { show(world, pki); }},
    {"alpn",
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.server.alpn = {"h2", kAlpn};
         world.setup.alpn = true;
     }},
    {"sni_with_two_certificates",
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.server.credentials.identities.push_back(
             identity_of({issue(pki.root, pki.named(kSecondName, kServerUsage))}));
         world.setup.server_name = kSecondName;
     }},
    {"psk",
     [](World& world, const Authorities&) {
         const std::string key = "0123456789abcdef";
         world.server.credentials.psks = {{kPskIdentity, {key.begin(), key.end()}}};
         world.setup.psk = true;
     }},
    {"resumed",
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.setup.resumes = true;
     }},
    {"resumed_mutual",
     [](World& world, const Authorities& pki) {
         show(world, pki);
         world.setup.resumes = true;
     }},
};

const RefusedRow kRefused[] = {
    {"no_certificate", rules(Rule::no_certificate), mutual},
    {"expired", rules(Rule::expired),
     [](World& world, const Authorities& pki) {
         show(world, pki, [&](CertificateOptions& leaf) { leaf.not_after = pki.today - kDay; });
     }},
    {"not_yet_valid", rules(Rule::not_yet_valid),
     [](World& world, const Authorities& pki) {
         show(world, pki, [&](CertificateOptions& leaf) { leaf.not_before = pki.today + kDay; });
     }},
    {"clock_not_set", rules(Rule::clock_not_set),
     [](World& world, const Authorities& pki) {
         show(world, pki);
         world.calendar.date = 0;
     }},
    {"self_signed", rules(Rule::self_signed),
     [](World& world, const Authorities& pki) {
         mutual(world, pki);
         world.setup.chain = {self_signed(pki.named(kClientName, kClientUsage))};
     }},
    {"unknown_ca", rules(Rule::unknown_ca),
     [](World& world, const Authorities& pki) { show_chain(world, pki, pki.other_intermediate); }},
    {"missing_intermediate", rules(Rule::missing_intermediate),
     [](World& world, const Authorities& pki) { show_chain(world, pki, pki.intermediate, false); }},
    {"issuer_that_is_no_ca", rules(Rule::issuer_not_ca),
     [](World& world, const Authorities& pki) {
         show_chain(world, pki, issue(pki.root, pki.named("no-ca", kClientUsage)));
     }},
    {"missing_client_auth", rules(Rule::wrong_purpose),
     [](World& world, const Authorities& pki) {
         show(world, pki, [](CertificateOptions& leaf) { leaf.extended_key_usage = kServerUsage; });
     }},
    {"name_constraint_broken", rules(Rule::name_constraint),
     [](World& world, const Authorities& pki) {
         CertificateOptions bound = pki.authority("Bound Intermediate");
         bound.name_constraints = "permitted;DNS:other.test";
         show_chain(world, pki, issue(pki.root, bound));
     }},
    {"revoked", rules(Rule::revoked),
     [](World& world, const Authorities& pki) {
         show(world, pki);
         CrlOptions list;
         list.revoked = world.setup.chain;
         list.last_update = pki.today - kDay;
         list.next_update = pki.today + kDay;
         world.server.credentials.trust = trust_of({pki.root}, crl_pem(pki.root, list));
     }},
    {"expired_revocation_list", rules(Rule::crl_expired),
     [](World& world, const Authorities& pki) {
         show(world, pki);
         CrlOptions list;
         list.last_update = pki.today - 10 * kDay;
         list.next_update = pki.today - kDay;
         world.server.credentials.trust = trust_of({pki.root}, crl_pem(pki.root, list));
     }},
    {"rsa_of_1024_bits", rules(Rule::weak_key),
     [](World& world, const Authorities& pki) {
         show(world, pki, [](CertificateOptions& leaf) { leaf.rsa_bits = 1024; });
         world.setup.weak = true;
     }},
    {"sha_1_signature", rules(Rule::weak_signature),
     [](World& world, const Authorities& pki) {
         show(world, pki, [](CertificateOptions& leaf) { leaf.sha1 = true; });
         world.setup.weak = true;
     }},
    {"only_tls_1_1", rules(Rule::version_too_low),
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.setup.version = Protocol::tls_1_1;
         world.setup.weak = true;
     }},
    {"below_the_version_asked_for", rules(Rule::version_too_low),
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.server.floor = world.server.ceiling = Protocol::tls_1_3;
         world.setup.version = Protocol::tls_1_2;
     }},
    {"refused_by_the_peer", rules(Rule::peer_alert),
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.setup.trust = {pki.other_root};
     }},
    {"no_application_protocol", rules(Rule::other),
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.server.alpn = {"h2"};
         world.setup.alpn = true;
     }},
};

std::vector<std::size_t> indices(std::size_t count) {
    std::vector<std::size_t> all(count);
    for (std::size_t i = 0; i < count; ++i) all[i] = i;
    return all;
}
const auto kPeers = ::testing::Values(Peer::openssl, Peer::gnutls);
const auto kVersions = ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3);

class ServerRow : public ::testing::TestWithParam<Parameter> {
protected:
    void play(const char* row, Arrange arrange) {
        world = std::make_unique<World>(std::get<1>(GetParam()), std::get<2>(GetParam()));
        reason = reason_against(Role::server, row, world->peer);
        if (reason == nullptr) arrange(*world, World::authorities());
    }
    void start() {
        program = start_client(world->peer, world->setup, listener.address, world->folder.path().string());
    }
    void accept() {
        world->accept(listener, world->server);
        ASSERT_TRUE(world->shaken());
    }
    /// It says something, we answer.
    void expect_talk(const std::string& its, const std::string& ours) {
        ASSERT_TRUE(*world->outcome) << world->explain() << "\n" << program->output();
        program->say(its + "\n");
        EXPECT_NE(world->read_until(its).find(its), std::string::npos) << world->explain() << "\n"
                                                                       << program->output();
        EXPECT_TRUE(world->write(ours + "\n"));
        EXPECT_TRUE(program->wait_for(ours)) << program->output();
        EXPECT_TRUE(world->stream->verdict().rules.empty()) << world->explain();
        EXPECT_EQ(world->stream->version(), world->setup.version);
    }
    /// The second connection of a client that keeps its session.
    void expect_resumed() {
        EXPECT_FALSE(world->stream->resumed());
        if (world->peer == Peer::openssl) {
            program->say("Q\n");
            EXPECT_EQ(world->end(), Error::closed);
            start();
        }
        ASSERT_NO_FATAL_FAILURE(accept());
        ASSERT_TRUE(*world->outcome) << world->explain() << "\n" << program->output();
        EXPECT_TRUE(world->stream->resumed());
        EXPECT_TRUE(program->wait_for(client_resumed(world->peer))) << program->output();
        EXPECT_TRUE(world->stream->verdict().rules.empty()) << world->explain();
    }

    kit::Listener listener;
    std::unique_ptr<World> world;
    std::unique_ptr<PeerProgram> program;
    const char* reason = nullptr;
};

class GoodServerRow : public ServerRow {};
class RefusedServerRow : public ServerRow {};

} // namespace

TEST_P(GoodServerRow, accepts) {
    const GoodRow& row = kGood[std::get<0>(GetParam())];
    play(row.name, row.arrange);
    if (reason != nullptr) GTEST_SKIP() << reason;
    start();
    ASSERT_NO_FATAL_FAILURE(accept());
    const bool twice_by_itself = world->setup.resumes && world->peer == Peer::gnutls;
    if (!twice_by_itself) {
        ASSERT_NO_FATAL_FAILURE(expect_talk("its words", "our words"));
    }
    if (world->setup.alpn) {
        EXPECT_EQ(world->stream->alpn_selected(), kAlpn);
    }
    EXPECT_EQ(world->stream->server_name(), world->setup.server_name);
    if (!world->setup.resumes) return;
    ASSERT_NO_FATAL_FAILURE(expect_resumed());
    ASSERT_NO_FATAL_FAILURE(expect_talk("its other words", "our other words"));
}
INSTANTIATE_TEST_SUITE_P(
    , GoodServerRow, ::testing::Combine(::testing::ValuesIn(indices(std::size(kGood))), kPeers, kVersions),
    [](const auto& tested) { return name_of(kGood[std::get<0>(tested.param)].name, tested.param); });

TEST_P(RefusedServerRow, is_refused_and_nothing_reaches_the_application) {
    const RefusedRow& row = kRefused[std::get<0>(GetParam())];
    play(row.name, row.arrange);
    if (reason != nullptr) GTEST_SKIP() << reason;
    start();
    program->say("its words\n");
    ASSERT_NO_FATAL_FAILURE(accept());
    EXPECT_EQ(world->outcome->error(), Error::connection_aborted);
    EXPECT_EQ(world->stream->verdict().rules, row.rules) << world->explain() << "\n" << program->output();
    Byte byte = 0;
    EXPECT_EQ(world->stream->read({&byte, 1}).error(), Error::not_connected);
    EXPECT_FALSE(world->write("our words\n"));
    world->stream->close(false);
    run_ready(world->context);
    EXPECT_FALSE(program->printed("our words"));
}
INSTANTIATE_TEST_SUITE_P(, RefusedServerRow,
                         ::testing::Combine(::testing::ValuesIn(indices(std::size(kRefused))), kPeers,
                                            kVersions),
                         [](const auto& tested) {
                             return name_of(kRefused[std::get<0>(tested.param)].name, tested.param);
                         });

std::vector<std::string> nwp::tls_matrix::server_row_names() {
    std::vector<std::string> names;
    for (const GoodRow& row : kGood) names.emplace_back(row.name);
    for (const RefusedRow& row : kRefused) names.emplace_back(row.name);
    return names;
}
