// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Where 3.7 declares sys_rand32_get().
#include <zephyr/random/random.h>
