// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zephyr/net/socket.h>

struct socket_dns_offload {
    int (*getaddrinfo)(const char*, const char*, const zsock_addrinfo*, zsock_addrinfo**);
    void (*freeaddrinfo)(zsock_addrinfo*);
};
void socket_offload_dns_register(const socket_dns_offload* names);
