// SPDX-License-Identifier: Apache-2.0
// No call gives a private key or a PSK back, whichever way it came in.
#include "base/text.h"
#include "nwpd/vault/test_kit.h"
#include "nwpd/vault/vault.h"

#include <cstdio>
#include <gtest/gtest.h>

namespace nwp::vault {
namespace {

using enum CredentialType;
using test::a_pair;

const std::string kPsk = "correct horse battery staple";

class Secrecy : public ::testing::Test {
protected:
    Result<void> add(SecTag tag, CredentialType type, const std::string& value) {
        return vault_->add(tag, type, as_bytes(value), false);
    }
    Result<void> write(const std::string& name, const std::string& content) {
        return vault_->write_file(name, as_bytes(content));
    }

    test::TemporaryFolder folder_;
    std::unique_ptr<Vault> vault_ = test::open_vault(folder_.path());
};

TEST_F(Secrecy, denies_keys_and_psks_always) {
    ASSERT_TRUE(add(1, private_key, a_pair().key_pem));
    ASSERT_TRUE(vault_->generate_key(2, false));
    ASSERT_TRUE(add(3, psk, kPsk));
    for (const SecTag tag : {1, 2, 3, 4}) {
        EXPECT_EQ(vault_->get(tag, private_key).error(), Error::access_denied);
        EXPECT_EQ(vault_->get(tag, psk).error(), Error::access_denied);
    }
}

TEST_F(Secrecy, denies_a_file_that_holds_a_key) {
    ASSERT_TRUE(write("key.pem", a_pair().key_pem));
    ASSERT_TRUE(vault_->write_file("key.der", a_pair().key_der));
    ASSERT_TRUE(write("locked.pem", test::encrypted_key(a_pair())));
    ASSERT_TRUE(write("both.pem", a_pair().certificate_pem + a_pair().key_pem));
    for (const char* name : {"key.pem", "key.der", "locked.pem", "both.pem"}) {
        EXPECT_EQ(vault_->read_file(name).error(), Error::access_denied) << name;
    }
    ASSERT_TRUE(write("certificate.pem", a_pair().certificate_pem));
    EXPECT_TRUE(vault_->read_file("certificate.pem"));
}

TEST_F(Secrecy, denies_a_file_that_is_used_as_a_key_whatever_it_became) {
    ASSERT_TRUE(write("key.pem", a_pair().key_pem));
    ASSERT_TRUE(add(1, private_key, "key.pem"));
    ASSERT_TRUE(write("key.pem", "scrambled in a way that only its owner reads"));
    EXPECT_EQ(vault_->read_file("key.pem").error(), Error::access_denied);
    ASSERT_TRUE(vault_->remove(1, private_key));
    EXPECT_TRUE(vault_->read_file("key.pem"));
}

TEST_F(Secrecy, takes_no_key_in_a_certificate_s_clothes) {
    EXPECT_EQ(add(1, own_certificate, a_pair().certificate_pem + a_pair().key_pem).error(),
              Error::invalid_argument);
    ASSERT_TRUE(write("both.pem", a_pair().certificate_pem + a_pair().key_pem));
    ASSERT_TRUE(add(1, own_certificate, "both.pem")) << "as a file it can be used";
    ASSERT_TRUE(add(1, private_key, "both.pem"));
    EXPECT_EQ(vault_->get(1, own_certificate).error(), Error::access_denied) << "and not be read";
    EXPECT_EQ(vault_->tls_credentials({1})->identities.size(), 1U);
}

/// Everything that the functions of vault.h give out as bytes or text.
std::vector<Byte> everything_readable(const Vault& vault) {
    std::vector<Byte> all;
    const auto take = [&](const auto& bytes) { all.insert(all.end(), bytes.begin(), bytes.end()); };
    for (SecTag tag = 0; tag < 8; ++tag) {
        for (const auto type : {none, ca_certificate, own_certificate, private_key, psk, psk_id, crl}) {
            if (auto value = vault.get(tag, type)) take(*value);
        }
        if (auto request = vault.signing_request(tag, "CN=x")) take(*request);
    }
    const auto list = vault.list();
    for (const auto& info : *list) take(info.summary);
    const auto files = vault.list_files();
    for (const auto& file : *files) {
        take(file.name);
        if (auto content = vault.read_file(file.name)) take(*content);
    }
    const auto credentials = vault.tls_credentials({0, 1, 2, 3, 4, 5, 6, 7});
    for (const auto& identity : credentials->identities) {
        for (const auto& certificate : identity.chain_der) take(certificate);
    }
    return all;
}

TEST_F(Secrecy, gives_no_byte_of_a_key_from_any_function) {
    ASSERT_TRUE(vault_->add(1, private_key, a_pair().key_der, false));
    ASSERT_TRUE(vault_->add(1, own_certificate, a_pair().certificate_der, false));
    ASSERT_TRUE(vault_->write_file("key.der", a_pair().key_der));
    ASSERT_TRUE(add(2, private_key, "key.der"));
    ASSERT_TRUE(add(3, psk, kPsk));
    ASSERT_TRUE(add(3, psk_id, "me"));
    const auto all = everything_readable(*vault_);
    EXPECT_TRUE(test::contains(all, a_pair().certificate_der)) << "the test reads what can be read";
    EXPECT_FALSE(test::contains(all, ByteView(a_pair().scalar).first(8)));
    EXPECT_FALSE(test::contains(all, as_bytes(kPsk)));
}

TEST_F(Secrecy, keeps_no_name_tag_or_value_in_clear_on_the_disk) {
    ASSERT_TRUE(vault_->add(0x5ec7a601, private_key, a_pair().key_der, false));
    ASSERT_TRUE(add(2, psk, kPsk));
    ASSERT_TRUE(write("a telling name", "a telling content"));
    vault_.reset();
    std::vector<Byte> disk;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
        const auto content = test::read_whole(entry.path());
        disk.insert(disk.end(), content.begin(), content.end());
    }
    EXPECT_TRUE(test::contains(disk, as_bytes("SQLite format 3"))) << "the test reads the disk";
    EXPECT_FALSE(test::contains(disk, ByteView(a_pair().scalar).first(8)));
    EXPECT_FALSE(test::contains(disk, as_bytes(kPsk)));
    EXPECT_FALSE(test::contains(disk, as_bytes("telling")));
    EXPECT_FALSE(test::contains(disk, as_bytes("\x5e\xc7\xa6\x01")));
}

/// The undefined symbols of the vault's library, one line each with the object that wants it.
std::string wanted_symbols() {
    FILE* const pipe = ::popen("nm -A -u " NWP_VAULT_LIBRARY, "r"); // NOLINT(cert-env33-c)
    std::string symbols;
    char line[512];
    while (pipe != nullptr && std::fgets(line, sizeof(line), pipe) != nullptr) symbols += line;
    EXPECT_EQ(::pclose(pipe), 0);
    return symbols;
}

// A key is encoded in one place, to be sealed; nothing else of OpenSSL that writes keys is even linked.
TEST(SecrecyBySymbol, only_keys_cpp_can_encode_a_private_key) {
    const std::string symbols = wanted_symbols();
    EXPECT_NE(symbols.find("keys.cpp.o: "), std::string::npos);
    for (const char* writer :
         {"i2d_PrivateKey", "i2d_ECPrivateKey", "i2d_RSAPrivateKey", "PEM_write_bio_PrivateKey",
          "PKCS8PrivateKey", "PEM_write_PrivateKey", "EVP_PKEY_get_raw_private_key", "EVP_PKEY_get_bn_param",
          "EVP_PKEY_todata", "EVP_PKEY_print_private", "OSSL_ENCODER", "EC_KEY_get0_private_key",
          "RSA_get0"}) {
        EXPECT_EQ(symbols.find(writer), std::string::npos) << writer;
    }
    const std::string encoder = "i2d_PKCS8_PRIV_KEY_INFO";
    const std::size_t first = symbols.find(encoder);
    ASSERT_NE(first, std::string::npos);
    const std::size_t line = symbols.rfind('\n', first) + 1;
    EXPECT_NE(symbols.substr(line, first - line).find("keys.cpp.o"), std::string::npos);
    EXPECT_EQ(symbols.find(encoder, first + 1), std::string::npos) << "a second place encodes keys";
}

} // namespace
} // namespace nwp::vault
