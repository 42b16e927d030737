// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/text.h"

#include <cstdint>

namespace nwp {

/// One rule that a TLS handshake or stream can break. Numbers are bit positions, for ever.
enum class Rule : std::uint8_t {
    expired = 0,                ///< a certificate's notAfter lies in the past
    not_yet_valid = 1,          ///< a certificate's notBefore lies in the future
    clock_not_set = 2,          ///< the clock is earlier than the later of build time and the store's floor
    wrong_host_name = 3,        ///< the certificate is for another name (RFC 9525)
    self_signed = 4,            ///< the peer's certificate signed itself and is not trusted
    unknown_ca = 5,             ///< the chain ends at an issuer that no tag of the socket names
    missing_intermediate = 6,   ///< the peer sent its certificate alone and its issuer is not known here
    issuer_not_ca = 7,          ///< an issuer is no certification authority (RFC 5280 4.2.1.9)
    wrong_purpose = 8,          ///< serverAuth or clientAuth is missing (RFC 5280 4.2.1.12)
    name_constraint = 9,        ///< an issuer may not sign for this name (RFC 5280 4.2.1.10)
    revoked = 10,               ///< a CRL under the socket's tags lists the certificate
    crl_expired = 11,           ///< the CRL's nextUpdate lies in the past
    weak_key = 12,              ///< a key shorter than policy allows
    weak_signature = 13,        ///< a signature with a hash that policy refuses
    bad_signature = 14,         ///< a signature does not match
    version_too_low = 15,       ///< the peer offers only versions below the floor
    peer_alert = 16,            ///< the peer sent a fatal alert; `alert` holds it
    truncated = 17,             ///< FIN without close_notify
    bad_record = 18,            ///< a record that does not decrypt or breaks the protocol
    no_credential = 19,         ///< a tag of the socket names nothing usable
    timed_out = 20,             ///< the handshake took longer than allowed
    no_common_cipher = 21,      ///< no cipher suite both sides accept
    no_certificate = 22,        ///< the peer presented no certificate
    malformed_certificate = 23, ///< a certificate that cannot be read
    other = 24,                 ///< none of the above; the daemon's log has OpenSSL's words
    policy_requires_verification =
        25, ///< the program asked for less checking than the client's policy allows
};

/// A set of broken rules.
class RuleSet {
public:
    constexpr RuleSet() = default;
    constexpr explicit RuleSet(std::uint32_t bits) : bits_(bits) {}
    constexpr void add(Rule rule) { bits_ |= bit(rule); }
    constexpr bool has(Rule rule) const { return (bits_ & bit(rule)) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr std::uint32_t bits() const { return bits_; }

    friend constexpr RuleSet operator|(RuleSet a, RuleSet b) { return RuleSet{a.bits_ | b.bits_}; }
    friend constexpr bool operator==(RuleSet a, RuleSet b) { return a.bits_ == b.bits_; }
    friend constexpr bool operator!=(RuleSet a, RuleSet b) { return a.bits_ != b.bits_; }

private:
    static constexpr std::uint32_t bit(Rule rule) { return std::uint32_t{1} << static_cast<unsigned>(rule); }
    std::uint32_t bits_ = 0;
};

/// Why TLS said no: every rule that failed, not just the first.
struct Verdict {
    RuleSet rules;          ///< empty: nothing failed
    std::uint8_t depth = 0; ///< where in the chain the first failure was: 0 = the peer's own certificate
    std::uint8_t alert = 0; ///< TLS alert received or sent (RFC 8446 6), 0 = none
    Text<96> subject;       ///< subject of the certificate at `depth`, cut to fit

    friend bool operator==(const Verdict& a, const Verdict& b) {
        return a.rules == b.rules && a.depth == b.depth && a.alert == b.alert && a.subject == b.subject;
    }
};

/// The enumerator's own name ("wrong_host_name").
const char* to_string(Rule rule);
/// One sentence for a person: what is wrong and what to do about it.
const char* advice(Rule rule);

} // namespace nwp
