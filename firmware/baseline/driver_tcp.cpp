// SPDX-License-Identifier: Apache-2.0
#include "firmware/baseline/driver_tcp.h"

#include "firmware/baseline/program.h"
#include "firmware/exit_status.h"

#include <algorithm>
#include <utility>

namespace nwp::baseline {

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
