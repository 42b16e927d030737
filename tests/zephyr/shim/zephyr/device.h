/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A device is its configuration and whether it works. Of devicetree there is one node of the driver, whose
 * bus the board's file defines. */

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct device {
    const char* name;
    const void* config;
    bool ready;
};
inline static bool device_is_ready(const struct device* of) { return of->ready; }
const struct device* device_get_binding(const char* name);

#define BUILD_ASSERT(condition, words) _Static_assert(condition, words)
#define ARG_UNUSED(argument) (void)(argument)
#define DT_NUM_INST_STATUS_OKAY(compatible) 1
#define DT_INST_NODE_HAS_PROP(instance, property) 0
#define DT_INST_BUS(instance) shim_bus
#define DEVICE_DT_GET(node) (&(node))
extern const struct device shim_bus;

#ifdef __cplusplus
}
#endif
