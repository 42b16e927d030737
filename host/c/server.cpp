// SPDX-License-Identifier: Apache-2.0
// Sockets that others reach: bound, listening, accepted.
#include "nwp/socket.h"

#include "host/c/call.h"
#include "host/c/entry.h"
#include "host/c/socket_address.h"
#include "nwp/listeners.h"

namespace nwp::c {
namespace {

Result<void> bind_socket(const Call& call, const sockaddr* address, socklen_t length) {
    SocketInfo info;
    const Result<void> described = call.describe(info);
    if (!described) return described;
    Address local;
    const Result<void> read = read_own_address(info.family, address, length, local);
    if (!read) return read;
    request::Bind request{call.id(), local};
    return call.perform(request);
}

/// What accept() waits for.
struct Acceptable {
    Result<void> attempt() { return call.host().acceptable(call.id()); }

    const Call& call;
};

/// Waits until a connection is there and takes it, before any other thread does.
Result<void> accept_next(Call& call, request::Accept& request) {
    call.limit(call.entry().receive_timeout_ms);
    Acceptable acceptable{call};
    for (;;) {
        const Result<void> there = call.wait(Attempt::to<&Acceptable::attempt>(acceptable));
        if (!there) return there;
        const Result<void> accepted = call.perform(request);
        // Somebody was faster: as if it had not been there.
        if (accepted.error() != Error::would_block) return accepted;
    }
}

/// An accepted socket has the timeouts and lists of the one that it was accepted by.
void inherit(const Call& call, SocketId accepted) {
    const Lock lock{call.to().port};
    SocketEntry& entry = call.to().sockets[accepted.index];
    const SocketEntry& like = call.entry();
    entry.lingers = like.lingers;
    entry.linger_s = like.linger_s;
    entry.receive_timeout_ms = like.receive_timeout_ms;
    entry.send_timeout_ms = like.send_timeout_ms;
    const char** name = protocol_names(call.to(), accepted).begin();
    for (const char* const listed : protocol_names(call.to(), call.id())) *name++ = listed;
}

int accept_socket(Call& call, sockaddr* address, socklen_t* length, int flags) {
    if ((flags & ~kTypeFlags) != 0) return fail(Error::invalid_argument);
    if (address != nullptr && length == nullptr) return fail(Error::bad_address);
    if (address != nullptr && static_cast<int>(*length) < 0) return fail(Error::invalid_argument);
    request::Accept request{call.id()};
    const Result<void> accepted = accept_next(call, request);
    if (!accepted) return fail(accepted.error());
    const int number = make_entry(call.to(), request.accepted(), SocketType::stream, flags);
    if (number >= 0) inherit(call, request.accepted());
    if (number >= 0 && address != nullptr) *length = write_address(request.peer(), address, *length);
    return number;
}

} // namespace
} // namespace nwp::c

using namespace nwp; // the functions below are C's

int nwp_bind(int socket, const struct sockaddr* address, socklen_t length) {
    const c::Call call{socket};
    return call.ok() ? c::answer(c::bind_socket(call, address, length)) : c::fail(Error::bad_handle);
}

int nwp_listen(int socket, int backlog) {
    const c::Call call{socket};
    if (!call.ok()) return c::fail(Error::bad_handle);
    request::Listen request{call.id(), backlog};
    return c::answer(call.perform(request));
}

int nwp_accept(int socket, struct sockaddr* address, socklen_t* length) {
    return nwp_accept4(socket, address, length, 0);
}

int nwp_accept4(int socket, struct sockaddr* address, socklen_t* length, int flags) {
    c::Call call{socket};
    return call.ok() ? c::accept_socket(call, address, length, flags) : c::fail(Error::bad_handle);
}
