// SPDX-License-Identifier: Apache-2.0
#include "firmware/driver.h"
#include "host/c/datagram_calls.h"
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"

namespace nwp::firmware {

Running start_driver(Bytes retained, const HostSettings& settings) {
    return start_driver_on<512, false>(mps2::board(), mps2::uart_link(), retained, settings, nullptr);
}

Running start_driver_with_datagrams(Bytes retained, HostSettings settings) {
    settings.datagrams = &Host::kDatagrams;
    return start_driver_on<512, true>(mps2::board(), mps2::uart_link(), retained, settings,
                                      &c::kDatagramCalls);
}

} // namespace nwp::firmware
