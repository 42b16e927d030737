// SPDX-License-Identifier: Apache-2.0
#pragma once

// The board that the tests' Zephyr runs on, and its applications' calls.

#include "base/bytes.h"

#include <zephyr/net/net_if.h>
#include <zephyr/net/socket_offload.h>
#include <zephyr/net/wifi_mgmt.h>

struct socket_op_vtable;

namespace nwp::shim {

/// On the build machine held by the thread that runs. The test's own thread and those it starts hold one
/// while they call Zephyr.
class Processor {
public:
    enum class Turn {
        any,
        last, ///< once it slept it goes on when no other thread can; it sleeps without a limit
    };
    explicit Processor(Turn turn = Turn::any);
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

/// Calls what the driver registered: the device's start, then its interface's. False: the device did not
/// start.
bool boot();

/// A pin of gpio.h; on its way up it interrupts who asked for that.
void set_pin(unsigned pin, bool level);
/// How often the network processor was reset by its line.
unsigned resets();

/// Wi-Fi management's calls to the driver.
#if SHIM_ZEPHYR < 37
using WifiCalls = net_wifi_mgmt_offload;
#else
using WifiCalls = wifi_mgmt_ops;
#endif
const WifiCalls& wifi();
/// For every network. Zephyr's core makes the version's parameters of it.
int scan(scan_result_cb_t found);

const socket_dns_offload& names();
net_if& interface();
struct WifiEvent {
    bool joined;
    int status;
};
/// The first 32.
template <typename Event>
class Events {
public:
    void add(Event event) {
        if (size_ != 32) events_[size_++] = event;
    }
    std::size_t size() const { return size_; }
    Event operator[](std::size_t index) const { return events_[index]; }
    const Event* begin() const { return events_; }
    const Event* end() const { return events_ + size_; }

private:
    Event events_[32];
    std::size_t size_ = 0;
};
const Events<WifiEvent>& wifi_events();
/// Numbers of shim/zephyr/net/net_event.h.
const Events<std::uint32_t>& net_events();
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
/// How often that descriptor was reserved.
unsigned openings(int fd);
/// A descriptor of Zephyr's own that is readable once it rang.
int open_native();
void ring(int fd);
/// As Zephyr's, with room for four events.
int poll(pollfd* set, std::size_t size, int timeout_ms);

} // namespace nwp::shim
