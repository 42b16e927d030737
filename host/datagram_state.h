// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "base/socket_types.h"
#include "nwp/socket_id.h"

namespace nwp {

/// What a datagram socket answers in which situation, as Linux does; SocketState says whether there is one,
/// and which error waits to be told (`pending`). Pure: no bytes, no link.
class DatagramState {
public:
    /// What a datagram costs beside its bytes, in credit and in the receiver's memory.
    static constexpr std::uint32_t kOverhead = 32;
    /// RFC 768 with the headers of IPv4 and IPv6 (RFC 8200): the longest datagram of each.
    static constexpr std::uint32_t kMostIpv4 = 65'507;
    static constexpr std::uint32_t kMostIpv6 = 65'527;
    /// RFC 6347 4.1: of one record.
    static constexpr std::uint32_t kMostDtls = 16'384;

    DatagramState() = default;
    /// `window`: the first credit towards the NWP.
    explicit DatagramState(std::uint32_t window) : window_(window) {}

    // ---- Destinations: which need no question

    /// The NWP said that it may send there.
    void route_checked(const Address& to) { checked_ = mark_of(to); }
    /// A datagram of theirs was received.
    void heard(const Address& from) { heard_ = mark_of(from); }
    /// Something changed that decides about routes.
    void forget_routes() { checked_ = heard_ = 0; }
    bool knows_route(const Address& to) const;

    // ---- What happens to it

    void connected(bool on) { connected_ = on; }
    bool is_connected() const { return connected_; }
    void shut(Shutdown how) {
        if (how != Shutdown::send) receive_shut_ = true;
        if (how != Shutdown::receive) send_shut_ = true;
    }
    /// A datagram's first part went, more follow; or its last.
    void sending(bool on) { sending_ = on; }
    bool is_sending() const { return sending_; }
    /// The oldest datagram is being copied; or no more.
    void receiving(bool on) { receiving_ = on; }

    // One that comes in parts is visible when its last part came.
    void arrival_begins(std::uint8_t head) { arriving_ = head_ = head; }
    void arrived(std::uint32_t bytes) { arriving_ += bytes; }
    void arrival_ends() { arriving_ = 0; }
    /// Bytes of it in memory, its head included; 0: none is arriving.
    std::uint32_t arriving() const { return arriving_; }
    std::uint32_t arriving_size() const { return arriving_ - head_; }

    // ---- What the application is told

    /// `whole`: there is a whole datagram. `credit`: what may be sent.
    Readiness readiness(bool whole, std::uint32_t credit, bool room, Error pending) const;
    /// Receiving with or without a whole datagram there.
    ///   closed        the receiving half was shut and nothing is there
    ///   would_block   nothing is there, or another thread takes it at this moment
    Result<void> receive(bool whole) const;
    /// Sending `size` bytes, with an address or without one (unspecified); then whether link and credit
    /// allow it now. An error that waits to be told stands between the two: as in Linux.
    ///   message_too_long, destination_required
    Result<void> send(std::size_t size, Family to, Family own) const;
    ///   broken_pipe, would_block
    Result<void> begin(std::size_t size, std::uint32_t credit, bool room) const;

private:
    /// Never 0. Two addresses with one mark cost a question that is not asked: the NWP then says the same
    /// later.
    static std::uint32_t mark_of(const Address& address);

    std::uint32_t window_ = 0;
    std::uint32_t checked_ = 0;
    std::uint32_t heard_ = 0;
    std::uint32_t arriving_ = 0;
    std::uint8_t head_ = 0;
    bool connected_ = false;
    bool receive_shut_ = false;
    bool send_shut_ = false;
    bool sending_ = false;
    bool receiving_ = false;
};

} // namespace nwp
