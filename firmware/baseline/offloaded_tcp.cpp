// SPDX-License-Identifier: Apache-2.0
#include "firmware/baseline/offloaded_tcp.h"

#include <utility>

namespace nwp::baseline {

OffloadedTcp::OffloadedTcp(Host& host, TcpUser& user) : host_(host), user_(user) {
    for (Buffer& buffer : buffers_) buffer.next = std::exchange(free_, &buffer);
}

Result<void> OffloadedTcp::connect(const Address& peer) {
    peer_ = peer;
    const auto opened = host_.open(Family::ipv4, SocketType::stream, Protocol::tcp);
    if (!opened) return opened.error();
    socket_ = *opened;
    return host_.on_readiness(socket_, ReadinessCallback::to<&OffloadedTcp::on_ready>(*this));
}

void OffloadedTcp::on_ready(SocketId, Readiness readiness) {
    if (phase_ == Phase::over) return;
    if (phase_ == Phase::opening) {
        const Result<void> there = host_.opened(socket_);
        if (there.error() == Error::would_block) return;
        if (!there) return break_off(there.error());
        phase_ = Phase::connecting;
    }
    if (phase_ == Phase::connecting) return connect_on();
    if (readiness.has(ready::readable)) receive();
    if (phase_ == Phase::connected && readiness.has(ready::writable)) user_.on_room();
}

void OffloadedTcp::connect_on() {
    const Result<void> result = host_.connect(socket_, peer_);
    const bool under_way = result.error() == Error::in_progress || result.error() == Error::already ||
                           result.error() == Error::would_block;
    if (under_way) return;
    if (!result) return break_off(result.error());
    phase_ = Phase::connected;
    user_.on_connected();
}

/// Hands over what is there while there are buffers. A user who gives one back at once is not called anew
/// from inside the call.
void OffloadedTcp::receive() {
    if (std::exchange(handing_over_, true)) return;
    while (phase_ == Phase::connected && !finished_ && free_ != nullptr) {
        Buffer& buffer = *free_;
        const Result<std::size_t> size = host_.receive(socket_, buffer.bytes);
        if (size.error() == Error::would_block) break;
        if (size.error() == Error::closed) {
            finished_ = true;
            user_.on_finished();
        } else if (!size) {
            break_off(size.error());
        } else {
            free_ = std::exchange(buffer.next, nullptr);
            buffer.begin = 0;
            buffer.end = static_cast<std::uint16_t>(*size);
            user_.on_received(buffer);
        }
    }
    handing_over_ = false;
}

void OffloadedTcp::give_back(Buffer& buffer) {
    buffer.next = std::exchange(free_, &buffer);
    receive();
}

Result<std::size_t> OffloadedTcp::send(ByteView bytes) { return host_.send(socket_, bytes); }

Result<void> OffloadedTcp::close() {
    phase_ = Phase::over;
    return host_.close(socket_);
}

void OffloadedTcp::break_off(Error why) {
    phase_ = Phase::over;
    user_.on_broken(why);
}

} // namespace nwp::baseline
