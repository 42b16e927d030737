// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/modem_pin.h"

#include <linux/serial.h>
#include <sys/ioctl.h>

namespace nwp::endpoint {
namespace {

constexpr int kMostTries = 5; // a line that changes faster is none

int mask_of(PowerSign sign) {
    switch (sign) {
        case PowerSign::always: break;
        case PowerSign::dcd: return TIOCM_CAR;
        case PowerSign::dsr: return TIOCM_DSR;
        case PowerSign::cts: return TIOCM_CTS;
    }
    return 0;
}

int changes_of(const serial_icounter_struct& counters, PowerSign sign) {
    switch (sign) {
        case PowerSign::always: break;
        case PowerSign::dcd: return counters.dcd;
        case PowerSign::dsr: return counters.dsr;
        case PowerSign::cts: return counters.cts;
    }
    return 0;
}

/// 0 where the driver does not count.
std::uint32_t count_changes(int descriptor, PowerSign sign) {
    serial_icounter_struct counters{};
    if (::ioctl(descriptor, TIOCGICOUNT, &counters) != 0) return 0;
    return static_cast<std::uint32_t>(changes_of(counters, sign));
}

} // namespace

std::optional<ModemPin::State> TerminalPin::look() {
    State state;
    std::uint32_t before = 0;
    int tries = 0;
    do { // until nothing changed between level and count; some drivers count only when they are asked
        before = count_changes(descriptor_, sign_);
        int lines = 0;
        if (::ioctl(descriptor_, TIOCMGET, &lines) != 0) return std::nullopt;
        state.raised = (lines & mask_of(sign_)) != 0;
        state.changes = count_changes(descriptor_, sign_);
    } while (state.changes != before && ++tries < kMostTries);
    return state;
}

} // namespace nwp::endpoint
