// SPDX-License-Identifier: Apache-2.0
// Zephyr's table of socket calls over the C interface.
#include "nwp/socket.h"

#include "host/c/errno_table.h"
#include "nwp/socket_requests.h"
#include "ports/zephyr/held.h"
#include "zephyr/driver.h"
#include "zephyr/poll.h"
#include "zephyr/registration.h"
#include <opennwp/descriptors.h>

#include <cstring>
#include <zephyr/net/net_if.h>

namespace nwp::zephyr {
namespace {

constexpr int kFirst = c::OwnNumbers::kFirst;

#ifdef CONFIG_OPENNWP_LISTEN
constexpr bool kListens = true;
#else
constexpr bool kListens = false; // Zephyr answers EOPNOTSUPP to calls that its table does not have
#endif

/// What Zephyr keeps as a descriptor's object: a number, never a pointer, so that one kept too long by a call
/// that races with close() names nobody. Never null, which Zephyr takes for "closed".
void* object_of(SocketId socket) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): as it says above
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(socket.generation) << 16 |
                                   (socket.index + 1U));
}

SocketId socket_of(const void* object) {
    const auto bits = reinterpret_cast<std::uintptr_t>(object);
    return {static_cast<std::uint16_t>((bits & 0xFFFF) - 1), static_cast<std::uint16_t>(bits >> 16)};
}

/// Guards the places' counts of calls under way.
class Counted {
public:
    /// Until that place has no more calls than so many.
    static void wait(const SocketPlace& place, unsigned most) {
        CallsUnderWay& under_way = calls_under_way();
        while (place.calls > most) k_condvar_wait(&under_way.one_ended, &under_way.mutex, K_FOREVER);
    }

private:
    Held held_{calls_under_way().mutex};
};

/// One call through the table: the socket, and its descriptor's mutex, which Zephyr has taken, released for
/// as long as the call lasts. So a thread that waits in recv() does not keep another from send(). The mutex
/// is another one once the descriptor and the place have another socket: they have none before the last call
/// has taken its mutex again, see close() and open_as().
class Released {
public:
    explicit Released(void* object) : id_(socket_of(object)), place_(socket_places()[id_.index]) {
        const Counted counted;
        if (attachment().sockets[id_.index].generation.load() != id_.generation) return; // closed
        ++place_.calls;
        lock_ = place_.lock;
        depth_ = lock_->lock_count; // the dispatcher's first call has taken it twice
        for (auto left = depth_; left != 0; --left) k_mutex_unlock(lock_);
    }
    ~Released() {
        if (lock_ == nullptr) return;
        for (auto left = depth_; left != 0; --left) k_mutex_lock(lock_, K_FOREVER);
        const Counted counted;
        --place_.calls;
        k_condvar_broadcast(&calls_under_way().one_ended);
    }
    Released(const Released&) = delete;
    Released& operator=(const Released&) = delete;

    /// Its number for the C interface; -1, which it answers with EBADF: closed.
    int number() const { return lock_ != nullptr ? id_.index + kFirst : -1; }
    SocketId id() const { return id_; }
    SocketPlace& place() const { return place_; }
    /// Until this is the socket's last call. It is closed, so that they all end.
    void outlast_others() const {
        const Counted counted;
        Counted::wait(place_, 1);
    }

private:
    SocketId id_;
    SocketPlace& place_;
    k_mutex* lock_ = nullptr; ///< null: it was closed before
    std::uint32_t depth_ = 0;
};

/// Credentials that a TLS socket is to use are there before it needs them.
bool provided(const Released& call) {
    if (call.number() < 0 || call.place().tag_count == 0)
        return true; // none, or closed: the call itself says so
    const Result<void> stored = provide_credentials(call.place());
    if (!stored) c::fail(stored.error());
    call.place().provided = stored.ok();
    return stored.ok();
}

/// The same for calls that come once for each datagram: a DTLS server never connects nor listens.
bool provided_once(const Released& call) { return call.place().provided || provided(call); }

// ---- The calls --------------------------------------------------------------------------------------------

extern const CallTable calls;

/// The descriptor becomes the socket of that number. -1: there is none, the descriptor is free again, and
/// errno stays.
int open_as(int descriptor, int number) {
    if (number < 0) {
        const int kept = errno;
        free_descriptor(descriptor);
        errno = kept;
        return -1;
    }
    const auto index = static_cast<std::uint16_t>(number - kFirst);
    const SocketId socket{index, attachment().sockets[index].generation.load()};
    SocketPlace& place = socket_places()[index];
    {
        const Counted counted;
        Counted::wait(place, 0); // those of the socket before
    }
    place.tag_count = 0;
    place.provided = false;
    static_cast<void>(host().on_readiness(socket, {&tell_pollers, &place}));
    open_descriptor(descriptor, object_of(socket), calls);
    return descriptor;
}

