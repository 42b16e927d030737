// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/byte_ring.h"
#include "base/instant.h"
#include "host/socket_state.h"
#include "session/credit.h"
#include "wire/values.h"

namespace nwp {

/// What the host keeps for one socket, beside its receive buffer. Only Host looks inside.
struct SocketSlot {
    /// The one request a socket itself has under way; options and the like belong to their callers.
    enum class Asked : std::uint8_t { nothing, open, connect, close };

    SocketState state;
    Asked asked = Asked::nothing;
    Family family{};
    SocketType type{};
    Protocol protocol{};
    std::uint16_t generation = 1;
    std::uint16_t number = 0; ///< of the request `asked`; 0: still to be sent (close only)
    wire::SocketHandle handle{};
    bool notify = false;       ///< its callback is to be called
    bool adopted = true;       ///< false: lives on from an earlier session and nobody has claimed it
    bool securing = false;     ///< TLS begins: no byte passes between it and the application
    bool owes_credit = false;  ///< its limit is to be told, however little it grew
    std::uint16_t waiting = 0; ///< connections that the NWP holds for a listening socket
    std::uint16_t accepts = 0; ///< of them, asked for and not answered
    std::int32_t linger_s = -1;
    std::uint32_t cookie = 0;
    NearInstant asked_until; ///< when the host gives `asked` up by itself
    session::SendCredit send_credit;
    session::ReceiveCredit receive_credit;
    ByteRing received;
    ReadinessCallback callback;
};

} // namespace nwp
