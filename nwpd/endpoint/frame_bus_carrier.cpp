// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/frame_bus_carrier.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace nwp::endpoint {
namespace {

bool fill(sockaddr_un& address, const std::string& path) {
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return true;
}

bool is_file_of_ours(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

} // namespace

Opened open_frame_bus(const std::string& path) {
    sockaddr_un address{};
    if (!fill(address, path)) return {-1, path + ": longer than a socket's path may be"};
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return failed(descriptor, system_error("socket"));
    if (is_file_of_ours(path)) ::unlink(path.c_str());
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return failed(descriptor, system_error(path));
    }
    return {descriptor, {}};
}

FrameBusCarrier::FrameBusCarrier(boost::asio::io_context& context, int descriptor, std::string path,
                                 const std::string& peer)
    : watch_(context, descriptor), path_(std::move(path)), peer_(peer),
      outgoing_(link::kBusHeaderSize + link::kBusFrameRoom), incoming_(link::kBusPacketMost + 1) {
    put(link::BusPacket::start, {});
}

FrameBusCarrier::~FrameBusCarrier() { ::unlink(path_.c_str()); }

/// False: the peer's queue is full.
bool FrameBusCarrier::put(link::BusPacket packet, ByteView frame) {
    sockaddr_un address{};
    if (!fill(address, peer_)) return true; // configuration refuses it
    const link::FrameBusEnd before = end_;
    end_.write_header(packet, frame.size(), outgoing_.data());
    copy_bytes(Bytes{outgoing_}.from(link::kBusHeaderSize), frame);
    const ssize_t sent = ::sendto(watch_.descriptor(), outgoing_.data(), link::kBusHeaderSize + frame.size(),
                                  MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (sent >= 0 || (errno != EAGAIN && errno != EINTR && errno != ENOBUFS))
        return true; // else nobody is there
    end_ = before;
    return false;
}

Result<void> FrameBusCarrier::send(ByteView frame) {
    if (frame.empty() || frame.size() > frame_room()) return Error::message_too_long;
    if (!end_.may_send()) return Error::would_block; // the peer's report ends that
    if (put(link::BusPacket::frame, frame)) return {};
    watch_.want_write();
    return Error::would_block;
}

Result<ByteView> FrameBusCarrier::receive() {
    if (held_size_ != 0) {
        return ByteView{incoming_}.sub(link::kBusHeaderSize, std::exchange(held_size_, 0));
    }
    for (;;) {
        if (end_.owes_report()) put(link::BusPacket::report, {});
        const ssize_t count = ::recv(watch_.descriptor(), incoming_.data(), incoming_.size(), MSG_DONTWAIT);
        if (count < 0) {
            watch_.want_read();
            return Error::would_block;
        }
        const auto arrival = end_.on_packet(incoming_.data(), static_cast<std::size_t>(count));
        if (arrival.room && wake_) wake_();
        if (arrival.lost) ++lost_;
        if (arrival.started || arrival.lost) {
            held_size_ = arrival.frame_size;
            return Error::link_reset;
        }
        if (arrival.frame_size != 0) return ByteView{incoming_}.sub(link::kBusHeaderSize, arrival.frame_size);
    }
}

void FrameBusCarrier::on_activity(Callback<void()> wake) {
    wake_ = wake;
    watch_.set_wake(wake);
    if (wake) watch_.want_read();
}

} // namespace nwp::endpoint
