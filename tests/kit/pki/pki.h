// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nwp::kit {

/// 2026-06-01T00:00:00Z: the day on which the test certificates are looked at.
constexpr std::int64_t kToday = 1780272000;
constexpr std::int64_t kDay = 86400;

/// What goes into one certificate. The defaults are those of an honest server.
struct CertificateOptions {
    std::string common_name = "leaf";
    std::vector<std::string> dns_names;
    std::vector<std::string> ip_addresses;        ///< as text
    std::int64_t not_before = kToday - 30 * kDay; ///< seconds since 1970
    std::int64_t not_after = kToday + 30 * kDay;
    bool is_ca = false;
    int path_length = -1;  ///< -1: no limit
    std::string key_usage; ///< OpenSSL's words; empty: none for a leaf, certSign and cRLSign for a CA
    std::string extended_key_usage; ///< "serverAuth", "clientAuth"; empty: none
    std::string name_constraints;   ///< "permitted;DNS:example.test"
    int rsa_bits = 0;               ///< 0: EC P-256
    bool sha1 = false;              ///< signed with SHA-1
    bool damaged_signature = false;
    std::uint64_t serial = 0; ///< 0: the next one of this process
};

/// A certificate and its key. Copies share both.
class Certificate {
public:
    Certificate() = default;
    Certificate(X509* certificate, EVP_PKEY* key); ///< takes both over

    X509* x509() const { return certificate_.get(); }
    EVP_PKEY* key() const { return key_.get(); }
    std::string pem() const;
    std::string key_pem() const;
    std::vector<std::uint8_t> der() const;

private:
    std::shared_ptr<X509> certificate_;
    std::shared_ptr<EVP_PKEY> key_;
};

Certificate self_signed(const CertificateOptions& options);
Certificate issue(const Certificate& issuer, const CertificateOptions& options);

struct CrlOptions {
    std::vector<Certificate> revoked;
    std::int64_t last_update = kToday - kDay;
    std::int64_t next_update = kToday + kDay;
};
std::string crl_pem(const Certificate& issuer, const CrlOptions& options);

/// Root, intermediate and a leaf for "server.example.test", all in order on kToday.
struct Pki {
    Pki();
    Certificate root;
    Certificate intermediate;
    Certificate leaf;
};

CertificateOptions ca_named(const std::string& name);
CertificateOptions server_named(const std::string& name);

} // namespace nwp::kit
