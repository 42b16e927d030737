/* SPDX-License-Identifier: Apache-2.0 */
/* Every option of SOL_TLS in its directions, with Zephyr's sizes; the others by their kinds. */
#include "check.h"

static const int numbers[] = {0, 1, 2, 3};
static const sec_tag_t tags[] = {BYTES_TAG, FILE_TAG, STORED_TAG, NO_TAG, NO_TAG + 1};
static const int suites[] = {0xC02B, 0xC02C};
static const char* const protocols[] = {"h2", "http/1.1", "third"};
static const uint32_t shortest_ms = 200;
static const uint32_t longest_ms = 9000;

/* One call of setsockopt(): what comes of it. */
struct setting {
    int option;
    const void* value;
    socklen_t size;
    int error; /* 0: none */
};

static const struct setting settings[] = {
    {TLS_SEC_TAG_LIST, tags, 2 * sizeof(tags[0]), 0},
    {TLS_SEC_TAG_LIST, tags, sizeof(tags[0]) - 1, EINVAL},
    {TLS_SEC_TAG_LIST, tags, sizeof(tags), EINVAL}, /* more than CONFIG_OPENNWP_SEC_TAGS */
    {TLS_HOSTNAME, HOST, sizeof(HOST), 0},
    {TLS_HOSTNAME, HOST, sizeof(HOST) - 1, 0},
    {TLS_HOSTNAME, HOST, 0, 0},
    {TLS_HOSTNAME, "", 1, EINVAL},
    {TLS_HOSTNAME, NULL, 0, 0},
    {TLS_CIPHERSUITE_LIST, suites, sizeof(suites), 0},
    {TLS_CIPHERSUITE_LIST, suites, sizeof(suites[0]) + 1, EINVAL},
    {TLS_CIPHERSUITE_USED, numbers, sizeof(int), ENOPROTOOPT},
    {TLS_PEER_VERIFY, &numbers[0], sizeof(int), 0},
    {TLS_PEER_VERIFY, &numbers[1], sizeof(int), 0},
    {TLS_PEER_VERIFY, &numbers[2], sizeof(int), 0},
    {TLS_PEER_VERIFY, &numbers[3], sizeof(int), EINVAL},
    {TLS_PEER_VERIFY, &numbers[2], 1, EINVAL},
    {TLS_ALPN_LIST, protocols, 2 * sizeof(protocols[0]), 0},
    {TLS_ALPN_LIST, protocols, sizeof(protocols[0]) - 1, EINVAL},
    {TLS_ALPN_LIST, protocols, sizeof(protocols), EINVAL}, /* more than CONFIG_OPENNWP_ALPN_NAMES */
    {TLS_CERT_NOCOPY, &numbers[1], sizeof(int), 0},
    {TLS_CERT_NOCOPY, &numbers[2], sizeof(int), EINVAL},
    {TLS_CERT_NOCOPY, &numbers[1], 2 * sizeof(int), EINVAL},
    {TLS_NATIVE, &numbers[1], sizeof(int), 0},
    {TLS_NATIVE, &numbers[1], 1, EINVAL},
    {TLS_SESSION_CACHE, &numbers[0], sizeof(int), 0},
    {TLS_SESSION_CACHE, &numbers[1], sizeof(int), 0},
    {TLS_SESSION_CACHE, &numbers[2], sizeof(int), EINVAL},
    {TLS_SESSION_CACHE, &numbers[1], 1, EINVAL},
    {TLS_SESSION_CACHE_PURGE, NULL, 0, 0},
    {TLS_SESSION_CACHE_PURGE, numbers, 3, 0},
    {14, numbers, sizeof(int), ENOPROTOOPT}, /* of later versions of Zephyr: DTLS connection id, */
    {15, numbers, sizeof(int), ENOPROTOOPT},
    {16, numbers, sizeof(int), ENOPROTOOPT},
    {17, numbers, sizeof(int), ENOPROTOOPT},
    {18, numbers, sizeof(int), ENOPROTOOPT}, /* handshake on connect */
    {NWP_TLS_VERDICT, numbers, sizeof(int), ENOPROTOOPT},
};

