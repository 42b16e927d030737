// SPDX-License-Identifier: Apache-2.0
// The port over a kernel of ours: what every port promises, and what FreeRTOS asks of it.
#include "ports/freertos/driver.h"

#include "nwp/socket.h"
#include "ports/baremetal/uart_link.h"
#include "tests/contract/port_contract.h"
#include "tests/freertos/kernel.h"

#include <gtest/gtest.h>

#include <string>

namespace nwp::contract {

struct Freertos {
    freertos::FreertosPort port;
};

INSTANTIATE_TYPED_TEST_SUITE_P(OnFreertos, PortContract, Freertos);

} // namespace nwp::contract

namespace nwp::freertos {
namespace {

constexpr std::uint64_t kRound = std::uint64_t{1} << 32; ///< ticks after which a TickType_t is 0 again

TEST(FreertosPort, time_goes_on_when_the_tick_counter_goes_round) {
    FreertosPort port;
    shim::set_ticks(3 * kRound - 20);
    const Instant before = port.now();
    EXPECT_LT(before, Instant{} + milliseconds(3 * kRound));
    Waiter waiter;
    {
        Lock lock{port};
        EXPECT_FALSE(port.wait(waiter, lock, before + milliseconds(50)));
    }
    EXPECT_GE(port.now(), before + milliseconds(50));
    EXPECT_GT(port.now(), Instant{} + milliseconds(3 * kRound));
    EXPECT_LT(port.now(), before + seconds(60));
}

TEST(FreertosPort, time_holds_for_a_hundred_thousand_years) {
    FreertosPort port;
    constexpr std::int64_t kRounds = 1'000'000;
    shim::set_ticks(kRounds * kRound);
    EXPECT_GE(port.now().microseconds() / 1000, kRounds * std::int64_t{kRound});
    EXPECT_LT(port.now().microseconds() / 1000, (kRounds + 1) * std::int64_t{kRound});
    shim::set_ticks(0);
}

TEST(FreertosPort, ticks_are_rounded_up_and_never_beyond_what_they_hold) {
    const Instant now{5'000'000};
    EXPECT_EQ(ticks_until(now, now), 0U);
    EXPECT_EQ(ticks_until(now, now + seconds(1)), 0U);
    EXPECT_EQ(ticks_until(now + microseconds(1), now), 1U);
    EXPECT_EQ(ticks_until(now + milliseconds(7), now), 7U);
    EXPECT_EQ(ticks_until(now + milliseconds(7) + microseconds(1), now), 8U);
    EXPECT_EQ(ticks_until(now + seconds(4'294'967), now), 4'294'967'000U);
    EXPECT_EQ(ticks_until(now + seconds(4'294'968), now), portMAX_DELAY - 1);
    EXPECT_EQ(ticks_until(Instant{INT64_MAX - 1}, Instant{}), portMAX_DELAY - 1);
    EXPECT_EQ(ticks_until(Instant::never(), now), portMAX_DELAY);
}

TEST(FreertosPort, each_line_reaches_its_writer) {
    struct Lines {
        void write(LogLevel level, const char* text) { last = std::to_string(int(level)) + text; }
        std::string last;
    } lines;
    FreertosPort port{FreertosPort::LineWriter::to<&Lines::write>(lines)};
    port.log(LogLevel::warning, "a line");
    EXPECT_EQ(lines.last, "1a line");
    FreertosPort silent;
    silent.log(LogLevel::error, "nobody hears it");
}

/// A semaphore on which a thread sleeps.
struct Sleeper {
    explicit Sleeper(FreertosPort& port) {
        waiter.native = semaphore;
        thread = std::thread([this, &port] { taken = port.take(semaphore, Instant::never()); });
        while (shim::sleepers(memory) == 0) std::this_thread::yield();
    }

    StaticSemaphore_t memory{};
    SemaphoreHandle_t semaphore = xSemaphoreCreateBinaryStatic(&memory);
    Waiter waiter;
    bool taken = false;
    std::thread thread;
};

TEST(FreertosPort, a_wake_in_an_interrupt_asks_for_the_woken_task) {
    FreertosPort port;
    Sleeper sleeper{port};
    BaseType_t woken = pdFALSE;
    {
        const shim::InInterrupt handler;
        const Interrupt interrupt{port, woken};
        port.wake(sleeper.waiter);
    }
    EXPECT_EQ(woken, pdTRUE);
    sleeper.thread.join();
    EXPECT_TRUE(sleeper.taken);
}

TEST(FreertosPort, a_wake_in_an_interrupt_for_nobody_asks_for_nothing) {
    FreertosPort port;
    StaticSemaphore_t memory;
    Waiter waiter;
    waiter.native = xSemaphoreCreateBinaryStatic(&memory);
    BaseType_t woken = pdFALSE;
    {
        const shim::InInterrupt handler;
        const Interrupt interrupt{port, woken};
        port.wake(waiter);
        port.wake(waiter);
    }
    EXPECT_EQ(woken, pdFALSE);
    EXPECT_TRUE(port.take(&memory, Instant{})); // and it is not lost
    EXPECT_FALSE(port.take(&memory, port.now() + milliseconds(5)));
}

TEST(FreertosPort, an_interrupt_amid_an_interrupt_leaves_the_first_its_own) {
    FreertosPort port;
    Sleeper sleeper{port};
    BaseType_t outer_woken = pdFALSE;
    BaseType_t inner_woken = pdFALSE;
    {
        const shim::InInterrupt handler;
        const Interrupt outer{port, outer_woken};
        { const Interrupt inner{port, inner_woken}; }
        port.wake(sleeper.waiter);
    }
    EXPECT_EQ(outer_woken, pdTRUE);
    EXPECT_EQ(inner_woken, pdFALSE);
    sleeper.thread.join();

    Sleeper again{port}; // behind it, a task's wake is a task's again: the kernel of ours refuses any other
    port.wake(again.waiter);
    again.thread.join();
    EXPECT_TRUE(again.taken);
}

/// A UART whose interrupts happen when the test says so.
class PlayedUart final : public baremetal::Uart {
public:
    void start_transmit() override { begun = true; }
    void resume_receive() override {}
    std::atomic<bool> begun{false};
};

TEST(DriverTask, sleeps_until_the_lines_interrupt_has_a_whole_frame) {
    PlayedUart uart;
    baremetal::UartLinkStorage<512, 1024> storage;
    baremetal::UartLink line{uart, storage};
    FreertosPort port;
    HostStorage<1, 512, 512, 4, 0, false> memory;
    Host host{port, line, memory.parts()};
    DriverTask task{port, host};
    host.start();
    std::thread driver([&task, &host] {
        while (host.statistics().session.stray == 0) task.turn();
    });
    const StaticSemaphore_t& work = *static_cast<SemaphoreHandle_t>(host.service_waiter().native);
    while (!uart.begun || shim::sleepers(work) == 0) std::this_thread::yield(); // it said hello

    const Byte content[] = {0xEE, 1, 2, 3, 4, 5, 6, 7}; // of no session: it shows in the counters
    Byte encoded[link::encoded_room(sizeof content)];
    const std::size_t size = link::encode_frame(content, encoded);
    BaseType_t woken = pdFALSE;
    const unsigned yields_before = shim::yields();
    for (std::size_t i = 0; i < size; ++i) {
        const shim::InInterrupt handler;
        {
            EXPECT_EQ(woken, pdFALSE) << "byte " << i;
            const Interrupt interrupt{port, woken};
            line.ring().take([&] { return encoded[i]; });
        }
        portYIELD_FROM_ISR(woken);
    }
    EXPECT_LE(shim::yields(), yields_before + 1); // none if its own time was over just then
    driver.join();
}

} // namespace
} // namespace nwp::freertos