#ifndef CONFIG_NET_IPV4_MAPPING_TO_IPV6
/// In Zephyr a socket of IPv6 has nothing of IPv4 unless the configuration says so: programs bind one of each
/// family to the same port. -1: there is no socket, errno says why.
int without_ipv4(int number) {
    const auto index = static_cast<std::uint16_t>(number - kFirst);
    const SocketId socket{index, attachment().sockets[index].generation.load()};
    const Byte yes[] = {1, 0, 0, 0};
    // Not by nwp_setsockopt(), which has room for the longest values on the stack: main() may have 1 KiB.
    request::SetOption request{socket, SocketOption::ipv6_only, yes};
    const Result<void> set = host().perform(request);
    if (set) return number;
    nwp_close(number);
    return c::fail(set.error());
}
#else
int without_ipv4(int number) { return number; }
#endif

ssize_t read(void* object, void* bytes, std::size_t size) {
    const Released call{object};
    return nwp_read(call.number(), bytes, size);
}

ssize_t write(void* object, const void* bytes, std::size_t size) {
    const Released call{object};
    return nwp_write(call.number(), bytes, size);
}

int close(void* object) {
    const Released call{object};
    const int closed = nwp_close(call.number());
    if (closed != 0) return closed;
    tell_pollers(&call.place(), call.id(), ready::error);
    call.outlast_others(); // behind this the descriptor and its mutex begin anew
    return 0;
}

int shutdown(void* object, int how) {
    const Released call{object};
    return nwp_shutdown(call.number(), how);
}

int bind(void* object, const sockaddr* address, socklen_t length) {
    const Released call{object};
    const bool datagrams = attachment().sockets[call.id().index].type == SocketType::datagram;
    if (datagrams && !provided(call)) return -1; // from here on its peers may shake hands
    return nwp_bind(call.number(), address, length);
}

int connect(void* object, const sockaddr* address, socklen_t length) {
    const Released call{object};
    return provided(call) ? nwp_connect(call.number(), address, length) : -1;
}

int listen(void* object, int backlog) {
    const Released call{object};
    return provided(call) ? nwp_listen(call.number(), backlog) : -1;
}

int accept(void* object, sockaddr* address, socklen_t* length) {
    const Released call{object};
    const int descriptor = reserve_descriptor();
    if (descriptor < 0) return -1;
    return open_as(descriptor, nwp_accept(call.number(), address, length));
}

/// A DTLS socket shakes hands at its first datagram when it never connected.
bool may_shake_hands(const Released& call, const sockaddr* address) {
    return address == nullptr || provided_once(call);
}

ssize_t send_to(void* object, const void* bytes, std::size_t size, int flags, const sockaddr* address,
                socklen_t length) {
    const Released call{object};
    if (!may_shake_hands(call, address)) return -1;
    return nwp_sendto(call.number(), bytes, size, flags, address, length);
}

ssize_t send_message(void* object, const msghdr* message, int flags) {
    const Released call{object};
    if (message != nullptr && message->msg_name != nullptr && !provided_once(call)) return -1;
    return nwp_sendmsg(call.number(), message, flags);
}

ssize_t receive_from(void* object, void* bytes, std::size_t size, int flags, sockaddr* address,
                     socklen_t* length) {
    const Released call{object};
    if (!provided_once(call)) return -1;
    return nwp_recvfrom(call.number(), bytes, size, flags, address, length);
}

ssize_t receive_message(void* object, msghdr* message, int flags) {
    const Released call{object};
    if (!provided_once(call)) return -1;
    return nwp_recvmsg(call.number(), message, flags);
}

int get_peer_name(void* object, sockaddr* address, socklen_t* length) {
    const Released call{object};
    return nwp_getpeername(call.number(), address, length);
}

int get_own_name(void* object, sockaddr* address, socklen_t* length) {
    const Released call{object};
    return nwp_getsockname(call.number(), address, length);
}

// ---- Options ----------------------------------------------------------------------------------------------

/// Zephyr names an interface by its device. Ours is the only one that these sockets can use.
int bind_to_device(const void* value, socklen_t size) {
    const auto* const wanted = static_cast<const ifreq*>(value);
    if (wanted == nullptr || size != sizeof *wanted) return c::fail(Error::invalid_argument);
    const device* const named = device_get_binding(wanted->ifr_name);
    net_if* const interface = named != nullptr ? net_if_lookup_by_dev(named) : nullptr;
    const bool ours = interface != nullptr && net_if_socket_offload(interface) == &opennwp_socket;
    return ours ? 0 : c::fail(Error::no_device);
}

