// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/host.h"
#include "ports/baremetal/board.h"

namespace nwp::firmware {

/// What the application has; it never ends.
struct Running {
    Host& host;
    Port& port;
    baremetal::Board& board;
};

} // namespace nwp::firmware
