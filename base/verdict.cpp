// SPDX-License-Identifier: Apache-2.0
#include "base/verdict.h"

namespace nwp {

const char* to_string(Rule rule) {
    switch (rule) {
        case Rule::expired: return "expired";
        case Rule::not_yet_valid: return "not_yet_valid";
        case Rule::clock_not_set: return "clock_not_set";
        case Rule::wrong_host_name: return "wrong_host_name";
        case Rule::self_signed: return "self_signed";
        case Rule::unknown_ca: return "unknown_ca";
        case Rule::missing_intermediate: return "missing_intermediate";
        case Rule::issuer_not_ca: return "issuer_not_ca";
        case Rule::wrong_purpose: return "wrong_purpose";
        case Rule::name_constraint: return "name_constraint";
        case Rule::revoked: return "revoked";
        case Rule::crl_expired: return "crl_expired";
        case Rule::weak_key: return "weak_key";
        case Rule::weak_signature: return "weak_signature";
        case Rule::bad_signature: return "bad_signature";
        case Rule::version_too_low: return "version_too_low";
        case Rule::peer_alert: return "peer_alert";
        case Rule::truncated: return "truncated";
        case Rule::bad_record: return "bad_record";
        case Rule::no_credential: return "no_credential";
        case Rule::timed_out: return "timed_out";
        case Rule::no_common_cipher: return "no_common_cipher";
        case Rule::no_certificate: return "no_certificate";
        case Rule::malformed_certificate: return "malformed_certificate";
        case Rule::other: return "other";
        case Rule::policy_requires_verification: return "policy_requires_verification";
    }
    return "unknown";
}

const char* advice(Rule rule) {
    switch (rule) {
        case Rule::expired:
            return "A certificate of the peer has expired: renew it, or set the right date here.";
        case Rule::not_yet_valid:
            return "A certificate of the peer is not valid yet: check the date on both sides.";
        case Rule::clock_not_set:
            return "The clock is earlier than this software: set the date before connecting.";
        case Rule::wrong_host_name:
            return "The certificate is for another host name: check TLS_HOSTNAME, or the server's "
                   "certificate.";
        case Rule::self_signed:
            return "The peer's certificate is signed by itself: add it as a CA under a tag of the socket if "
                   "you trust it.";
        case Rule::unknown_ca:
            return "No CA under the socket's tags issued this chain: add the right CA certificate.";
        case Rule::missing_intermediate:
            return "The issuer of the peer's certificate is unknown: the server must send its intermediate "
                   "certificate, or the CA under the socket's tags is the wrong one.";
        case Rule::issuer_not_ca:
            return "A certificate in the chain was issued by one that is no CA: the server's chain is wrong "
                   "or forged.";
        case Rule::wrong_purpose:
            return "The certificate is not meant for this use (serverAuth or clientAuth): the peer needs "
                   "another one.";
        case Rule::name_constraint: return "The CA may not issue certificates for this name.";
        case Rule::revoked: return "The certificate was revoked by its CA: do not trust this peer.";
        case Rule::crl_expired: return "The revocation list has expired: provide a fresh one.";
        case Rule::weak_key: return "A key in the chain is too short: the peer needs a stronger one.";
        case Rule::weak_signature:
            return "A signature in the chain uses a broken hash: the peer needs a new certificate.";
        case Rule::bad_signature: return "A signature does not match: the chain is damaged or forged.";
        case Rule::version_too_low:
            return "The peer offers only TLS versions below the floor of this socket.";
        case Rule::peer_alert:
            return "The peer ended the handshake or the stream with a fatal alert; the number says why (RFC "
                   "8446 section 6).";
        case Rule::truncated:
            return "The peer closed the connection without close_notify: data may be missing.";
        case Rule::bad_record:
            return "A record was damaged or broke the protocol: somebody or something changed the bytes.";
        case Rule::no_credential:
            return "A tag of the socket names no usable credential: add it, or correct the tag list.";
        case Rule::timed_out: return "The peer did not finish the handshake in time.";
        case Rule::no_common_cipher: return "There is no cipher suite that both sides accept.";
        case Rule::no_certificate: return "The peer presented no certificate.";
        case Rule::malformed_certificate: return "A certificate of the peer cannot be read.";
        case Rule::other:
            return "The handshake failed for a reason without a rule of its own: the log of nwpd has the "
                   "details.";
        case Rule::policy_requires_verification:
            return "The program asked for less checking than the policy of nwpd allows, so everything was "
                   "checked.";
    }
    return "A rule that this version does not know.";
}

} // namespace nwp
