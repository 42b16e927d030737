// SPDX-License-Identifier: Apache-2.0
// Bytes out and in. All senders are one loop over pieces of memory, all receivers another.
#include "nwp/socket.h"

#include "host/c/call.h"
#include "host/c/datagram_calls.h"
#include "host/c/pieces.h"
#include "host/c/socket_address.h"

namespace nwp::c {
namespace {

bool is(const Call& call, Readiness condition) {
    const Result<Readiness> readiness = call.host().readiness(call.id());
    return !readiness || readiness->has(condition);
}

ssize_t answer(std::size_t done, const Result<void>& outcome) {
    if (done != 0 || outcome) return static_cast<ssize_t>(done);
    return fail(outcome.error());
}

// ---- Out --------------------------------------------------------------------------------------------------

/// One sending call: everything goes, or an error ends it.
class Sending {
public:
    Sending(const Call& call, Span<const iovec> pieces) : call_(call), pieces_(pieces) {}

    bool attempt() {
        do {
            // What is left unsaid here is said by the next call.
            if (done_ != 0 && is(call_, ready::error)) return true;
            const Bytes part = pieces_.next();
            const Result<std::size_t> sent = call_.host().send(call_.id(), part);
            if (!sent) {
                outcome_ = sent.error();
                return sent.error() != Error::would_block;
            }
            done_ += *sent;
            pieces_.advance(*sent);
        } while (!pieces_.at_end());
        outcome_ = {};
        return true;
    }

    ssize_t run(bool may_wait) {
        const std::uint32_t timeout_ms = call_.entry().send_timeout_ms.load(std::memory_order_relaxed);
        const Result<void> waited =
            call_.wait(may_wait, timeout_ms, Callback<bool()>::to<&Sending::attempt>(*this));
        return answer(done_, waited ? outcome_ : waited);
    }

private:
    const Call& call_;
    Pieces pieces_;
    std::size_t done_ = 0;
    Result<void> outcome_;
};

/// A stream has its peer: an address is ignored, as Linux does it.
ssize_t send_pieces(int number, Span<const iovec> pieces, int flags, const sockaddr* address = nullptr,
                    socklen_t length = 0) {
    const Call call{number};
    if (!call.ok()) return fail(Error::bad_handle);
    if (call.is_datagram()) return call.to().datagrams->send(call, pieces, flags, address, length);
    if ((flags & MSG_OOB) != 0) return fail(Error::operation_not_supported);
    const Result<std::size_t> total = total_of(pieces, true);
    if (!total) return fail(total.error());
    const bool may_wait = !call.nonblocking() && (flags & MSG_DONTWAIT) == 0;
    return Sending{call, pieces}.run(may_wait);
}

// ---- In ---------------------------------------------------------------------------------------------------

/// One receiving call: takes what is there, at least `target` bytes unless the stream ends before.
class Receiving {
public:
    Receiving(const Call& call, const Pieces& pieces, std::size_t target)
        : call_(call), pieces_(pieces), target_(target) {}

    bool attempt() {
        do {
            if (done_ != 0 && !more()) return done_ >= target_ || is(call_, ready::readable);
            const Bytes part = pieces_.next();
            const Result<std::size_t> received = call_.host().receive(call_.id(), part);
            if (!received) {
                outcome_ = received.error();
                return received.error() != Error::would_block;
            }
            done_ += *received;
            pieces_.advance(*received);
        } while (!pieces_.at_end());
        outcome_ = {};
        return true;
    }

    ssize_t run(bool may_wait) {
        const std::uint32_t timeout_ms = call_.entry().receive_timeout_ms.load(std::memory_order_relaxed);
        const Result<void> waited =
            call_.wait(may_wait, timeout_ms, Callback<bool()>::to<&Receiving::attempt>(*this));
        if (waited && outcome_.error() == Error::closed) return static_cast<ssize_t>(done_);
        return answer(done_, waited ? outcome_ : waited);
    }

private:
    /// An end or an error behind what was taken is for the next call.
    bool more() const {
        const Result<std::size_t> available = call_.host().available(call_.id());
        return available && *available != 0;
    }

