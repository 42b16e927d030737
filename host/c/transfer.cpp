// SPDX-License-Identifier: Apache-2.0
// Bytes out and in. All senders are one path over pieces of memory, all receivers another.
#include "nwp/socket.h"

#include "host/c/call.h"
#include "host/c/datagram_calls.h"
#include "host/c/pieces.h"

namespace nwp::c {
namespace {

bool is(const Call& call, Readiness condition) {
    const Result<Readiness> readiness = call.host().readiness(call.id());
    return !readiness || readiness->has(condition);
}

enum class Direction : std::uint8_t { out, in, peek };

/// One call on a stream. Out: everything goes, or an error ends it. In: what is there, at least `least` bytes
/// unless the stream ends before. Peek: what is there, and stays there.
class Transfer {
public:
    Transfer(const Call& call, Direction direction, const Pieces& pieces, std::size_t least)
        : call_(call), direction_(direction), pieces_(pieces), least_(least) {}

    ssize_t run() {
        const Result<void> outcome = call_.wait(Attempt::to<&Transfer::attempt>(*this));
        // What is left unsaid here is said by the next call.
        if (outcome || done_ != 0 || outcome.error() == Error::closed) return static_cast<ssize_t>(done_);
        return fail(outcome.error());
    }

private:
    Result<void> attempt() {
        do {
            // Readable without bytes is the end; in the other order, bytes that come in between would be one.
            const bool enough = done_ != 0 && (done_ >= least_ || is(call_, ready::readable));
            if (done_ != 0 && ends()) return enough ? Error{} : Error::would_block;
            const Result<std::size_t> moved = move(pieces_.next());
            if (!moved) return moved.error();
            done_ += *moved;
            pieces_.advance(*moved);
        } while (!pieces_.at_end());
        return {};
    }

    /// An end or an error behind what was moved is for the next call.
    bool ends() const {
        if (direction_ == Direction::out) return is(call_, ready::error);
        const Result<std::size_t> there = call_.host().available(call_.id());
        return !there || *there <= (direction_ == Direction::peek ? done_ : 0);
    }

    Result<std::size_t> move(Bytes part) {
        if (direction_ == Direction::out) return call_.host().send(call_.id(), part);
        if (direction_ == Direction::in) return call_.host().receive(call_.id(), part);
        return call_.host().peek(call_.id(), part, done_);
    }

    const Call& call_;
    Direction direction_;
    Pieces pieces_;
    std::size_t least_;
    std::size_t done_ = 0;
};

/// MSG_PEEK: waits until so many bytes are there, or no more can come (the end, or no room for them).
struct Peeking {
    Result<void> attempt() {
        Byte first = 0;
        there = 0;
        const Result<std::size_t> any = call.host().receive(call.id(), {&first, 1}, true);
        if (!any) return any.error();
        const Result<std::size_t> available = call.host().available(call.id());
        if (available) there = *available;
        const bool enough =
            there >= least || is(call, ready::read_hang_up) || !call.host().make_room(call.id());
        return enough ? Error{} : Error::would_block;
    }

