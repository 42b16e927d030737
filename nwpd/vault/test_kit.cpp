// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/test_kit.h"

#include "nwpd/vault/openssl_pointers.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

namespace nwp::vault::test {
namespace {

template <typename Write>
std::string text_of(Write write) {
    const BioPointer writer(BIO_new(BIO_s_mem()));
    write(writer.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(writer.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

template <typename Encode>
std::vector<Byte> der_of(Encode encode) {
    unsigned char* der = nullptr;
    const int size = encode(&der);
    std::vector<Byte> bytes(der, der + std::max(0, size));
    OPENSSL_free(der);
    return bytes;
}

CertificatePointer self_signed(EVP_PKEY* key, const std::string& common_name) {
    CertificatePointer certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 365L * 24 * 3600);
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.data()),
                               static_cast<int>(common_name.size()), -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_set_pubkey(certificate.get(), key);
    X509_sign(certificate.get(), key, EVP_sha256());
    return certificate;
}

RevocationListPointer empty_list(EVP_PKEY* key, const X509& issuer) {
    RevocationListPointer list(X509_CRL_new());
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(&issuer));
    const std::unique_ptr<ASN1_TIME, FreeWith<ASN1_TIME_free>> now(X509_gmtime_adj(nullptr, 0));
    const std::unique_ptr<ASN1_TIME, FreeWith<ASN1_TIME_free>> later(X509_gmtime_adj(nullptr, 86400));
    X509_CRL_set1_lastUpdate(list.get(), now.get());
    X509_CRL_set1_nextUpdate(list.get(), later.get());
    X509_CRL_sign(list.get(), key, EVP_sha256());
    return list;
}

std::vector<Byte> scalar_of(EVP_PKEY* key) {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number);
    std::vector<Byte> bytes(32);
    BN_bn2binpad(number, bytes.data(), static_cast<int>(bytes.size()));
    BN_clear_free(number);
    return bytes;
}

} // namespace

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "nwp-vault-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Pair make_pair(const std::string& common_name) {
    const KeyPointer key(EVP_EC_gen("P-256"));
    const CertificatePointer certificate = self_signed(key.get(), common_name);
    const RevocationListPointer list = empty_list(key.get(), *certificate);
    Pair pair;
    pair.certificate_pem = text_of([&](BIO* to) { PEM_write_bio_X509(to, certificate.get()); });
    pair.key_pem = text_of(
        [&](BIO* to) { PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    pair.crl_pem = text_of([&](BIO* to) { PEM_write_bio_X509_CRL(to, list.get()); });
    pair.certificate_der = der_of([&](unsigned char** to) { return i2d_X509(certificate.get(), to); });
    pair.key_der = der_of([&](unsigned char** to) { return i2d_PrivateKey(key.get(), to); });
    pair.scalar = scalar_of(key.get());
    return pair;
}

const Pair& a_pair() {
    static const Pair pair = make_pair("first.example");
    return pair;
}

const Pair& another_pair() {
    static const Pair pair = make_pair("second.example");
    return pair;
}

std::string encrypted_key(const Pair& pair) {
    const unsigned char* position = pair.key_der.data();
    const KeyPointer key(d2i_AutoPrivateKey(nullptr, &position, static_cast<long>(pair.key_der.size())));
    char passphrase[] = "secret";
    return text_of([&](BIO* to) {
        PEM_write_bio_PKCS8PrivateKey(to, key.get(), EVP_aes_128_cbc(), passphrase, 6, nullptr, nullptr);
    });
}

std::vector<Byte> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

std::vector<Byte> read_whole(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void write_whole(const std::filesystem::path& file, const std::vector<Byte>& content) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
}

bool contains(ByteView haystack, ByteView needle) {
    return std::search(haystack.begin(), haystack.end(), needle.begin(), needle.end()) != haystack.end();
}

std::unique_ptr<Vault> open_vault(const std::filesystem::path& folder) {
    std::string why;
    auto vault = Vault::open(folder, &why);
    if (!vault) {
        ADD_FAILURE() << "the vault does not open: " << to_string(vault.error()) << ": " << why;
        std::abort();
    }
    return std::move(*vault);
}

} // namespace nwp::vault::test
