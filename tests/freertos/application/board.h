// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/baremetal/board.h"
#include "ports/baremetal/uart_link.h"
#include "ports/freertos/freertos_port.h"

/// What the application has of the machine that it runs on: FreeRTOS's simulator, or an emulated board.
namespace nwp::freertos::application {

constexpr std::size_t kFrameRoom = 512;

/// Its console; write_line() alone.
baremetal::Board& console();

/// The line to the network processor. Its interrupts wake by `port` from begin_line() on.
baremetal::UartLink& line();
void begin_line(FreertosPort& port);

/// Ends with that status.
[[noreturn]] void finish(int status);

} // namespace nwp::freertos::application
