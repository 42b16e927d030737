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

Result<Family> family_of(int number) {
    if (number == AF_INET) return Family::ipv4;
    if (number == AF_INET6) return Family::ipv6;
    return Error::family_not_supported;
}

/// Linux's order of checks: type, family, protocol.
Result<void> check_kind(int type, int protocol) {
    if (type < SOCK_STREAM || type > 10) return Error::invalid_argument;
    if (type == SOCK_RAW) return Error::not_permitted;
    if (type != SOCK_STREAM && type != SOCK_DGRAM) return Error::socket_type_not_supported;
    if (protocol < 0 || protocol > 0xFFFF) return Error::invalid_argument;
    const auto wanted = static_cast<Protocol>(protocol);
    const bool fits = type == SOCK_STREAM ? wanted == Protocol::tcp || is_tls(wanted)
                                          : wanted == Protocol::udp || is_dtls(wanted);
    if (wanted == Protocol::any || fits) return {};
    return Error::protocol_not_supported;
}

/// Asks for the socket and waits for the answer, however long the request may take; signals do not end it.
Result<SocketId> open_socket(Host& host, Family family, SocketType type, Protocol protocol) {
    Result<SocketId> socket = Error::would_block;
    auto ask = [&] {
        socket = host.open(family, type, protocol);
        return socket.error() != Error::would_block;
    };
    Watch room;
    while (!host.block(room, calling(ask), Instant::never())) {
    }
    if (!socket) return socket;

    Result<void> opened = Error::would_block;
    auto look = [&] {
        opened = host.opened(*socket);
        return opened.error() != Error::would_block;
    };
    Watch watch{*socket};
    while (!host.block(watch, calling(look), Instant::never())) {
    }
    if (opened) return socket;
    static_cast<void>(host.close(*socket));
    return opened.error();
}

Result<int> make_socket(int family_number, int type, int protocol) {
    const Result<void> kind = check_kind(type & ~kTypeFlags, protocol);
    if (!kind && kind.error() == Error::invalid_argument) return kind.error();
    const Result<Family> family = family_of(family_number);
    if (!family) return family.error();
    if (!kind) return kind.error();

    Attachment* const to = attached_or_default();
    if (to == nullptr) return Error::network_down;
    const SocketType wanted = (type & ~kTypeFlags) == SOCK_DGRAM ? SocketType::datagram : SocketType::stream;
    if (wanted == SocketType::datagram && to->datagrams == nullptr) return Error::socket_type_not_supported;
    const Result<SocketId> socket = open_socket(to->host, *family, wanted, static_cast<Protocol>(protocol));
    if (!socket) return socket.error();
    const Result<int> number = make_entry(*to, *socket, wanted, type & kTypeFlags, nullptr);
    if (!number) static_cast<void>(to->host.close(*socket));
    return number;
}

/// Takes the entry out of the table: of several threads that close one socket, one succeeds.
bool take_out(const Call& call, int number) {
    const Lock lock{call.port()};
    SocketEntry& entry = call.entry();
    if (entry.generation.load() != call.id().generation || entry.number.load() != number) return false;
    entry.generation.store(0);
    entry.number.store(-1);
    return true;
}

Result<void> close_socket(const Call& call, int number) {
    const std::int32_t linger_s = call.entry().linger_s.load();
    if (!take_out(call, number)) return Error::bad_handle;
    const SocketId socket = call.id();
    const Result<void> closed = call.host().close(socket, linger_s);
    call.to().descriptors.release(number);
    if (closed && linger_s > 0) {
        auto gone = [&] { return !call.host().closing(socket); };
        Watch watch{socket};
        // The time is over or a signal came: the rest goes out in the background, as Linux does it.
        static_cast<void>(wait(call.to(), watch, call.port().now() + seconds(linger_s), calling(gone)));
    }
    return closed;
}

bool undecided(Error error) {
    return error == Error::would_block || error == Error::in_progress || error == Error::already;
}

/// Whether the attempt began now or earlier (in_progress, already), or what became of it. Waits only for room
/// on the link for the request itself.
Result<void> begin_connect(const Call& call, const Address& peer) {
    Result<void> begun = Error::would_block;
    auto begin = [&] {
        begun = call.host().connect(call.id(), peer);
        return begun.error() != Error::would_block;
    };
    const Result<void> waited = call.wait(true, 0, calling(begin));
    return waited ? begun : waited;
}

/// What lasts: TCP, and handshakes.
Result<void> connect_and_wait(const Call& call, const Address& peer) {
    const Result<void> begun = begin_connect(call, peer);
    if (!undecided(begun.error()) || call.nonblocking()) return begun;

    Result<void> outcome = begun;
    auto decided = [&] {
        outcome = call.host().connect(call.id(), peer);
        return !undecided(outcome.error());
    };
    const Result<void> waited = call.wait(true, call.entry().send_timeout_ms.load(), calling(decided));
    if (waited) return outcome;
    return waited.error() == Error::would_block ? begun : waited;
}

