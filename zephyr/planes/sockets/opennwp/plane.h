// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/attach.h"
#include "nwp/host.h"
#include "zephyr/socket_places.h"

struct net_if;

namespace nwp::zephyr {

/// What the driver has beside its link and its host: here the C interface's socket calls.
class Plane {
public:
    static constexpr std::size_t kSockets = CONFIG_OPENNWP_SOCKETS;
    static constexpr std::size_t kReceiveBytes = CONFIG_OPENNWP_RECEIVE_BYTES;

    Plane(Host& host, Port& port);
    /// The interface is there, and the link not yet.
    void take_interface(net_if* interface);

    c::Attachment& attachment() { return attachment_; }
    Span<SocketPlace> places() { return places_; }
    CallsUnderWay& under_way() { return under_way_; }

private:
    SocketPlace places_[kSockets];
    CallsUnderWay under_way_;
    c::SocketTable<kSockets, CONFIG_OPENNWP_ALPN_NAMES, CONFIG_OPENNWP_ADDRESSES, 1> table_;
    c::OwnNumbers numbers_{kSockets};
    c::Attachment attachment_;
};

c::Attachment& attachment();
Span<SocketPlace> socket_places();
CallsUnderWay& calls_under_way();

/// Names are asked there from now on.
void offload_names();

} // namespace nwp::zephyr
