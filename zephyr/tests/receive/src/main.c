/* SPDX-License-Identifier: Apache-2.0 */
/* Gets a page by HTTP, then by HTTPS with the root of tag 1, and says how long and of what sum each answer
 * is. bench/zephyr counts from one mark to the next. */
#include <stdint.h>
#include <stdio.h>
#include <zephyr/kernel.h>
#include <zephyr/net/socket.h>
#include <zephyr/net/tls_credentials.h>

#define MARK(name)                                                                                           \
    __attribute__((noinline)) void name(void) { __asm__ volatile("" ::: "memory"); }
MARK(mark_plain_connecting)
MARK(mark_plain_connected)
MARK(mark_plain_requested)
MARK(mark_plain_received)
MARK(mark_tls_connecting)
MARK(mark_tls_connected)
MARK(mark_tls_requested)
MARK(mark_tls_received)

static const char host[] = "www.nwp.test";
static const char request[] = "GET /page HTTP/1.0\r\n\r\n";
static uint8_t answer[1024]; /* as samples/net/sockets/http_get has it */

static int connected(int protocol, uint16_t port) {
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(port)};
    const sec_tag_t root = 1;
    int sock = zsock_socket(AF_INET, SOCK_STREAM, protocol);

    zsock_inet_pton(AF_INET, "10.77.0.80", &peer.sin_addr);
    if (protocol == IPPROTO_TLS_1_2) {
        zsock_setsockopt(sock, SOL_TLS, TLS_SEC_TAG_LIST, &root, sizeof(root));
        zsock_setsockopt(sock, SOL_TLS, TLS_HOSTNAME, host, sizeof(host));
    }
    if (zsock_connect(sock, (struct sockaddr*)&peer, sizeof(peer)) == 0) return sock;
    zsock_close(sock);
    return -1;
}

static void get(int protocol, uint16_t port, void (*is_connected)(void), void (*is_requested)(void),
                void (*is_received)(void)) {
    unsigned int size = 0;
    uint8_t last = 0;
    int got;
    int sock = connected(protocol, port);

    is_connected();
    zsock_send(sock, request, sizeof(request) - 1, 0);
    is_requested();
    while ((got = zsock_recv(sock, answer, sizeof(answer), 0)) > 0) {
        size += (unsigned int)got;
        last = answer[got - 1];
    }
    is_received();
    zsock_close(sock);
    printf("received %u bytes, the last is %u\n", size, last);
}

void main(void) {
    mark_plain_connecting();
    get(IPPROTO_TCP, 80, mark_plain_connected, mark_plain_requested, mark_plain_received);
    mark_tls_connecting();
    get(IPPROTO_TLS_1_2, 443, mark_tls_connected, mark_tls_requested, mark_tls_received);
    printf("done\n");
}
