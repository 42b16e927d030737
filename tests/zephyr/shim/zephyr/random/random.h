// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

std::uint32_t sys_rand32_get();
