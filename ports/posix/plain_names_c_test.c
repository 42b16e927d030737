/* SPDX-License-Identifier: Apache-2.0 */
/* The plain names in C, compiled with _FORTIFY_SOURCE=2: sizes that the compiler cannot know make its headers
 * call
 * __read_chk() and its kin, which must not lead past ours. 0, or the line that failed. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int use_plain_names_in_c(const struct sockaddr_in* echo, size_t size);

#define MUST(condition)                                                                                      \
    if (!(condition)) return __LINE__

static int use_kernel_descriptors(size_t size) {
    int ends[2];
    char buffer[16];
    MUST(pipe(ends) == 0);
    MUST(write(ends[1], "12345678", size) == (ssize_t)size);
    struct pollfd entry = {ends[0], POLLIN, 0};
    MUST(poll(&entry, 1, 1000) == 1 && entry.revents == POLLIN);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    MUST(select(ends[0] + 1, &set, NULL, NULL, NULL) == 1);
    int waiting = 0;
    MUST(ioctl(ends[0], FIONREAD, &waiting) == 0 && waiting == (int)size);
    MUST(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 && (fcntl(ends[0], F_GETFL) & O_NONBLOCK) != 0);
    MUST(read(ends[0], buffer, size) == (ssize_t)size);
    MUST(read(ends[0], buffer, size) == -1 && errno == EAGAIN);
    MUST(close(ends[0]) == 0 && close(ends[1]) == 0);

    const int local = socket(AF_UNIX, SOCK_DGRAM, 0);
    MUST(local >= 0 && fcntl(local, F_DUPFD, 0) >= 0);
    return close(local) == 0 ? 0 : __LINE__;
}

static int use_network_sockets(const struct sockaddr_in* echo, size_t size) {
    char buffer[16] = {0};
    const int sock = socket(AF_INET, SOCK_STREAM, 0);
    MUST(sock >= 0);
    MUST(connect(sock, (const struct sockaddr*)echo, sizeof(*echo)) == 0);
    MUST(write(sock, "12345678", size) == (ssize_t)size);
    struct pollfd entry = {sock, POLLIN, 0};
    MUST(poll(&entry, 1, -1) == 1);
    MUST(recv(sock, buffer, size, MSG_PEEK | MSG_WAITALL) == (ssize_t)size);
    MUST(read(sock, buffer, size) == (ssize_t)size && memcmp(buffer, "12345678", size) == 0);
    MUST(fcntl(sock, F_SETFL, O_NONBLOCK) == 0);
    MUST(recvfrom(sock, buffer, size, 0, NULL, NULL) == -1 && errno == EAGAIN);
    MUST(close(sock) == 0);
    MUST(close(sock) == -1 && errno == EBADF);
    return 0;
}

int use_plain_names_in_c(const struct sockaddr_in* echo, size_t size) {
    const int failed = use_kernel_descriptors(size);
    return failed != 0 ? failed : use_network_sockets(echo, size);
}
