// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>

namespace nwp::net {

/// What passed. A packet is a datagram, an Ethernet frame, or a piece of a stream as the kernel took or gave
/// it.
struct Traffic {
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t packets_received = 0;
    std::uint64_t packets_sent = 0;
};

/// Whether traffic may pass at all. While it is closed (access point lost) streams under it neither read nor
/// write: read() and write() answer would_block, and waiting handlers stay until it opens. One executor.
/// Outlives every stream under it, also those that still flush in the background: make it before the
/// io_context.
class Gate {
public:
    using Listener = std::function<void()>;
    using Registration = std::list<Listener>::iterator;

    bool open() const { return open_; }
    /// Opening calls every listener once, from inside set(). A listener may add and remove any listener; one
    /// that is added during the call waits for the next opening.
    void set(bool open);

    const Traffic& traffic() const { return traffic_; }
    void count_received(std::size_t bytes) {
        traffic_.bytes_received += bytes;
        ++traffic_.packets_received;
    }
    void count_sent(std::size_t bytes) {
        traffic_.bytes_sent += bytes;
        ++traffic_.packets_sent;
    }

    Registration add(Listener on_open);
    void remove(Registration registration);

private:
    void call_listeners();

    bool open_ = true;
    Traffic traffic_;
    int calling_ = 0; ///< depth of set(): while it is not 0, removed listeners stay as empty nodes
    std::list<Listener> listeners_;
};

} // namespace nwp::net
