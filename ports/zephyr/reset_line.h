// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <zephyr/drivers/gpio.h>

namespace nwp::zephyr {

/// Makes the line active for a millisecond. A line without a port is none, and nothing happens. It sleeps.
///   no_device   the port is not ready, or refuses the pin
Result<void> pulse(const gpio_dt_spec& line);

} // namespace nwp::zephyr
