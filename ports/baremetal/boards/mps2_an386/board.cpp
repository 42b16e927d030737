// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "ports/baremetal/boards/mps2_an386/registers.h"

namespace nwp::mps2 {
namespace {

constexpr std::uint32_t kTicksPerMicrosecond = kClockHz / 1000000;
constexpr Duration kLongestSleep = seconds(100); // less than timer 1 can count

class Mps2Board final : public baremetal::Board {
public:
    void start() {
        fpga_io().prescale = kTicksPerMicrosecond - 1;
        uart(0).divider = 16;
        uart(0).control = Uart::kTransmit;
        enable_interrupt(kTimer1);
    }

    /// A counter of 32 bits, which this must read once in 71 minutes: a sleep is shorter.
    Instant now() override {
        const std::uint32_t low = fpga_io().counter;
        if (low < last_) ++high_;
        last_ = low;
        return Instant{static_cast<std::int64_t>((std::uint64_t{high_} << 32) | low)};
    }

    void sleep(Instant until, const std::atomic<bool>& woken) override {
        Duration time = until - now();
        if (time <= Duration{}) return;
        if (time > kLongestSleep) time = kLongestSleep;
        Timer& alarm = timer(1);
        alarm.control = 0;
        alarm.reload = alarm.value = static_cast<std::uint32_t>(time.microseconds()) * kTicksPerMicrosecond;
        alarm.interrupt = 1;
        alarm.control = Timer::kEnable | Timer::kInterrupt;
        rang_ = false;
        while (!rang_) {
            interrupts_off();
            if (!woken.load(std::memory_order_relaxed) && !rang_) wait_for_interrupt();
            interrupts_on();
            if (woken.load(std::memory_order_relaxed)) break;
        }
        alarm.control = 0;
    }

    void write_line(const char* text) override {
        while (*text != '\0') put(*text++);
        put('\n');
    }

    void ring() {
        timer(1).interrupt = 1;
        timer(1).control = 0;
        rang_ = true;
    }

private:
    static void put(char character) {
        while ((uart(0).state & Uart::kTransmitFull) != 0) {
        }
        uart(0).data = static_cast<unsigned char>(character);
    }

    std::uint32_t last_ = 0;
    std::uint32_t high_ = 0;
    volatile bool rang_ = false;
};

Mps2Board the_board;
bool started = false;

} // namespace

baremetal::Board& board() {
    if (!started) the_board.start();
    started = true;
    return the_board;
}

} // namespace nwp::mps2

extern "C" void timer1_handler() { nwp::mps2::the_board.ring(); }
