// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nwp::shim {

// Of the SPI bus; the processor is held.

struct SpiTraffic {
    unsigned exchanges = 0;
    unsigned damaged = 0;
    unsigned failed = 0;  ///< the controller said so
    unsigned to_fail = 0; ///< are still to fail
};
SpiTraffic spi_traffic();
/// One bit of so many exchanges with a frame is inverted, each way.
void damage_exchanges(unsigned count);
/// The controller refuses so many transfers.
void fail_transfers(unsigned count);

} // namespace nwp::shim
