// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/unix_listener.h"

#include "nwpd/endpoint/seqpacket_carrier.h"

#include <grp.h>
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

std::string system_error(const std::string& what) { return what + ": " + std::strerror(errno); }

int make_socket() { return ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

/// Removes a socket that nobody listens on. Empty: the path is free.
std::string clear_path(const sockaddr_un& address) {
    struct stat there {};
    if (::lstat(address.sun_path, &there) != 0) return {};
    const std::string path = address.sun_path;
    if (!S_ISSOCK(there.st_mode)) return path + " exists and is no socket; remove it or choose another path";
    const int probe = make_socket();
    const int connected = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int reason = errno;
    ::close(probe);
    if (connected == 0 || reason == EAGAIN) return path + " is in use: is another nwpd running?";
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

Peer peer_of(int descriptor) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return {};
    return {credentials.uid};
}

} // namespace

UnixListener::UnixListener(boost::asio::io_context& context, std::string path, std::size_t frame_room,
                           OnCarrier on_carrier)
    : context_(context), path_(std::move(path)), frame_room_(frame_room), on_carrier_(std::move(on_carrier)),
      retry_(context) {}

UnixListener::~UnixListener() {
    if (watch_) ::unlink(path_.c_str());
}

std::string UnixListener::start() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) {
        return path_ + " is too long: a socket's path has at most " +
               std::to_string(sizeof address.sun_path - 1) + " bytes";
    }
    std::memcpy(address.sun_path, path_.c_str(), path_.size());
    if (auto error = clear_path(address); !error.empty()) return error;

    const int descriptor = make_socket();
    if (descriptor < 0) return system_error("cannot make a socket");
    const mode_t before = ::umask(static_cast<mode_t>(~kMode) & 0777U);
    const int bound = ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::umask(before);
    if (bound != 0 || ::listen(descriptor, kBacklog) != 0) {
        auto error = system_error("cannot listen at " + path_);
        ::close(descriptor);
        return error;
    }
    give_to_group(path_.c_str());
    watch_ = std::make_unique<DescriptorWatch>(context_, descriptor);
    watch_->set_wake(Callback<void()>::to<&UnixListener::accept_all>(*this));
    watch_->want_read();
    return {};
}

void UnixListener::accept_all() {
    while (true) {
        const int accepted = ::accept4(watch_->descriptor(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (accepted < 0) break;
        on_carrier_(std::make_unique<SeqpacketCarrier>(context_, accepted, frame_room_), peer_of(accepted));
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
