/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What is looked at prints "ok WHAT" or "not ok WHAT". Peers are at www.nwp.test and send back what they get.
 */
#include <errno.h>
#include <nwp/verdict.h>
#include <stdio.h>
#include <string.h>
#include <zephyr/kernel.h>
#include <zephyr/net/socket.h>
#include <zephyr/net/tls_credentials.h>
#include <zephyr/posix/fcntl.h>

#define HOST "www.nwp.test"
#define IPPROTO_TLS_1_3 259 /* Zephyr 3.3 has no name for it */

enum { ECHO = 7, TRUSTED = 443, STRANGER = 4431, OTHER_NAME = 4432, EXPIRED = 4433 };
enum { BYTES_TAG = 1, FILE_TAG = 2, STORED_TAG = 3, NO_TAG = 4 };

/* All the sockets that one program has, see CONFIG_OPENNWP_SOCKETS. */
enum { SOCKETS = 8 };

static inline void tell(const char* what, bool good) { printf("%s %s\n", good ? "ok" : "not ok", what); }

/* It failed for this reason: errno is never negative. */
static inline bool is_error(int returned, int wanted) {
    bool good = returned == -1 && errno == wanted;

    if (!good) printf("returned %d, errno %d instead of %d\n", returned, errno, wanted);
    errno = 0;
    return good;
}

/* The address of HOST with that port. */
struct sockaddr_in peer(uint16_t port);
int connected(uint16_t port);
/* Both ends of a connection of this program with itself. */
void pair_up(int ends[2]);

void test_names(void);
void test_descriptors(void);
void test_options(void);
void test_tls(void);
void test_threads(void);
