// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/pki/pki.h"

#include "base/expect.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <atomic>

namespace nwp::kit {
namespace {

struct Free {
    void operator()(X509* object) const { X509_free(object); }
    void operator()(EVP_PKEY* object) const { EVP_PKEY_free(object); }
    void operator()(X509_CRL* object) const { X509_CRL_free(object); }
    void operator()(X509_EXTENSION* object) const { X509_EXTENSION_free(object); }
    void operator()(ASN1_TIME* object) const { ASN1_TIME_free(object); }
    void operator()(BIO* object) const { BIO_free(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

std::uint64_t next_serial() {
    static std::atomic<std::uint64_t> serial{1000};
    return ++serial;
}

EVP_PKEY* make_key(int rsa_bits) {
    EVP_PKEY* key = rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(static_cast<unsigned>(rsa_bits));
    NWP_EXPECT(key != nullptr);
    return key;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    if (value.empty()) return;
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509V3_set_ctx_nodb(&context);
    const Owned<X509_EXTENSION> extension{X509V3_EXT_nconf_nid(nullptr, &context, kind, value.c_str())};
    NWP_EXPECT(extension != nullptr);
    X509_add_ext(certificate, extension.get(), -1);
}

std::string alternative_names(const CertificateOptions& options) {
    std::string names;
    for (const std::string& name : options.dns_names) names += (names.empty() ? "DNS:" : ",DNS:") + name;
    for (const std::string& name : options.ip_addresses) names += (names.empty() ? "IP:" : ",IP:") + name;
    return names;
}

void add_extensions(X509* certificate, X509* issuer, const CertificateOptions& options) {
    std::string constraints = options.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE";
    if (options.path_length >= 0) constraints += ",pathlen:" + std::to_string(options.path_length);
    add_extension(certificate, issuer, NID_basic_constraints, constraints);
    add_extension(certificate, issuer, NID_key_usage,
                  options.key_usage.empty() && options.is_ca ? "critical,keyCertSign,cRLSign"
                                                             : options.key_usage);
    add_extension(certificate, issuer, NID_ext_key_usage, options.extended_key_usage);
    add_extension(certificate, issuer, NID_subject_alt_name, alternative_names(options));
    add_extension(certificate, issuer, NID_name_constraints, options.name_constraints);
    add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
    if (issuer != certificate) add_extension(certificate, issuer, NID_authority_key_identifier, "keyid");
}

void damage_signature(X509* certificate) {
    const ASN1_BIT_STRING* signature = nullptr;
    X509_get0_signature(&signature, nullptr, certificate);
    // The last byte: the DER around the numbers stays readable.
    signature->data[signature->length - 1] =
        static_cast<unsigned char>(signature->data[signature->length - 1] ^ 1);
}

Certificate make(const Certificate* issuer, const CertificateOptions& options) {
    X509* certificate = X509_new();
    EVP_PKEY* key = make_key(options.rsa_bits);
    X509* issuing = issuer != nullptr ? issuer->x509() : certificate;
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
                            options.serial != 0 ? options.serial : next_serial());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(options.common_name.c_str()), -1, -1,
                               0);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuing));
    ASN1_TIME_set(X509_getm_notBefore(certificate), options.not_before);
    ASN1_TIME_set(X509_getm_notAfter(certificate), options.not_after);
    X509_set_pubkey(certificate, key);
    add_extensions(certificate, issuing, options);
    NWP_EXPECT(X509_sign(certificate, issuer != nullptr ? issuer->key() : key,
                         options.sha1 ? EVP_sha1() : EVP_sha256()) > 0);
    if (options.damaged_signature) damage_signature(certificate);
    return {certificate, key};
}

template <typename Write>
std::string pem_of(Write write) {
    const Owned<BIO> memory{BIO_new(BIO_s_mem())};
    NWP_EXPECT(write(memory.get()) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

} // namespace

Certificate::Certificate(X509* certificate, EVP_PKEY* key)
    : certificate_(certificate, Free{}), key_(key, Free{}) {}

std::string Certificate::pem() const {
    return pem_of([this](BIO* out) { return PEM_write_bio_X509(out, x509()); });
}

std::string Certificate::key_pem() const {
    return pem_of([this](BIO* out) {
        return PEM_write_bio_PrivateKey(out, key(), nullptr, nullptr, 0, nullptr, nullptr);
    });
}

std::vector<std::uint8_t> Certificate::der() const {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(i2d_X509(x509(), nullptr)));
    unsigned char* out = bytes.data();
    i2d_X509(x509(), &out);
    return bytes;
}

Certificate self_signed(const CertificateOptions& options) { return make(nullptr, options); }
Certificate issue(const Certificate& issuer, const CertificateOptions& options) {
    return make(&issuer, options);
}

std::string crl_pem(const Certificate& issuer, const CrlOptions& options) {
    const Owned<X509_CRL> list{X509_CRL_new()};
    X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.x509()));
    const Owned<ASN1_TIME> last{ASN1_TIME_set(nullptr, options.last_update)};
    const Owned<ASN1_TIME> next{ASN1_TIME_set(nullptr, options.next_update)};
    X509_CRL_set1_lastUpdate(list.get(), last.get());
    X509_CRL_set1_nextUpdate(list.get(), next.get());
    for (const Certificate& certificate : options.revoked) {
        X509_REVOKED* entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate.x509()));
        X509_REVOKED_set_revocationDate(entry, last.get());
        X509_CRL_add0_revoked(list.get(), entry);
    }
    X509_CRL_sort(list.get());
    NWP_EXPECT(X509_CRL_sign(list.get(), issuer.key(), EVP_sha256()) > 0);
    return pem_of([&](BIO* out) { return PEM_write_bio_X509_CRL(out, list.get()); });
}

CertificateOptions ca_named(const std::string& name) {
    CertificateOptions options;
    options.common_name = name;
    options.is_ca = true;
    return options;
}

CertificateOptions server_named(const std::string& name) {
    CertificateOptions options;
    options.common_name = name;
    options.dns_names = {name};
    options.extended_key_usage = "serverAuth";
    return options;
}

Pki::Pki()
    : root(self_signed(ca_named("Test Root"))), intermediate(issue(root, ca_named("Test Intermediate"))),
      leaf(issue(intermediate, server_named("server.example.test"))) {}

} // namespace nwp::kit
