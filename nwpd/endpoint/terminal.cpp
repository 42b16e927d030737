// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/terminal.h"

#include "nwpd/endpoint/terminal_rate.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace nwp::endpoint {
namespace {

bool make_raw(int descriptor, bool hardware_flow_control) {
    termios settings{};
    if (::tcgetattr(descriptor, &settings) != 0) return false;
    ::cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    if (hardware_flow_control)
        settings.c_cflag |= CRTSCTS;
    else
        settings.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS);
    return ::tcsetattr(descriptor, TCSANOW, &settings) == 0;
}

} // namespace

Opened open_terminal(const std::string& path, unsigned baud, bool hardware_flow_control) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return {-1, system_error("cannot open " + path)};
    if (!make_raw(descriptor, hardware_flow_control)) {
        return failed(descriptor, system_error(path + " is no terminal that can be set up"));
    }
    if (!set_terminal_rate(descriptor, baud)) {
        return failed(descriptor, path + " cannot run at " + std::to_string(baud) +
                                      " bits a second; try 115200 or 921600");
    }
    return {descriptor, {}};
}

PseudoTerminal::PseudoTerminal(std::string path) : path_(std::move(path)) {}

PseudoTerminal::~PseudoTerminal() {
    if (host_end_ >= 0) ::close(host_end_);
    if (linked_) ::unlink(path_.c_str());
}

Opened PseudoTerminal::open() {
    Opened ours = make();
    if (ours.descriptor < 0) return ours;
    auto error = publish();
    return error.empty() ? ours : failed(ours.descriptor, std::move(error));
}

Opened PseudoTerminal::make() {
    const int ours = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (ours < 0) return {-1, system_error("cannot make a pseudo-terminal")};
    std::array<char, 128> name{};
    if (::grantpt(ours) != 0 || ::unlockpt(ours) != 0 || ::ptsname_r(ours, name.data(), name.size()) != 0) {
        return failed(ours, system_error("cannot make a pseudo-terminal"));
    }
    node_ = name.data();
    host_end_ = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (host_end_ < 0 || !make_raw(host_end_, false)) {
        return failed(ours, system_error("cannot set up " + node_));
    }
    return {ours, {}};
}

std::string PseudoTerminal::publish() {
    struct stat there {};
    if (::lstat(path_.c_str(), &there) == 0 && !S_ISLNK(there.st_mode))
        return path_ + " exists and is no symbolic link; remove it";
    // Never a moment without a link: a host may open it at any time.
    const std::string made = path_ + ".new";
    ::unlink(made.c_str());
    if (::symlink(node_.c_str(), made.c_str()) != 0) return system_error("cannot make " + made);
    if (::rename(made.c_str(), path_.c_str()) != 0) {
        auto error = system_error("cannot make " + path_);
        ::unlink(made.c_str());
        return error;
    }
    linked_ = true;
    return {};
}

void PseudoTerminal::drop_unread(int our_end) const {
    // In this order: what is on its way to the host's queue, then the queue.
    ::tcflush(our_end, TCOFLUSH);
    ::tcflush(host_end_, TCIFLUSH);
}

bool PseudoTerminal::has_host(int our_end) {
    ::close(host_end_);
    pollfd state{our_end, 0, 0};
    const bool alone = ::poll(&state, 1, 0) > 0 && (state.revents & POLLHUP) != 0;
    host_end_ = ::open(node_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    return !alone;
}

} // namespace nwp::endpoint
