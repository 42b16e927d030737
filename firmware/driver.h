// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/running.h"
#include "host/c/attach.h"

#include <new>

namespace nwp::firmware {

constexpr std::size_t kSockets = 8;
constexpr std::size_t kReceiveBytes = 2048; ///< each socket can hold so much unread
constexpr std::size_t kTransmitSlots = 4;
constexpr std::size_t kReorderSlots = 0;
constexpr std::size_t kAlpnNames = 2; ///< each socket can name so many

/// The driver and what it stands on, with the sizes of a microcontroller.
template <std::size_t FrameRoom>
class Driver {
public:
    Driver(baremetal::Board& board, link::Link& link, const HostSettings& settings,
           const c::DatagramCalls* datagrams)
        : port_(board), host_(port_, link, storage_.parts(), settings),
          attachment_(table_.attachment(host_, port_, numbers_, kReceiveBytes, datagrams)) {
        port_.serve(host_);
        c::attach(attachment_);
    }

    Host& host() { return host_; }
    baremetal::BaremetalPort& port() { return port_; }

private:
    HostStorage<kSockets, kReceiveBytes, FrameRoom, kTransmitSlots, kReorderSlots> storage_;
    c::SocketTable<kSockets, kAlpnNames, 4, 1> table_;
    c::OwnNumbers numbers_{kSockets};
    baremetal::BaremetalPort port_;
    Host host_;
    c::Attachment attachment_;
};

/// Starts the driver on the board's link to the network processor, once. `retained`: kRetainedSize bytes that
/// outlive a reset. One for each link: driver_uart.cpp, driver_frame_bus.cpp.
Running start_driver(Bytes retained = {}, const HostSettings& settings = {},
                     const c::DatagramCalls* datagrams = nullptr);

/// The same with everything given. Nothing here is ever destroyed: that code is not in the image.
template <std::size_t FrameRoom>
Running start_driver_on(baremetal::Board& board, link::Link& link, Bytes retained,
                        const HostSettings& settings, const c::DatagramCalls* datagrams) {
    using Made = Driver<FrameRoom>;
    alignas(Made) static Byte memory[sizeof(Made)];
    Made& driver = *new (memory) Made(board, link, settings, datagrams);
    driver.host().start(retained);
    return {driver.host(), driver.port(), board};
}

} // namespace nwp::firmware
