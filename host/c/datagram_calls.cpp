// SPDX-License-Identifier: Apache-2.0
// Datagrams out and in, with Linux's checks in Linux's order (udp(7), net/ipv4/udp.c's answers).
#include "host/c/datagram_calls.h"

#include "host/c/pieces.h"
#include "host/c/socket_address.h"
#include "nwp/datagrams.h"

namespace nwp::c {
namespace {

constexpr std::size_t kLongestField = 0xFFFF; // of UDP's length: longer fails before anything is looked at

Result<void> connect_datagrams(const Call& call, const Address& peer) {
    request::ConnectDatagrams request{call.id(), peer};
    return call.perform(request);
}

// ---- Out --------------------------------------------------------------------------------------------------

/// One datagram: all of it or none.
class SendingDatagram {
public:
    SendingDatagram(const Call& call, const msghdr& message, const Address& to, std::size_t size)
        : call_(call), pieces_(message), sending_(to, size) {}

    Result<void> run(Instant until) {
        const Attempt attempt = Attempt::to<&SendingDatagram::attempt>(*this);
        Result<void> outcome = call_.wait(until, attempt);
        // Half of a datagram cannot stay: neither time nor a signal ends it here, only the socket's end.
        while (sending_.begun() &&
               (outcome.error() == Error::would_block || outcome.error() == Error::interrupted)) {
            outcome = call_.wait(Instant::never(), attempt);
        }
        return outcome;
    }

private:
    Result<void> attempt() {
        do {
            const Result<std::size_t> sent = call_.host().send_datagram(call_.id(), sending_, pieces_.next());
            if (!sent) return sent.error();
            pieces_.advance(*sent);
        } while (!sending_.done());
        return {};
    }

    const Call& call_;
    Pieces pieces_;
    DatagramSending sending_;
};

/// Whereto; unspecified: to the connected peer. Asks whether the socket may send there, unless that is known.
Result<void> read_route(const Call& call, const msghdr& message, Address& to) {
    if (message.msg_name == nullptr) return {};
    SocketInfo info;
    const Result<void> described = call.describe(info);
    if (!described) return described;
    const Result<void> read = read_destination(info.family, static_cast<const sockaddr*>(message.msg_name),
                                               message.msg_namelen, to);
    if (!read || to.family == Family::unspecified || call.host().knows_route(call.id(), to)) return read;
    request::CheckRoute request{call.id(), to};
    return call.perform(request);
}

ssize_t send_datagram(const Call& call, const msghdr& message, std::size_t size, int flags) {
    if (size > kLongestField) return fail(Error::message_too_long);
    if ((flags & MSG_OOB) != 0) return fail(Error::operation_not_supported);
    Address to;
    Result<void> outcome = read_route(call, message, to);
    if (outcome) {
        outcome =
            SendingDatagram{call, message, to, size}.run(call.until(call.entry().send_timeout_ms, flags));
    }
    return outcome ? static_cast<ssize_t>(size) : fail(outcome.error());
}

// ---- In ---------------------------------------------------------------------------------------------------

/// The oldest datagram, as much of it as there is memory for.
class ReceivingDatagram {
public:
    ReceivingDatagram(const Call& call, const msghdr& message, bool peek)
        : call_(call), pieces_(message), peek_(peek) {}

    Result<void> attempt() {
        for (;;) {
            const Result<std::size_t> some =
                call_.host().receive_datagram(call_.id(), receiving_, pieces_.next());
            if (!some) return some.error();
            if (*some == 0) return call_.host().end_datagram(call_.id(), receiving_, peek_);
            pieces_.advance(*some);
            copied_ += *some;
        }
    }

    std::size_t copied() const { return copied_; }
    const DatagramReceiving& received() const { return receiving_; }

private:
    const Call& call_;
    Pieces pieces_;
    bool peek_;
    DatagramReceiving receiving_;
    std::size_t copied_ = 0;
};

ssize_t receive_datagram(const Call& call, msghdr& message, int flags) {
    const Instant until = call.until(call.entry().receive_timeout_ms, flags);
    ReceivingDatagram receiving{call, message, (flags & MSG_PEEK) != 0};
    const Result<void> outcome = call.wait(until, Attempt::to<&ReceivingDatagram::attempt>(receiving));
    // Shut for receiving: Linux wakes who waits with 0, and sends others away.
    const bool shut = outcome.error() == Error::closed;
    if (shut && until == Instant{}) return fail(Error::would_block);
    if (!outcome && !shut) return fail(outcome.error());

    const DatagramReceiving& received = receiving.received(); // of nobody, and empty, if it is shut
    const bool named = message.msg_name != nullptr && received.from().family != Family::unspecified;
    message.msg_namelen =
        named ? write_address(received.from(), static_cast<sockaddr*>(message.msg_name), message.msg_namelen)
              : 0;
    message.msg_controllen = 0;
    message.msg_flags = receiving.copied() < received.size() ? MSG_TRUNC : 0;
    // recv(2): the datagram's real length, also when it was longer than the memory.
    return static_cast<ssize_t>((flags & MSG_TRUNC) != 0 ? received.size() : receiving.copied());
}

} // namespace

const DatagramCalls kDatagramCalls{read_datagram_peer, connect_datagrams, send_datagram, receive_datagram};

} // namespace nwp::c
