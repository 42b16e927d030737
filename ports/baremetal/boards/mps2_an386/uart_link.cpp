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

class CmsdkUart final : public baremetal::Uart {
public:
    void start(baremetal::UartLink& link) {
        link_ = &link;
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

    /// The register tells of room for one byte; writing it makes the next interrupt.
    void transmit() {
        line().interrupt = mps2::Uart::kTransmitDone;
        while ((line().state & mps2::Uart::kTransmitFull) == 0) {
            const int byte = link_->next_byte();
            if (byte == baremetal::UartLink::kNothing) return;
            line().data = static_cast<std::uint32_t>(byte);
        }
    }

    /// One byte is there. The interrupt is cleared first: the next byte, which may come as soon as the
    /// register is read, then makes one of its own.
    void receive() {
        line().interrupt = mps2::Uart::kReceived;
        link_->take([] { return line().data; });
    }

private:
    baremetal::UartLink* link_ = nullptr;
};

CmsdkUart the_uart;
baremetal::UartLinkStorage<kFrameRoom, kRingSize> storage;
baremetal::UartLink the_link{the_uart, storage};

} // namespace

link::Link& uart_link() {
    the_uart.start(the_link);
    return the_link;
}

} // namespace nwp::mps2

void uart1_receive_handler() { nwp::mps2::the_uart.receive(); }
void uart1_transmit_handler() { nwp::mps2::the_uart.transmit(); }
