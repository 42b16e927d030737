/* SPDX-License-Identifier: Apache-2.0 */
#include "workers.h"

#include <stdio.h>
#include <string.h>
#include <zephyr/kernel.h>
#include <zephyr/net/socket.h>
#include <zephyr/net/tls_credentials.h>
#include <zephyr/random/rand32.h>
#include <zephyr/sys/atomic.h>

#define HOST "www.nwp.test"

enum { ECHO = 7, TLS = 443, TAG = 3, STACK = 3072, BLOCK = 300, BLOCKS = 4, PAUSE_MS = 50 };

/* Longer than the longest that a call may take, a connect() while the network is away. */
enum { LIMIT_S = 150 };

static K_THREAD_STACK_ARRAY_DEFINE(stacks, WORKERS + 1, STACK);
static struct k_thread threads[WORKERS + 1];
static atomic_t rounds[WORKERS];
static atomic_t faults;
static atomic_t stopping;

static void is_wrong(const char* what) {
    printf("wrong: %s\n", what);
    atomic_inc(&faults);
}

static struct sockaddr_in peer(uint16_t port) {
    /* Of the simulated network's lease; names are asked by one worker alone. */
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {{{10, 77, 0, 80}}}};
}

static void limit(int sock, int seconds) {
    struct zsock_timeval time = {.tv_sec = seconds};

    zsock_setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
}

static bool connect_to(int sock, uint16_t port) {
    struct sockaddr_in address = peer(port);

    return zsock_connect(sock, (struct sockaddr*)&address, sizeof(address)) == 0;
}

bool answers(uint16_t port) {
    int sock = zsock_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    bool good = sock >= 0 && connect_to(sock, port);

    if (sock >= 0) zsock_close(sock);
    return good;
}

/* Some blocks there and back. */
static bool echo(int sock) {
    uint8_t sent[BLOCK];
    uint8_t heard[BLOCK];
    uint8_t first = (uint8_t)sys_rand32_get();

    for (int block = 0; block < BLOCKS; ++block) {
        for (int i = 0; i < BLOCK; ++i) sent[i] = (uint8_t)(first + block + i);
        if (zsock_send(sock, sent, BLOCK, 0) != BLOCK) return false;
        if (zsock_recv(sock, heard, BLOCK, ZSOCK_MSG_WAITALL) != BLOCK) return false;
        if (memcmp(sent, heard, BLOCK) != 0) is_wrong("other bytes than were sent");
    }
    return true;
}

static bool stream_round(int sock) { return connect_to(sock, ECHO) && echo(sock); }

static bool tls_round(int sock) {
    sec_tag_t tag = TAG;

    return zsock_setsockopt(sock, SOL_TLS, TLS_SEC_TAG_LIST, &tag, sizeof(tag)) == 0 &&
           zsock_setsockopt(sock, SOL_TLS, TLS_HOSTNAME, HOST, sizeof(HOST)) == 0 && connect_to(sock, TLS) &&
           echo(sock);
}

static bool datagram_round(int sock) {
    uint32_t sent = sys_rand32_get();
    uint32_t heard = 0;
    struct sockaddr_in address = peer(ECHO);

    if (zsock_sendto(sock, &sent, sizeof(sent), 0, (struct sockaddr*)&address, sizeof(address)) < 0) {
        return false;
    }
    if (zsock_recv(sock, &heard, sizeof(heard), 0) != sizeof(heard)) return false;
    if (heard != sent) is_wrong("another datagram than was sent");
    return true;
}

