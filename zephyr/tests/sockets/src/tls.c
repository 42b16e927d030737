/* SPDX-License-Identifier: Apache-2.0 */
/* TLS with credentials of all three origins; each refusal is ECONNABORTED, and its verdict tells why. */
#include "check.h"

static const unsigned char root[] = {
#include <root.inc>
};
static const char root_file[] = "tests-root"; /* in the network processor's store */

/* Who is called, how, and what must come of it. */
struct call {
    const char* what;
    uint16_t port;
    sec_tag_t tag;
    const char* name; /* NULL: is not checked */
    uint32_t rules;   /* of the verdict; 0: it is secured */
    int protocol;
};

static const struct call calls[] = {
    {"credentials by bytes", TRUSTED, BYTES_TAG, HOST, 0, IPPROTO_TLS_1_2},
    {"credentials by the name of a file", TRUSTED, FILE_TAG, HOST, 0, IPPROTO_TLS_1_2},
    {"credentials that were there before", TRUSTED, STORED_TAG, HOST, 0, IPPROTO_TLS_1_2},
    {"TLS 1.3", TRUSTED, BYTES_TAG, HOST, 0, IPPROTO_TLS_1_3},
    {"another CA is refused", STRANGER, BYTES_TAG, HOST, NWP_TLS_MISSING_INTERMEDIATE, IPPROTO_TLS_1_2},
    {"another name is refused", OTHER_NAME, BYTES_TAG, HOST, NWP_TLS_WRONG_HOST_NAME, IPPROTO_TLS_1_2},
    {"another name where none is asked for", OTHER_NAME, BYTES_TAG, NULL, 0, IPPROTO_TLS_1_2},
    {"an expired one is refused", EXPIRED, BYTES_TAG, HOST, NWP_TLS_EXPIRED, IPPROTO_TLS_1_2},
    {"a tag without credentials is refused", TRUSTED, NO_TAG, HOST, NWP_TLS_NO_CREDENTIAL, IPPROTO_TLS_1_2},
};

static uint32_t rules_of(int sock) {
    struct nwp_tls_verdict verdict = {0};
    socklen_t size = sizeof(verdict);

    return zsock_getsockopt(sock, SOL_TLS, NWP_TLS_VERDICT, &verdict, &size) == 0 ? verdict.rules : 0;
}

static bool is_secured(int sock) {
    char heard[4] = "";
    int suite = 0;
    socklen_t size = sizeof(suite);

    return zsock_send(sock, "ping", 4, 0) == 4 &&
           zsock_recv(sock, heard, sizeof(heard), ZSOCK_MSG_WAITALL) == 4 && memcmp(heard, "ping", 4) == 0 &&
           zsock_getsockopt(sock, SOL_TLS, TLS_CIPHERSUITE_USED, &suite, &size) == 0 && suite != 0;
}

/* Nothing is sent to whom it was refused. */
static bool is_refused(int sock, int connected, uint32_t rules) {
    char byte;
    bool good = is_error(connected, ECONNABORTED);

    if (rules_of(sock) != rules) {
        printf("verdict %#x instead of %#x\n", (unsigned)rules_of(sock), (unsigned)rules);
        good = false;
    }
    return is_error(zsock_send(sock, "x", 1, 0), EPIPE) &&
           is_error(zsock_recv(sock, &byte, 1, 0), ENOTCONN) && good;
}

static void try(const struct call* call) {
    int sock = zsock_socket(AF_INET, SOCK_STREAM, call->protocol);
    struct sockaddr_in address = peer(call->port);
    int done;

    zsock_setsockopt(sock, SOL_TLS, TLS_SEC_TAG_LIST, &call->tag, sizeof(call->tag));
    zsock_setsockopt(sock, SOL_TLS, TLS_HOSTNAME, call->name, 0);
    done = zsock_connect(sock, (struct sockaddr*)&address, sizeof(address));
    tell(call->what, call->rules == 0 ? done == 0 && is_secured(sock) : is_refused(sock, done, call->rules));
    zsock_close(sock);
}

void test_tls(void) {
    tell("tls_credential_add()",
         tls_credential_add(BYTES_TAG, TLS_CREDENTIAL_CA_CERTIFICATE, root, sizeof(root)) == 0 &&
             tls_credential_add(FILE_TAG, TLS_CREDENTIAL_CA_CERTIFICATE, root_file, sizeof(root_file)) == 0);
    for (size_t i = 0; i < ARRAY_SIZE(calls); ++i) try(&calls[i]);
}
