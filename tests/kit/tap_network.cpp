// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/tap_network.h"

#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <utility>

namespace nwp::kit {
namespace {

constexpr std::uint16_t kProtocolNumber = 0x88B5;

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

bool write_file(const char* name, const std::string& text) {
    std::ofstream file(name);
    file << text << std::flush;
    return file.good();
}

/// With and without the right to do so as the machine's root.
bool leave_network() {
    if (::unshare(CLONE_NEWNET) == 0) return true;
    const uid_t user = ::geteuid();
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
    return write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1\n");
}

ifreq request_for(const std::string& name) {
    ifreq request{};
    std::copy_n(name.begin(), std::min<std::size_t>(name.size(), IFNAMSIZ - 1), request.ifr_name);
    return request;
}

ifreq ask(const std::string& name, unsigned long what, const char* why,
          const std::function<void(ifreq&)>& prepare = {}) {
    ifreq request = request_for(name);
    if (prepare) prepare(request);
    const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool done = any >= 0 && ::ioctl(any, what, &request) == 0;
    if (any >= 0) ::close(any);
    if (!done) fail(why);
    return request;
}

void set_up_interface(const std::string& name, bool up) {
    const short flags = ask(name, SIOCGIFFLAGS, "flags").ifr_flags;
    ask(name, SIOCSIFFLAGS, "up", [&](ifreq& request) {
        request.ifr_flags = static_cast<short>(up ? flags | IFF_UP : flags & ~IFF_UP);
    });
}

/// Lasts without a process that holds it.
void make_tap(const std::string& name) {
    const int tap = ::open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (tap < 0) fail("/dev/net/tun");
    ifreq request = request_for(name);
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    const bool done = ::ioctl(tap, TUNSETIFF, &request) == 0 && ::ioctl(tap, TUNSETPERSIST, 1) == 0;
    ::close(tap);
    if (!done) fail("TAP");
}

} // namespace

std::optional<std::string> TapNetwork::enter() {
    static const std::optional<std::string> refused = []() -> std::optional<std::string> {
        if (::access("/dev/net/tun", R_OK | W_OK) != 0) return "there is no /dev/net/tun for this process";
        if (!leave_network()) return std::string("no network of its own: ") + std::strerror(errno);
        set_up_interface("lo", true);
        write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1\n");
        return std::nullopt;
    }();
    return refused;
}

TapNetwork::TapNetwork(std::string name) : name_(std::move(name)) {
    make_tap(name_);
    set_up(true);
    frames_ = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(kProtocolNumber));
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = htons(kProtocolNumber);
    place.sll_ifindex = static_cast<int>(::if_nametoindex(name_.c_str()));
    // A moment passes before the kernel's queue knows of a carrier, and until then it loses what is sent.
    const int past_queue = 1;
    ::setsockopt(frames_, SOL_PACKET, PACKET_QDISC_BYPASS, &past_queue, sizeof past_queue);
    if (frames_ < 0 || ::bind(frames_, reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0) {
        fail("AF_PACKET");
    }
}

TapNetwork::~TapNetwork() {
    ::close(frames_);
    try {
        remove();
    } catch (const std::runtime_error&) {
        // It ends with the process then.
    }
}

void TapNetwork::set_up(bool up) const { set_up_interface(name_, up); }

void TapNetwork::set_mtu(int bytes) const {
    ask(name_, SIOCSIFMTU, "MTU", [&](ifreq& request) { request.ifr_mtu = bytes; });
}

std::string TapNetwork::hardware_address() const {
    const ifreq answer = ask(name_, SIOCGIFHWADDR, "address");
    return {answer.ifr_hwaddr.sa_data, 6};
}

void TapNetwork::remove() {
    if (std::exchange(removed_, true)) return;
    struct {
        nlmsghdr head;
        ifinfomsg link;
    } request{};
    request.head.nlmsg_len = sizeof request;
    request.head.nlmsg_type = RTM_DELLINK;
    request.head.nlmsg_flags = NLM_F_REQUEST;
    request.link.ifi_index = static_cast<int>(::if_nametoindex(name_.c_str()));
    const int kernel = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    const bool asked = kernel >= 0 && ::send(kernel, &request, sizeof request, 0) > 0;
    if (kernel >= 0) ::close(kernel);
    if (!asked || ::if_nametoindex(name_.c_str()) != 0) fail("delete");
}

void TapNetwork::send(std::string_view frame) const {
    const ssize_t sent = ::send(frames_, frame.data(), frame.size(), 0);
    if (sent < 0 && errno != ENOBUFS) fail("send"); // a full queue loses frames, as on any Ethernet
}

std::string TapNetwork::receive() const {
    std::string frame(65536, '\0');
    ssize_t size = ::recv(frames_, frame.data(), frame.size(), 0);
    if (size < 0 && errno == ENETDOWN) size = ::recv(frames_, frame.data(), frame.size(), 0); // it was down
    if (size < 0) fail("recv");
    frame.resize(static_cast<std::size_t>(size));
    return frame;
}

bool TapNetwork::has_frame() const {
    pollfd one{frames_, POLLIN, 0};
    return ::poll(&one, 1, 0) == 1;
}

std::string frame_of(std::string_view to, std::string_view from, std::string_view content) {
    std::string frame{to};
    frame.append(from).append(TapNetwork::kProtocol).append(content);
    return frame;
}

} // namespace nwp::kit
