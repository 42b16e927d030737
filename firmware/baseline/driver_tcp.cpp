// SPDX-License-Identifier: Apache-2.0
#include "firmware/baseline/driver_tcp.h"

#include "firmware/baseline/program.h"
#include "firmware/exit_status.h"

#include <algorithm>
#include <utility>

namespace nwp::baseline {

// ---- By callbacks -----------------------------------------------------------------------------------------

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

// ---- As a stream ------------------------------------------------------------------------------------------

DriverTcp::DriverTcp(const firmware::Running& running, const Address& peer)
    : running_(running), tcp_(running.host, *this) {
    const Result<void> begun = tcp_.connect(peer);
    if (!begun) fail(firmware::kNoSocket, to_string(begun.error()));
    while (!connected_) wait();
}

void DriverTcp::tell() {
    news_ = true;
    const Lock lock{running_.port};
    running_.port.wake(watch_.waiter);
}

void DriverTcp::on_connected() {
    connected_ = true;
    tell();
}

void DriverTcp::on_received(Buffer& buffer) {
    (first_ == nullptr ? first_ : last_->next) = &buffer;
    last_ = &buffer;
    tell();
}

void DriverTcp::on_finished() {
    finished_ = true;
    tell();
}

void DriverTcp::on_broken(Error why) {
    fail(connected_ ? firmware::kTransferFailed : firmware::kNotConnected, to_string(why));
}

int DriverTcp::send(const std::uint8_t* bytes, std::size_t size) {
    const Result<std::size_t> sent = tcp_.send({bytes, size});
    if (sent) return static_cast<int>(*sent);
    if (sent.error() != Error::would_block) on_broken(sent.error());
    return 0;
}

int DriverTcp::receive(std::uint8_t* into, std::size_t room) {
    if (first_ == nullptr) return finished_ ? kFinished : 0;
    Buffer& buffer = *first_;
    const auto size = std::min<std::size_t>(room, buffer.end - buffer.begin);
    std::copy_n(buffer.bytes + buffer.begin, size, into);
    buffer.begin = static_cast<std::uint16_t>(buffer.begin + size);
    if (buffer.begin == buffer.end) {
        first_ = std::exchange(buffer.next, nullptr);
        tcp_.give_back(buffer);
    }
    return static_cast<int>(size);
}

void DriverTcp::wait() {
    const Instant until = running_.port.now() + nwp::milliseconds(kPatienceMs);
    const auto attempt = Callback<bool()>::to<&DriverTcp::has_news>(*this);
    const bool came = running_.host.block(watch_, attempt, until);
    if (!came) {
        fail(connected_ ? firmware::kTransferFailed : firmware::kNotConnected, "the peer is silent");
    }
    news_ = false;
}

void DriverTcp::close() {
    const Result<void> closed = tcp_.close();
    if (!closed) fail(firmware::kTransferFailed, to_string(closed.error()));
}

} // namespace nwp::baseline
