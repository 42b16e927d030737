// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/host.h"
#include "zephyr/context_place.h"

struct net_if;

namespace nwp::zephyr {

/// What the driver has beside its link and its host: here the contexts of Zephyr's net_context.
class Plane {
public:
    static constexpr std::size_t kSockets = CONFIG_OPENNWP_SOCKETS;
    static constexpr std::size_t kReceiveBytes = CONFIG_OPENNWP_RECEIVE_BYTES;

    Plane(Host&, Port& port);
    /// The interface is there, and the link not yet.
    void take_interface(net_if* interface);

    Port& port() { return port_; }
    net_if* interface() { return interface_; }
    k_work_q& callbacks() { return callbacks_; }
    /// Held while an accept callback of any context runs.
    k_mutex& accepting() { return accepting_; }
    /// A place for a context that begins. False: all are taken.
    bool reserve(net_context& context);

private:
    Port& port_;
    net_if* interface_ = nullptr;
    ContextPlace places_[kSockets];
    k_mutex accepting_;
    k_work_q callbacks_;
};

} // namespace nwp::zephyr
