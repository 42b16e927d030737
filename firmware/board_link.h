// SPDX-License-Identifier: Apache-2.0
#pragma once

// Each image is compiled for one link: board_link() is the board's, kFrameRoom its longest frame.
#ifdef NWP_LINK_FRAME_BUS
#include "firmware/links/frame_bus.h"
#else
#include "firmware/links/uart.h"
#endif
