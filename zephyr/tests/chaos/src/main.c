/* SPDX-License-Identifier: Apache-2.0 */
/* Tells how its workers do each second, and ends once somebody is at the peer's port 9: with how many
 * descriptors it can open then. */
#include "workers.h"

#include <stdio.h>
#include <zephyr/kernel.h>
#include <zephyr/net/socket.h>

enum { PLACES = CONFIG_OPENNWP_SOCKETS + 1, END = 9 };

/* Sockets that can be open at once. */
static int count_sockets(void) {
    int open[PLACES];
    int count = 0;

    while (count < PLACES && (open[count] = zsock_socket(AF_INET, SOCK_STREAM, 0)) >= 0) ++count;
    for (int i = 0; i < count; ++i) zsock_close(open[i]);
    return count;
}

/* Pairs of Zephyr's own descriptors, as many as there is memory for. */
static int count_pairs(void) {
    int pairs[CONFIG_POSIX_MAX_FDS][2];
    int count = 0;

    while (zsock_socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[count]) == 0) ++count;
    for (int i = 0; i < count; ++i) {
        zsock_close(pairs[i][0]);
        zsock_close(pairs[i][1]);
    }
    return count;
}

static void report(void) {
    printf("report");
    for (int i = 0; i < WORKERS; ++i) printf(" %u", rounds_of(i));
    printf(" wrong %u\n", wrong());
}

void main(void) {
    int pairs = count_pairs();

    start_workers();
    do {
        k_sleep(K_SECONDS(1));
        report();
    } while (!answers(END));
    printf("stopped %s\n", stop_workers() ? "all" : "not all");
    printf("sockets %d of %d\n", count_sockets(), CONFIG_OPENNWP_SOCKETS);
    printf("pairs %d of %d\n", count_pairs(), pairs);
    printf("done\n");
}