    const Call& call;
    std::size_t least;
    std::size_t there = 0;
};

ssize_t receive_stream(const Call& call, const msghdr& message, std::size_t size, int flags) {
    if ((flags & MSG_OOB) != 0) return fail(Error::invalid_argument); // as Linux: no urgent data there
    const bool drops = (flags & MSG_TRUNC) != 0;                      // tcp(7): what was received is dropped
    const Pieces into = drops ? Pieces{size} : Pieces{message};
    std::size_t least = (flags & MSG_WAITALL) != 0 ? size : 1;
    if ((flags & MSG_PEEK) == 0) return Transfer{call, Direction::in, into, least}.run();

    if (least > call.to().receive_room) least = call.to().receive_room;
    Peeking peeking{call, least};
    const Result<void> waited = call.wait(Attempt::to<&Peeking::attempt>(peeking));
    if (peeking.there == 0) return waited.error() == Error::closed ? 0 : fail(waited.error());
    return Transfer{call, Direction::peek, into, 0}.run();
}

/// A stream has its peer: an address is ignored, as Linux does it.
ssize_t send_message(int socket, const msghdr* message, int flags) {
    Call call{socket};
    if (!call.ok()) return fail(Error::bad_handle);
    if (message == nullptr) return fail(Error::bad_address);
    std::size_t size = 0;
    const Result<void> measured = measure(*message, true, size);
    if (!measured) return fail(measured.error());
    call.limit(call.entry().send_timeout_ms, flags);
    if (call.is_datagram()) {
        return call.to().datagrams->send(call, *message, size, flags);
    }
    if ((flags & MSG_OOB) != 0) return fail(Error::operation_not_supported);
    return Transfer{call, Direction::out, Pieces{*message}, 0}.run();
}

} // namespace

Bytes Pieces::next() {
    if (at_ == end_) return Bytes{scratch_}.first(dropped_);
    return {static_cast<Byte*>(at_->iov_base) + offset_, at_->iov_len - offset_};
}

void Pieces::advance(std::size_t count) {
    if (at_ == end_) {
        dropped_ -= count;
    } else {
        offset_ += count;
        skip_empty();
    }
}

void Pieces::skip_empty() {
    while (at_ != end_ && offset_ >= at_->iov_len) {
        ++at_;
        offset_ = 0;
    }
}

Result<void> measure(const msghdr& message, bool touched, std::size_t& size) {
    constexpr std::size_t kMostPieces = 1024; // UIO_MAXIOV
    const auto count = static_cast<std::size_t>(message.msg_iovlen);
    if (count > kMostPieces) return Error::message_too_long;
    if (count != 0 && message.msg_iov == nullptr) return Error::bad_address;
    for (const iovec& piece : Span<const iovec>{message.msg_iov, count}) {
        if (touched && piece.iov_base == nullptr && piece.iov_len != 0) return Error::bad_address;
        if (piece.iov_len > static_cast<std::size_t>(PTRDIFF_MAX) - size) return Error::invalid_argument;
        size += piece.iov_len;
    }
    return {};
}

} // namespace nwp::c

using namespace nwp; // the functions below are C's

ssize_t nwp_sendto(int socket, const void* bytes, size_t size, int flags, const struct sockaddr* address,
                   socklen_t length) {
    iovec piece{const_cast<void*>(bytes), size};
    msghdr message{};
    message.msg_name = const_cast<sockaddr*>(address);
    message.msg_namelen = length;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    return c::send_message(socket, &message, flags);
}

ssize_t nwp_send(int socket, const void* bytes, size_t size, int flags) {
    return nwp_sendto(socket, bytes, size, flags, nullptr, 0);
}

ssize_t nwp_write(int socket, const void* bytes, size_t size) { return nwp_send(socket, bytes, size, 0); }

ssize_t nwp_sendmsg(int socket, const struct msghdr* message, int flags) {
    if (message == nullptr || message->msg_namelen != 0) return c::send_message(socket, message, flags);
    msghdr unnamed = *message; // an address of no length is none here, and an error in sendto()
    unnamed.msg_name = nullptr;
    return c::send_message(socket, &unnamed, flags);
}

ssize_t nwp_recvmsg(int socket, struct msghdr* message, int flags) {
    c::Call call{socket};
    if (!call.ok()) return c::fail(Error::bad_handle);
    if (message == nullptr) return c::fail(Error::bad_address);
    call.limit(call.entry().receive_timeout_ms, flags);
    const bool touched = call.is_datagram() || (flags & MSG_TRUNC) == 0;
    std::size_t size = 0;
    const Result<void> measured = c::measure(*message, touched, size);
    if (!measured) return c::fail(measured.error());
    if (call.is_datagram()) return call.to().datagrams->receive(call, *message, flags);
    const ssize_t received = c::receive_stream(call, *message, size, flags);
    if (received < 0) return received;
    message->msg_namelen = 0; // a stream names no sender
    message->msg_controllen = 0;
    message->msg_flags = 0;
    return received;
}

ssize_t nwp_recvfrom(int socket, void* bytes, size_t size, int flags, struct sockaddr* address,
                     socklen_t* length) {
    iovec piece{bytes, size};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    const bool named = address != nullptr && length != nullptr;
    if (named) {
        message.msg_name = address;
        message.msg_namelen = *length;
    }
    const ssize_t received = nwp_recvmsg(socket, &message, flags);
    if (received >= 0 && named) *length = message.msg_namelen;
    return received;
}

ssize_t nwp_recv(int socket, void* bytes, size_t size, int flags) {
    return nwp_recvfrom(socket, bytes, size, flags, nullptr, nullptr);
}

ssize_t nwp_read(int socket, void* bytes, size_t size) {
    // read(2): with a size of 0 nothing is looked at but the descriptor.
    if (size == 0) return c::Call{socket}.ok() ? 0 : c::fail(Error::bad_handle);
    return nwp_recv(socket, bytes, size, 0);
}
