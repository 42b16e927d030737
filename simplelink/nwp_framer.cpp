// SPDX-License-Identifier: Apache-2.0
#include "simplelink/nwp_framer.h"

#include "simplelink/layout.h"
#include "simplelink/opcodes.h"
#include "simplelink/socket.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

constexpr std::uint32_t kPlainSync = 0xABCDDCBA;
constexpr std::uint32_t kNumberedSync = 0xABCDDCBC; ///< the low 2 bits count messages
constexpr std::uint32_t kNumbered = 0x4;            ///< the bit that tells the two apart
constexpr std::uint32_t kSyncMask = 0x7FFF7F7F;     ///< the driver looks at no others

constexpr std::size_t kWord = 4;
constexpr std::uint16_t kDummy = 0x0063;

bool carries_data(std::uint16_t opcode) {
    return opcode == SocketReceived::opcode || opcode == SocketReceivedFrom::opcode ||
           opcode == SocketReceivedFromV6::opcode;
}

std::size_t size_of_response(std::uint16_t opcode, std::size_t announced) {
    const CommandRow* row = find_command_of_response(opcode);
    const std::size_t args = row == nullptr ? 4 : row->response_size;
    if (row == nullptr || !row->payload || announced <= args) return args;
    return args + pad4(announced - args);
}

} // namespace

void NwpFramer::feed(ByteView bytes) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    static_cast<void>(find_sync()); // noise is not kept
}

std::optional<NwpMessage> NwpFramer::next() {
    if (!find_sync()) return std::nullopt;
    std::size_t header = begin_ + kWord; // opcode and length
    while (bytes_.size() >= header + kWord && is_sync(header)) header += kWord;
    const std::size_t state = header + kWord;
    const std::size_t body = state + kNwpStateSize;
    if (bytes_.size() < body) return std::nullopt;
    const std::optional<std::size_t> size = size_of_body(header);
    if (!size || bytes_.size() < body + *size) return std::nullopt;

    NwpMessage message{
        .opcode = number_at(header),
        .length = number_at(header + 2),
        .state = {.tx_pool_count = bytes_[state],
                  .device_status = bytes_[state + 1],
                  .min_max_payload = number_at(state + 2),
                  .tx_failure = number_at(state + 4),
                  .non_blocking = number_at(state + 6)},
        .body = ByteView{bytes_}.sub(body, *size),
    };
    const std::size_t announced = std::max<std::size_t>(message.length, kNwpStateSize) - kNwpStateSize;
    if (announced <= *size && *size - announced < kWord) message.body = message.body.first(announced);
    begin_ = body + *size;
    received_ = (received_ + 1) % 4;
    return message;
}

void NwpFramer::restart() {
    bytes_.clear();
    begin_ = 0;
    received_ = 0;
}

/// Skips what comes before a sync word; false while there is none, or not all of it.
bool NwpFramer::find_sync() {
    for (; held() >= kWord; ++begin_, ++noise_) {
        if (is_sync(begin_)) return true;
    }
    return false;
}

bool NwpFramer::is_sync(std::size_t offset) const {
    const std::uint32_t word = number_at(offset) | static_cast<std::uint32_t>(number_at(offset + 2)) << 16U;
    const std::uint32_t wanted = (word & kNumbered) == 0 ? kPlainSync : kNumberedSync + received_;
    return (word & kSyncMask) == (wanted & kSyncMask);
}

std::uint16_t NwpFramer::number_at(std::size_t offset) const {
    return static_cast<std::uint16_t>(bytes_[offset] | bytes_[offset + 1] << 8);
}

/// What stands behind the header, padding included; nothing while the status that says it has not come.
std::optional<std::size_t> NwpFramer::size_of_body(std::size_t header) const {
    const std::uint16_t opcode = number_at(header);
    const std::size_t announced = std::max<std::size_t>(number_at(header + 2), kNwpStateSize) - kNwpStateSize;
    if ((opcode & kSync) != 0) return size_of_response(opcode, announced);
    if (opcode == kDummy) return 0;
    if (!carries_data(opcode)) return pad4(announced);

    const std::size_t body = header + kWord + kNwpStateSize;
    if (bytes_.size() < body + 2) return std::nullopt;
    const auto status = static_cast<std::int16_t>(number_at(body));
    const std::size_t data = status > 0 ? pad4(static_cast<std::size_t>(status)) : 0;
    return find_event(opcode)->size + data;
}

} // namespace nwp::simplelink
