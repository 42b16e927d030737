/* SPDX-License-Identifier: Apache-2.0 */
/* Offloaded sockets as a program of Zephyr's uses them. Ends with "done". */
#include "check.h"

static struct in_addr host;

static bool find_host(void) {
    struct zsock_addrinfo* found = NULL;

    if (zsock_getaddrinfo(HOST, NULL, NULL, &found) != 0) return false;
    host = net_sin(found->ai_addr)->sin_addr;
    zsock_freeaddrinfo(found);
    return true;
}

struct sockaddr_in peer(uint16_t port) {
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = host};
}

int connected(uint16_t port) {
    int sock = zsock_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    struct sockaddr_in address = peer(port);

    if (sock >= 0 && zsock_connect(sock, (struct sockaddr*)&address, sizeof(address)) != 0) {
        zsock_close(sock);
        sock = -1;
    }
    return sock;
}

void pair_up(int ends[2]) {
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr = {{{127, 0, 0, 1}}}};
    socklen_t size = sizeof(own);
    int listener = zsock_socket(AF_INET, SOCK_STREAM, 0);

    ends[0] = zsock_socket(AF_INET, SOCK_STREAM, 0);
    ends[1] = -1;
    if (zsock_bind(listener, (struct sockaddr*)&own, sizeof(own)) == 0 && zsock_listen(listener, 1) == 0 &&
        zsock_getsockname(listener, (struct sockaddr*)&own, &size) == 0 &&
        zsock_connect(ends[0], (struct sockaddr*)&own, sizeof(own)) == 0) {
        ends[1] = zsock_accept(listener, NULL, NULL);
    }
    zsock_close(listener);
}

void main(void) {
    if (find_host()) {
        test_descriptors();
        test_names();
        test_options();
        test_threads();
        test_tls();
        test_descriptors(); /* none was lost */
    }
    printf("done\n");
}
