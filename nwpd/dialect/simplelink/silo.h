// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/outbox.h"
#include "simplelink/host_framer.h"

#include <optional>

namespace nwp::simplelink {

/// A group of commands. What it needs to know of the world it is given when it is made.
class SiloHandler {
public:
    virtual ~SiloHandler() = default;
    SiloHandler() = default;
    SiloHandler(const SiloHandler&) = delete;
    SiloHandler& operator=(const SiloHandler&) = delete;

    /// Acts on a message of the host; false: it is none of this silo's. A command is answered through the
    /// outbox, now or later.
    virtual bool take(const HostMessage& message) = 0;
};

namespace detail {

template <typename M, typename Handler>
bool take_one(const HostMessage& message, Outbox& out, Handler& handler) {
    if (message.opcode != M::opcode) return false;
    const Result<M> command = decode<M>(message.body);
    if (!command) {
        out.refuse(code::invalid_param);
        return true;
    }
    handler.on(*command, payload_of<M>(message.body));
    return true;
}

} // namespace detail

/// Calls handler.on(command, payload) for the one of M... that this is; one that is too short is refused.
/// `payload` is what lies behind the command, padding included, and dies with the call.
template <typename... M, typename Handler>
bool route(Messages<M...>, const HostMessage& message, Outbox& out, Handler& handler) {
    return (detail::take_one<M>(message, out, handler) || ...);
}

} // namespace nwp::simplelink
