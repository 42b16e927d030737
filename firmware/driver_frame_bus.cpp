// SPDX-License-Identifier: Apache-2.0
#include "firmware/driver.h"
#include "link/frame_bus.h"
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"

namespace nwp::firmware {

Running start_driver(Bytes retained, const HostSettings& settings, const c::DatagramCalls* datagrams) {
    return start_driver_on<link::kBusFrameRoom>(mps2::board(), mps2::frame_bus_link(), retained, settings,
                                                datagrams);
}

} // namespace nwp::firmware
