// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/baremetal/baremetal_port.h"

namespace nwp::firmware {

/// What the application has; it never ends.
struct Running {
    Host& host;
    baremetal::BaremetalPort& port;
    baremetal::Board& board;
};

} // namespace nwp::firmware
