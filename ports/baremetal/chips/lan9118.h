// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/baremetal/chips/lan9118_registers.h"
#include "ports/baremetal/frame_bus_link.h"

namespace nwp::baremetal {

/// The LAN9118 as a frame bus.
class Lan9118 final : private PacketBus {
public:
    explicit Lan9118(Lan9118Registers& chip) : chip_(chip) {}
    Lan9118(const Lan9118&) = delete;
    Lan9118& operator=(const Lan9118&) = delete;

    /// Resets the chip and says to the peer that we begin. Its interrupt is to be let through after that.
    link::Link& start();

    /// From the chip's interrupt.
    void on_interrupt();

private:
    bool send(ByteView head, ByteView rest) override;
    std::size_t receive(Bytes into) override;
    void write_mac(std::uint32_t number, std::uint32_t value);
    void write(ByteView bytes);

    Lan9118Registers& chip_;
    FrameBusLink link_{*this};
};

} // namespace nwp::baremetal
