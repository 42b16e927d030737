// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netdb.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>

namespace nwp::contract {

/// The calls that scenarios use, as one implementation has them.
struct Calls {
    int (*socket)(int family, int type, int protocol);
    int (*close)(int socket);
    int (*bind)(int socket, const sockaddr* address, socklen_t length);
    int (*listen)(int socket, int backlog);
    int (*accept)(int socket, sockaddr* address, socklen_t* length);
    int (*accept4)(int socket, sockaddr* address, socklen_t* length, int flags);
    int (*shutdown)(int socket, int how);
    int (*connect)(int socket, const sockaddr* address, socklen_t length);
    ssize_t (*send)(int socket, const void* bytes, size_t size, int flags);
    ssize_t (*sendto)(int socket, const void* bytes, size_t size, int flags, const sockaddr* address,
                      socklen_t length);
    ssize_t (*sendmsg)(int socket, const msghdr* message, int flags);
    ssize_t (*write)(int socket, const void* bytes, size_t size);
    ssize_t (*recv)(int socket, void* bytes, size_t size, int flags);
    ssize_t (*recvfrom)(int socket, void* bytes, size_t size, int flags, sockaddr* address,
                        socklen_t* length);
    ssize_t (*recvmsg)(int socket, msghdr* message, int flags);
    ssize_t (*read)(int socket, void* bytes, size_t size);
    int (*poll)(pollfd* set, nfds_t size, int timeout_ms);
    int (*select)(int size, fd_set* readable, fd_set* writable, fd_set* exceptional, timeval* timeout);
    int (*fcntl)(int socket, int command, ...);
    int (*ioctl)(int socket, unsigned long request, ...);
    int (*setsockopt)(int socket, int level, int option, const void* value, socklen_t size);
    int (*getsockopt)(int socket, int level, int option, void* value, socklen_t* size);
    int (*getsockname)(int socket, sockaddr* address, socklen_t* length);
    int (*getpeername)(int socket, sockaddr* address, socklen_t* length);
    int (*getaddrinfo)(const char* node, const char* service, const addrinfo* hints, addrinfo** result);
    void (*freeaddrinfo)(addrinfo* list);
    int (*getnameinfo)(const sockaddr* address, socklen_t length, char* host, socklen_t host_room,
                       char* service, socklen_t service_room, int flags);
};

/// The system's own.
const Calls& kernel_calls();
/// Those of nwp/socket.h.
const Calls& nwp_calls();

} // namespace nwp::contract
