// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/certificate_summary.h"

#include "nwpd/net/openssl.h"

#include <openssl/err.h>

namespace nwp::net {
namespace {

std::string common_name(const X509_NAME* name) {
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) return {};
    const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, value);
    if (size < 0) return {};
    std::string common{reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
    OPENSSL_free(text);
    return common;
}

} // namespace

Result<CertificateSummary> summary_of(ByteView certificate_der) {
    const Byte* at = certificate_der.data();
    const Openssl<X509> certificate{d2i_X509(nullptr, &at, static_cast<long>(certificate_der.size()))};
    if (!certificate) {
        ERR_clear_error();
        return Error::malformed;
    }
    CertificateSummary summary;
    const X509_NAME* subject = X509_get_subject_name(certificate.get());
    const X509_NAME* issuer = X509_get_issuer_name(certificate.get());
    summary.subject = common_name(subject);
    summary.issuer = common_name(issuer);
    X509_NAME_digest(subject, EVP_sha1(), summary.subject_sha1.data(), nullptr);
    X509_NAME_digest(issuer, EVP_sha1(), summary.issuer_sha1.data(), nullptr);
    summary.not_before = seconds_of(X509_get0_notBefore(certificate.get()));
    summary.not_after = seconds_of(X509_get0_notAfter(certificate.get()));
    ERR_clear_error();
    return summary;
}

} // namespace nwp::net
