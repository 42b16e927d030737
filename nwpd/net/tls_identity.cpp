// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_identity.h"

#include "nwpd/net/tls_handshake.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace nwp::net {
namespace {

Openssl<X509> certificate_of(const std::vector<Byte>& der) {
    const unsigned char* at = der.data();
    return Openssl<X509>{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
}

bool is_for(X509* certificate, const std::string& name) {
    // OpenSSL takes a leading dot for "any subdomain".
    if (name.empty() || name.front() == '.') return false;
    return X509_check_host(certificate, name.data(), name.size(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
                           nullptr) == 1;
}

bool is_named(const STACK_OF(X509_NAME) * authorities, const X509* certificate) {
    for (int i = 0; i < sk_X509_NAME_num(authorities); ++i)
        if (X509_NAME_cmp(sk_X509_NAME_value(authorities, i), X509_get_issuer_name(certificate)) == 0)
            return true;
    return false;
}

} // namespace

bool TlsIdentities::load(const Identity& identity, Loaded& into) {
    into.key = identity.key;
    into.chain.reset(sk_X509_new_null());
    if (!identity.key || identity.chain_der.empty() || !into.chain) return false;
    for (const auto& der : identity.chain_der) {
        Openssl<X509> certificate = certificate_of(der);
        if (!certificate) return false;
        if (!into.own)
            into.own = std::move(certificate);
        else if (sk_X509_push(into.chain.get(), certificate.get()) > 0)
            static_cast<void>(certificate.release()); // the stack has it now
    }
    return true;
}

bool TlsIdentities::install(SSL_CTX* context, const std::vector<Identity>& identities) {
    // From the last to the first, so that the first is what stands in the end.
    for (auto identity = identities.rbegin(); identity != identities.rend(); ++identity) {
        Loaded loaded;
        if (!load(*identity, loaded)) return false;
        if (SSL_CTX_use_cert_and_key(context, loaded.own.get(), PrivateKey::Access::get(loaded.key),
                                     loaded.chain.get(), 1) != 1)
            return false;
        loaded_.insert(loaded_.begin(), std::move(loaded));
    }
    if (loaded_.size() > 1) SSL_CTX_set_cert_cb(context, choose, this);
    return true;
}

/// OpenSSL asks before a certificate is needed. 1: go on, 0: end the handshake.
int TlsIdentities::choose(SSL* ssl, void* identities) {
    const auto& self = *static_cast<const TlsIdentities*>(identities);
    ERR_set_mark();
    SSL_certs_clear(ssl);
    const bool chosen =
        SSL_is_server(ssl) == 1 ? self.choose_for_name(ssl) : self.choose_for_authorities(ssl);
    if (!chosen) {
        const Loaded& first = self.loaded_.front();
        SSL_use_cert_and_key(ssl, first.own.get(), PrivateKey::Access::get(first.key), first.chain.get(), 1);
    }
    ERR_pop_to_mark();
    return 1;
}

/// All that are for the name, the first of each kind of key: OpenSSL takes the kind that the client can
/// check.
bool TlsIdentities::choose_for_name(SSL* ssl) const {
    const Handshake* handshake = handshake_of(ssl);
    bool chosen = false;
    for (const Loaded& each : loaded_) {
        if (handshake == nullptr || !is_for(each.own.get(), handshake->server_name)) continue;
        const int used =
            SSL_use_cert_and_key(ssl, each.own.get(), PrivateKey::Access::get(each.key), each.chain.get(), 0);
        chosen = chosen || used == 1;
    }
    return chosen;
}

bool TlsIdentities::choose_for_authorities(SSL* ssl) const {
    const auto* authorities = SSL_get0_peer_CA_list(ssl);
    const auto suits = [authorities](const Loaded& each) {
        if (is_named(authorities, each.own.get())) return true;
        for (int i = 0; i < sk_X509_num(each.chain.get()); ++i)
            if (is_named(authorities, sk_X509_value(each.chain.get(), i))) return true;
        return false;
    };
    const auto found = std::find_if(loaded_.begin(), loaded_.end(), suits);
    return found != loaded_.end() &&
           SSL_use_cert_and_key(ssl, found->own.get(), PrivateKey::Access::get(found->key),
                                found->chain.get(), 1) == 1;
}

} // namespace nwp::net
