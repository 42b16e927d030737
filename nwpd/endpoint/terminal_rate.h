// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nwp::endpoint {

/// Sets how many bits a second a terminal sends and receives; any number, not only those that termios(3) has
/// names for. False: it cannot (within 3 %, which is what a UART's receiver bears); errno says why, 0 when it
/// took another rate.
bool set_terminal_rate(int descriptor, unsigned baud);

/// The same when what was written has left. Waits for the rest of the transmitter's FIFO alone: only when
/// the driver's queue is empty.
bool set_terminal_rate_drained(int descriptor, unsigned baud);

/// Bits a second at which it sends; 0: it is no terminal.
unsigned terminal_rate(int descriptor);

/// Bytes in the driver's queue.
int terminal_queue(int descriptor);

} // namespace nwp::endpoint
