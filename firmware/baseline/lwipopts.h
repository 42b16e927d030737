// SPDX-License-Identifier: Apache-2.0
// lwIP as a firmware engineer tunes it for one TLS connection on a bare-metal MCU: the raw API, four full
// segments of window, no assertions, no statistics, and of the protocols only what the application uses.
#pragma once

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_STATS 0
#define LWIP_NOASSERT 1

#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_DHCP 1
#define LWIP_DNS 1
#define LWIP_ICMP 1
#define LWIP_IGMP 0
#define LWIP_RAW 0
#define LWIP_AUTOIP 0
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define DHCP_DOES_ARP_CHECK 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define DNS_TABLE_SIZE 1
#define DNS_MAX_NAME_LENGTH 64

#define MEM_ALIGNMENT 4
#define MEM_SIZE (4 * 1024)
#define MEMP_NUM_UDP_PCB 3
#define MEMP_NUM_TCP_PCB 2
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define MEMP_NUM_TCP_SEG 8
#define MEMP_NUM_PBUF 4
#define PBUF_POOL_SIZE 7
#define PBUF_POOL_BUFSIZE 1520 // a whole frame with its CRC: read from the controller without a second copy

#define TCP_MSS 1460
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (2 * TCP_MSS)
#define TCP_SND_QUEUELEN 8
#define TCP_LISTEN_BACKLOG 0
// The link loses nothing and keeps the order, and the memory for what came early would be the application's.
#define TCP_QUEUE_OOSEQ 0

// The fastest of lwIP's three checksums on a 32-bit processor.
#define LWIP_CHKSUM_ALGORITHM 3

#define LWIP_TIMERS 1

// The name server of a test is on a port that was free.
#include <stdint.h>
#ifdef __cplusplus
extern "C"
#else
extern
#endif
    uint16_t baseline_dns_port;
#define DNS_SERVER_PORT baseline_dns_port
