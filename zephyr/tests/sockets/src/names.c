/* SPDX-License-Identifier: Apache-2.0 */
/* Results of getaddrinfo(), and descriptors, are given back whole. */
#include "check.h"

void test_names(void) {
    struct zsock_addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct zsock_addrinfo* found = NULL;
    struct zsock_addrinfo* more = NULL;
    int good = 0;

    for (int i = 0; i < 20; ++i) { /* each answer fills the pool: stream and datagram */
        if (zsock_getaddrinfo(HOST, "7", NULL, &found) != 0) break;
        good += found->ai_next != NULL && found->ai_next->ai_next == NULL;
        zsock_freeaddrinfo(found);
    }
    tell("a list of several results is freed whole", good == 20);
    tell("hints choose, and a name of a service is known",
         zsock_getaddrinfo(HOST, "https", &hints, &found) == 0 && found->ai_next == NULL &&
             found->ai_socktype == SOCK_STREAM && net_sin(found->ai_addr)->sin_port == htons(443));
    tell("a list takes its part of the pool",
         zsock_getaddrinfo(HOST, "7", NULL, &more) == DNS_EAI_MEMORY && more == NULL);
    zsock_freeaddrinfo(found);
    tell("an unknown name is DNS_EAI_NONAME",
         zsock_getaddrinfo("nowhere.nwp.test", "7", NULL, &found) == DNS_EAI_NONAME);
    tell("an unknown service is DNS_EAI_SERVICE",
         zsock_getaddrinfo(HOST, "no-such-service", &hints, &found) == DNS_EAI_SERVICE);
    hints.ai_flags = AI_NUMERICHOST;
    tell("AI_NUMERICHOST asks nobody", zsock_getaddrinfo(HOST, "7", &hints, &found) == DNS_EAI_NONAME &&
                                           zsock_getaddrinfo("192.0.2.1", "7", &hints, &found) == 0);
    zsock_freeaddrinfo(found);
    hints.ai_flags = AI_PASSIVE;
    tell("AI_PASSIVE is any address",
         zsock_getaddrinfo(NULL, "80", &hints, &found) == 0 && net_sin(found->ai_addr)->sin_addr.s_addr == 0);
    zsock_freeaddrinfo(found);
    hints.ai_flags = AI_CANONNAME;
    tell("AI_CANONNAME is told",
         zsock_getaddrinfo(HOST, "80", &hints, &found) == 0 && strcmp(found->ai_canonname, HOST) == 0);
    zsock_freeaddrinfo(found);
    hints.ai_flags = AI_NUMERICSERV;
    tell("AI_NUMERICSERV takes no names", zsock_getaddrinfo(HOST, "https", &hints, &found) == DNS_EAI_NONAME);
    hints = (struct zsock_addrinfo){.ai_family = AF_PACKET};
    tell("another family is DNS_EAI_FAMILY", zsock_getaddrinfo(HOST, "80", &hints, &found) == DNS_EAI_FAMILY);
}

static int open_all(int* open, int most) {
    int count = 0;

    while (count < most && (open[count] = zsock_socket(AF_INET, SOCK_STREAM, 0)) >= 0) ++count;
    return count;
}

static void close_all(const int* open, int count) {
    while (count > 0) zsock_close(open[--count]);
}

void test_descriptors(void) {
    int open[SOCKETS + 1];
    int pairs[2][2];
    int count = open_all(open, ARRAY_SIZE(open));

    tell("the network processor's sockets end in EMFILE", is_error(-1, EMFILE) && count == SOCKETS);
    close_all(open, count);
    tell("pairs of Zephyr's own", zsock_socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[0]) == 0 &&
                                      zsock_socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[1]) == 0);
    count = open_all(open, ARRAY_SIZE(open));
    tell("Zephyr's descriptors end in ENFILE", is_error(-1, ENFILE) && count == CONFIG_POSIX_MAX_FDS - 4);
    close_all(open, count);
    for (int i = 0; i < 2; ++i) {
        zsock_close(pairs[i][0]);
        zsock_close(pairs[i][1]);
    }
    tell("another family is EAFNOSUPPORT", is_error(zsock_socket(AF_PACKET, SOCK_STREAM, 0), EAFNOSUPPORT));
    tell("raw sockets are not there", zsock_socket(AF_INET, SOCK_RAW, 1) == -1 && errno > 0);
    tell("no descriptor is EBADF",
         is_error(zsock_recv(99, open, 1, 0), EBADF) && is_error(zsock_recv(-1, open, 1, 0), EBADF));
}
