// SPDX-License-Identifier: Apache-2.0
#pragma once

// Contexts and packets of the shim's Zephyr, for its tests. With the processor held.

#include "base/bytes.h"

#include <string>
#include <vector>
#include <zephyr/net/net_pkt.h>

namespace nwp::shim {

/// So many buffers are there, of all; those in use stay.
void set_buffers(std::size_t count);
/// A packet of these bytes, in buffers of `each`.
net_pkt* packet_of(const std::string& bytes, net_context* context, std::size_t each = 128);
std::string bytes_of(const net_pkt& packet);
std::size_t packets_in_use();
std::size_t contexts_in_use();
/// What net_recv_data() got, as a stack would; `refuse`: the next ones fail.
std::vector<std::string> take_frames();
void refuse_frames(bool refuse);
std::size_t frames_refused();

} // namespace nwp::shim
