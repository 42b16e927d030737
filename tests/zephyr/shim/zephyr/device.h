// SPDX-License-Identifier: Apache-2.0
#pragma once

// A device is its configuration and whether it works.

struct device {
    const char* name;
    const void* config;
    bool ready;
};
inline bool device_is_ready(const device* of) { return of->ready; }
const device* device_get_binding(const char* name);
