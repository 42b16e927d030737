// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/tls_files.h"

#include "nwpd/vault/openssl_pointers.h"
#include "nwpd/vault/test_kit.h"
#include "nwpd/vault/vault.h"

#include <gtest/gtest.h>
#include <openssl/dh.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>

namespace nwp::vault {
namespace {

using test::a_pair;
using test::another_pair;
using test::bytes_of;

/// A group of RFC 7919 or RFC 3526 in PEM.
std::string dh_group(int nid) {
    EVP_PKEY_CTX* const maker = EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr);
    EVP_PKEY* made = nullptr;
    EXPECT_EQ(EVP_PKEY_paramgen_init(maker), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_dh_nid(maker, nid), 1);
    EXPECT_EQ(EVP_PKEY_paramgen(maker, &made), 1);
    EVP_PKEY_CTX_free(maker);
    const KeyPointer group{made};
    const BioPointer out{BIO_new(BIO_s_mem())};
    EXPECT_EQ(PEM_write_bio_Parameters(out.get(), group.get()), 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

class TlsFilesTest : public testing::Test {
protected:
    void write(const std::string& name, const std::vector<Byte>& content) {
        ASSERT_TRUE(vault->write_file(name, content));
    }
    TlsFileCredentials read(const TlsFiles& files) {
        auto found = vault->tls_credentials_of(files);
        EXPECT_TRUE(found);
        return found ? std::move(*found) : TlsFileCredentials{};
    }
    /// What is wrong with these, and whether it is that there is no such file.
    void expect_problem(const TlsFiles& files, TlsFile file, bool missing) {
        const TlsFileCredentials found = read(files);
        ASSERT_TRUE(found.problem);
        EXPECT_EQ(found.problem->file, file);
        EXPECT_EQ(found.problem->missing, missing);
        EXPECT_TRUE(found.credentials.identities.empty());
        EXPECT_TRUE(found.credentials.dh_parameters.empty());
        EXPECT_TRUE(found.peer_certificate.empty());
    }
    static TlsFiles dh(const std::string& name) {
        TlsFiles files;
        files.dh_parameters = name;
        return files;
    }

    test::TemporaryFolder folder;
    std::unique_ptr<Vault> vault = test::open_vault(folder.path());
};

TEST_F(TlsFilesTest, no_names_are_no_problem) {
    const TlsFileCredentials found = read({});
    EXPECT_FALSE(found.problem);
    EXPECT_TRUE(found.credentials.identities.empty());
}

TEST_F(TlsFilesTest, certificate_and_key_are_an_identity_in_der_and_in_pem) {
    write("own.der", a_pair().certificate_der);
    write("own.key", a_pair().key_der);
    write("own.pem", bytes_of(a_pair().certificate_pem));
    write("key.pem", bytes_of(a_pair().key_pem));
    for (const TlsFiles& files :
         {TlsFiles{{}, "own.der", "own.key", {}, {}}, TlsFiles{{}, "own.pem", "key.pem", {}, {}}}) {
        const TlsFileCredentials found = read(files);
        EXPECT_FALSE(found.problem);
        ASSERT_EQ(found.credentials.identities.size(), 1U);
        EXPECT_EQ(found.credentials.identities[0].chain_der.at(0), a_pair().certificate_der);
    }
}

TEST_F(TlsFilesTest, key_of_another_certificate_is_refused) {
    write("own.der", a_pair().certificate_der);
    write("other.key", another_pair().key_der);
    expect_problem({{}, "own.der", "other.key", {}, {}}, TlsFile::key, false);
}

TEST_F(TlsFilesTest, certificate_without_a_key_misses_it) {
    write("own.der", a_pair().certificate_der);
    expect_problem({{}, "own.der", {}, {}, {}}, TlsFile::key, true);
}

TEST_F(TlsFilesTest, first_file_that_does_not_hold_is_told) {
    write("rubbish", bytes_of("rubbish"));
    expect_problem({"rubbish", "absent", {}, {}, {}}, TlsFile::ca, false);
    expect_problem({"absent", "rubbish", {}, {}, {}}, TlsFile::ca, true);
    expect_problem({{}, "rubbish", {}, {}, {}}, TlsFile::certificate, false);
    expect_problem({{}, {}, {}, {}, "rubbish"}, TlsFile::peer_certificate, false);
    expect_problem(dh("rubbish"), TlsFile::dh_parameters, false);
    expect_problem(dh("absent"), TlsFile::dh_parameters, true);
}

TEST_F(TlsFilesTest, peer_certificate_is_given_in_der) {
    write("peer.pem", bytes_of(a_pair().certificate_pem));
    EXPECT_EQ(read({{}, {}, {}, {}, "peer.pem"}).peer_certificate, a_pair().certificate_der);
}

TEST_F(TlsFilesTest, good_dh_file_is_taken_in_pem_and_in_der) {
    write("dh.pem", bytes_of(dh_group(NID_ffdhe2048)));
    const TlsFileCredentials of_pem = read(dh("dh.pem"));
    EXPECT_FALSE(of_pem.problem);
    ASSERT_FALSE(of_pem.credentials.dh_parameters.empty());

    write("dh.der", of_pem.credentials.dh_parameters);
    const TlsFileCredentials of_der = read(dh("dh.der"));
    EXPECT_FALSE(of_der.problem);
    EXPECT_EQ(of_der.credentials.dh_parameters, of_pem.credentials.dh_parameters);
}

TEST_F(TlsFilesTest, short_dh_group_and_other_parameters_are_refused) {
    write("short", bytes_of(dh_group(NID_modp_1536)));
    expect_problem(dh("short"), TlsFile::dh_parameters, false);
    write("key", a_pair().key_der);
    expect_problem(dh("key"), TlsFile::dh_parameters, false);
}

TEST_F(TlsFilesTest, file_written_anew_is_another_revision) {
    write("ca", a_pair().certificate_der);
    const TlsFiles files{"ca", {}, {}, {}, {}};
    const auto before = read(files).credentials.revision;
    write("ca", another_pair().certificate_der);
    EXPECT_NE(read(files).credentials.revision, before);
}

} // namespace
} // namespace nwp::vault
