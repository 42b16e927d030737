// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "nwpd/dialect/simplelink/send_credit.h"
#include "nwpd/dialect/simplelink/socket_settings.h"
#include "nwpd/service/alarm.h"
#include "nwpd/service/client.h"
#include "simplelink/errors.h"
#include "simplelink/socket.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace nwp::simplelink {

/// A RECV or RECVFROM that was not answered yet.
struct PendingReceive {
    std::uint16_t length = 0;
    std::optional<Family> from; ///< RECVFROM: what kind of address the host has room for
    bool dont_wait = false;
};

/// One of the 16 sockets of a chip. Handlers hold it weakly.
struct SocketEntry {
    /// What the first sl_Select binds its control socket to: the driver means 3632, and forgets to swap it.
    static constexpr std::uint16_t kControlPort = 0x300E;
    enum class State : std::uint8_t { open, listening, connecting, connected, failed, closing };

    SocketEntry(boost::asio::io_context& loop, std::uint8_t number)
        : descriptor(number), receive_timer(loop) {}

    const std::uint8_t descriptor;
    service::SocketId id{};
    nwp::Family family{};
    SocketType type{};
    bool secures_at_once = false; ///< made for TLS
    bool is_tls = false;          ///< or TLS was started on it
    bool starts_tls = false;      ///< now
    bool accepted = false;
    Address peer;                  ///< of the connect() that was last
    std::vector<Byte> wanted_peer; ///< DER of the certificate that the server must have; empty: any
    State state = State::open;
    SocketSettings settings;

    // What the host is owed.
    bool connect_waits = false; ///< 0x1006
    bool accept_waits = false;  ///< 0x1003
    std::optional<PendingReceive> receive;
    service::Alarm receive_timer;
    SendCredit sends;

    std::optional<std::int16_t> connect_outcome; ///< of an attempt that 0x1006 called "still running"
    std::int16_t failure = code::bsd_enotconn;   ///< what RECV says when nothing is left
    std::size_t datagram_taken = 0;              ///< of the first datagram, with keep_datagram_rest
    bool wakes_select = false;                   ///< the driver's control socket (facts 2.4)
    std::deque<std::vector<Byte>> wakes;         ///< datagrams that it sent to itself

    unsigned bit() const { return 1U << descriptor; }
    bool is_stream() const { return type == SocketType::stream; }
};

} // namespace nwp::simplelink
