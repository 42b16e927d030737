// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "ports/baremetal/boards/mps2_an386/registers.h"
#include "ports/baremetal/cortex_m_board.h"

namespace nwp::mps2 {
namespace {

constexpr std::uint32_t kTicksPerMicrosecond = kClockHz / 1000000;

class Mps2Board final : public baremetal::CortexMBoard {
public:
    Mps2Board() {
        fpga_io().prescale = kTicksPerMicrosecond - 1;
        uart(0).divider = 16;
        uart(0).control = Uart::kTransmit;
        enable_interrupt(kTimer1);
    }

private:
    std::uint32_t microseconds() override { return fpga_io().counter; }

    void set_alarm(std::uint32_t microseconds) override {
        stop_alarm();
        timer(1).reload = timer(1).value = microseconds * kTicksPerMicrosecond;
        timer(1).control = Timer::kEnable | Timer::kInterrupt;
    }

    void stop_alarm() override {
        timer(1).control = 0;
        timer(1).interrupt = 1;
    }

    void put(char character) override {
        while ((uart(0).state & Uart::kTransmitFull) != 0) {
        }
        uart(0).data = static_cast<unsigned char>(character);
    }
};

Mps2Board the_board;

} // namespace

baremetal::Board& board() { return the_board; }

} // namespace nwp::mps2

extern "C" void timer1_handler() { nwp::mps2::the_board.on_alarm(); }
