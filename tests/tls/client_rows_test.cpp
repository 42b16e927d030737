// SPDX-License-Identifier: Apache-2.0
// Our client with the servers of others.
#include "tests/tls/matrix.h"

using namespace nwp;
using namespace nwp::tls_matrix;
using namespace nwp::kit;

namespace {

void plain(World& world, const Authorities& pki) { world.setup.chain = {pki.leaf(kServerUsage)}; }

std::vector<Certificate> leaf_of(const Certificate& issuer, const CertificateOptions& options) {
    return {issue(issuer, options)};
}

constexpr GoodRow kGood[] = {
    {"plain_chain", plain},
    {"chain_of_three",
     [](World& world, const Authorities& pki) { world.setup.chain = pki.chain_of_three(kServerUsage); }},
    {"mutual",
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.setup.trust = {pki.root};
         world.client.credentials.identities = {identity_of({pki.leaf(kClientUsage)})};
     }},
    {"alpn",
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.setup.alpn = true;
         world.client.alpn = {"spdy/1", kAlpn};
     }},
    {"sni_with_two_certificates",
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.setup.second = leaf_of(pki.root, pki.named(kSecondName, kServerUsage));
         world.client.host_name = kSecondName;
     }},
    {"psk",
     [](World& world, const Authorities&) {
         world.setup.psk = true;
         world.client.host_name.clear();
         world.client.credentials.trust = std::make_shared<net::Trust>();
         const std::string key = "0123456789abcdef";
         world.client.credentials.psks = {{kPskIdentity, {key.begin(), key.end()}}};
     }},
    {"resumed", plain},
};

template <typename Change>
void show(World& world, const Authorities& pki, Change change) {
    world.setup.chain = {pki.leaf(kServerUsage, change)};
}

void trust_with_list(World& world, const Authorities& pki, CrlOptions list) {
    plain(world, pki);
    list.last_update = pki.today - 10 * kDay;
    world.client.credentials.trust = trust_of({pki.root}, crl_pem(pki.root, list));
}

const RefusedRow kRefused[] = {
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
         plain(world, pki);
         world.calendar.date = 0;
     }},
    {"wrong_host_name", rules(Rule::wrong_host_name),
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         world.client.host_name = "elsewhere.example.test";
     }},
    {"self_signed", rules(Rule::self_signed),
     [](World& world, const Authorities& pki) {
         world.setup.chain = {self_signed(pki.named(kName, kServerUsage))};
     }},
    {"unknown_ca", rules(Rule::unknown_ca),
     [](World& world, const Authorities& pki) {
         world.setup.chain = {issue(pki.other_intermediate, pki.named(kName, kServerUsage)),
                              pki.other_intermediate};
     }},
    {"missing_intermediate", rules(Rule::missing_intermediate),
     [](World& world, const Authorities& pki) {
         world.setup.chain = leaf_of(pki.intermediate, pki.named(kName, kServerUsage));
     }},
    {"issuer_that_is_no_ca", rules(Rule::issuer_not_ca),
     [](World& world, const Authorities& pki) {
         const Certificate issuer = issue(pki.root, pki.named("no-ca.example.test", kServerUsage));
         world.setup.chain = {issue(issuer, pki.named(kName, kServerUsage)), issuer};
     }},
    {"missing_server_auth", rules(Rule::wrong_purpose),
     [](World& world, const Authorities& pki) { world.setup.chain = {pki.leaf(kClientUsage)}; }},
    {"name_constraint_broken", rules(Rule::name_constraint),
     [](World& world, const Authorities& pki) {
         CertificateOptions bound = pki.authority("Bound Intermediate");
         bound.name_constraints = "permitted;DNS:other.test";
         const Certificate issuer = issue(pki.root, bound);
         world.setup.chain = {issue(issuer, pki.named(kName, kServerUsage)), issuer};
     }},
    {"revoked", rules(Rule::revoked),
     [](World& world, const Authorities& pki) {
         plain(world, pki);
         CrlOptions list;
         list.revoked = world.setup.chain;
         list.last_update = pki.today - kDay;
         list.next_update = pki.today + kDay;
         world.client.credentials.trust = trust_of({pki.root}, crl_pem(pki.root, list));
     }},
    {"expired_revocation_list", rules(Rule::crl_expired),
     [](World& world, const Authorities& pki) {
         CrlOptions list;
         list.next_update = pki.today - kDay;
         trust_with_list(world, pki, list);
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
         world.client.floor = world.client.ceiling = Protocol::tls_1_3; // the number is a floor
         world.setup.version = Protocol::tls_1_2;
     }},
};

std::vector<std::size_t> indices(std::size_t count) {
    std::vector<std::size_t> all(count);
    for (std::size_t i = 0; i < count; ++i) all[i] = i;
    return all;
}
const auto kPeers = ::testing::Values(Peer::openssl, Peer::gnutls, Peer::nginx);
const auto kVersions = ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3);

