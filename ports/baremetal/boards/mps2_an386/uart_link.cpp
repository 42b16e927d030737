// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/uart_link.h"

#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "ports/baremetal/boards/mps2_an386/registers.h"

extern "C" void uart1_receive_handler();
extern "C" void uart1_transmit_handler();

namespace nwp::mps2 {
namespace {

constexpr unsigned kNumber = 1;
constexpr std::size_t kFrameRoom = 512;
constexpr std::size_t kRingSize = 1024;

Uart& line() { return uart(kNumber); }

/// The line, whose interrupts are below.
class CmsdkUart final : public baremetal::Uart {
public:
    static void start() {
        line().divider = 16;
        line().control = mps2::Uart::kTransmit | mps2::Uart::kReceive | mps2::Uart::kTransmitInterrupt |
                         mps2::Uart::kReceiveInterrupt;
        enable_interrupt(2 * kNumber);
        enable_interrupt(2 * kNumber + 1);
    }

    void start_transmit() override {
        interrupts_off();
        uart1_transmit_handler();
        interrupts_on();
    }

    void resume_receive() override {
        interrupts_off();
        if ((line().state & mps2::Uart::kReceiveFull) != 0) uart1_receive_handler();
        interrupts_on();
    }
};

CmsdkUart the_uart;
baremetal::UartLinkStorage<kFrameRoom, kRingSize> storage;
baremetal::UartLink the_link{the_uart, storage};

} // namespace

link::Link& uart_link() {
    CmsdkUart::start();
    return the_link;
}

} // namespace nwp::mps2

/// The register tells of room for one byte; writing it makes the next interrupt.
void uart1_transmit_handler() {
    using namespace nwp::mps2;
    line().interrupt = Uart::kTransmitDone;
    while ((line().state & Uart::kTransmitFull) == 0) {
        const int byte = the_link.next_byte();
        if (byte == nwp::baremetal::UartLink::kNothing) return;
        line().data = static_cast<std::uint32_t>(byte);
    }
}

/// One byte is there. The interrupt is cleared first: the next byte, which may come as soon as the register
/// is read, then makes one of its own.
void uart1_receive_handler() {
    using namespace nwp::mps2;
    line().interrupt = Uart::kReceived;
    the_link.ring().take([] { return line().data; });
}
