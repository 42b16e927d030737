/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The types and numbers of sockets as Zephyr has them, under their plain names, for nwp/types.h (a build says
 * NWP_TYPES_HEADER="ports/zephyr/types.h"). What a Zephyr version does not have is added with Linux's number.
 * Not for applications: they include Zephyr's own headers. */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <zephyr/kernel.h>
#include <zephyr/net/socket.h>

#include <opennwp/fcntl.h>

#ifndef CONFIG_NET_SOCKETS_POSIX_NAMES
#define pollfd zsock_pollfd
#define addrinfo zsock_addrinfo
#define POLLIN ZSOCK_POLLIN
#define POLLOUT ZSOCK_POLLOUT
#define POLLERR ZSOCK_POLLERR
#define POLLHUP ZSOCK_POLLHUP
#define POLLNVAL ZSOCK_POLLNVAL
#define MSG_PEEK ZSOCK_MSG_PEEK
#define MSG_TRUNC ZSOCK_MSG_TRUNC
#define MSG_DONTWAIT ZSOCK_MSG_DONTWAIT
#define MSG_WAITALL ZSOCK_MSG_WAITALL
#define SHUT_RD ZSOCK_SHUT_RD
#define SHUT_WR ZSOCK_SHUT_WR
#define SHUT_RDWR ZSOCK_SHUT_RDWR
#define EAI_BADFLAGS DNS_EAI_BADFLAGS
#define EAI_NONAME DNS_EAI_NONAME
#define EAI_AGAIN DNS_EAI_AGAIN
#define EAI_FAIL DNS_EAI_FAIL
#define EAI_NODATA DNS_EAI_NODATA
#define EAI_MEMORY DNS_EAI_MEMORY
#define EAI_SYSTEM DNS_EAI_SYSTEM
#define EAI_SERVICE DNS_EAI_SERVICE
#define EAI_SOCKTYPE DNS_EAI_SOCKTYPE
#define EAI_FAMILY DNS_EAI_FAMILY
#define fd_set zsock_fd_set
#endif

#define EAI_OVERFLOW DNS_EAI_OVERFLOW

/* Zephyr defines its names for addresses as text for applications alone. */
#ifndef INET_ADDRSTRLEN
#define INET_ADDRSTRLEN 16
#define INET6_ADDRSTRLEN 46
#endif

typedef unsigned int nfds_t;

#ifndef POLLRDNORM
#define POLLRDNORM 0x040
#define POLLWRNORM 0x100
#endif
#ifndef POLLRDHUP
#define POLLRDHUP 0x2000
#endif
#ifndef POLLPRI
#define POLLPRI ZSOCK_POLLPRI
#endif
#ifndef MSG_OOB
#define MSG_OOB 0x01
#endif
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0x4000
#endif
#ifndef F_GETFD
#define F_GETFD 1
#define F_SETFD 2
#define FD_CLOEXEC 1
#endif
#ifndef FIONREAD
#define FIONREAD 0x541B
#endif
#ifndef FIONBIO
#define FIONBIO 0x5421
#endif
#ifndef SO_REUSEPORT
#define SO_REUSEPORT 15
#endif
#ifndef SO_ACCEPTCONN
#define SO_ACCEPTCONN 30
#endif
#ifndef IP_TTL
#define IP_TTL 2
#endif
#ifndef IP_MULTICAST_TTL
#define IP_MULTICAST_TTL 33
#endif
#ifndef IP_MULTICAST_LOOP
#define IP_MULTICAST_LOOP 34
#endif
#ifndef IPV6_UNICAST_HOPS
#define IPV6_UNICAST_HOPS 16
#endif
#ifndef IPV6_MULTICAST_HOPS
#define IPV6_MULTICAST_HOPS 18
#endif
#ifndef IPV6_MULTICAST_LOOP
#define IPV6_MULTICAST_LOOP 19
#endif
#ifndef NI_NUMERICHOST
#define NI_NUMERICHOST 1
#define NI_NUMERICSERV 2
#define NI_NOFQDN 4
#define NI_NAMEREQD 8
#define NI_DGRAM 16
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Zephyr 3.3 can neither join groups by setsockopt() nor linger. */
#ifndef IP_ADD_MEMBERSHIP
#define IP_ADD_MEMBERSHIP 35
#define IP_DROP_MEMBERSHIP 36
struct ip_mreq {
    struct in_addr imr_multiaddr;
    struct in_addr imr_interface;
};
#endif
#ifndef IPV6_JOIN_GROUP
#define IPV6_JOIN_GROUP 20
#define IPV6_LEAVE_GROUP 21
struct ipv6_mreq {
    struct in6_addr ipv6mr_multiaddr;
    unsigned int ipv6mr_interface;
};
#endif
#if !defined(CONFIG_POSIX_API)
struct linger {
    int l_onoff;
    int l_linger; /* seconds */
};
#endif

#ifdef __cplusplus
}
#endif