/* Asks for the name, and waits for its socket and a descriptor of Zephyr's together. */
static bool poll_round(int sock) {
    struct zsock_addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct zsock_addrinfo* found = NULL;
    struct zsock_pollfd set[2] = {{.fd = sock, .events = ZSOCK_POLLIN}, {.events = ZSOCK_POLLIN}};
    int pair[2];
    bool good = false;

    if (zsock_getaddrinfo(HOST, "7", &hints, &found) != 0) return false;
    if (zsock_connect(sock, found->ai_addr, found->ai_addrlen) == 0 &&
        zsock_socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0) {
        set[1].fd = pair[0];
        good = zsock_poll(set, 2, 0) == 0 && zsock_send(sock, "x", 1, 0) == 1 &&
               zsock_poll(set, 2, 5000) == 1 && set[0].revents == ZSOCK_POLLIN;
        zsock_send(pair[1], "y", 1, 0);
        if (zsock_poll(set, 2, 1000) < 1 || set[1].revents != ZSOCK_POLLIN) is_wrong("poll missed a byte");
        zsock_close(pair[0]);
        zsock_close(pair[1]);
    }
    zsock_freeaddrinfo(found);
    return good;
}

/* The number may be another descriptor's once it was closed, and a recv() that begins then is that one's.
 * Threads of one priority do not interrupt each other between this look and their call. */
static atomic_t closing;

static void hear_out(void* sock, void* second, void* third) {
    uint8_t heard[BLOCK];

    ARG_UNUSED(second);
    ARG_UNUSED(third);
    while (atomic_get(&closing) == 0 && zsock_recv((int)(intptr_t)sock, heard, sizeof(heard), 0) > 0) {
    }
}

/* One sends, another receives on the same socket, which is closed meanwhile. */
static bool shared_round(int sock) {
    static const uint8_t block[BLOCK];
    bool good = connect_to(sock, ECHO);

    atomic_set(&closing, 0);
    k_thread_create(&threads[WORKERS], stacks[WORKERS], STACK, hear_out, (void*)(intptr_t)sock, NULL, NULL,
                    K_PRIO_PREEMPT(2), 0, K_NO_WAIT);
    k_yield(); /* it waits in recv() */
    for (uint32_t i = sys_rand32_get() % 8; good && i > 0; --i) {
        good = zsock_send(sock, block, BLOCK, 0) == BLOCK;
    }
    atomic_set(&closing, 1);
    zsock_close(sock);
    if (k_thread_join(&threads[WORKERS], K_SECONDS(LIMIT_S)) != 0) is_wrong("a recv outlived its socket");
    return good;
}

struct kind {
    bool (*round)(int sock);
    int type;
    int protocol;
    bool closes; /* the round does it */
};

static const struct kind kinds[WORKERS] = {
    {stream_round, SOCK_STREAM, IPPROTO_TCP, false},  {tls_round, SOCK_STREAM, IPPROTO_TLS_1_2, false},
    {datagram_round, SOCK_DGRAM, IPPROTO_UDP, false}, {poll_round, SOCK_STREAM, IPPROTO_TCP, false},
    {shared_round, SOCK_STREAM, IPPROTO_TCP, true},
};

static bool run_round(const struct kind* kind) {
    int sock = zsock_socket(AF_INET, kind->type, kind->protocol);
    bool good;

    if (sock < 0) return false;
    limit(sock, kind->type == SOCK_DGRAM ? 1 : 5);
    good = kind->round(sock);
    if (!kind->closes && zsock_close(sock) != 0) is_wrong("close() failed");
    return good;
}

static void work(void* number, void* second, void* third) {
    int worker = (int)(intptr_t)number;

    ARG_UNUSED(second);
    ARG_UNUSED(third);
    while (atomic_get(&stopping) == 0) {
        if (run_round(&kinds[worker])) atomic_inc(&rounds[worker]);
        k_sleep(K_MSEC(PAUSE_MS));
    }
}

void start_workers(void) {
    for (intptr_t i = 0; i < WORKERS; ++i) {
        k_thread_create(&threads[i], stacks[i], STACK, work, (void*)i, NULL, NULL, K_PRIO_PREEMPT(2), 0,
                        K_NO_WAIT);
    }
}

unsigned rounds_of(int worker) { return (unsigned)atomic_get(&rounds[worker]); }

unsigned wrong(void) { return (unsigned)atomic_get(&faults); }

bool stop_workers(void) {
    bool all = true;

    atomic_set(&stopping, 1);
    for (int i = 0; i < WORKERS; ++i) all = k_thread_join(&threads[i], K_SECONDS(LIMIT_S)) == 0 && all;
    return all;
}