static const struct setting datagram_settings[] = {
    {TLS_DTLS_ROLE, &numbers[0], sizeof(int), 0},
    {TLS_DTLS_ROLE, &numbers[1], sizeof(int), 0},
    {TLS_DTLS_ROLE, &numbers[2], sizeof(int), EINVAL},
    {TLS_DTLS_ROLE, &numbers[1], 1, EINVAL},
    {TLS_DTLS_HANDSHAKE_TIMEOUT_MIN, &shortest_ms, sizeof(shortest_ms), 0},
    {TLS_DTLS_HANDSHAKE_TIMEOUT_MIN, &shortest_ms, 2, EINVAL},
    {TLS_DTLS_HANDSHAKE_TIMEOUT_MAX, &longest_ms, sizeof(longest_ms), 0},
    {TLS_DTLS_HANDSHAKE_TIMEOUT_MAX, &longest_ms, 8, EINVAL},
};

/* One call of getsockopt() behind those: the value, or the error. */
struct getting {
    int option;
    socklen_t room;
    int error;
    const void* value;
    socklen_t size;
};

static const struct getting gettings[] = {
    {TLS_SEC_TAG_LIST, 16, 0, tags, 2 * sizeof(tags[0])},
    {TLS_SEC_TAG_LIST, 3, EINVAL, NULL, 0},
    {TLS_HOSTNAME, 16, ENOPROTOOPT, NULL, 0},
    {TLS_CIPHERSUITE_LIST, 16, 0, suites, sizeof(suites)},
    {TLS_CIPHERSUITE_LIST, 5, EINVAL, NULL, 0},
    {TLS_CIPHERSUITE_USED, sizeof(int), ENOTCONN, NULL, 0},
    {TLS_CIPHERSUITE_USED, 2, EINVAL, NULL, 0},
    {TLS_PEER_VERIFY, sizeof(int), ENOPROTOOPT, NULL, 0},
    {TLS_DTLS_ROLE, sizeof(int), ENOPROTOOPT, NULL, 0},
    {TLS_ALPN_LIST, 4 * sizeof(protocols[0]), 0, protocols, 2 * sizeof(protocols[0])},
    {TLS_ALPN_LIST, 3, EINVAL, NULL, 0},
    {TLS_CERT_NOCOPY, sizeof(int), ENOPROTOOPT, NULL, 0},
    {TLS_NATIVE, sizeof(int), ENOPROTOOPT, NULL, 0},
    {TLS_SESSION_CACHE, sizeof(int), 0, &numbers[1], sizeof(int)},
    {TLS_SESSION_CACHE, 2, EINVAL, NULL, 0},
    {TLS_SESSION_CACHE_PURGE, sizeof(int), ENOPROTOOPT, NULL, 0},
    {14, sizeof(int), ENOPROTOOPT, NULL, 0},
    {15, sizeof(int), ENOPROTOOPT, NULL, 0},
    {18, sizeof(int), ENOPROTOOPT, NULL, 0},
};

static const struct getting datagram_gettings[] = {
    {TLS_DTLS_HANDSHAKE_TIMEOUT_MIN, sizeof(uint32_t), 0, &shortest_ms, sizeof(shortest_ms)},
    {TLS_DTLS_HANDSHAKE_TIMEOUT_MAX, sizeof(uint32_t), 0, &longest_ms, sizeof(longest_ms)},
    {TLS_DTLS_HANDSHAKE_TIMEOUT_MAX, 1, EINVAL, NULL, 0},
};

static int faults;

static void set(int sock, const struct setting* row, size_t count) {
    for (; count > 0; ++row, --count) {
        int done = zsock_setsockopt(sock, SOL_TLS, row->option, row->value, row->size);
        bool good = row->error == 0 ? done == 0 : is_error(done, row->error);

        if (good) continue;
        printf("setting option %d, size %u\n", row->option, (unsigned)row->size);
        ++faults;
    }
}

