/* SPDX-License-Identifier: Apache-2.0 */
/* An echo server as POSIX programs have been written for decades: TCP and UDP (RFC 862) on one port, a select
 * loop, perror(). It knows nothing of network processors; the build adds -include nwp/posix.h and links the
 * default host. Usage: classic_echo. It prints its port. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

static void die(const char* what) {
    perror(what);
    exit(1);
}

static int bound(int type, unsigned short* port) {
    const int on = 1;
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    const int sock = socket(AF_INET, type, 0);
    if (sock < 0) die("socket");
    if (setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) die("setsockopt");
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    address.sin_port = htons(*port);
    if (bind(sock, (struct sockaddr*)&address, sizeof address) < 0) die("bind");
    if (getsockname(sock, (struct sockaddr*)&address, &length) < 0) die("getsockname");
    *port = ntohs(address.sin_port);
    return sock;
}

static void tell(const char* what, const struct sockaddr* peer, socklen_t length) {
    char host[NI_MAXHOST];
    char service[NI_MAXSERV];
    const int failed = getnameinfo(peer, length, host, sizeof host, service, sizeof service,
                                   NI_NUMERICHOST | NI_NUMERICSERV);
    if (failed != 0) {
        fprintf(stderr, "getnameinfo: %s\n", gai_strerror(failed));
        exit(1);
    }
    printf("%s %s %s\n", what, host, service);
    fflush(stdout);
}

static void echo_datagram(int sock) {
    static char bytes[65536];
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    const ssize_t got = recvfrom(sock, bytes, sizeof bytes, 0, (struct sockaddr*)&peer, &length);
    if (got < 0) die("recvfrom");
    tell("datagram", (struct sockaddr*)&peer, length);
    if (sendto(sock, bytes, (size_t)got, 0, (struct sockaddr*)&peer, length) != got) die("sendto");
}

static int accept_one(int listener) {
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    const int sock = accept(listener, (struct sockaddr*)&peer, &length);
    if (sock < 0) die("accept");
    tell("stream", (struct sockaddr*)&peer, length);
    return sock;
}

/* 0: the peer has finished. */
static int echo_stream(int sock) {
    char bytes[4096];
    const ssize_t got = read(sock, bytes, sizeof bytes);
    if (got <= 0) return 0;
    for (ssize_t done = 0; done < got;) {
        const ssize_t sent = write(sock, bytes + done, (size_t)(got - done));
        if (sent < 0) return 0;
        done += sent;
    }
    return 1;
}

int main(void) {
    unsigned short port = 0;
    const int listener = bound(SOCK_STREAM, &port);
    const int datagrams = bound(SOCK_DGRAM, &port);
    fd_set open;
    int last = listener > datagrams ? listener : datagrams;
    if (listen(listener, 8) < 0) die("listen");
    printf("port %d\n", (int)port);
    fflush(stdout);
    FD_ZERO(&open);
    FD_SET(listener, &open);
    FD_SET(datagrams, &open);
    for (;;) {
        fd_set readable = open;
        if (select(last + 1, &readable, NULL, NULL, NULL) < 0) die("select");
        for (int sock = 0; sock <= last; ++sock) {
            if (!FD_ISSET(sock, &readable)) continue;
            if (sock == datagrams) {
                echo_datagram(sock);
            } else if (sock == listener) {
                const int one = accept_one(listener);
                FD_SET(one, &open);
                if (one > last) last = one;
            } else if (!echo_stream(sock)) {
                FD_CLR(sock, &open);
                close(sock);
            }
        }
    }
}
