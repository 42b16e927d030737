// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/frame_bus_carrier.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iterator>
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
    : datagrams_{{context, descriptor}, peer}, path_(std::move(path)), packet_(link::kBusPacketMost + 1),
      pump_(datagrams_, packet_) {
    pump_.settle();
}

FrameBusCarrier::~FrameBusCarrier() { ::unlink(path_.c_str()); }

/// False: the peer's queue is full.
bool FrameBusCarrier::Datagrams::send(ByteView head, ByteView rest) {
    sockaddr_un address{};
    if (!fill(address, peer)) return true; // configuration refuses it
    iovec parts[] = {{const_cast<Byte*>(head.data()), head.size()},
                     {const_cast<Byte*>(rest.data()), rest.size()}};
    msghdr message{};
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    message.msg_iov = parts;
    message.msg_iovlen = std::size(parts);
    if (::sendmsg(watch.descriptor(), &message, MSG_DONTWAIT) >= 0) return true;
    if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS) return true; // nobody is there
    watch.want_write();
    return false;
}

std::size_t FrameBusCarrier::Datagrams::receive(Bytes into) {
    const ssize_t count = ::recv(watch.descriptor(), into.data(), into.size(), MSG_DONTWAIT);
    if (count < 0) {
        watch.want_read();
        return 0;
    }
    return count == 0 ? 1 : static_cast<std::size_t>(count); // an empty one is a packet too, of nobody
}

void FrameBusCarrier::on_activity(Callback<void()> wake) {
    pump_.on_activity(wake);
    datagrams_.watch.set_wake(wake);
    if (wake) datagrams_.watch.want_read();
}

} // namespace nwp::endpoint
