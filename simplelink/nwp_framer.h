// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simplelink/nwp_message.h"

#include <optional>

namespace nwp::simplelink {

/// One response, event or dummy of the NWP.
struct NwpMessage {
    std::uint16_t opcode = 0; ///< bit 15 is clear
    std::uint16_t length = 0; ///< what its header says: kNwpStateSize, args and payload
    NwpState state;
    ByteView body; ///< args and payload, without padding that the length does not count
};

/// The host's ear: bytes of the NWP to messages, as the driver reads them. How much is read depends on the
/// kind of the message more than on its length: responses have the size that their command is owed, received
/// data is as long as its status says, the dummy has nothing. So an NWP that sends too much or too little is
/// understood wrong, as it would be by the driver. A pure machine without a clock: where the driver gives up
/// after 50 ms, this one goes on searching.
class NwpFramer {
public:
    /// Takes all of the bytes. Feed only while hungry().
    void feed(ByteView bytes);

    /// The next whole message; its body is valid until the next call of feed(), next() or restart().
    std::optional<NwpMessage> next();

    bool hungry() const { return held() < kNwpHeaderSize + 65536; }
    std::size_t held() const { return bytes_.size() - begin_; }

    /// Bytes skipped between messages so far. Wraps around.
    std::uint32_t noise() const { return noise_; }

    /// Forgets what it holds and the sequence number; for a link that was opened again.
    void restart();

private:
    bool find_sync();
    bool is_sync(std::size_t offset) const;
    std::uint16_t number_at(std::size_t offset) const;
    std::optional<std::size_t> size_of_body(std::size_t header) const;

    std::vector<Byte> bytes_;
    std::size_t begin_ = 0;
    unsigned received_ = 0; ///< messages, modulo 4
    std::uint32_t noise_ = 0;
};

} // namespace nwp::simplelink
