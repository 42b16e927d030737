// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/listening_socket.h"

#include "nwpd/endpoint/loopback_address.h"

#include <grp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace nwp::endpoint {
namespace {

constexpr int kBacklog = 64;
constexpr mode_t kMode = 0660;
constexpr std::chrono::milliseconds kRetry{100};

int make_socket(int family, int type) { return ::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

/// Removes a socket that nobody listens on. Empty: the path is free.
std::string clear_path(const sockaddr_un& address, int type) {
    struct stat there {};
    if (::lstat(address.sun_path, &there) != 0) return {};
    const std::string path = address.sun_path;
    if (!S_ISSOCK(there.st_mode)) return path + " exists and is no socket; remove it or choose another path";
    const int probe = make_socket(AF_UNIX, type);
    const int connected = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int reason = errno;
    ::close(probe);
    // EPROTOTYPE: somebody listens there for connections of another type.
    if (connected == 0 || reason == EAGAIN || reason == EPROTOTYPE)
        return path + " is in use: is another nwpd running?";
    if (::unlink(address.sun_path) != 0) return system_error("cannot remove " + path);
    return {};
}

void give_to_group(const char* path) {
    group entry{};
    group* found = nullptr;
    char names[4096];
    if (::getgrnam_r("nwp", &entry, names, sizeof names, &found) != 0 || found == nullptr) return;
    // Not being allowed to is fine: the mode alone then decides who may connect.
    static_cast<void>(::chown(path, static_cast<uid_t>(-1), found->gr_gid) == 0);
}

Opened bind_path(const std::string& path, int type) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return {-1, path + " is too long: a socket's path has at most " +
                        std::to_string(sizeof address.sun_path - 1) + " bytes"};
    }
    std::memcpy(address.sun_path, path.c_str(), path.size());
    if (auto error = clear_path(address, type); !error.empty()) return {-1, std::move(error)};

    const int descriptor = make_socket(AF_UNIX, type);
    if (descriptor < 0) return {-1, system_error("cannot make a socket")};
    const mode_t before = ::umask(static_cast<mode_t>(~kMode) & 0777U);
    const int bound = ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::umask(before);
    if (bound != 0) return failed(descriptor, system_error("cannot listen at " + path));
    return {descriptor, {}};
}

/// The length of what was written; `address` has a family.
socklen_t write_sockaddr(const Address& address, sockaddr_storage& into) {
    if (address.family == Family::ipv4) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(into);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(address.port);
        std::memcpy(&v4.sin_addr, address.ip, sizeof v4.sin_addr);
        return sizeof v4;
    }
    auto& v6 = reinterpret_cast<sockaddr_in6&>(into);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    std::memcpy(&v6.sin6_addr, address.ip, sizeof v6.sin6_addr);
    return sizeof v6;
}

std::uint16_t port_of(int descriptor) {
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
    return ntohs(bound.ss_family == AF_INET ? reinterpret_cast<const sockaddr_in&>(bound).sin_port
                                            : reinterpret_cast<const sockaddr_in6&>(bound).sin6_port);
}

Opened bind_loopback(Address& address) {
    sockaddr_storage storage{};
    const socklen_t size = write_sockaddr(address, storage);
    const int descriptor = make_socket(storage.ss_family, SOCK_STREAM);
    if (descriptor < 0) return {-1, system_error("cannot make a socket")};
    // A daemon that begins again at once finds connections of its predecessor in TIME-WAIT (RFC 9293 3.6.1).
    const int on = 1;
    static_cast<void>(::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&storage), size) != 0)
        return failed(descriptor, system_error("cannot listen at " + text_of(address)));
    address.port = port_of(descriptor);
    return {descriptor, {}};
}

} // namespace

ListeningSocket::ListeningSocket(boost::asio::io_context& context, OnAccepted on_accepted)
    : context_(context), on_accepted_(std::move(on_accepted)), retry_(context) {}

ListeningSocket::~ListeningSocket() {
    if (!path_to_remove_.empty()) ::unlink(path_to_remove_.c_str());
}

std::string ListeningSocket::listen_at_path(const std::string& path, int type) {
    address_ = path;
    const Opened bound = bind_path(path, type);
    if (bound.descriptor >= 0) {
        path_to_remove_ = path;
        give_to_group(path.c_str());
    }
    return listen(bound);
}

std::string ListeningSocket::listen_on_loopback(const std::string& address) {
    LoopbackAddress parsed = loopback_address(address);
    if (!parsed.error.empty()) return parsed.error;
    const Opened bound = bind_loopback(parsed.address);
    address_ = text_of(parsed.address);
    return listen(bound);
}

std::string ListeningSocket::listen(const Opened& bound) {
    if (bound.descriptor < 0) return bound.error;
    if (::listen(bound.descriptor, kBacklog) != 0)
        return failed(bound.descriptor, system_error("cannot listen at " + address_)).error;
    watch_ = std::make_unique<DescriptorWatch>(context_, bound.descriptor);
    watch_->set_wake(Callback<void()>::to<&ListeningSocket::accept_all>(*this));
    watch_->want_read();
    return {};
}

void ListeningSocket::accept_all() {
    while (true) {
        const int accepted = ::accept4(watch_->descriptor(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (accepted < 0) break;
        on_accepted_(accepted);
    }
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return watch_->want_read();
    // Whoever waits goes on waiting, and the listener stays readable: asked again at once, it would keep us
    // busy.
    retry_.expires_after(kRetry);
    retry_.async_wait([this](boost::system::error_code error) {
        if (!error) accept_all();
    });
}

} // namespace nwp::endpoint
