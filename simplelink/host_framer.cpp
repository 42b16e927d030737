// SPDX-License-Identifier: Apache-2.0
#include "simplelink/host_framer.h"

#include <algorithm>
#include <array>

namespace nwp::simplelink {
namespace {

using Word = std::array<Byte, 4>;

constexpr Word kSync{0x21, 0x43, 0x34, 0x12};
constexpr Word kUartSync{0xFF, 0xEE, 0xDD, 0xBB}; ///< in front of kSync, UART build
constexpr Word kSpiRead{0x65, 0x87, 0x78, 0x56};  ///< the SPI build writes it before it reads

constexpr unsigned kFromHost = 0x8000;

/// Asked for each byte of noise: the last byte says no most of the time.
bool ends_with(const std::vector<Byte>& bytes, ByteView end) {
    return bytes.size() >= end.size() && bytes.back() == end[end.size() - 1] &&
           equal(ByteView{bytes}.from(bytes.size() - end.size()), end);
}

} // namespace

void HostFramer::feed(ByteView bytes) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    static_cast<void>(find_sync()); // noise is not kept
}

std::optional<HostMessage> HostFramer::next() {
    while (find_sync() && held() >= kHostHeaderSize) {
        const std::size_t opcode = header_number(4);
        if ((opcode & kFromHost) == 0) { // not a header: the sync word stood in something else
            skip(1);
            continue;
        }
        const std::size_t body = (header_number(6) + 3) / 4 * 4;
        if (held() < kHostHeaderSize + body) return std::nullopt;

        const ByteView view = ByteView{bytes_}.sub(begin_ + kHostHeaderSize, body);
        begin_ += kHostHeaderSize + body;
        skipped_.clear();
        return HostMessage{static_cast<std::uint16_t>(opcode), view};
    }
    return std::nullopt;
}

bool HostFramer::take_baud_greeting() {
    const bool seen = baud_greeting_;
    baud_greeting_ = false;
    return seen;
}

void HostFramer::restart() {
    bytes_.clear();
    skipped_.clear();
    begin_ = 0;
    baud_greeting_ = false;
}

/// Skips what comes before a sync word; false while there is none, or not all of it.
bool HostFramer::find_sync() {
    const auto from = bytes_.begin() + static_cast<std::ptrdiff_t>(begin_);
    const auto found = std::search(from, bytes_.end(), kSync.begin(), kSync.end());
    if (found != bytes_.end()) {
        skip(static_cast<std::size_t>(found - from));
        return true;
    }
    std::size_t kept = std::min(held(), kSync.size() - 1); // the beginning of one
    while (!equal(ByteView{bytes_}.from(bytes_.size() - kept), ByteView{kSync}.first(kept))) --kept;
    skip(held() - kept);
    return false;
}

void HostFramer::skip(std::size_t count) {
    for (; count != 0; --count) {
        if (skipped_.size() == kBaudGreeting.size()) skipped_.erase(skipped_.begin());
        skipped_.push_back(bytes_[begin_++]);
        ++noise_;
        if (ends_with(skipped_, kUartSync) || ends_with(skipped_, kSpiRead)) noise_ -= 4;
        if (ends_with(skipped_, kBaudGreeting)) {
            noise_ -= 8;
            baud_greeting_ = true;
        }
    }
}

std::size_t HostFramer::header_number(std::size_t offset) const {
    return static_cast<std::size_t>(bytes_[begin_ + offset] | bytes_[begin_ + offset + 1] << 8);
}

} // namespace nwp::simplelink
