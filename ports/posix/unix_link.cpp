// SPDX-License-Identifier: Apache-2.0
#include "ports/posix/unix_link.h"

#include "base/expect.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

namespace nwp::posix {

UnixLink::UnixLink(std::size_t frame_room) : buffer_(frame_room) {
    NWP_EXPECT(frame_room >= link::kFrameRoomLeast && frame_room <= link::kFrameRoomMost);
}

Result<void> UnixLink::connect(std::string_view path) {
    close();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return Error::name_too_long;
    std::memcpy(address.sun_path, path.data(), path.size());

    FileDescriptor socket{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (socket.get() < 0) return system_error(errno);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return system_error(errno);
    }
    fd_.reset(socket.release());
    return {};
}

Result<void> UnixLink::adopt(int fd) {
    close();
    fd_.reset(fd);
    if (!make_nonblocking(fd)) return system_error(errno);
    return {};
}

void UnixLink::close() {
    fd_.reset();
    wants_write_ = false;
}

Error UnixLink::down() {
    close();
    return Error::link_down;
}

Result<void> UnixLink::send(ByteView frame) {
    if (frame.empty() || frame.size() > frame_room()) return Error::message_too_long;
    if (fd_.get() < 0) return Error::link_down;

    ssize_t sent = 0;
    do {
        sent = ::send(fd_.get(), frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    if (sent >= 0) return {};
    if (errno != EAGAIN && errno != ENOBUFS) return down();
    if (!wants_write_.exchange(true) && wake_) wake_();
    return Error::would_block;
}

Result<ByteView> UnixLink::receive() {
    if (fd_.get() < 0) return Error::link_down;

    ssize_t size = 0;
    do {
        size = ::recv(fd_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT | MSG_TRUNC);
    } while (size < 0 && errno == EINTR);
    if (size < 0 && errno == EAGAIN) return Error::would_block;
    if (size <= 0 || static_cast<std::size_t>(size) > buffer_.size()) return down();
    return ByteView{buffer_}.first(static_cast<std::size_t>(size));
}

void UnixLink::on_poll(bool readable, bool writable) {
    const bool room_again = writable && wants_write_.exchange(false);
    if ((readable || room_again) && wake_) wake_();
}

} // namespace nwp::posix
