// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "ports/baremetal/boards/mps2_an386/registers.h"
#include "ports/baremetal/chips/lan9118.h"

namespace nwp::mps2 {
namespace {

baremetal::Lan9118 the_chip{ethernet()};

} // namespace

link::Link& frame_bus_link() {
    link::Link& link = the_chip.start(); // until then its interrupt has the wrong polarity
    enable_interrupt(kEthernet);
    return link;
}

} // namespace nwp::mps2

extern "C" void ethernet_handler() { nwp::mps2::the_chip.on_interrupt(); }