    const Call& call_;
    Pieces pieces_;
    std::size_t target_;
    std::size_t done_ = 0;
    Result<void> outcome_;
};

/// MSG_PEEK: waits until `target` bytes are there, or no more can come (the end, or no room for them), and
/// leaves them there.
class Peeking {
public:
    Peeking(const Call& call, std::size_t target) : call_(call), target_(target) {}

    bool attempt() {
        outcome_ = call_.host().available(call_.id());
        if (!outcome_ || (*outcome_ != 0 && *outcome_ >= target_)) return true;
        if (*outcome_ != 0) return is(call_, ready::read_hang_up) || !call_.host().make_room(call_.id());
        Byte first = 0;
        outcome_ = call_.host().receive(call_.id(), {&first, 1}, true);
        return outcome_ ? target_ <= 1 : outcome_.error() != Error::would_block;
    }

    /// How many bytes are there, at least 1.
    Result<std::size_t> run(bool may_wait) {
        const std::uint32_t timeout_ms = call_.entry().receive_timeout_ms.load(std::memory_order_relaxed);
        const Result<void> waited =
            call_.wait(may_wait, timeout_ms, Callback<bool()>::to<&Peeking::attempt>(*this));
        if (!waited && !outcome_) return waited.error();
        return outcome_;
    }

private:
    const Call& call_;
    std::size_t target_;
    Result<std::size_t> outcome_ = Error::would_block;
};

/// Piece by piece, of what is there at this moment.
Result<std::size_t> copy_there(const Call& call, Span<const iovec> into) {
    std::size_t done = 0;
    Pieces pieces{into};
    while (!pieces.at_end()) {
        const Result<std::size_t> copied = call.host().peek(call.id(), pieces.next(), done);
        if (!copied && done == 0) return copied;
        if (!copied || *copied == 0) break;
        done += *copied;
        pieces.advance(*copied);
    }
    return done;
}

ssize_t peek(const Call& call, Span<const iovec> pieces, std::size_t size, int flags, bool may_wait) {
    std::size_t target = 1;
    if ((flags & MSG_WAITALL) != 0) {
        const std::size_t most = call.to().receive_room;
        target = size < most ? size : most;
    }
    const Result<std::size_t> there = Peeking{call, target}.run(may_wait);
    if (!there && there.error() == Error::closed) return 0;
    if (!there) return fail(there.error());
    if ((flags & MSG_TRUNC) != 0) return static_cast<ssize_t>(*there < size ? *there : size);
    const Result<std::size_t> copied = copy_there(call, pieces);
    return copied ? static_cast<ssize_t>(*copied) : fail(copied.error());
}

ssize_t receive_pieces(int number, Span<const iovec> pieces, int flags, Arrival& arrival) {
    const Call call{number};
    if (!call.ok()) return fail(Error::bad_handle);
    if (call.is_datagram()) return call.to().datagrams->receive(call, pieces, flags, arrival);
    if ((flags & MSG_OOB) != 0) return fail(Error::invalid_argument); // as Linux: no urgent data there
    const bool drops = (flags & MSG_TRUNC) != 0;                      // tcp(7): what was received is dropped
    const Result<std::size_t> total = total_of(pieces, !drops);
    if (!total) return fail(total.error());

    const bool may_wait = !call.nonblocking() && (flags & MSG_DONTWAIT) == 0;
    if ((flags & MSG_PEEK) != 0) return peek(call, pieces, *total, flags, may_wait);
    const std::size_t target = (flags & MSG_WAITALL) != 0 ? *total : 1;
    const Pieces into = drops ? Pieces{*total} : Pieces{pieces};
    return Receiving{call, into, target}.run(may_wait);
}

/// A stream names no sender.
socklen_t write_sender(const Address& from, sockaddr* into, socklen_t room) {
    return from.family != Family::unspecified ? write_address(from, into, room) : 0;
}

Result<Span<const iovec>> pieces_of(const msghdr* message) {
    if (message == nullptr) return Error::bad_address;
    const auto count = static_cast<std::size_t>(message->msg_iovlen);
    if (count > 1024) return Error::message_too_long; // UIO_MAXIOV
    if (count != 0 && message->msg_iov == nullptr) return Error::bad_address;
    return Span<const iovec>{message->msg_iov, count};
}

} // namespace

Result<std::size_t> total_of(Span<const iovec> pieces, bool touched) {
    std::size_t total = 0;
    for (const iovec& piece : pieces) {
        if (touched && piece.iov_base == nullptr && piece.iov_len != 0) return Error::bad_address;
        if (piece.iov_len > static_cast<std::size_t>(PTRDIFF_MAX) - total) return Error::invalid_argument;
        total += piece.iov_len;
    }
    return total;
}

} // namespace nwp::c

