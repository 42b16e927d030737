// SPDX-License-Identifier: Apache-2.0
// What lwIP asks of a compiler and a system.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
/// Deterministic: equal runs have equal counts. A product asks its random number generator.
uint32_t baseline_random(void);
#ifdef __cplusplus
}
#endif

#define LWIP_RAND() baseline_random()
#define LWIP_PLATFORM_DIAG(message)
#define LWIP_PLATFORM_ASSERT(message)
