// SPDX-License-Identifier: Apache-2.0
#include "base/verdict.h"

#include "base/texts/packed_texts.h"

namespace nwp {
namespace {

constexpr NumberedText<Rule> kNames[] = {
    {Rule::expired, "expired"},
    {Rule::not_yet_valid, "not_yet_valid"},
    {Rule::clock_not_set, "clock_not_set"},
    {Rule::wrong_host_name, "wrong_host_name"},
    {Rule::self_signed, "self_signed"},
    {Rule::unknown_ca, "unknown_ca"},
    {Rule::missing_intermediate, "missing_intermediate"},
    {Rule::issuer_not_ca, "issuer_not_ca"},
    {Rule::wrong_purpose, "wrong_purpose"},
    {Rule::name_constraint, "name_constraint"},
    {Rule::revoked, "revoked"},
    {Rule::crl_expired, "crl_expired"},
    {Rule::weak_key, "weak_key"},
    {Rule::weak_signature, "weak_signature"},
    {Rule::bad_signature, "bad_signature"},
    {Rule::version_too_low, "version_too_low"},
    {Rule::peer_alert, "peer_alert"},
    {Rule::truncated, "truncated"},
    {Rule::bad_record, "bad_record"},
    {Rule::no_credential, "no_credential"},
    {Rule::timed_out, "timed_out"},
    {Rule::no_common_cipher, "no_common_cipher"},
    {Rule::no_certificate, "no_certificate"},
    {Rule::malformed_certificate, "malformed_certificate"},
    {Rule::other, "other"},
    {Rule::policy_requires_verification, "policy_requires_verification"},
};
constexpr PackedTexts<packed_size(kNames)> kPackedNames{kNames};

constexpr NumberedText<Rule> kAdvice[] = {
    {Rule::expired, "A certificate of the peer has expired: renew it, or set the right date here."},
    {Rule::not_yet_valid, "A certificate of the peer is not valid yet: check the date on both sides."},
    {Rule::clock_not_set, "The clock is earlier than this software: set the date before connecting."},
    {Rule::wrong_host_name, "The certificate is for another host name: check TLS_HOSTNAME, or the server's "
                            "certificate."},
    {Rule::self_signed,
     "The peer's certificate is signed by itself: add it as a CA under a tag of the socket if "
     "you trust it."},
    {Rule::unknown_ca, "No CA under the socket's tags issued this chain: add the right CA certificate."},
    {Rule::missing_intermediate,
     "The issuer of the peer's certificate is unknown: the server must send its intermediate "
     "certificate, or the CA under the socket's tags is the wrong one."},
    {Rule::issuer_not_ca,
     "A certificate in the chain was issued by one that is no CA: the server's chain is wrong "
     "or forged."},
    {Rule::wrong_purpose,
     "The certificate is not meant for this use (serverAuth or clientAuth): the peer needs "
     "another one."},
    {Rule::name_constraint, "The CA may not issue certificates for this name."},
    {Rule::revoked, "The certificate was revoked by its CA: do not trust this peer."},
    {Rule::crl_expired, "The revocation list has expired: provide a fresh one."},
    {Rule::weak_key, "A key in the chain is too short: the peer needs a stronger one."},
    {Rule::weak_signature, "A signature in the chain uses a broken hash: the peer needs a new certificate."},
    {Rule::bad_signature, "A signature does not match: the chain is damaged or forged."},
    {Rule::version_too_low, "The peer offers only TLS versions below the floor of this socket."},
    {Rule::peer_alert,
     "The peer ended the handshake or the stream with a fatal alert; the number says why (RFC "
     "8446 section 6)."},
    {Rule::truncated, "The peer closed the connection without close_notify: data may be missing."},
    {Rule::bad_record,
     "A record was damaged or broke the protocol: somebody or something changed the bytes."},
    {Rule::no_credential, "A tag of the socket names no usable credential: add it, or correct the tag list."},
    {Rule::timed_out, "The peer did not finish the handshake in time."},
    {Rule::no_common_cipher, "There is no cipher suite that both sides accept."},
    {Rule::no_certificate, "The peer presented no certificate."},
    {Rule::malformed_certificate, "A certificate of the peer cannot be read."},
    {Rule::other, "The handshake failed for a reason without a rule of its own: the log of nwpd has the "
                  "details."},
    {Rule::policy_requires_verification,
     "The program asked for less checking than the policy of nwpd allows, so everything was "
     "checked."},
};
constexpr PackedTexts<packed_size(kAdvice)> kPackedAdvice{kAdvice};

} // namespace

const char* to_string(Rule rule) { return kPackedNames.find(static_cast<unsigned>(rule), "unknown"); }

const char* advice(Rule rule) {
    return kPackedAdvice.find(static_cast<unsigned>(rule), "A rule that this version does not know.");
}

} // namespace nwp
