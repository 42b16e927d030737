// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/baseline/ethernet.h"
#include "firmware/running.h"

namespace nwp::baseline::ethernet {

/// From now on ethernet.h is the packet socket of this driver, which start() opens. Once.
void use(const firmware::Running& running);

} // namespace nwp::baseline::ethernet
