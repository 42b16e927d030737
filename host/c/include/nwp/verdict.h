/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Why TLS refused, also for programs that have the sockets of another system (Zephyr's) over the network
 * processor. */

#include <stddef.h>
#include <stdint.h>

#define NWP_TLS_VERDICT 1000 /* option of SOL_TLS; get: struct nwp_tls_verdict */

#ifdef __cplusplus
extern "C" {
#endif

/* Why TLS refused: every rule that failed, not just the first. Stays until the next connect() or close(). */
struct nwp_tls_verdict {
    uint32_t rules;   /* set of enum nwp_tls_rule; 0: nothing failed */
    uint8_t depth;    /* certificate of the first failure: 0 the peer's own, 1 its issuer, ... */
    uint8_t alert;    /* TLS alert sent or received (RFC 8446 6), 0: none */
    char subject[98]; /* of that certificate; cut to fit, NUL-terminated */
};

enum nwp_tls_rule {
    NWP_TLS_EXPIRED = 1 << 0,
    NWP_TLS_NOT_YET_VALID = 1 << 1,
    NWP_TLS_CLOCK_NOT_SET = 1 << 2,
    NWP_TLS_WRONG_HOST_NAME = 1 << 3,
    NWP_TLS_SELF_SIGNED = 1 << 4,
    NWP_TLS_UNKNOWN_CA = 1 << 5,
    NWP_TLS_MISSING_INTERMEDIATE = 1 << 6,
    NWP_TLS_ISSUER_NOT_CA = 1 << 7,
    NWP_TLS_WRONG_PURPOSE = 1 << 8,
    NWP_TLS_NAME_CONSTRAINT = 1 << 9,
    NWP_TLS_REVOKED = 1 << 10,
    NWP_TLS_CRL_EXPIRED = 1 << 11,
    NWP_TLS_WEAK_KEY = 1 << 12,
    NWP_TLS_WEAK_SIGNATURE = 1 << 13,
    NWP_TLS_BAD_SIGNATURE = 1 << 14,
    NWP_TLS_VERSION_TOO_LOW = 1 << 15,
    NWP_TLS_PEER_ALERT = 1 << 16,
    NWP_TLS_TRUNCATED = 1 << 17,
    NWP_TLS_BAD_RECORD = 1 << 18,
    NWP_TLS_NO_CREDENTIAL = 1 << 19,
    NWP_TLS_TIMED_OUT = 1 << 20,
    NWP_TLS_NO_COMMON_CIPHER = 1 << 21,
    NWP_TLS_NO_CERTIFICATE = 1 << 22,
    NWP_TLS_MALFORMED_CERTIFICATE = 1 << 23,
    NWP_TLS_OTHER = 1 << 24,
    NWP_TLS_POLICY_REQUIRES_VERIFICATION = 1 << 25
};

/* Writes the verdict for a person: a line for each broken rule with what to do about it, then the
 * certificate. Lines are separated by '\n'. At most `size` bytes with the NUL; returns the length of the
 * whole text without it. */
size_t nwp_tls_verdict_text(const struct nwp_tls_verdict* verdict, char* text, size_t size);

#ifdef __cplusplus
}
#endif