/// The list is kept here too: its credentials may be added later, up to connect().
int set_tags(const Released& call, const void* value, socklen_t size) {
    SocketPlace& place = call.place();
    if (size > sizeof place.tags) return c::fail(Error::invalid_argument);
    const int set = nwp_setsockopt(call.number(), SOL_TLS, TLS_SEC_TAG_LIST, value, size);
    if (set != 0) return set;
    std::memcpy(place.tags, value, size);
    place.tag_count = static_cast<std::uint8_t>(size / sizeof place.tags[0]);
    place.provided = false;
    return 0;
}

int get_option(void* object, int level, int option, void* value, socklen_t* size) {
    const Released call{object};
    return nwp_getsockopt(call.number(), level, option, value, size);
}

int set_option(void* object, int level, int option, const void* value, socklen_t size) {
    const Released call{object};
    if (level == SOL_SOCKET && option == SO_BINDTODEVICE) return bind_to_device(value, size);
    if (level == SOL_TLS && option == TLS_SEC_TAG_LIST) return set_tags(call, value, size);
    return nwp_setsockopt(call.number(), level, option, value, size);
}

// ---- fcntl(), ioctl() and the steps of poll() -------------------------------------------------------------

/// What waits for nobody, so that the descriptor's mutex may stay taken.
int control_flags(SocketId socket, unsigned request, va_list arguments) {
    c::SocketEntry& entry = attachment().sockets[socket.index];
    if (entry.generation.load() != socket.generation) return c::fail(Error::bad_handle);
    if (request == F_GETFL) return O_RDWR | (entry.nonblocking ? O_NONBLOCK : 0);
    if (request == F_SETFL) {
        entry.nonblocking = (va_arg(arguments, int) & O_NONBLOCK) != 0;
        return 0;
    }
    int* const value = va_arg(arguments, int*);
    if (request == FIONBIO) {
        entry.nonblocking = *value != 0;
        return 0;
    }
    const Result<std::size_t> there = host().available(socket);
    if (!there) return c::fail(there.error());
    *value = static_cast<int>(*there);
    return 0;
}

int control(void* object, unsigned request, va_list arguments) {
    const SocketId socket = socket_of(object);
    SocketPlace& place = socket_places()[socket.index];
    switch (request) {
        case ZFD_IOCTL_SET_LOCK: place.lock = va_arg(arguments, k_mutex*); return 0;
        case ZFD_IOCTL_POLL_PREPARE: {
            auto* const entry = va_arg(arguments, pollfd*);
            auto** const next = va_arg(arguments, k_poll_event**);
            return prepare_poll(host(), socket, place, *entry, *next, va_arg(arguments, k_poll_event*));
        }
        case ZFD_IOCTL_POLL_UPDATE: {
            auto* const entry = va_arg(arguments, pollfd*);
            return update_poll(host(), socket, place, *entry, *va_arg(arguments, k_poll_event**));
        }
        case F_GETFL:
        case F_SETFL:
        case FIONREAD:
        case FIONBIO: return control_flags(socket, request, arguments);
        default: return c::fail(Error::operation_not_supported);
    }
}

constexpr CallTable make_calls() {
    CallTable table{};
    table.fd_vtable.read = &read;
    table.fd_vtable.write = &write;
    table.fd_vtable.close = &close;
    table.fd_vtable.ioctl = &control;
    table.shutdown = &shutdown;
    table.bind = &bind;
    table.connect = &connect;
    if (kListens) {
        table.listen = &listen;
        table.accept = &accept;
    }
    table.sendto = &send_to;
    table.recvfrom = &receive_from;
    table.getsockopt = &get_option;
    table.setsockopt = &set_option;
    table.sendmsg = &send_message;
    take_messages(table, &receive_message);
    table.getpeername = &get_peer_name;
    table.getsockname = &get_own_name;
    return table;
}

constexpr CallTable calls = make_calls();

} // namespace
} // namespace nwp::zephyr

using namespace nwp; // the functions below are C's

bool opennwp_supports(int family, int type, int protocol) {
    if (family != AF_INET && family != AF_INET6) return false;
    const auto wanted = static_cast<Protocol>(protocol);
    if (type == SOCK_STREAM) return wanted == Protocol::any || wanted == Protocol::tcp || is_tls(wanted);
    const bool datagrams = zephyr::attachment().datagrams != nullptr && type == SOCK_DGRAM;
    return datagrams && (wanted == Protocol::any || wanted == Protocol::udp || is_dtls(wanted));
}

int opennwp_socket(int family, int type, int protocol) {
    const int descriptor = zephyr::reserve_descriptor();
    if (descriptor < 0) return -1;
    const int number = nwp_socket(family, type, protocol);
    const bool ipv6 = number >= 0 && family == AF_INET6;
    return zephyr::open_as(descriptor, ipv6 ? zephyr::without_ipv4(number) : number);
}
