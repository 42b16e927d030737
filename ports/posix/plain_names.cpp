// SPDX-License-Identifier: Apache-2.0
// What nwp/posix.h binds the plain names to: ours for internet sockets, the kernel's for everything else.
#include "nwp/socket.h"

#include "host/c/attach.h"

#include <cstdarg>
#include <unistd.h>

namespace {

bool is_ours(int number) {
    const nwp::c::Attachment* const to = nwp::c::attached();
    return to != nullptr && to->descriptors.place_of(number) != nwp::c::Descriptors::kNoPlace;
}

bool any_is_ours(const pollfd* set, nfds_t size) {
    for (nfds_t i = 0; i < size; ++i) {
        if (is_ours(set[i].fd)) return true;
    }
    return false;
}

bool any_is_ours(int size, const fd_set* set) {
    if (set == nullptr) return false;
    for (int number = 0; number < size && number < FD_SETSIZE; ++number) {
        if (FD_ISSET(number, set) && is_ours(number)) return true;
    }
    return false;
}

} // namespace

extern "C" {

// The declarations that callers see stand in nwp/posix.h, under the plain names.
int nwp_plain_socket(int family, int type, int protocol);
int nwp_plain_connect(int socket, const sockaddr* address, socklen_t length);
int nwp_plain_bind(int socket, const sockaddr* address, socklen_t length);
int nwp_plain_listen(int socket, int backlog);
int nwp_plain_accept(int socket, sockaddr* address, socklen_t* length);
int nwp_plain_accept4(int socket, sockaddr* address, socklen_t* length, int flags);
int nwp_plain_shutdown(int socket, int how);
int nwp_plain_close(int descriptor);
ssize_t nwp_plain_send(int socket, const void* bytes, size_t size, int flags);
ssize_t nwp_plain_sendto(int socket, const void* bytes, size_t size, int flags, const sockaddr* address,
                         socklen_t length);
ssize_t nwp_plain_sendmsg(int socket, const msghdr* message, int flags);
ssize_t nwp_plain_write(int descriptor, const void* bytes, size_t size);
ssize_t nwp_plain_recv(int socket, void* bytes, size_t size, int flags);
ssize_t nwp_plain_recvfrom(int socket, void* bytes, size_t size, int flags, sockaddr* address,
                           socklen_t* length);
ssize_t nwp_plain_recvmsg(int socket, msghdr* message, int flags);
ssize_t nwp_plain_read(int descriptor, void* bytes, size_t size);
int nwp_plain_poll(pollfd* set, nfds_t size, int timeout_ms);
int nwp_plain_select(int size, fd_set* readable, fd_set* writable, fd_set* exceptional, timeval* timeout);
int nwp_plain_fcntl(int descriptor, int command, ...);
int nwp_plain_ioctl(int descriptor, unsigned long request, ...);
int nwp_plain_setsockopt(int socket, int level, int option, const void* value, socklen_t size);
int nwp_plain_getsockopt(int socket, int level, int option, void* value, socklen_t* size);
int nwp_plain_getsockname(int socket, sockaddr* address, socklen_t* length);
int nwp_plain_getpeername(int socket, sockaddr* address, socklen_t* length);

int nwp_plain_socket(int family, int type, int protocol) {
    const bool internet = family == AF_INET || family == AF_INET6;
    return internet ? nwp_socket(family, type, protocol) : ::socket(family, type, protocol);
}

int nwp_plain_connect(int socket, const sockaddr* address, socklen_t length) {
    return is_ours(socket) ? nwp_connect(socket, address, length) : ::connect(socket, address, length);
}

int nwp_plain_bind(int socket, const sockaddr* address, socklen_t length) {
    return is_ours(socket) ? nwp_bind(socket, address, length) : ::bind(socket, address, length);
}

int nwp_plain_listen(int socket, int backlog) {
    return is_ours(socket) ? nwp_listen(socket, backlog) : ::listen(socket, backlog);
}

int nwp_plain_accept(int socket, sockaddr* address, socklen_t* length) {
    return is_ours(socket) ? nwp_accept(socket, address, length) : ::accept(socket, address, length);
}

int nwp_plain_accept4(int socket, sockaddr* address, socklen_t* length, int flags) {
    return is_ours(socket) ? nwp_accept4(socket, address, length, flags)
                           : ::accept4(socket, address, length, flags);
}

int nwp_plain_shutdown(int socket, int how) {
    return is_ours(socket) ? nwp_shutdown(socket, how) : ::shutdown(socket, how);
}

int nwp_plain_close(int descriptor) {
    return is_ours(descriptor) ? nwp_close(descriptor) : ::close(descriptor);
}

ssize_t nwp_plain_send(int socket, const void* bytes, size_t size, int flags) {
    return is_ours(socket) ? nwp_send(socket, bytes, size, flags) : ::send(socket, bytes, size, flags);
}

ssize_t nwp_plain_sendto(int socket, const void* bytes, size_t size, int flags, const sockaddr* address,
                         socklen_t length) {
    return is_ours(socket) ? nwp_sendto(socket, bytes, size, flags, address, length)
                           : ::sendto(socket, bytes, size, flags, address, length);
}

ssize_t nwp_plain_sendmsg(int socket, const msghdr* message, int flags) {
    return is_ours(socket) ? nwp_sendmsg(socket, message, flags) : ::sendmsg(socket, message, flags);
}

ssize_t nwp_plain_write(int descriptor, const void* bytes, size_t size) {
    return is_ours(descriptor) ? nwp_write(descriptor, bytes, size) : ::write(descriptor, bytes, size);
}

ssize_t nwp_plain_recv(int socket, void* bytes, size_t size, int flags) {
    return is_ours(socket) ? nwp_recv(socket, bytes, size, flags) : ::recv(socket, bytes, size, flags);
}

ssize_t nwp_plain_recvfrom(int socket, void* bytes, size_t size, int flags, sockaddr* address,
                           socklen_t* length) {
    return is_ours(socket) ? nwp_recvfrom(socket, bytes, size, flags, address, length)
                           : ::recvfrom(socket, bytes, size, flags, address, length);
}

ssize_t nwp_plain_recvmsg(int socket, msghdr* message, int flags) {
    return is_ours(socket) ? nwp_recvmsg(socket, message, flags) : ::recvmsg(socket, message, flags);
}

ssize_t nwp_plain_read(int descriptor, void* bytes, size_t size) {
    return is_ours(descriptor) ? nwp_read(descriptor, bytes, size) : ::read(descriptor, bytes, size);
}

int nwp_plain_poll(pollfd* set, nfds_t size, int timeout_ms) {
    const bool ours = set != nullptr && any_is_ours(set, size);
    return ours ? nwp_poll(set, size, timeout_ms) : ::poll(set, size, timeout_ms);
}

int nwp_plain_select(int size, fd_set* readable, fd_set* writable, fd_set* exceptional, timeval* timeout) {
    const bool ours =
        any_is_ours(size, readable) || any_is_ours(size, writable) || any_is_ours(size, exceptional);
    return ours ? nwp_select(size, readable, writable, exceptional, timeout)
                : ::select(size, readable, writable, exceptional, timeout);
}

// Linux passes every third argument of these two in one register, as the C library's own do.
int nwp_plain_fcntl(int descriptor, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    if (!is_ours(descriptor)) return ::fcntl(descriptor, command, argument);
    return nwp_fcntl(descriptor, command, static_cast<int>(reinterpret_cast<intptr_t>(argument)));
}

int nwp_plain_ioctl(int descriptor, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    return is_ours(descriptor) ? nwp_ioctl(descriptor, request, argument)
                               : ::ioctl(descriptor, request, argument);
}

int nwp_plain_setsockopt(int socket, int level, int option, const void* value, socklen_t size) {
    return is_ours(socket) ? nwp_setsockopt(socket, level, option, value, size)
                           : ::setsockopt(socket, level, option, value, size);
}

int nwp_plain_getsockopt(int socket, int level, int option, void* value, socklen_t* size) {
    return is_ours(socket) ? nwp_getsockopt(socket, level, option, value, size)
                           : ::getsockopt(socket, level, option, value, size);
}

int nwp_plain_getsockname(int socket, sockaddr* address, socklen_t* length) {
    return is_ours(socket) ? nwp_getsockname(socket, address, length)
                           : ::getsockname(socket, address, length);
}

int nwp_plain_getpeername(int socket, sockaddr* address, socklen_t* length) {
    return is_ours(socket) ? nwp_getpeername(socket, address, length)
                           : ::getpeername(socket, address, length);
}

} // extern "C"
