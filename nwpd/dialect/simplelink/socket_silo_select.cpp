// SPDX-License-Identifier: Apache-2.0
// SocketSilo: SELECT. One is outstanding at a time; a host that joins threads in one issues it anew.
#include "nwpd/dialect/simplelink/socket_silo.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <utility>

namespace nwp::simplelink {
namespace {

using std::chrono::microseconds;

constexpr microseconds kLeastTimeout = std::chrono::milliseconds{10};
/// A stream that holds back more than this has no room for the host's next message.
constexpr std::size_t kWritableBelow = service::Sockets::kSendRoom / 4;

microseconds timeout_of(const SocketSelect& command) {
    return std::chrono::seconds{command.seconds} + 1024 * microseconds{command.units_of_1024_us};
}

} // namespace

void SocketSilo::on(const SocketSelect& command, ByteView) {
    // A refusal in the response is not heard: the host would wait for ever (facts 5.5).
    out_.respond(SocketSelectResponse{});
    if (select_) complete_select(0, 0);
    select_ = Select{command.read_set, command.write_set};
    check_select();
    if (!select_ || command.seconds == SocketSelect::forever) return;
    const microseconds timeout = timeout_of(command);
    if (timeout == microseconds{0}) return complete_select(0, 0);
    select_timer_.set(std::max(timeout, kLeastTimeout), [this] { complete_select(0, 0); });
}

/// Ends the SELECT that stands if anything in its sets is ready.
void SocketSilo::check_select() {
    if (!select_) return;
    Select ready;
    for (unsigned i = 0; i < 16; ++i) {
        const auto bit = static_cast<std::uint16_t>(1U << i);
        if ((select_->read & bit) != 0 && is_readable(i)) ready.read |= bit;
        if ((select_->write & bit) != 0 && is_writable(i)) ready.write |= bit;
    }
    if (ready.read != 0 || ready.write != 0) complete_select(ready.read, ready.write);
}

/// Also what fails at once is ready, and a number behind which there is no socket: the next call tells.
bool SocketSilo::is_readable(unsigned index) const {
    const Entry entry = find(static_cast<std::uint8_t>(index));
    if (!entry) return true;
    if (!entry->is_stream()) return !entry->wakes.empty() || sockets_.datagram(client_, entry->id).ok();
    switch (entry->state) {
        case SocketEntry::State::listening: return sockets_.acceptable(client_, entry->id) > 0;
        case SocketEntry::State::failed: return true;
        case SocketEntry::State::connected: {
            const auto held = sockets_.received(client_, entry->id);
            return !held || !held->empty() || sockets_.ended(client_, entry->id);
        }
        default: return false;
    }
}

bool SocketSilo::is_writable(unsigned index) const {
    const Entry entry = find(static_cast<std::uint8_t>(index));
    if (!entry) return true;
    if (entry->state == SocketEntry::State::connecting) return false;
    return sockets_.waiting(client_, entry->id) < kWritableBelow;
}

void SocketSilo::complete_select(std::uint16_t readable, std::uint16_t writable) {
    select_.reset();
    select_timer_.cancel();
    SocketSelected event;
    event.read_set = readable;
    event.write_set = writable;
    event.read_count = static_cast<std::uint8_t>(std::popcount(readable));
    event.write_count = static_cast<std::uint8_t>(std::popcount(writable));
    event.status = static_cast<std::int16_t>(event.read_count + event.write_count);
    out_.complete(event);
}

} // namespace nwp::simplelink
