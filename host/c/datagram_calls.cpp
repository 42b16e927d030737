// SPDX-License-Identifier: Apache-2.0
// Datagrams out and in, with Linux's checks in Linux's order (udp(7), net/ipv4/udp.c's answers).
#include "host/c/datagram_calls.h"

#include "host/c/pieces.h"
#include "host/c/socket_address.h"
#include "nwp/datagrams.h"

namespace nwp::c {
namespace {

constexpr std::size_t kLongestField = 0xFFFF; // of UDP's length: longer fails before anything is looked at

ssize_t answer(std::size_t count, const Result<void>& outcome) {
    return outcome ? static_cast<ssize_t>(count) : fail(outcome.error());
}

Result<void> connect_datagrams(const Call& call, const Address& peer) {
    request::ConnectDatagrams request{call.id(), peer};
    return call.host().perform(request);
}

// ---- Out --------------------------------------------------------------------------------------------------

/// One datagram: all of it or none.
class SendingDatagram {
public:
    SendingDatagram(const Call& call, Span<const iovec> pieces, const Address& to, std::size_t size)
        : call_(call), pieces_(pieces), sending_(to, size) {}

    bool attempt() {
        do {
            const Result<std::size_t> sent = call_.host().send_datagram(call_.id(), sending_, pieces_.next());
            if (!sent) {
                outcome_ = sent.error();
                return sent.error() != Error::would_block;
            }
            pieces_.advance(*sent);
        } while (!sending_.done());
        outcome_ = {};
        return true;
    }

    Result<void> run(bool may_wait) {
        const Callback<bool()> attempt = Callback<bool()>::to<&SendingDatagram::attempt>(*this);
        const std::uint32_t timeout_ms = call_.entry().send_timeout_ms.load(std::memory_order_relaxed);
        Result<void> waited = call_.wait(may_wait, timeout_ms, attempt);
        // Half of a datagram cannot stay: neither time nor a signal ends it here, only the socket's end.
        while (!waited && sending_.begun()) waited = call_.wait(true, 0, attempt);
        return waited ? outcome_ : waited;
    }

private:
    const Call& call_;
    Pieces pieces_;
    DatagramSending sending_;
    Result<void> outcome_;
};

/// Asks whether the socket may send there, unless that is known.
Result<void> check_route(const Call& call, const Address& to) {
    if (to.family == Family::unspecified || call.host().knows_route(call.id(), to)) return {};
    request::CheckRoute request{call.id(), to};
    return call.host().perform(request);
}

Result<void> send_one(const Call& call, Span<const iovec> pieces, std::size_t size, int flags,
                      const sockaddr* address, socklen_t length) {
    if (size > kLongestField) return Error::message_too_long;
    if ((flags & MSG_OOB) != 0) return Error::operation_not_supported;
    Address to;
    if (address != nullptr) {
        const Result<SocketInfo> info = call.host().describe(call.id());
        if (!info) return info.error();
        const Result<Address> named = read_destination(info->family, address, length);
        if (!named) return named.error();
        to = *named;
    }
    const Result<void> route = check_route(call, to);
    if (!route) return route;
    const bool may_wait = !call.nonblocking() && (flags & MSG_DONTWAIT) == 0;
    return SendingDatagram{call, pieces, to, size}.run(may_wait);
}

ssize_t send_datagram(const Call& call, Span<const iovec> pieces, int flags, const sockaddr* address,
                      socklen_t length) {
    const Result<std::size_t> size = total_of(pieces, true);
    if (!size) return fail(size.error());
    return answer(*size, send_one(call, pieces, *size, flags, address, length));
}

// ---- In ---------------------------------------------------------------------------------------------------

/// The oldest datagram, as much of it as there is memory for.
class ReceivingDatagram {
public:
    ReceivingDatagram(const Call& call, Span<const iovec> pieces, bool peek)
        : call_(call), pieces_(pieces), peek_(peek) {}

    bool attempt() {
        for (;;) {
            const Result<std::size_t> copied =
                call_.host().receive_datagram(call_.id(), receiving_, pieces_.next());
            if (!copied) {
                outcome_ = copied.error();
                return copied.error() != Error::would_block;
            }
            if (*copied == 0) break;
            pieces_.advance(*copied);
            copied_ += *copied;
        }
        outcome_ = call_.host().end_datagram(call_.id(), receiving_, peek_);
        return true;
    }

    /// How many bytes were copied.
    Result<std::size_t> run(bool may_wait) {
        const std::uint32_t timeout_ms = call_.entry().receive_timeout_ms.load(std::memory_order_relaxed);
        const Result<void> waited =
            call_.wait(may_wait, timeout_ms, Callback<bool()>::to<&ReceivingDatagram::attempt>(*this));
        if (!waited) return waited.error();
        // Shut for receiving: Linux wakes who waits with 0, and sends others away.
        if (outcome_.error() == Error::closed && !may_wait) return Error::would_block;
        if (!outcome_) return outcome_.error();
        return copied_;
    }
    const DatagramReceiving& received() const { return receiving_; }

private:
    const Call& call_;
    Pieces pieces_;
    bool peek_;
    DatagramReceiving receiving_;
    std::size_t copied_ = 0;
    Result<void> outcome_;
};

ssize_t receive_datagram(const Call& call, Span<const iovec> pieces, int flags, Arrival& arrival) {
    const Result<std::size_t> room = total_of(pieces, true);
    if (!room) return fail(room.error());
    const bool may_wait = !call.nonblocking() && (flags & MSG_DONTWAIT) == 0;
    ReceivingDatagram receiving{call, pieces, (flags & MSG_PEEK) != 0};
    const Result<std::size_t> copied = receiving.run(may_wait);
    if (!copied) return copied.error() == Error::closed ? 0 : fail(copied.error());
    arrival.from = receiving.received().from();
    arrival.truncated = *copied < receiving.received().size();
    // recv(2): the datagram's real length, also when it was longer than the memory.
    const bool real = (flags & MSG_TRUNC) != 0;
    return static_cast<ssize_t>(real ? receiving.received().size() : *copied);
}

} // namespace

const DatagramCalls kDatagramCalls{read_datagram_peer, connect_datagrams, send_datagram, receive_datagram};

} // namespace nwp::c
