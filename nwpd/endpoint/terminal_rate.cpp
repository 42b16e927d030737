// SPDX-License-Identifier: Apache-2.0
// Apart from the other terminal code: these headers and <termios.h> declare the same names.
#include "nwpd/endpoint/terminal_rate.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <sys/ioctl.h>

#include <cerrno>

namespace nwp::endpoint {
namespace {

bool set_rate(int descriptor, unsigned baud, unsigned long request) {
    termios2 settings{};
    if (::ioctl(descriptor, TCGETS2, &settings) != 0) return false;
    settings.c_cflag &= ~static_cast<tcflag_t>(CBAUD | CBAUD << IBSHIFT);
    settings.c_cflag |= static_cast<tcflag_t>(BOTHER | BOTHER << IBSHIFT);
    settings.c_ispeed = baud;
    settings.c_ospeed = baud;
    if (::ioctl(descriptor, request, &settings) != 0) return false;
    if (::ioctl(descriptor, TCGETS2, &settings) != 0) return false;
    errno = 0;
    const unsigned slack = baud / 100 * 3;
    return settings.c_ospeed >= baud - slack && settings.c_ospeed <= baud + slack;
}

} // namespace

bool set_terminal_rate(int descriptor, unsigned baud) { return set_rate(descriptor, baud, TCSETS2); }

bool set_terminal_rate_drained(int descriptor, unsigned baud) { return set_rate(descriptor, baud, TCSETSW2); }

unsigned terminal_rate(int descriptor) {
    termios2 settings{};
    return ::ioctl(descriptor, TCGETS2, &settings) == 0 ? settings.c_ospeed : 0;
}

int terminal_queue(int descriptor) {
    int bytes = 0;
    return ::ioctl(descriptor, TIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

} // namespace nwp::endpoint
