// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/uart_link.h"

#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "ports/baremetal/boards/mps2_an386/registers.h"

namespace nwp::mps2 {
namespace {

constexpr unsigned kNumber = 1;
constexpr std::size_t kFrameRoom = 512;
constexpr std::size_t kRingSize = 1024;

class CmsdkUart final : public baremetal::Uart {
public:
    void start(baremetal::UartLink& link) {
        link_ = &link;
        uart(kNumber).divider = 16;
        uart(kNumber).control = kOn | mps2::Uart::kReceiveInterrupt;
        enable_interrupt(2 * kNumber);
        enable_interrupt(2 * kNumber + 1);
    }

    void start_transmit() override {
        interrupts_off();
        transmit();
        interrupts_on();
    }

    void resume_receive() override {
        interrupts_off();
        receive();
        interrupts_on();
    }

    /// The register tells of room for one byte; writing it makes the next interrupt.
    void transmit() {
        uart(kNumber).interrupt = mps2::Uart::kTransmitDone;
        while ((uart(kNumber).state & mps2::Uart::kTransmitFull) == 0) {
            const int byte = link_->next_byte();
            if (byte == baremetal::UartLink::kNothing) return;
            uart(kNumber).data = static_cast<std::uint32_t>(byte);
        }
    }

    /// The interrupt is cleared first: a byte that comes while the register is emptied then makes a new one.
    void receive() {
        uart(kNumber).interrupt = mps2::Uart::kReceived;
        while ((uart(kNumber).state & mps2::Uart::kReceiveFull) != 0 && link_->has_room()) {
            link_->on_byte(static_cast<Byte>(uart(kNumber).data));
        }
    }

private:
    static constexpr std::uint32_t kOn =
        mps2::Uart::kTransmit | mps2::Uart::kReceive | mps2::Uart::kTransmitInterrupt;

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

extern "C" void uart1_receive_handler() { nwp::mps2::the_uart.receive(); }
extern "C" void uart1_transmit_handler() { nwp::mps2::the_uart.transmit(); }
