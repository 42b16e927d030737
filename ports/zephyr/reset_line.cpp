// SPDX-License-Identifier: Apache-2.0
#include "ports/zephyr/reset_line.h"

#include <zephyr/kernel.h>

namespace nwp::zephyr {

Result<void> pulse(const gpio_dt_spec& line) {
    if (line.port == nullptr) return {};
    if (!device_is_ready(line.port)) return Error::no_device;
    if (gpio_pin_configure_dt(&line, GPIO_OUTPUT_ACTIVE) < 0) return Error::no_device;
    k_sleep(K_MSEC(1));
    if (gpio_pin_set_dt(&line, 0) < 0) return Error::no_device;
    return {};
}

} // namespace nwp::zephyr
