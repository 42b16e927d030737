// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "nwpd/net/openssl.h"
#include "nwpd/vault/test_kit.h"
#include "nwpd/vault/vault.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <set>
#include <thread>

namespace nwp::vault {
namespace {

using enum CredentialType;
using test::a_pair;
using test::another_pair;
using Tags = std::vector<SecTag>;

class TlsCredentialsTest : public ::testing::Test {
protected:
    void add(SecTag tag, CredentialType type, const std::string& value, bool replace = false) {
        ASSERT_TRUE(vault_->add(tag, type, as_bytes(value), replace));
    }
    void write(const std::string& name, const std::string& content) {
        ASSERT_TRUE(vault_->write_file(name, as_bytes(content)));
    }
    net::TlsCredentials of(const Tags& tags) {
        auto credentials = vault_->tls_credentials(tags);
        EXPECT_TRUE(credentials);
        return *credentials;
    }

    test::TemporaryFolder folder_;
    std::unique_ptr<Vault> vault_ = test::open_vault(folder_.path());
};

TEST_F(TlsCredentialsTest, are_empty_without_tags) {
    const auto credentials = of({});
    ASSERT_NE(credentials.trust, nullptr);
    EXPECT_TRUE(credentials.trust->empty());
    EXPECT_TRUE(credentials.missing.empty());
}

TEST_F(TlsCredentialsTest, gather_what_several_tags_name) {
    add(1, ca_certificate, a_pair().certificate_pem + another_pair().certificate_pem);
    add(1, crl, a_pair().crl_pem);
    add(2, own_certificate, a_pair().certificate_pem + another_pair().certificate_pem);
    add(2, private_key, a_pair().key_pem);
    add(3, psk, "secret");
    add(3, psk_id, "me");
    const auto credentials = of({1, 2, 3, 2});
    EXPECT_FALSE(credentials.trust->empty());
    ASSERT_EQ(credentials.identities.size(), 1U) << "a tag named twice counts once";
    EXPECT_EQ(credentials.identities[0].chain_der.size(), 2U);
    EXPECT_EQ(credentials.identities[0].chain_der[0], a_pair().certificate_der);
    ASSERT_EQ(credentials.psks.size(), 1U);
    EXPECT_EQ(credentials.psks[0].identity, "me");
    EXPECT_EQ(credentials.psks[0].key, test::bytes_of("secret"));
    EXPECT_TRUE(credentials.missing.empty());
}

TEST_F(TlsCredentialsTest, list_tags_with_nothing_usable) {
    ASSERT_TRUE(vault_->generate_key(1, false));
    add(2, own_certificate, a_pair().certificate_pem);
    add(3, psk, "secret");
    add(4, psk_id, "me");
    EXPECT_EQ(of({1, 2, 3, 4, 5, 5}).missing, (Tags{1, 2, 3, 4, 5}));
}

TEST_F(TlsCredentialsTest, list_a_tag_whose_certificate_is_for_another_key) {
    add(1, own_certificate, a_pair().certificate_pem);
    add(1, private_key, another_pair().key_pem);
    const auto credentials = of({1});
    EXPECT_EQ(credentials.missing, (Tags{1}));
    EXPECT_TRUE(credentials.identities.empty());
}

// Passing over a revocation list that cannot be read would trust what was revoked.
TEST_F(TlsCredentialsTest, use_nothing_of_a_tag_with_something_broken) {
    add(1, ca_certificate, a_pair().certificate_pem);
    write("list.pem", a_pair().crl_pem);
    add(1, crl, "list.pem");
    EXPECT_TRUE(of({1}).missing.empty());
    write("list.pem", "no list");
    EXPECT_EQ(of({1}).missing, (Tags{1}));
    EXPECT_TRUE(of({1}).trust->empty());
    ASSERT_TRUE(vault_->remove_file("list.pem"));
    EXPECT_EQ(of({1}).missing, (Tags{1}));
}

TEST_F(TlsCredentialsTest, take_files_by_name) {
    write("both.pem", a_pair().certificate_pem + a_pair().key_pem);
    add(1, ca_certificate, "both.pem");
    add(1, own_certificate, "both.pem");
    add(1, private_key, "both.pem");
    const auto credentials = of({1});
    EXPECT_TRUE(credentials.missing.empty());
    EXPECT_EQ(credentials.identities.size(), 1U);
}

TEST_F(TlsCredentialsTest, differ_in_revision_after_every_change) {
    write("ca.pem", a_pair().certificate_pem);
    std::set<std::uint64_t> seen;
    const auto is_new = [&] {
        const auto credentials = of({1, 2});
        EXPECT_EQ(credentials.revision, *vault_->revision({1, 2}));
        EXPECT_EQ(credentials.revision, of({1, 2}).revision) << "and only after a change";
        return seen.insert(credentials.revision).second;
    };
    EXPECT_TRUE(is_new());
    add(1, ca_certificate, "ca.pem");
    EXPECT_TRUE(is_new());
    write("ca.pem", another_pair().certificate_pem);
    EXPECT_TRUE(is_new()) << "the file behind a name";
    ASSERT_TRUE(vault_->remove_file("ca.pem"));
    EXPECT_TRUE(is_new());
    write("ca.pem", another_pair().certificate_pem);
    EXPECT_TRUE(is_new()) << "the same file again, but meanwhile it was gone";
    add(1, crl, a_pair().crl_pem);
    EXPECT_TRUE(is_new());
    ASSERT_TRUE(vault_->remove(1, crl));
    EXPECT_TRUE(is_new()) << "as before the list came, but meanwhile it was there";
    add(1, ca_certificate, a_pair().certificate_pem, true);
    EXPECT_TRUE(is_new());
    ASSERT_TRUE(vault_->generate_key(2, false));
    EXPECT_TRUE(is_new());
    ASSERT_TRUE(vault_->generate_key(2, true));
    EXPECT_TRUE(is_new());
    ASSERT_TRUE(vault_->remove(2, private_key));
    EXPECT_TRUE(is_new());
    ASSERT_TRUE(vault_->remove(1, ca_certificate));
    EXPECT_TRUE(is_new()) << "both tags empty again";
}

TEST_F(TlsCredentialsTest, keep_their_revision_over_a_restart_and_when_others_change) {
    add(1, ca_certificate, a_pair().certificate_pem);
    const auto before = of({1}).revision;
    add(2, ca_certificate, a_pair().certificate_pem);
    add(1, ca_certificate, a_pair().certificate_pem);
    EXPECT_EQ(of({1}).revision, before) << "the same bytes again are no change";
    vault_.reset();
    vault_ = test::open_vault(folder_.path());
    EXPECT_EQ(of({1}).revision, before);
    EXPECT_NE(of({2}).revision, before);
    EXPECT_NE(of({1, 2}).revision, of({2, 1}).revision);
}

TEST_F(TlsCredentialsTest, can_sign_on_another_thread_after_the_vault_is_gone) {
    add(1, own_certificate, a_pair().certificate_pem);
    add(1, private_key, a_pair().key_pem);
    const auto credentials = of({1});
    vault_.reset();
    std::thread([&] {
        EVP_PKEY* const key = net::PrivateKey::Access::get(credentials.identities.at(0).key);
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        std::size_t size = 0;
        EXPECT_EQ(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key), 1);
        EXPECT_EQ(EVP_DigestSign(context, nullptr, &size, a_pair().certificate_der.data(), 10), 1);
        EVP_MD_CTX_free(context);
    }).join();
}

} // namespace
} // namespace nwp::vault
