// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/seqpacket_carrier.h"

#include <sys/socket.h>

#include <cerrno>

namespace nwp::endpoint {
namespace {

bool try_again(int error) { return error == EAGAIN || error == EINTR || error == ENOBUFS; }

} // namespace

SeqpacketCarrier::SeqpacketCarrier(boost::asio::io_context& context, int descriptor, std::size_t frame_room)
    : watch_(context, descriptor), buffer_(frame_room + 1) {}

Result<void> SeqpacketCarrier::send(ByteView frame) {
    if (down_) return Error::link_down;
    if (::send(watch_.descriptor(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return {};
    if (!try_again(errno)) {
        down_ = true;
        return Error::link_down;
    }
    watch_.want_write();
    return Error::would_block;
}

Result<ByteView> SeqpacketCarrier::receive() {
    while (!down_) {
        const ssize_t count = ::recv(watch_.descriptor(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (count > 0 && static_cast<std::size_t>(count) <= frame_room()) {
            return ByteView{buffer_.data(), static_cast<std::size_t>(count)};
        }
        if (count > 0) {
            ++broken_; // longer than both sides agreed on
            continue;
        }
        if (count < 0 && try_again(errno)) {
            watch_.want_read();
            return Error::would_block;
        }
        down_ = true;
    }
    return Error::link_down;
}

void SeqpacketCarrier::on_activity(Callback<void()> wake) {
    watch_.set_wake(wake);
    if (wake) watch_.want_read();
}

} // namespace nwp::endpoint
