// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/pseudo_terminal.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <system_error>
#include <termios.h>

namespace nwp::kit {
namespace {

void expect(bool success, const char* what) {
    if (!success) throw std::system_error(errno, std::generic_category(), what);
}

} // namespace

PseudoTerminal::PseudoTerminal() : controller_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) {
    const int fd = controller_.get();
    expect(fd >= 0 && ::grantpt(fd) == 0 && ::unlockpt(fd) == 0, "pseudo-terminal");
    std::array<char, 64> name{};
    expect(::ptsname_r(fd, name.data(), name.size()) == 0, "ptsname");
    path_ = name.data();

    terminal_.reset(::open(path_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    expect(terminal_.get() >= 0, path_.c_str());
    termios settings{};
    expect(::tcgetattr(terminal_.get(), &settings) == 0, "tcgetattr");
    ::cfmakeraw(&settings);
    expect(::tcsetattr(terminal_.get(), TCSANOW, &settings) == 0, "tcsetattr");
}

} // namespace nwp::kit
