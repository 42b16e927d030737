// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tap.h"

#include "nwpd/net/errno_map.h"
#include "nwpd/net/gated_socket.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace nwp::net {
namespace {

constexpr std::size_t kHeader = 14;
constexpr std::size_t kTag = 4; // IEEE 802.1Q
constexpr Byte kLocallyAdministered = 2;

ifreq request_for(const std::string& name) {
    ifreq request{};
    std::copy_n(name.begin(), std::min<std::size_t>(name.size(), IFNAMSIZ - 1), request.ifr_name);
    return request;
}

} // namespace

Tap::Tap(boost::asio::io_context& context) : descriptor_(std::make_shared<GatedSocket>(context, open_)) {}

Tap::~Tap() {
    descriptor_->close();
    if (questions_ >= 0) ::close(questions_);
}

Result<void> Tap::open(const std::string& name) {
    // The kernel would make one for a process that may.
    if (if_nametoindex(name.c_str()) == 0) return Error::no_device;
    const int descriptor = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return errno == ENOENT ? Error::no_device : last_error();
    ifreq request = request_for(name);
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    if (ioctl(descriptor, TUNSETIFF, &request) != 0) {
        const Error why = errno == EBUSY ? Error::address_in_use : last_error();
        ::close(descriptor);
        return why;
    }
    if (auto assigned = descriptor_->assign(descriptor); !assigned) return assigned;
    name_ = name;
    questions_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return questions_ >= 0 ? Result<void>{} : last_error();
}

Result<void> Tap::send(ByteView frame) {
    const Result<std::size_t> most = mtu();
    if (!most) return most.error();
    if (frame.size() < kHeader) return Error::invalid_argument;
    if (frame.size() > *most + kHeader + kTag) return Error::message_too_long;
    if (::write(descriptor_->get(), frame.data(), frame.size()) >= 0) return {};
    if (errno == EAGAIN) return Error::no_buffers; // lost, as on any Ethernet that is full
    return errno == EIO ? Error::network_down : last_error();
}

Result<std::size_t> Tap::receive(Bytes into) {
    const ssize_t size = ::read(descriptor_->get(), into.data(), into.size());
    if (size >= 0) return static_cast<std::size_t>(size);
    return errno == EBADFD ? Error::no_device : last_error();
}

void Tap::wait_readable(std::function<void()> handler) {
    descriptor_->wait(GatedSocket::Direction::read, std::move(handler));
}

Result<std::size_t> Tap::mtu() const {
    ifreq about = request_for(name_);
    if (ioctl(questions_, SIOCGIFMTU, &about) != 0) return last_error();
    return static_cast<std::size_t>(about.ifr_mtu);
}

Result<HardwareAddress> Tap::hardware_address() const {
    ifreq about = request_for(name_);
    if (ioctl(questions_, SIOCGIFHWADDR, &about) != 0) return last_error();
    HardwareAddress address{};
    std::memcpy(address.data(), about.ifr_hwaddr.sa_data, address.size());
    address.front() |= kLocallyAdministered;
    address.back() ^= 1;
    return address;
}

} // namespace nwp::net
