// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <vector>

namespace nwp::simplelink {

/// What every message of the NWP says about itself; the host replaces its own copy with it each time.
struct NwpState {
    std::uint8_t tx_pool_count = 0;    ///< free transmit buffers
    std::uint8_t device_status = 0;    ///< bits of DeviceStatus
    std::uint16_t min_max_payload = 0; ///< bytes in a transmit buffer; never 0, the host divides by it
    std::uint16_t tx_failure = 0;      ///< bit of a socket: its last transmission failed
    std::uint16_t non_blocking = 0;    ///< bit of a socket: it does not block
};

/// Sync word, opcode, length and NwpState in front of all args.
constexpr std::size_t kNwpHeaderSize = 16;

/// Of these, what the length counts.
constexpr std::size_t kNwpStateSize = 8;

/// The most that args and payload of one message may have together.
constexpr std::size_t kLargestNwpBody = 65535 - kNwpStateSize;

/// Appends the whole message to `out`: padding travels, but the length does not count it. Args that a payload
/// follows have a multiple of 4 bytes, args and payload together at most kLargestNwpBody, and min_max_payload
/// is not 0.
void append_message(std::vector<Byte>& out, std::uint16_t opcode, const NwpState& state, ByteView args,
                    ByteView payload = {});

} // namespace nwp::simplelink
