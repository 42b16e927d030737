/* SPDX-License-Identifier: Apache-2.0 */
/* Offloaded sockets and Zephyr's own descriptors in one poll(), several threads on one socket, errors. The
 * peer at www.nwp.test, port 7, sends back what it gets. Prints "ok WHAT" or "not ok WHAT" for each, then
 * "done". */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zephyr/kernel.h>
#include <zephyr/net/socket.h>
#include <zephyr/posix/fcntl.h>

static void tell(const char* what, bool good) { printf("%s %s\n", good ? "ok" : "not ok", what); }

static int connected(void) {
    struct zsock_addrinfo* found = NULL;
    int sock = -1;

    if (zsock_getaddrinfo("www.nwp.test", "7", NULL, &found) == 0) {
        sock = zsock_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        if (sock >= 0 && zsock_connect(sock, found->ai_addr, found->ai_addrlen) != 0) {
            zsock_close(sock);
            sock = -1;
        }
        zsock_freeaddrinfo(found);
    }
    return sock;
}

static int wait_for(int first, int second, int timeout_ms, short* revents) {
    struct zsock_pollfd set[] = {{.fd = first, .events = ZSOCK_POLLIN},
                                 {.fd = second, .events = ZSOCK_POLLIN}};
    int ready = zsock_poll(set, 2, timeout_ms);

    revents[0] = set[0].revents;
    revents[1] = set[1].revents;
    return ready;
}

static void poll_both(int sock) {
    char byte;
    short revents[2];
    int pair[2];

    if (zsock_socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
        tell("socketpair", false);
        return;
    }
    tell("nothing is ready at first", wait_for(sock, pair[0], 0, revents) == 0);
    tell("a wait ends with its time", wait_for(sock, pair[0], 50, revents) == 0);
    zsock_send(pair[1], "x", 1, 0);
    tell("a native descriptor wakes the poll",
         wait_for(sock, pair[0], -1, revents) == 1 && revents[0] == 0 && revents[1] == ZSOCK_POLLIN);
    zsock_recv(pair[0], &byte, 1, 0);
    zsock_send(sock, "y", 1, 0);
    tell("an offloaded socket wakes the same poll",
         wait_for(sock, pair[0], -1, revents) == 1 && revents[0] == ZSOCK_POLLIN && revents[1] == 0);
    tell("its byte is there", zsock_recv(sock, &byte, 1, 0) == 1 && byte == 'y');
    zsock_close(pair[0]);
    zsock_close(pair[1]);
}

static K_THREAD_STACK_DEFINE(stack, 2048);
static struct k_thread thread;
static char heard[4];

static void listen_to(void* sock, void* second, void* third) {
    ARG_UNUSED(second);
    ARG_UNUSED(third);
    zsock_recv((int)(intptr_t)sock, heard, sizeof(heard), ZSOCK_MSG_WAITALL);
}

static void two_threads(int sock) {
    k_thread_create(&thread, stack, K_THREAD_STACK_SIZEOF(stack), listen_to, (void*)(intptr_t)sock, NULL,
                    NULL, K_PRIO_PREEMPT(1), 0, K_NO_WAIT);
    k_sleep(K_MSEC(100)); /* it waits in recv(), or will: either is right */
    tell("a send passes a recv that waits", zsock_send(sock, "ping", 4, 0) == 4);
    tell("the other thread hears it",
         k_thread_join(&thread, K_SECONDS(10)) == 0 && memcmp(heard, "ping", sizeof(heard)) == 0);
}

static void errors(int sock) {
    char byte;
    int value = 0;
    socklen_t size = sizeof(value);

    errno = 0;
    tell("MSG_DONTWAIT does not wait",
         zsock_recv(sock, &byte, 1, ZSOCK_MSG_DONTWAIT) == -1 && errno == EAGAIN);
    tell("O_NONBLOCK is kept",
         zsock_fcntl(sock, F_SETFL, O_NONBLOCK) == 0 && (zsock_fcntl(sock, F_GETFL, 0) & O_NONBLOCK) != 0);
    errno = 0;
    tell("an unknown option is ENOPROTOOPT",
         zsock_getsockopt(sock, SOL_SOCKET, 4711, &value, &size) == -1 && errno == ENOPROTOOPT);
    tell("SO_PROTOCOL is TCP",
         zsock_getsockopt(sock, SOL_SOCKET, SO_PROTOCOL, &value, &size) == 0 && value == IPPROTO_TCP);
    tell("close", zsock_close(sock) == 0);
    errno = 0;
    tell("a closed socket is EBADF", zsock_send(sock, "x", 1, 0) == -1 && errno == EBADF);
}

void main(void) {
    int sock = connected();

    tell("connect", sock >= 0);
    if (sock >= 0) {
        poll_both(sock);
        two_threads(sock);
        errors(sock);
    }
    printf("done\n");
}