static void get(int sock, const struct getting* row, size_t count) {
    for (; count > 0; ++row, --count) {
        uint8_t value[16] = {0};
        socklen_t size = row->room;
        int done = zsock_getsockopt(sock, SOL_TLS, row->option, value, &size);
        bool good = row->error == 0 ? done == 0 && size == row->size && memcmp(value, row->value, size) == 0
                                    : is_error(done, row->error);

        if (good) continue;
        printf("getting option %d, size %u\n", row->option, (unsigned)size);
        ++faults;
    }
}

static void test_tls_options(void) {
    int sock = zsock_socket(AF_INET, SOCK_STREAM, IPPROTO_TLS_1_2);
    int available[4];
    socklen_t size = sizeof(available);

    tell("with no list set there are suites all the same",
         zsock_getsockopt(sock, SOL_TLS, TLS_CIPHERSUITE_LIST, available, &size) == 0 && size > 0 &&
             size % sizeof(int) == 0);
    faults = 0;
    set(sock, settings, ARRAY_SIZE(settings));
    get(sock, gettings, ARRAY_SIZE(gettings));
    zsock_close(sock);
    tell("options of TLS", faults == 0);
}

static void test_dtls_options(void) {
    int sock = zsock_socket(AF_INET, SOCK_DGRAM, IPPROTO_DTLS_1_2);

    faults = 0;
    set(sock, settings, ARRAY_SIZE(settings));
    set(sock, datagram_settings, ARRAY_SIZE(datagram_settings));
    get(sock, gettings, ARRAY_SIZE(gettings));
    get(sock, datagram_gettings, ARRAY_SIZE(datagram_gettings));
    zsock_close(sock);
    tell("options of DTLS", faults == 0);
}

static void test_plain_options(void) {
    int sock = zsock_socket(AF_INET, SOCK_STREAM, 0);
    struct ifreq device = {.ifr_name = "nothing"};
    struct zsock_timeval time = {.tv_sec = 1, .tv_usec = 500000};
    struct zsock_timeval told = {0};
    socklen_t size = sizeof(told);
    int value = 1;

    tell("a plain socket has no TLS options",
         is_error(zsock_setsockopt(sock, SOL_TLS, TLS_HOSTNAME, HOST, sizeof(HOST)), ENOPROTOOPT));
    tell("SO_RCVTIMEO is kept", zsock_setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0 &&
                                    zsock_getsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &told, &size) == 0 &&
                                    told.tv_sec == time.tv_sec && told.tv_usec == time.tv_usec);
    tell("SO_SNDTIMEO, SO_REUSEADDR, SO_KEEPALIVE, SO_RCVBUF, SO_SNDBUF and TCP_NODELAY are taken",
         zsock_setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)) == 0 &&
             zsock_setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &value, sizeof(value)) == 0 &&
             zsock_setsockopt(sock, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof(value)) == 0 &&
             zsock_setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int)) == 0 &&
             zsock_setsockopt(sock, SOL_SOCKET, SO_SNDBUF, &(int){4096}, sizeof(int)) == 0 &&
             zsock_setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &value, sizeof(value)) == 0);
    tell("SO_BINDTODEVICE names a device of Zephyr",
         is_error(zsock_setsockopt(sock, SOL_SOCKET, SO_BINDTODEVICE, &device, sizeof(device)), ENODEV));
    tell("options that are not there are ENOPROTOOPT",
         is_error(zsock_setsockopt(sock, SOL_SOCKET, SO_PRIORITY, &value, sizeof(value)), ENOPROTOOPT) &&
             is_error(zsock_setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPING, &value, sizeof(value)),
                      ENOPROTOOPT) &&
             is_error(zsock_setsockopt(sock, SOL_SOCKET, SO_SOCKS5, &value, sizeof(value)), ENOPROTOOPT));
    zsock_close(sock);
}

void test_options(void) {
    test_plain_options();
    test_tls_options();
    test_dtls_options();
}
