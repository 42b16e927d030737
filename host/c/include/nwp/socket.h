/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* BSD sockets of the network processor, for C and C++. Each function is what POSIX.1-2017 says of its plain
 * name, with Linux's errno and poll bits; only what differs or goes beyond is said here. Any thread may call
 * any of them, several at once on one socket; close() ends other threads' waits on that socket with EBADF. No
 * call raises SIGPIPE. While the link to the network processor is down, new sockets and requests fail with
 * ENETDOWN and sockets of the lost link with ECONNABORTED until they are closed. */

#include "nwp/types.h"
#include "nwp/verdict.h"

/* Protocols of a stream socket that is a TLS client or, when it listens, server, and of a datagram socket
 * with DTLS. The number is a floor: IPPROTO_TLS_1_2 means 1.2 or 1.3. */
#define IPPROTO_TLS_1_0 256
#define IPPROTO_TLS_1_1 257
#define IPPROTO_TLS_1_2 258
#define IPPROTO_TLS_1_3 259
#define IPPROTO_DTLS_1_0 272
#define IPPROTO_DTLS_1_2 273

/* Socket options of TLS, with Zephyr's numbers. A wrong size is EINVAL, a wrong direction ENOPROTOOPT. */
#ifndef SOL_TLS
#define SOL_TLS 282
#endif
#define TLS_SEC_TAG_LIST 1     /* set, get: array of sec_tag_t, looked up at connect() */
#define TLS_HOSTNAME 2         /* set: C string, its length argument is ignored; NULL: no host name check */
#define TLS_CIPHERSUITE_LIST 3 /* set, get: array of int, IANA numbers */
#define TLS_CIPHERSUITE_USED 4 /* get: int; ENOTCONN before the handshake */
#define TLS_PEER_VERIFY 5      /* set: int, TLS_PEER_VERIFY_... */
#define TLS_DTLS_ROLE 6        /* set: int, 0 client, 1 server */
#define TLS_ALPN_LIST 7        /* set, get: array of const char*, which must live as long as the socket */
#define TLS_DTLS_HANDSHAKE_TIMEOUT_MIN 8 /* set, get: uint32_t, milliseconds */
#define TLS_DTLS_HANDSHAKE_TIMEOUT_MAX 9 /* set, get: uint32_t, milliseconds */
#define TLS_CERT_NOCOPY 10               /* set: int */
#define TLS_NATIVE 11                    /* set: int */
#define TLS_SESSION_CACHE 12             /* set, get: int, TLS_SESSION_CACHE_... */
#define TLS_SESSION_CACHE_PURGE 13       /* set: anything */
#define NWP_TLS_VERSION 1001             /* get: int, IPPROTO_TLS_...; ENOTCONN before the handshake */
#define NWP_TLS_VERSION_MAX 1002         /* set, get: int, IPPROTO_TLS_... */
#define NWP_TLS_ALPN_SELECTED                                                                                \
    1003 /* get: C string, EINVAL when it does not fit; ENOTCONN before the handshake */
/* set, get: int. 1: connect() and accept() give a plain stream; to be set before connect() or listen(). Then
 * 0: TLS begins on it now, as client where it connected, as server where it was accepted, and the call waits
 * for the handshake as connect() would (ECONNABORTED: TLS refused, and the connection is over), also on a
 * non-blocking socket. What was sent before goes out first, in plain text; while the call runs nothing can be
 * sent or received. Bytes that came in plain text are never read as secured: a client that has not received
 * all of them gets EINVAL, and nothing began; of a server they are TLS's first. EINVAL also when it is
 * secured or listens, or one half has ended. ENOPROTOOPT on a datagram socket. */
#define NWP_TLS_DEFER 1004
#define NWP_TLS_RESUMED 1005 /* get: int, 1: an earlier session went on; ENOTCONN before the handshake */

#define TLS_PEER_VERIFY_NONE 0
#define TLS_PEER_VERIFY_OPTIONAL 1
#define TLS_PEER_VERIFY_REQUIRED 2
#define TLS_SESSION_CACHE_DISABLED 0
#define TLS_SESSION_CACHE_ENABLED 1