using namespace nwp; // the functions below are C's

ssize_t nwp_send(int socket, const void* bytes, size_t size, int flags) {
    const iovec piece{const_cast<void*>(bytes), size};
    return c::send_pieces(socket, {&piece, 1}, flags);
}

ssize_t nwp_sendto(int socket, const void* bytes, size_t size, int flags, const struct sockaddr* address,
                   socklen_t length) {
    const iovec piece{const_cast<void*>(bytes), size};
    return c::send_pieces(socket, {&piece, 1}, flags, address, length);
}

ssize_t nwp_sendmsg(int socket, const struct msghdr* message, int flags) {
    const Result<Span<const iovec>> pieces = c::pieces_of(message);
    if (!pieces) return c::fail(pieces.error());
    const bool named = message->msg_name != nullptr && message->msg_namelen != 0;
    const auto* const address = static_cast<const sockaddr*>(named ? message->msg_name : nullptr);
    return c::send_pieces(socket, *pieces, flags, address, message->msg_namelen);
}

ssize_t nwp_write(int socket, const void* bytes, size_t size) { return nwp_send(socket, bytes, size, 0); }

ssize_t nwp_recv(int socket, void* bytes, size_t size, int flags) {
    const iovec piece{bytes, size};
    c::Arrival arrival;
    return c::receive_pieces(socket, {&piece, 1}, flags, arrival);
}

ssize_t nwp_recvfrom(int socket, void* bytes, size_t size, int flags, struct sockaddr* address,
                     socklen_t* length) {
    const iovec piece{bytes, size};
    c::Arrival arrival;
    const ssize_t received = c::receive_pieces(socket, {&piece, 1}, flags, arrival);
    if (received >= 0 && address != nullptr && length != nullptr) {
        *length = c::write_sender(arrival.from, address, *length);
    }
    return received;
}

ssize_t nwp_recvmsg(int socket, struct msghdr* message, int flags) {
    const Result<Span<const iovec>> pieces = c::pieces_of(message);
    if (!pieces) return c::fail(pieces.error());
    c::Arrival arrival;
    const ssize_t received = c::receive_pieces(socket, *pieces, flags, arrival);
    if (received < 0) return received;
    auto* const address = static_cast<sockaddr*>(message->msg_name);
    message->msg_namelen =
        address != nullptr ? c::write_sender(arrival.from, address, message->msg_namelen) : 0;
    message->msg_controllen = 0;
    message->msg_flags = arrival.truncated ? MSG_TRUNC : 0;
    return received;
}

ssize_t nwp_read(int socket, void* bytes, size_t size) {
    // read(2): with a size of 0 nothing is looked at but the descriptor.
    if (size == 0) return c::Call{socket}.ok() ? 0 : c::fail(Error::bad_handle);
    return nwp_recv(socket, bytes, size, 0);
}
