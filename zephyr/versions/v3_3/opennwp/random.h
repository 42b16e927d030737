// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Where 3.3 declares sys_rand32_get().
#include <zephyr/random/rand32.h>