Result<void> connect_socket(const Call& call, const sockaddr* address, socklen_t length) {
    const auto info = call.host().describe(call.id());
    if (!info) return info.error();
    const Result<Address> peer = call.is_datagram()
                                     ? call.to().datagrams->read_peer(info->family, address, length)
                                     : read_stream_peer(info->family, address, length);
    if (!peer) return peer.error();
    if (peer->family == Family::unspecified) {
        request::Disconnect request{call.id()};
        return call.host().perform(request);
    }
    const bool lasts = !call.is_datagram() || is_dtls(info->protocol);
    return lasts ? connect_and_wait(call, *peer) : call.to().datagrams->connect(call, *peer);
}

Result<void> name_of(int number, request::GetName::End end, sockaddr* address, socklen_t* length) {
    const Call call{number};
    if (!call.ok()) return Error::bad_handle;
    if (address == nullptr || length == nullptr) return Error::bad_address;
    if (static_cast<int>(*length) < 0) return Error::invalid_argument;
    request::GetName request{call.id(), end};
    const Result<void> asked = call.host().perform(request);
    if (!asked) return asked;
    *length = write_address(request.address(), address, *length);
    return {};
}

Result<void> set_close_on_exec(const Call& call, int number, bool on) {
    call.to().descriptors.set_close_on_exec(number, on);
    call.entry().close_on_exec.store(on);
    return {};
}

Result<int> control(int number, int command, int argument) {
    const Call call{number};
    if (!call.ok()) return Error::bad_handle;
    switch (command) {
        case F_GETFL: return O_RDWR | (call.nonblocking() ? O_NONBLOCK : 0);
        case F_SETFL: call.entry().nonblocking.store((argument & O_NONBLOCK) != 0); return 0;
        case F_GETFD: return call.entry().close_on_exec.load() ? FD_CLOEXEC : 0;
        case F_SETFD: {
            const Result<void> set = set_close_on_exec(call, number, (argument & FD_CLOEXEC) != 0);
            return set ? Result<int>{0} : set.error();
        }
        case F_DUPFD:
#ifdef F_DUPFD_CLOEXEC
        case F_DUPFD_CLOEXEC:
#endif
            return Error::bad_handle;
        default: return Error::invalid_argument;
    }
}

} // namespace

Result<int> make_entry(Attachment& to, SocketId socket, SocketType type, int flags, const SocketEntry* like) {
    const bool close_on_exec = (flags & ~O_NONBLOCK) != 0;
    const Result<int> number = to.descriptors.reserve(socket.index, close_on_exec);
    if (!number) return number;
    const Lock lock{to.port};
    SocketEntry& entry = to.sockets[socket.index];
    entry.type.store(type);
    entry.nonblocking.store((flags & O_NONBLOCK) != 0);
    entry.close_on_exec.store(close_on_exec);
    entry.receive_timeout_ms.store(like != nullptr ? like->receive_timeout_ms.load() : 0);
    entry.send_timeout_ms.store(like != nullptr ? like->send_timeout_ms.load() : 0);
    entry.linger_s.store(like != nullptr ? like->linger_s.load() : -1);
    const Span<const char*> names = protocol_names(to, socket);
    for (const char*& name : names) name = nullptr;
    if (like != nullptr) {
        const SocketId from{static_cast<std::uint16_t>(like - to.sockets.data()), 1};
        const Span<const char*> theirs = protocol_names(to, from);
        for (std::size_t i = 0; i < names.size(); ++i) names[i] = theirs[i];
    }
    entry.number.store(*number);
    entry.generation.store(socket.generation, std::memory_order_release);
    return number;
}

} // namespace nwp::c

using namespace nwp; // the functions below are C's

int nwp_socket(int family, int type, int protocol) {
    const Result<int> socket = c::make_socket(family, type, protocol);
    return socket ? *socket : c::fail(socket.error());
}

int nwp_close(int socket) {
    const c::Call call{socket};
    return call.ok() ? c::answer(c::close_socket(call, socket)) : c::fail(Error::bad_handle);
}

int nwp_shutdown(int socket, int how) {
    const c::Call call{socket};
    if (!call.ok()) return c::fail(Error::bad_handle);
    if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return c::fail(Error::invalid_argument);
    static_assert(SHUT_RD == static_cast<int>(Shutdown::receive) &&
                  SHUT_WR == static_cast<int>(Shutdown::send));
    request::ShutDown request{call.id(), static_cast<Shutdown>(how)};
    return c::answer(call.host().perform(request));
}

int nwp_connect(int socket, const struct sockaddr* address, socklen_t length) {
    const c::Call call{socket};
    return call.ok() ? c::answer(c::connect_socket(call, address, length)) : c::fail(Error::bad_handle);
}

int nwp_getsockname(int socket, struct sockaddr* address, socklen_t* length) {
    return c::answer(c::name_of(socket, request::GetName::End::local, address, length));
}

int nwp_getpeername(int socket, struct sockaddr* address, socklen_t* length) {
    return c::answer(c::name_of(socket, request::GetName::End::peer, address, length));
}

int nwp_fcntl(int socket, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    const bool takes_number = command == F_SETFL || command == F_SETFD;
    const int argument = takes_number ? va_arg(arguments, int) : 0;
    va_end(arguments);
    const Result<int> result = c::control(socket, command, argument);
    return result ? *result : c::fail(result.error());
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
        call.entry().nonblocking.store(*value != 0);
        return 0;
    }
    const Result<std::size_t> size = call.host().available(call.id());
    if (!size) return c::fail(size.error());
    *value = static_cast<int>(*size);
    return 0;
}
