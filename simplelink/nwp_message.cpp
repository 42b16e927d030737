// SPDX-License-Identifier: Apache-2.0
#include "simplelink/nwp_message.h"

#include "base/expect.h"

#include <array>

namespace nwp::simplelink {
namespace {

/// The form without a sequence number: a host that counts differently would not hear the other.
constexpr std::array<Byte, 4> kSync{0xBA, 0xDC, 0xCD, 0xAB};

void append(std::vector<Byte>& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append(std::vector<Byte>& out, std::size_t number) {
    out.push_back(static_cast<Byte>(number));
    out.push_back(static_cast<Byte>(number >> 8U));
}

} // namespace

void append_message(std::vector<Byte>& out, std::uint16_t opcode, const NwpState& state, ByteView args,
                    ByteView payload) {
    NWP_EXPECT(state.min_max_payload != 0);
    NWP_EXPECT(payload.empty() || args.size() % 4 == 0);
    NWP_EXPECT(args.size() + payload.size() <= kLargestNwpBody);

    append(out, kSync);
    append(out, opcode);
    append(out, kNwpStateSize + args.size() + payload.size());
    out.push_back(state.tx_pool_count);
    out.push_back(state.device_status);
    append(out, state.min_max_payload);
    append(out, state.tx_failure);
    append(out, state.non_blocking);
    append(out, args);
    append(out, payload);
    out.resize(out.size() + (4 - (args.size() + payload.size()) % 4) % 4);
}

} // namespace nwp::simplelink
