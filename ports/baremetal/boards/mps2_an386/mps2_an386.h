// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/link.h"
#include "ports/baremetal/board.h"

/// Arm's MPS2 with Application Note 386 (a Cortex-M4F), as QEMU's machine mps2-an386 has it. UART 0 is the
/// console; the network processor is on UART 1 or behind the LAN9118.
namespace nwp::mps2 {

/// The clock and the console, which run before main().
baremetal::Board& board();

/// The network processor's link; its interrupts are on from then on. Only what is used is in the image.
link::Link& uart_link();
link::Link& frame_bus_link();

} // namespace nwp::mps2