#ifdef __cplusplus
extern "C" {
#endif

/* Names a credential in the network processor's store. */
typedef int sec_tag_t;

/* AF_INET or AF_INET6. SOCK_STREAM with protocol 0, IPPROTO_TCP or IPPROTO_TLS_...; SOCK_DGRAM with 0,
 * IPPROTO_UDP or IPPROTO_DTLS_...; SOCK_NONBLOCK and SOCK_CLOEXEC. Asks the network processor and waits for
 * its answer.
 *   ESOCKTNOSUPPORT  datagrams, where this program was linked without them
 *   EPERM            raw sockets
 *   EMFILE           this side's pool is used up; ENFILE: the network processor's
 *   ENETDOWN         the link is down */
int nwp_socket(int family, int type, int protocol);
/* With SO_LINGER it waits until what was sent is acknowledged, at most so long. */
int nwp_close(int socket);
int nwp_shutdown(int socket, int how);
/* On a TLS socket the handshake is part of it: ECONNABORTED when TLS refused, NWP_TLS_VERDICT tells why. A
 * blocking call that runs into SO_SNDTIMEO: EINPROGRESS, and it goes on. Of datagrams: AF_UNSPEC dissolves
 * it.
 */
int nwp_connect(int socket, const struct sockaddr* address, socklen_t length);

/* Our addresses are those of the network processor: a port that another of its clients has is EADDRINUSE. */
int nwp_bind(int socket, const struct sockaddr* address, socklen_t length);
/* With TLS up to `backlog` handshakes run side by side, 10 s each. */
int nwp_listen(int socket, int backlog);
/* With TLS: finished handshakes only; a failed one is logged by the network processor and never comes here.
 * The new socket has the options of the listening one, as in Linux; not O_NONBLOCK. EMFILE when this side's
 * pool is used up: the connection goes on waiting. */
int nwp_accept(int socket, struct sockaddr* address, socklen_t* length);
int nwp_accept4(int socket, struct sockaddr* address, socklen_t* length, int flags);

/* A datagram goes whole or not at all. EMSGSIZE: longer than UDP allows, or than the network processor's
 * memory for it. To a new destination the network processor is asked once whether there is a way; what goes
 * wrong later (ECONNREFUSED) is told by the next call or SO_ERROR, once. Even a non-blocking call waits until
 * the link has taken what it began. */
ssize_t nwp_send(int socket, const void* bytes, size_t size, int flags);
ssize_t nwp_sendto(int socket, const void* bytes, size_t size, int flags, const struct sockaddr* address,
                   socklen_t length);
ssize_t nwp_sendmsg(int socket, const struct msghdr* message, int flags);
ssize_t nwp_write(int socket, const void* bytes, size_t size);

/* MSG_PEEK, MSG_DONTWAIT, MSG_WAITALL, MSG_TRUNC (of a stream: drops the bytes; of a datagram: returns its
 * whole length). A TLS stream that was cut short never ends in 0 but in ECONNRESET. Of a datagram that is
 * longer than the memory for it the rest is lost, and msg_flags has MSG_TRUNC. */
ssize_t nwp_recv(int socket, void* bytes, size_t size, int flags);
ssize_t nwp_recvfrom(int socket, void* bytes, size_t size, int flags, struct sockaddr* address,
                     socklen_t* length);
ssize_t nwp_recvmsg(int socket, struct msghdr* message, int flags);
ssize_t nwp_read(int socket, void* bytes, size_t size);

/* With a timeout of 0 they cause no traffic on the link. On POSIX systems they take the system's own
 * descriptors as well. */
int nwp_poll(struct pollfd* set, nfds_t size, int timeout_ms);
int nwp_select(int size, fd_set* readable, fd_set* writable, fd_set* exceptional, struct timeval* timeout);

/* F_GETFL, F_SETFL (O_NONBLOCK), F_GETFD, F_SETFD (FD_CLOEXEC); else EINVAL, duplicates EBADF. */
int nwp_fcntl(int socket, int command, ...);
/* FIONREAD (bytes that have reached this side; of datagrams: the size of the next), FIONBIO; else ENOTTY. */
int nwp_ioctl(int socket, unsigned long request, ...);

/* SOL_SOCKET: SO_ERROR, SO_TYPE, SO_PROTOCOL, SO_DOMAIN, SO_ACCEPTCONN, SO_RCVTIMEO, SO_SNDTIMEO, SO_LINGER,
 * SO_KEEPALIVE, SO_REUSEADDR, SO_REUSEPORT, SO_BROADCAST, SO_RCVBUF, SO_SNDBUF, SO_BINDTODEVICE (an interface
 * of the network processor). IPPROTO_TCP: TCP_NODELAY. IPPROTO_IP, of IPv4 sockets: IP_TTL, IP_MULTICAST_TTL,
 * IP_MULTICAST_LOOP, IP_ADD_MEMBERSHIP and IP_DROP_MEMBERSHIP with struct ip_mreq, whose imr_interface must
 * be INADDR_ANY (else ENODEV). IPPROTO_IPV6: IPV6_V6ONLY, IPV6_UNICAST_HOPS, IPV6_MULTICAST_HOPS,
 * IPV6_MULTICAST_LOOP, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP. SOL_TLS: above. Else ENOPROTOOPT, also from the
 * network processor where it knows no such option. */
int nwp_setsockopt(int socket, int level, int option, const void* value, socklen_t size);
int nwp_getsockopt(int socket, int level, int option, void* value, socklen_t* size);

int nwp_getsockname(int socket, struct sockaddr* address, socklen_t* length);
int nwp_getpeername(int socket, struct sockaddr* address, socklen_t* length);

/* The network processor resolves. An answer longer than the pool of results is cut; EAI_MEMORY: other lists
 * hold the pool. EAI_SYSTEM with ENETDOWN or ECONNABORTED: the link is down or was lost. */
int nwp_getaddrinfo(const char* node, const char* service, const struct addrinfo* hints,
                    struct addrinfo** result);
/* Frees the whole list. A list that is free already, or none of ours, is left alone. */
void nwp_freeaddrinfo(struct addrinfo* list);
const char* nwp_gai_strerror(int code);
/* Numbers only: no name of an address or service is looked up. NI_NAMEREQD without NI_NUMERICHOST:
 * EAI_NONAME, as for an address that has no name. EAI_OVERFLOW: the text does not fit. */
int nwp_getnameinfo(const struct sockaddr* address, socklen_t length, char* host, socklen_t host_room,
                    char* service, socklen_t service_room, int flags);

int nwp_inet_pton(int family, const char* text, void* address);
const char* nwp_inet_ntop(int family, const void* address, char* text, socklen_t size);

#ifdef __cplusplus
}
#endif