class ClientRow : public ::testing::TestWithParam<Parameter> {
protected:
    void play(const char* row, Arrange arrange) {
        world = std::make_unique<World>(std::get<1>(GetParam()), std::get<2>(GetParam()));
        reason = reason_against(Role::client, row, world->peer);
        if (reason != nullptr) return;
        arrange(*world, World::authorities());
        server = start_server(world->peer, world->setup, world->folder.path().string());
        ASSERT_NE(server->address().port, 0) << server->program().output();
    }
    void connect() {
        world->connect(server->address(), world->client);
        ASSERT_TRUE(world->shaken());
    }
    void expect_talk() {
        connect();
        ASSERT_TRUE(*world->outcome) << world->explain() << "\n" << server->program().output();
        ASSERT_TRUE(world->write(server->request()));
        EXPECT_TRUE(server->program().wait_for(server->heard())) << server->program().output();
        server->answer_now();
        EXPECT_NE(world->read_until(server->answer()).find(server->answer()), std::string::npos)
            << world->explain() << "\n"
            << server->program().output();
        EXPECT_TRUE(world->stream->verdict().rules.empty()) << world->explain();
        EXPECT_EQ(world->stream->version(), world->setup.version);
    }
    void expect_refusal(RuleSet expected) {
        connect();
        EXPECT_EQ(world->outcome->error(), Error::connection_aborted);
        RuleSet said = world->stream->verdict().rules;
        // Who says so first: a server that sees that there is no version in common, or we.
        if (expected.has(Rule::version_too_low))
            expected = expected | RuleSet{said.bits() & rules(Rule::peer_alert).bits()};
        EXPECT_EQ(said, expected) << world->explain() << "\n" << server->program().output();
        EXPECT_FALSE(world->write(server->request()));
        EXPECT_EQ(world->end(), Error::not_connected);
        world->stream->close(false);
        run_ready(world->context);
        EXPECT_FALSE(server->program().printed("our words") || server->program().printed("our-words"))
            << server->program().output();
    }

    std::unique_ptr<World> world;
    std::unique_ptr<ServerPeer> server;
    const char* reason = nullptr;
};

class GoodClientRow : public ClientRow {};
class RefusedClientRow : public ClientRow {};
class RefusedByServer : public ClientRow {};

} // namespace

TEST_P(GoodClientRow, connects) {
    const GoodRow& row = kGood[std::get<0>(GetParam())];
    ASSERT_NO_FATAL_FAILURE(play(row.name, row.arrange));
    if (reason != nullptr) GTEST_SKIP() << reason;
    ASSERT_NO_FATAL_FAILURE(expect_talk());
    EXPECT_FALSE(world->stream->resumed());
    if (world->setup.alpn) {
        EXPECT_EQ(world->stream->alpn_selected(), kAlpn);
    }
    if (row.name != std::string{"resumed"}) return;

    world->stream->close(false);
    ASSERT_NO_FATAL_FAILURE(expect_talk());
    EXPECT_TRUE(world->stream->resumed());
    EXPECT_TRUE(server->program().wait_for(server->resumed())) << server->program().output();
}
INSTANTIATE_TEST_SUITE_P(
    , GoodClientRow, ::testing::Combine(::testing::ValuesIn(indices(std::size(kGood))), kPeers, kVersions),
    [](const auto& tested) { return name_of(kGood[std::get<0>(tested.param)].name, tested.param); });

TEST_P(RefusedClientRow, is_refused_before_a_byte_moves) {
    const RefusedRow& row = kRefused[std::get<0>(GetParam())];
    ASSERT_NO_FATAL_FAILURE(play(row.name, row.arrange));
    if (reason != nullptr) GTEST_SKIP() << reason;
    expect_refusal(row.rules);
}
INSTANTIATE_TEST_SUITE_P(, RefusedClientRow,
                         ::testing::Combine(::testing::ValuesIn(indices(std::size(kRefused))), kPeers,
                                            kVersions),
                         [](const auto& tested) {
                             return name_of(kRefused[std::get<0>(tested.param)].name, tested.param);
                         });

TEST_P(RefusedByServer, is_heard_at_once_or_at_the_first_read) {
    play("refused_by_the_peer", [](World& each, const Authorities& pki) {
        plain(each, pki);
        each.setup.trust = {pki.root};
        each.client.credentials.identities = {
            identity_of({issue(pki.other_root, pki.named("stranger", kClientUsage))})};
    });
    if (reason != nullptr) GTEST_SKIP() << reason;
    connect();
    if (world->setup.version == Protocol::tls_1_2) {
        EXPECT_FALSE(*world->outcome);
    } else {
        ASSERT_TRUE(*world->outcome) << world->explain();
        EXPECT_EQ(world->end(), Error::connection_aborted) << world->explain();
        EXPECT_FALSE(world->write(server->request()));
    }
    EXPECT_EQ(world->stream->verdict().rules, rules(Rule::peer_alert)) << world->explain();
    EXPECT_NE(world->stream->verdict().alert, 0);
    EXPECT_FALSE(server->program().printed("our words"));
}
INSTANTIATE_TEST_SUITE_P(, RefusedByServer, ::testing::Combine(::testing::Values(0), kPeers, kVersions),
                         [](const auto& tested) { return name_of("refused_by_the_peer", tested.param); });

std::vector<std::string> nwp::tls_matrix::client_row_names() {
    std::vector<std::string> names{"refused_by_the_peer"};
    for (const GoodRow& row : kGood) names.emplace_back(row.name);
    for (const RefusedRow& row : kRefused) names.emplace_back(row.name);
    return names;
}
