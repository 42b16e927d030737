// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/keys.h"

#include "nwpd/vault/credential_value.h"
#include "nwpd/vault/test_kit.h"

#include <cstdio>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace nwp::vault {
namespace {

RequestPointer parsed(const std::string& pem) {
    const BioPointer reader(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return RequestPointer(PEM_read_bio_X509_REQ(reader.get(), nullptr, nullptr, nullptr));
}

TEST(Keys, makes_p256_keys_that_differ) {
    const auto first = make_p256_key();
    const auto second = make_p256_key();
    ASSERT_TRUE(first);
    ASSERT_TRUE(second);
    EXPECT_FALSE(equal(*first, *second));
    const auto key = read_private_key(*first);
    ASSERT_TRUE(key);
    char group[32] = {};
    std::size_t size = 0;
    ASSERT_EQ(EVP_PKEY_get_group_name(key->get(), group, sizeof(group), &size), 1);
    EXPECT_STREQ(group, "prime256v1");
}

TEST(Keys, signs_requests_of_every_kind_of_key) {
    for (EVP_PKEY* made :
         {EVP_EC_gen("P-384"), EVP_RSA_gen(2048), EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")}) {
        const KeyPointer key(made);
        const auto pem = make_signing_request(*key, "CN=sensor-7,O=Example");
        ASSERT_TRUE(pem) << EVP_PKEY_get0_type_name(key.get());
        const RequestPointer request = parsed(*pem);
        ASSERT_TRUE(request);
        EXPECT_EQ(X509_REQ_verify(request.get(), key.get()), 1);
    }
}

TEST(Keys, refuses_a_request_for_a_key_that_cannot_sign) {
    const KeyPointer key(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"));
    EXPECT_EQ(make_signing_request(*key, "CN=x").error(), Error::operation_not_supported);
}

TEST(Keys, refuses_a_subject_that_is_none) {
    const KeyPointer key(EVP_EC_gen("P-256"));
    EXPECT_EQ(make_signing_request(*key, "sensor-7").error(), Error::invalid_argument);
}

// Another program's opinion.
TEST(Keys, makes_requests_that_the_openssl_command_verifies) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "request.pem";
    const KeyPointer key(EVP_EC_gen("P-256"));
    const auto pem = make_signing_request(*key, "CN=sensor-7,O=Example");
    ASSERT_TRUE(pem);
    test::write_whole(file, test::bytes_of(*pem));
    const std::string command = "openssl req -verify -noout -subject -in " + file.string() + " 2>&1";
    FILE* const pipe = ::popen(command.c_str(), "r"); // NOLINT(cert-env33-c): the command is ours
    ASSERT_NE(pipe, nullptr);
    char output[512] = {};
    const std::size_t size = std::fread(output, 1, sizeof(output) - 1, pipe);
    EXPECT_EQ(::pclose(pipe), 0) << output;
    EXPECT_NE(std::string(output, size).find("O = Example, CN = sensor-7"), std::string::npos) << output;
}

} // namespace
} // namespace nwp::vault
