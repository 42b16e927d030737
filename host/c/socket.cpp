// SPDX-License-Identifier: Apache-2.0
// Sockets as such: made, connected, shut, closed, named.
#include "nwp/socket.h"

#include "host/c/call.h"
#include "host/c/datagram_calls.h"
#include "host/c/entry.h"
#include "host/c/socket_address.h"
#include "nwp/socket_requests.h"

#include <stdarg.h>

namespace nwp::c {
namespace {

constexpr int kMostTypes = 10; // Linux's SOCK_MAX - 1

/// Linux's order of checks: type, protocol's range, family, and whether they fit.
Result<void> check_kind(int family, int type, int protocol) {
    if (type < SOCK_STREAM || type > kMostTypes) return Error::invalid_argument;
    if (protocol < 0 || protocol > 0xFFFF) return Error::invalid_argument;
    if (family_with(family) == Family::unspecified) return Error::family_not_supported;
    if (type == SOCK_RAW) return Error::not_permitted;
    if (type != SOCK_STREAM && type != SOCK_DGRAM) return Error::socket_type_not_supported;
    const auto wanted = static_cast<Protocol>(protocol);
    const bool fits = type == SOCK_STREAM ? wanted == Protocol::tcp || is_tls(wanted)
                                          : wanted == Protocol::udp || is_dtls(wanted);
    if (!fits && wanted != Protocol::any) return Error::protocol_not_supported;
    return {};
}

/// Asks for a socket and waits for the answer, however long the request may take; signals do not end it.
class Opening {
public:
    Opening(Host& host, Family family, SocketType type, Protocol protocol)
        : host_(host), family_(family), type_(type), protocol_(protocol) {}

    Result<void> run(const Attachment& to) {
        Watch watch{Callback<bool(SocketId)>{[](void*, SocketId) { return true; }, nullptr}};
        Result<void> opened;
        do {
            opened = wait(to, watch, Instant::never(), Attempt::to<&Opening::attempt>(*this));
        } while (opened.error() == Error::interrupted);
        if (!opened && socket_) static_cast<void>(host_.close(socket_));
        return opened;
    }
    SocketId socket() const { return socket_; }

private:
    Result<void> attempt() {
        if (!socket_) {
            const Result<SocketId> asked = host_.open(family_, type_, protocol_);
            if (!asked) return asked.error();
            socket_ = *asked;
        }
        return host_.opened(socket_);
    }

    Host& host_;
    Family family_;
    SocketType type_;
    Protocol protocol_;
    SocketId socket_;
};

int make_socket(int family, int type_and_flags, int protocol) {
    const int type = type_and_flags & ~kTypeFlags;
    const Result<void> kind = check_kind(family, type, protocol);
    if (!kind) return fail(kind.error());
    Attachment* const to = attached_or_default();
    if (to == nullptr) return fail(Error::network_down);
    static_assert(SOCK_STREAM == static_cast<int>(SocketType::stream) &&
                  SOCK_DGRAM == static_cast<int>(SocketType::datagram));
    const auto wanted = static_cast<SocketType>(type);
    if (wanted == SocketType::datagram && to->datagrams == nullptr) {
        return fail(Error::socket_type_not_supported);
    }
    Opening opening{to->host, family_with(family), wanted, static_cast<Protocol>(protocol)};
    const Result<void> opened = opening.run(*to);
    if (!opened) return fail(opened.error());
    return make_entry(*to, opening.socket(), wanted, type_and_flags);
}

/// Ends the number's use, unless another thread was faster.
bool take_out(const Call& call, int number) {
    const Lock lock{call.to().port};
    SocketEntry& entry = call.entry();
    if (entry.generation.load(std::memory_order_relaxed) != call.id().generation) return false;
    if (entry.number != number) return false;
    entry.generation.store(0, std::memory_order_relaxed);
    entry.number = -1;
    return true;
}

/// The wait for a socket that was closed.
struct Lingering {
    Result<void> attempt() { return host.closing(socket) ? Error::would_block : Error{}; }

    Host& host;
    SocketId socket;
};

Result<void> close_socket(Call& call, int number) {
    std::int32_t linger_s = -1;
    if (call.entry().lingers) linger_s = call.entry().linger_s;
    if (!take_out(call, number)) return Error::bad_handle;
    const Result<void> closed = call.host().close(call.id(), linger_s);
    call.to().descriptors.release(number);
    if (closed && linger_s > 0) {
        Lingering lingering{call.host(), call.id()};
        call.wait_at_most(static_cast<std::uint32_t>(linger_s) * 1000);
        // The time is over or a signal came: the rest goes out in the background, as Linux does it.
        static_cast<void>(call.wait(Attempt::to<&Lingering::attempt>(lingering)));
    }
    return closed;
}

/// One connect(): the attempt begins, now or earlier; then, of a blocking call, what becomes of it.
struct Connecting {
    static bool under_way(Result<void> outcome) {
        return outcome.error() == Error::in_progress || outcome.error() == Error::already;
    }
    Result<void> attempt() {
        const Result<void> outcome = call.host().connect(call.id(), peer);
        return to_the_end && under_way(outcome) ? Error::would_block : outcome;
    }

