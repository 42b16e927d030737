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
    const Result<SocketInfo> info = call.host().describe(call.id());
    if (!info) return info.error();
    const Result<Address> local = read_own_address(info->family, address, length);
    if (!local) return local.error();
    request::Bind request{call.id(), *local};
    return call.host().perform(request);
}

/// Waits until a connection is there and takes it, before any other thread does.
class Accepting {
public:
    explicit Accepting(const Call& call) : call_(call), request_(call.id()) {}

    Result<void> run() {
        const std::uint32_t timeout_ms = call_.entry().receive_timeout_ms.load(std::memory_order_relaxed);
        const Instant until =
            timeout_ms == 0 ? Instant::never() : call_.port().now() + milliseconds(timeout_ms);
        for (;;) {
            Watch watch{call_.id()};
            const Callback<bool()> look = Callback<bool()>::to<&Accepting::look>(*this);
            if (call_.nonblocking()) {
                if (!look()) return Error::would_block;
            } else {
                const Result<void> waited = wait(call_.to(), watch, until, look);
                if (!waited) return waited;
            }
            if (!outcome_) return outcome_;
            const Result<void> accepted = call_.host().perform(request_);
            // Somebody was faster: as if it had not been there.
            if (accepted.error() != Error::would_block) return accepted;
        }
    }
    const request::Accept& request() const { return request_; }

private:
    bool look() {
        outcome_ = call_.host().acceptable(call_.id());
        return outcome_.error() != Error::would_block;
    }

    const Call& call_;
    request::Accept request_;
    Result<void> outcome_;
};

Result<int> accept_socket(int number, sockaddr* address, socklen_t* length, int flags) {
    const Call call{number};
    if (!call.ok()) return Error::bad_handle;
    if ((flags & ~kTypeFlags) != 0) return Error::invalid_argument;
    if (address != nullptr && length == nullptr) return Error::bad_address;
    if (address != nullptr && static_cast<int>(*length) < 0) return Error::invalid_argument;

    Accepting accepting{call};
    const Result<void> accepted = accepting.run();
    if (!accepted) return accepted.error();
    const SocketId socket = accepting.request().accepted();
    const Result<int> made = make_entry(call.to(), socket, SocketType::stream, flags, &call.entry());
    if (!made) {
        static_cast<void>(call.host().close(socket));
        return made;
    }
    if (address != nullptr) *length = write_address(accepting.request().peer(), address, *length);
    return made;
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
    return c::answer(call.host().perform(request));
}

int nwp_accept(int socket, struct sockaddr* address, socklen_t* length) {
    return nwp_accept4(socket, address, length, 0);
}

int nwp_accept4(int socket, struct sockaddr* address, socklen_t* length, int flags) {
    const Result<int> accepted = c::accept_socket(socket, address, length, flags);
    return accepted ? *accepted : c::fail(accepted.error());
}
