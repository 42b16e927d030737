// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <array>
#include <optional>
#include <vector>

namespace nwp::simplelink {

/// One command or request of a host.
struct HostMessage {
    std::uint16_t opcode = 0; ///< bit 15 is set
    ByteView body;            ///< args, payload and padding: the length of the header rounded up to 4
};

/// Sync word, opcode and length in front of each body, as every build of the driver sends them.
constexpr std::size_t kHostHeaderSize = 8;

/// The first words of a host that changed its baud rate, which waits for the raw answer 55 AA 55 AA.
constexpr std::array<Byte, 8> kBaudGreeting{0xFF, 0xFF, 0xFF, 0xFF, 0x55, 0xAA, 0x55, 0xAA};

/// The longest message of a host, header included: the length is a u16 and the body is padded.
constexpr std::size_t kLargestHostMessage = kHostHeaderSize + 65536;

/// The NWP's ear: bytes that a host sent, UART or SPI build, to messages. Whatever stands between messages is
/// skipped: the longer sync word of a UART, the read words of an SPI build, filling, noise. A pure machine;
/// one thread.
class HostFramer {
public:
    /// Takes all of the bytes. Feed only while hungry(), so that a host that does not wait for answers cannot
    /// make it hold more than its largest message and one more portion.
    void feed(ByteView bytes);

    /// The next whole message; its body is valid until the next call of feed(), next() or restart().
    std::optional<HostMessage> next();

    /// Whether there is less in here than the largest message takes: when not, leave the rest on the link.
    bool hungry() const { return held() < kLargestHostMessage; }

    /// Bytes that were not given out yet.
    std::size_t held() const { return bytes_.size() - begin_; }

    /// Whether kBaudGreeting was skipped since the last call.
    bool take_baud_greeting();

    /// Bytes skipped so far that no driver sends. Wraps around.
    std::uint32_t noise() const { return noise_; }

    /// Forgets what it holds; for a link that was opened again.
    void restart();

private:
    bool find_sync();
    void skip(std::size_t count);
    std::size_t header_number(std::size_t offset) const;

    std::vector<Byte> bytes_;
    std::size_t begin_ = 0;     ///< what stands before was given out or skipped
    std::vector<Byte> skipped_; ///< the last few bytes between messages
    bool baud_greeting_ = false;
    std::uint32_t noise_ = 0;
};

} // namespace nwp::simplelink
