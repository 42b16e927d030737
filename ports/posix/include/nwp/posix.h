/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Plain names: behind this header socket(), connect(), send(), recv(), close(), poll() and the others of the
 * list below are ours. Internet sockets are the network processor's; every other descriptor goes to the
 * kernel as before. Link nwp_default_host. Include it before every other header, best by the compiler's
 * option `-include nwp/posix.h`.
 *
 * The names are bound by redeclaration with an assembler name, not by macros: members called close() or
 * send() stay what they are. dup() and the like of an internet socket, and its use behind fork() or exec(),
 * fail with EBADF. */

#include <features.h>

/* With _FORTIFY_SOURCE glibc's headers define some of these functions inline, out of our reach. We read the
 * headers without that; ours check nothing else either. */
#if defined(__USE_FORTIFY_LEVEL) && __USE_FORTIFY_LEVEL > 0
#if defined(_UNISTD_H) || defined(_SYS_POLL_H) || defined(_SYS_SOCKET_H)
#error "with _FORTIFY_SOURCE nwp/posix.h must come before all other headers: use -include nwp/posix.h"
#endif
#pragma push_macro("__USE_FORTIFY_LEVEL")
#undef __USE_FORTIFY_LEVEL
#define __USE_FORTIFY_LEVEL 0
#define NWP_FORTIFY_IS_OFF
#endif

/* With _FILE_OFFSET_BITS=64 <fcntl.h> renames fcntl() itself; where all files are large it need not. */
#if defined(__USE_FILE_OFFSET64) && __WORDSIZE != 64
#error "nwp/posix.h cannot bind fcntl() together with _FILE_OFFSET_BITS=64 on a 32-bit system"
#endif
#pragma push_macro("__USE_FILE_OFFSET64")
#undef __USE_FILE_OFFSET64
#include <fcntl.h>
#pragma pop_macro("__USE_FILE_OFFSET64")

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef NWP_FORTIFY_IS_OFF
#pragma pop_macro("__USE_FORTIFY_LEVEL")
#undef NWP_FORTIFY_IS_OFF
#endif

#include "nwp/socket.h"

/* C and C++ want the two in different order. */
#ifdef __cplusplus
#define NWP_NEVER_THROWS(symbol) __THROW __asm__(symbol)
#else
#define NWP_NEVER_THROWS(symbol) __asm__(symbol) __THROW
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* NOLINTBEGIN(readability-redundant-declaration): that is how the names are bound */
int socket(int family, int type, int protocol) NWP_NEVER_THROWS("nwp_plain_socket");
int connect(int socket, const struct sockaddr* address, socklen_t length) __asm__("nwp_plain_connect");
int bind(int socket, const struct sockaddr* address, socklen_t length) NWP_NEVER_THROWS("nwp_plain_bind");
int listen(int socket, int backlog) NWP_NEVER_THROWS("nwp_plain_listen");
int accept(int socket, struct sockaddr* address, socklen_t* length) __asm__("nwp_plain_accept");
#ifdef SOCK_NONBLOCK
int accept4(int socket, struct sockaddr* address, socklen_t* length, int flags) __asm__("nwp_plain_accept4");
#endif
int shutdown(int socket, int how) NWP_NEVER_THROWS("nwp_plain_shutdown");
int close(int descriptor) __asm__("nwp_plain_close");

ssize_t send(int socket, const void* bytes, size_t size, int flags) __asm__("nwp_plain_send");
ssize_t sendto(int socket, const void* bytes, size_t size, int flags, const struct sockaddr* address,
               socklen_t length) __asm__("nwp_plain_sendto");
ssize_t sendmsg(int socket, const struct msghdr* message, int flags) __asm__("nwp_plain_sendmsg");
ssize_t write(int descriptor, const void* bytes, size_t size) __asm__("nwp_plain_write");

ssize_t recv(int socket, void* bytes, size_t size, int flags) __asm__("nwp_plain_recv");
ssize_t recvfrom(int socket, void* bytes, size_t size, int flags, struct sockaddr* address,
                 socklen_t* length) __asm__("nwp_plain_recvfrom");
ssize_t recvmsg(int socket, struct msghdr* message, int flags) __asm__("nwp_plain_recvmsg");
ssize_t read(int descriptor, void* bytes, size_t size) __asm__("nwp_plain_read");

int poll(struct pollfd* set, nfds_t size, int timeout_ms) __asm__("nwp_plain_poll");
int select(int size, fd_set* readable, fd_set* writable, fd_set* exceptional,
           struct timeval* timeout) __asm__("nwp_plain_select");
int fcntl(int descriptor, int command, ...) __asm__("nwp_plain_fcntl");
int ioctl(int descriptor, unsigned long request, ...) NWP_NEVER_THROWS("nwp_plain_ioctl");

int setsockopt(int socket, int level, int option, const void* value, socklen_t size)
    NWP_NEVER_THROWS("nwp_plain_setsockopt");
int getsockopt(int socket, int level, int option, void* value, socklen_t* size)
    NWP_NEVER_THROWS("nwp_plain_getsockopt");
int getsockname(int socket, struct sockaddr* address, socklen_t* length)
    NWP_NEVER_THROWS("nwp_plain_getsockname");
int getpeername(int socket, struct sockaddr* address, socklen_t* length)
    NWP_NEVER_THROWS("nwp_plain_getpeername");

int getaddrinfo(const char* node, const char* service, const struct addrinfo* hints,
                struct addrinfo** result) __asm__("nwp_getaddrinfo");
void freeaddrinfo(struct addrinfo* list) NWP_NEVER_THROWS("nwp_freeaddrinfo");
const char* gai_strerror(int code) NWP_NEVER_THROWS("nwp_gai_strerror");
int getnameinfo(const struct sockaddr* address, socklen_t length, char* host, socklen_t host_room,
                char* service, socklen_t service_room, int flags) __asm__("nwp_getnameinfo");
/* NOLINTEND(readability-redundant-declaration) */

#ifdef __cplusplus
}
#endif

#undef NWP_NEVER_THROWS
