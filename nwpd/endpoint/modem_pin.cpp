// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/modem_pin.h"

#include <linux/serial.h>
#include <sys/ioctl.h>

namespace nwp::endpoint {
namespace {

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

} // namespace

std::optional<ModemPin::State> TerminalPin::look() {
    // The counters first: what happens in between shows as a change the next time.
    serial_icounter_struct counters{};
    State state;
    if (::ioctl(descriptor_, TIOCGICOUNT, &counters) == 0)
        state.changes = static_cast<std::uint32_t>(changes_of(counters, sign_));
    int lines = 0;
    if (::ioctl(descriptor_, TIOCMGET, &lines) != 0) return std::nullopt;
    state.raised = (lines & mask_of(sign_)) != 0;
    return state;
}

} // namespace nwp::endpoint
