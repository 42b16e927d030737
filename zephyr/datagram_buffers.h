// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/datagrams.h"
#include "nwp/host.h"

struct net_buf;
struct net_pkt;

namespace nwp::zephyr {

/// Sends all bytes of a packet as one datagram. Waits for its beginning until then; once a part of it went
/// the rest has to follow, whatever time it takes. Not on the driver's thread.
///   would_block: it did not begin; errors of Host::send_datagram()
Result<void> send_datagram(Host& host, SocketId socket, const Address& to, const net_pkt& packet,
                           Instant until);

/// Takes the oldest datagram into the packet's buffers, which are empty; without a packet it is lost. Returns
/// how long it is, whatever found room. Errors of Host::receive_datagram(); the packet may have bytes then.
Result<std::size_t> receive_datagram(Host& host, SocketId socket, net_pkt* packet);

} // namespace nwp::zephyr
