// SPDX-License-Identifier: Apache-2.0
// The emulated board with FreeRTOS on it; the line is UART 1.
#include "tests/freertos/application/board.h"

#include "base/expect.h"
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "ports/baremetal/boards/mps2_an386/registers.h"
#include "ports/baremetal/semihosting.h"

extern "C" {
void uart1_receive_handler();
void uart1_transmit_handler();
}

namespace nwp::freertos::application {
namespace {

constexpr unsigned kReceiver = 2; ///< numbers of the interrupts
constexpr unsigned kTransmitter = 3;
constexpr std::uint8_t kPriority = 0x80; ///< the kernel may be called

mps2::Uart& registers() { return mps2::uart(1); }

void pend(unsigned interrupt) { mps2::block_at<mps2::Register>(0xE000E200) = 1U << interrupt; } // ISPR

void enable(unsigned interrupt) {
    mps2::block_at<volatile std::uint8_t>(0xE000E400 + interrupt) = kPriority; // IPR
    mps2::enable_interrupt(interrupt);
}

/// What a task asks of it begins in the interrupt itself.
class CmsdkUart final : public baremetal::Uart {
public:
    void start_transmit() override { pend(kTransmitter); }
    void resume_receive() override { pend(kReceiver); }
};

CmsdkUart uart;
baremetal::UartLinkStorage<kFrameRoom, 1024> storage;
FreertosPort* waking = nullptr;

} // namespace

baremetal::Board& console() { return mps2::board(); }

baremetal::UartLink& line() {
    static baremetal::UartLink link{uart, storage};
    return link;
}

void begin_line(FreertosPort& port) {
    using mps2::Uart;
    waking = &port;
    registers().divider = 16;
    registers().control =
        Uart::kTransmit | Uart::kReceive | Uart::kTransmitInterrupt | Uart::kReceiveInterrupt;
    enable(kReceiver);
    enable(kTransmitter);
}

void finish(int status) { semihosting::exit(status); }

} // namespace nwp::freertos::application

using namespace nwp; // the functions below are C's

void uart1_receive_handler() {
    using freertos::application::registers;
    BaseType_t woken = pdFALSE;
    {
        const freertos::Interrupt interrupt{*freertos::application::waking, woken};
        registers().interrupt = mps2::Uart::kReceived;
        if ((registers().state & mps2::Uart::kReceiveFull) != 0)
            freertos::application::line().ring().take([] { return registers().data; });
    }
    portYIELD_FROM_ISR(woken);
}

void uart1_transmit_handler() {
    using freertos::application::registers;
    BaseType_t woken = pdFALSE;
    {
        const freertos::Interrupt interrupt{*freertos::application::waking, woken};
        registers().interrupt = mps2::Uart::kTransmitDone;
        while ((registers().state & mps2::Uart::kTransmitFull) == 0) {
            const int byte = freertos::application::line().next_byte();
            if (byte == baremetal::UartLink::kNothing) break;
            registers().data = static_cast<std::uint32_t>(byte);
        }
    }
    portYIELD_FROM_ISR(woken);
}

extern "C" {

void vApplicationIdleHook() { cortex_m::wait_for_interrupt(); }

void application_failed() { nwp::panic(); }

void vApplicationStackOverflowHook(TaskHandle_t, char*) { nwp::panic(); }
}
