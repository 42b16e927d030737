// SPDX-License-Identifier: Apache-2.0
#pragma once

// The board that the tests' Zephyr runs on, and its applications' calls.

#include "base/bytes.h"

#include <poll.h>
#include <vector>
#include <zephyr/net/net_if.h>
#include <zephyr/net/socket_offload.h>

struct socket_op_vtable;

namespace nwp::shim {

/// Held by the thread that runs. The test's own thread and those it starts hold one while they call Zephyr.
class Processor {
public:
    Processor();
    ~Processor();
    Processor(const Processor&) = delete;
    Processor& operator=(const Processor&) = delete;
};
/// The same turned inside out, for a call of the build machine that waits.
class Idle {
public:
    Idle();
    ~Idle();
    Idle(const Idle&) = delete;
    Idle& operator=(const Idle&) = delete;
};

/// With the processor held. The other end of the UART: frames to and from a packet socket. Owned from now on;
/// replaces the last one.
void plug_line(int packet_socket);

extern const device uart;
const socket_dns_offload& names();
net_if& interface();
struct WifiEvent {
    bool joined;
    int status;
};
std::vector<WifiEvent> wifi_events();
/// Numbers of shim/zephyr/net/net_event.h.
std::vector<std::uint32_t> net_events();
void add_credential(int tag, int type, ByteView value);

/// The table and the object of a descriptor, with its mutex taken so many times, as Zephyr calls it: once;
/// twice by the dispatcher's first call, not at all by fcntl() of CONFIG_POSIX_API.
class Taken {
public:
    explicit Taken(int fd, unsigned times = 1);
    ~Taken();
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;

    const socket_op_vtable* operator->() const;
    void* object() const;
    int control(unsigned request, ...) const;

private:
    int fd_;
    unsigned times_;
};

// Calls of an application, through the table of descriptors; the processor is held.
int connect(int fd, const sockaddr* address, socklen_t length);
ssize_t send(int fd, const void* bytes, std::size_t size, int flags);
ssize_t recv(int fd, void* bytes, std::size_t size, int flags);
int close(int fd);
int fcntl(int fd, int command, int argument);
int setsockopt(int fd, int level, int option, const void* value, socklen_t size);
int getsockopt(int fd, int level, int option, void* value, socklen_t* size);
/// A descriptor of Zephyr's own that is readable once it rang.
int open_native();
void ring(int fd);
/// As Zephyr's, with room for four events.
int poll(pollfd* set, std::size_t size, int timeout_ms);

} // namespace nwp::shim
