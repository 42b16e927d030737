// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/terminal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

namespace nwp::endpoint {
namespace {

struct Speed {
    unsigned baud;
    speed_t code;
};

constexpr std::array kSpeeds = {
    Speed{9600, B9600},       Speed{19200, B19200},     Speed{38400, B38400},     Speed{57600, B57600},
    Speed{115200, B115200},   Speed{230400, B230400},   Speed{460800, B460800},   Speed{500000, B500000},
    Speed{921600, B921600},   Speed{1000000, B1000000}, Speed{1500000, B1500000}, Speed{2000000, B2000000},
    Speed{3000000, B3000000}, Speed{4000000, B4000000},
};

std::optional<speed_t> speed_code(unsigned baud) {
    for (const Speed& speed : kSpeeds) {
        if (speed.baud == baud) return speed.code;
    }
    return std::nullopt;
}

bool make_raw(int descriptor, std::optional<speed_t> speed, bool hardware_flow_control) {
    termios settings{};
    if (::tcgetattr(descriptor, &settings) != 0) return false;
    ::cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    if (hardware_flow_control)
        settings.c_cflag |= CRTSCTS;
    else
        settings.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS);
    if (speed && ::cfsetspeed(&settings, *speed) != 0) return false;
    return ::tcsetattr(descriptor, TCSANOW, &settings) == 0;
}

} // namespace

Opened open_terminal(const std::string& path, unsigned baud, bool hardware_flow_control) {
    const auto speed = speed_code(baud);
    if (!speed)
        return {-1, "baud " + std::to_string(baud) + " is no rate that Linux has; try 115200 or 921600"};
    const int descriptor = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return {-1, system_error("cannot open " + path)};
    if (!make_raw(descriptor, speed, hardware_flow_control)) {
        return failed(descriptor, system_error(path + " is no terminal that can be set up"));
    }
    return {descriptor, {}};
}

PseudoTerminal::PseudoTerminal(std::string path) : path_(std::move(path)) {}

PseudoTerminal::~PseudoTerminal() {
    if (host_end_ >= 0) ::close(host_end_);
    if (linked_) ::unlink(path_.c_str());
}

Opened PseudoTerminal::open() {
    const int ours = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (ours < 0) return {-1, system_error("cannot make a pseudo-terminal")};
    std::array<char, 128> name{};
    if (::grantpt(ours) != 0 || ::unlockpt(ours) != 0 || ::ptsname_r(ours, name.data(), name.size()) != 0) {
        return failed(ours, system_error("cannot make a pseudo-terminal"));
    }
    host_end_ = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (host_end_ < 0 || !make_raw(host_end_, std::nullopt, false)) {
        return failed(ours, system_error(std::string("cannot set up ") + name.data()));
    }
    struct stat there {};
    if (::lstat(path_.c_str(), &there) == 0) {
        if (!S_ISLNK(there.st_mode))
            return failed(ours, path_ + " exists and is no symbolic link; remove it");
        ::unlink(path_.c_str());
    }
    if (::symlink(name.data(), path_.c_str()) != 0) return failed(ours, system_error("cannot make " + path_));
    linked_ = true;
    return {ours, {}};
}

} // namespace nwp::endpoint
