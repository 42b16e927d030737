// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/board_link.h"
#include "firmware/running.h"
#include "ports/baremetal/baremetal_port.h"

#include <new>

namespace nwp::firmware {

/// The driver without the BSD interface on top: nwp::Host alone, and what it stands on.
template <std::size_t Sockets, std::size_t ReceiveBytes>
class HostDriver {
public:
    HostDriver(baremetal::Board& board, link::Link& link, const HostSettings& settings)
        : port_(board), host_(port_, link, storage_.parts(), settings) {
        port_.serve(host_);
    }

    Host& host() { return host_; }
    baremetal::BaremetalPort& port() { return port_; }

private:
    HostStorage<Sockets, ReceiveBytes, kFrameRoom, kTransmitSlots, 0> storage_;
    baremetal::BaremetalPort port_;
    Host host_;
};

/// Makes it on the board's link to the network processor, once. Nothing here is ever destroyed: that code is
/// not in the image.
template <std::size_t Sockets, std::size_t ReceiveBytes>
Running make_host(const HostSettings& settings = {}) {
    using Made = HostDriver<Sockets, ReceiveBytes>;
    alignas(Made) static Byte memory[sizeof(Made)];
    Made& driver = *new (memory) Made(mps2::board(), board_link(), settings);
    return {driver.host(), driver.port(), mps2::board()};
}

/// The same, and starts it.
template <std::size_t Sockets, std::size_t ReceiveBytes>
Running start_host(const HostSettings& settings = {}) {
    const Running running = make_host<Sockets, ReceiveBytes>(settings);
    running.host.start();
    return running;
}

} // namespace nwp::firmware