    Call& call;
    Address peer;
    bool to_the_end = false;
};

/// What lasts: TCP, and handshakes.
Result<void> connect_and_wait(Connecting& connecting) {
    Call& call = connecting.call;
    const Attempt attempt = Attempt::to<&Connecting::attempt>(connecting);
    // Also a call that may not wait waits for room on the link for the request itself.
    const Result<void> begun = call.wait(attempt);
    call.limit(call.entry().send_timeout_ms);
    if (!Connecting::under_way(begun) || !call.may_wait()) return begun;
    connecting.to_the_end = true;
    const Result<void> outcome = call.wait(attempt);
    return outcome.error() == Error::would_block ? begun : outcome;
}

Result<void> connect_socket(Call& call, const sockaddr* address, socklen_t length) {
    if (family_in(address, length) == AF_UNSPEC) {
        request::Disconnect request{call.id()};
        return call.perform(request);
    }
    SocketInfo info;
    const Result<void> described = call.describe(info);
    if (!described) return described;
    const DatagramCalls* const datagrams = call.is_datagram() ? call.to().datagrams : nullptr;
    Connecting connecting{call, {}};
    const Result<void> read = (datagrams != nullptr ? datagrams->read_peer : read_address)(
        info.family, address, length, connecting.peer);
    if (!read) return read;
    if (datagrams != nullptr && !is_dtls(info.protocol)) return datagrams->connect(call, connecting.peer);
    return connect_and_wait(connecting);
}

int name_of(int number, request::GetName::End end, sockaddr* address, socklen_t* length) {
    const Call call{number};
    if (!call.ok()) return fail(Error::bad_handle);
    if (address == nullptr || length == nullptr) return fail(Error::bad_address);
    if (static_cast<int>(*length) < 0) return fail(Error::invalid_argument);
    request::GetName request{call.id(), end};
    const Result<void> asked = call.perform(request);
    if (asked) *length = write_address(request.address(), address, *length);
    return answer(asked);
}

int control(int number, int command, int argument) {
    const Call call{number};
    if (!call.ok()) return fail(Error::bad_handle);
    SocketEntry& entry = call.entry();
    switch (command) {
        case F_GETFL: return O_RDWR | (entry.nonblocking ? O_NONBLOCK : 0);
        case F_SETFL: entry.nonblocking = (argument & O_NONBLOCK) != 0; return 0;
        case F_GETFD: return entry.close_on_exec ? FD_CLOEXEC : 0;
        case F_SETFD:
            entry.close_on_exec = (argument & FD_CLOEXEC) != 0;
            call.to().descriptors.set_close_on_exec(number, entry.close_on_exec);
            return 0;
        case F_DUPFD:
#ifdef F_DUPFD_CLOEXEC
        case F_DUPFD_CLOEXEC:
#endif
            return fail(Error::bad_handle);
        default: return fail(Error::invalid_argument);
    }
}

} // namespace

int make_entry(Attachment& to, SocketId socket, SocketType type, int flags) {
    const bool close_on_exec = (flags & kTypeFlags & ~O_NONBLOCK) != 0;
    const Result<int> number = to.descriptors.reserve(socket.index, close_on_exec);
    if (!number) {
        static_cast<void>(to.host.close(socket));
        return fail(number.error());
    }
    const Lock lock{to.port};
    SocketEntry& entry = to.sockets[socket.index];
    entry.type = type;
    entry.nonblocking = (flags & O_NONBLOCK) != 0;
    entry.close_on_exec = close_on_exec;
    entry.lingers = false;
    entry.linger_s = 0;
    entry.receive_timeout_ms = entry.send_timeout_ms = 0;
    for (const char*& name : protocol_names(to, socket)) name = nullptr;
    entry.number = *number;
    entry.generation.store(socket.generation, std::memory_order_release);
    return *number;
}

} // namespace nwp::c

using namespace nwp; // the functions below are C's

int nwp_socket(int family, int type, int protocol) { return c::make_socket(family, type, protocol); }

int nwp_close(int socket) {
    c::Call call{socket};
    return call.ok() ? c::answer(c::close_socket(call, socket)) : c::fail(Error::bad_handle);
}

int nwp_shutdown(int socket, int how) {
    const c::Call call{socket};
    if (!call.ok()) return c::fail(Error::bad_handle);
    if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return c::fail(Error::invalid_argument);
    static_assert(SHUT_RD == static_cast<int>(Shutdown::receive) &&
                  SHUT_WR == static_cast<int>(Shutdown::send));
    request::ShutDown request{call.id(), static_cast<Shutdown>(how)};
    return c::answer(call.perform(request));
}

int nwp_connect(int socket, const struct sockaddr* address, socklen_t length) {
    c::Call call{socket};
    return call.ok() ? c::answer(c::connect_socket(call, address, length)) : c::fail(Error::bad_handle);
}

int nwp_getsockname(int socket, struct sockaddr* address, socklen_t* length) {
    return c::name_of(socket, request::GetName::End::local, address, length);
}

int nwp_getpeername(int socket, struct sockaddr* address, socklen_t* length) {
    return c::name_of(socket, request::GetName::End::peer, address, length);
}

int nwp_fcntl(int socket, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    const bool takes_number = command == F_SETFL || command == F_SETFD;
    const int argument = takes_number ? va_arg(arguments, int) : 0;
    va_end(arguments);
    return c::control(socket, command, argument);
}

int nwp_ioctl(int socket, unsigned long request, ...) {
    const c::Call call{socket};
    if (!call.ok()) return c::fail(Error::bad_handle);
    if (request != FIONREAD && request != FIONBIO) {
        errno = ENOTTY;
        return -1;
    }
    va_list arguments;
    va_start(arguments, request);
    int* const value = va_arg(arguments, int*);
    va_end(arguments);
    if (value == nullptr) return c::fail(Error::bad_address);
    if (request == FIONBIO) {
        call.entry().nonblocking = *value != 0;
        return 0;
    }
    const Result<std::size_t> size = call.host().available(call.id());
    if (!size) return c::fail(size.error());
    *value = static_cast<int>(*size);
    return 0;
}
