// SPDX-License-Identifier: Apache-2.0
// Datagrams out and in, with Linux's checks in Linux's order (udp(7), net/ipv4/udp.c's answers).
#include "host/c/datagram_calls.h"

#include "host/c/options.h"
#include "host/c/pieces.h"
#include "host/c/socket_address.h"
#include "nwp/datagrams.h"

#include <cstring>

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
    SendingDatagram(Call& call, const msghdr& message, const Address& to, std::size_t size)
        : call_(call), pieces_(message), sending_(to, size) {}

    Result<void> run() {
        const Attempt attempt = Attempt::to<&SendingDatagram::attempt>(*this);
        Result<void> outcome = call_.wait(attempt);
        // Half of a datagram cannot stay: neither time nor a signal ends it here, only the socket's end.
        while (sending_.begun() &&
               (outcome.error() == Error::would_block || outcome.error() == Error::interrupted)) {
            call_.wait_for_ever();
            outcome = call_.wait(attempt);
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

    Call& call_;
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

ssize_t send_datagram(Call& call, const msghdr& message, std::size_t size, int flags) {
    if (size > kLongestField) return fail(Error::message_too_long);
    if ((flags & MSG_OOB) != 0) return fail(Error::operation_not_supported);
    Address to;
    Result<void> outcome = read_route(call, message, to);
    if (outcome) {
        outcome = SendingDatagram{call, message, to, size}.run();
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

ssize_t receive_datagram(Call& call, msghdr& message, int flags) {
    ReceivingDatagram receiving{call, message, (flags & MSG_PEEK) != 0};
    const Result<void> outcome = call.wait(Attempt::to<&ReceivingDatagram::attempt>(receiving));
    // Shut for receiving: Linux wakes who waits with 0, and sends others away.
    const bool shut = outcome.error() == Error::closed;
    if (shut && !call.may_wait()) return fail(Error::would_block);
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

// ---- Groups -----------------------------------------------------------------------------------------------

Result<void> pack_group(int level, const void* value, socklen_t size, Travelling& travelling) {
    ip_mreq ipv4{};
    ipv6_mreq ipv6{};
    const bool is_ipv4 = level == IPPROTO_IP;
    const Result<void> whole =
        is_ipv4 ? read_value(&ipv4, sizeof ipv4, value, size) : read_value(&ipv6, sizeof ipv6, value, size);
    if (!whole) return whole;
#if defined(__linux__) && !defined(NWP_OWN_TYPES) // ip(7): a longer one has an index, which goes first
    ip_mreqn longer{};
    if (is_ipv4 && read_value(&longer, sizeof longer, value, size) && longer.imr_ifindex != 0) {
        return Error::no_device;
    }
#endif
    wire::Writer writer{travelling.room};
    Address address;
    if (is_ipv4) {
        address.family = Family::ipv4;
        std::memcpy(address.ip, &ipv4.imr_multiaddr, sizeof ipv4.imr_multiaddr);
    } else { // names its interface by its index
        address.family = Family::ipv6;
        address.scope = static_cast<std::uint32_t>(ipv6.ipv6mr_interface);
        std::memcpy(address.ip, &ipv6.ipv6mr_multiaddr, sizeof ipv6.ipv6mr_multiaddr);
    }
    wire::put(writer, address);
    // By an address of ours there: the network processor gives its interfaces no other name for IPv4.
    if (ipv4.imr_interface.s_addr != 0) {
        std::memcpy(address.ip, &ipv4.imr_interface, sizeof ipv4.imr_interface);
        wire::put(writer, address);
    }
    travelling.bytes = {travelling.room, writer.written()};
    return {};
}

} // namespace

const DatagramCalls kDatagramCalls{read_datagram_peer, connect_datagrams, send_datagram, receive_datagram,
                                   pack_group};

} // namespace nwp::c
