// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/board_link.h"
#include "firmware/running.h"
#include "host/c/attach.h"
#include "host/c/datagram_calls.h"
#include "ports/baremetal/baremetal_port.h"

#include <new>

namespace nwp::firmware {

constexpr std::size_t kSockets = 8;         ///< unless the application says how many it needs
constexpr std::size_t kReceiveBytes = 2048; ///< each socket can hold so much unread
constexpr std::size_t kReorderSlots = 0;
constexpr std::size_t kAlpnNames = 2; ///< each socket can name so many

/// The driver and what it stands on, with the sizes of a microcontroller.
template <std::size_t Sockets, bool Datagrams>
class Driver {
public:
    Driver(baremetal::Board& board, link::Link& link, const HostSettings& settings,
           const c::DatagramCalls* datagrams)
        : port_(board), host_(port_, link, storage_.parts(), settings),
          attachment_(table_.attachment(host_, port_, numbers_, kReceiveBytes, datagrams, nullptr)) {
        port_.serve(host_);
        c::attach(attachment_);
    }

    Host& host() { return host_; }
    baremetal::BaremetalPort& port() { return port_; }

private:
    HostStorage<Sockets, kReceiveBytes, kFrameRoom, kTransmitSlots, kReorderSlots, Datagrams> storage_;
    c::SocketTable<Sockets, kAlpnNames, 4, 1> table_;
    c::OwnNumbers numbers_{Sockets};
    baremetal::BaremetalPort port_;
    Host host_;
    c::Attachment attachment_;
};

/// Starts the driver on the board's link to the network processor, once. Nothing here is ever destroyed: that
/// code is not in the image.
template <std::size_t Sockets, bool Datagrams>
Running start_driver_with(const HostSettings& settings, const c::DatagramCalls* datagrams) {
    using Made = Driver<Sockets, Datagrams>;
    alignas(Made) static Byte memory[sizeof(Made)];
    Made& driver = *new (memory) Made(mps2::board(), board_link(), settings, datagrams);
    driver.host().start();
    return {driver.host(), driver.port(), mps2::board()};
}

template <std::size_t Sockets = kSockets>
Running start_driver(const HostSettings& settings = {}) {
    return start_driver_with<Sockets, false>(settings, nullptr);
}

/// The same with UDP and DTLS, which cost RAM for each socket.
template <std::size_t Sockets = kSockets>
Running start_driver_with_datagrams(HostSettings settings = {}) {
    settings.datagrams = &Host::kDatagrams;
    return start_driver_with<Sockets, true>(settings, &c::kDatagramCalls);
}

} // namespace nwp::firmware
