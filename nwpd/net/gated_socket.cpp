// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/gated_socket.h"

#include "nwpd/net/errno_map.h"

#include <unistd.h>

#include <utility>

namespace nwp::net {

GatedSocket::GatedSocket(boost::asio::io_context& context, Gate& gate)
    : context_(context), gate_(gate), descriptor_(context) {}

Result<void> GatedSocket::assign(int descriptor) {
    boost::system::error_code error;
    descriptor_.assign(descriptor, error);
    if (!error) return {};
    ::close(descriptor);
    return error_from_errno(error.value());
}

void GatedSocket::wait(Direction direction, std::function<void()> handler) {
    if (!is_open()) return;
    waiting(direction).handler = std::move(handler);
    arm(direction);
}

void GatedSocket::arm(Direction direction) {
    if (!gate_.open()) return listen_to_gate();

    if (std::exchange(waiting(direction).armed, true)) return;
    const auto kind = direction == Direction::read ? Descriptor::wait_read : Descriptor::wait_write;
    descriptor_.async_wait(kind, [self = shared_from_this(), direction](boost::system::error_code error) {
        self->waiting(direction).armed = false;
        if (error != boost::asio::error::operation_aborted) self->ready(direction);
    });
}

void GatedSocket::ready(Direction direction) {
    if (!is_open()) return;
    if (!gate_.open()) return listen_to_gate();
    if (auto handler = std::exchange(waiting(direction).handler, nullptr)) handler();
}

void GatedSocket::listen_to_gate() {
    if (registration_) return;
    registration_ = gate_.add([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->leave_gate();
        if (self->reading_.handler) self->arm(Direction::read);
        if (self->writing_.handler) self->arm(Direction::write);
    });
}

void GatedSocket::leave_gate() {
    if (!registration_) return;
    gate_.remove(*registration_);
    registration_.reset();
}

void GatedSocket::stop_handlers() {
    leave_gate();
    reading_.handler = nullptr;
    writing_.handler = nullptr;
}

void GatedSocket::close() {
    stop_handlers();
    boost::system::error_code ignored;
    descriptor_.close(ignored);
}

int GatedSocket::release() {
    stop_handlers();
    return descriptor_.is_open() ? descriptor_.release() : -1;
}

} // namespace nwp::net
