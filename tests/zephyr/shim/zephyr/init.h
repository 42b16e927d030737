/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What runs at the start is called by the board (tests/zephyr/board.h). */

#include <zephyr/device.h>

#define SYS_INIT(function, level, priority) int (*const shim_at_start)(const struct device*) = (function)
