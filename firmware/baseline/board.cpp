// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include <cerrno>
#include <cstring>
#include <sys/types.h>

namespace {

// CMSDK APB timer and UART, Arm DDI 0479D chapters 4.2 and 4.3; where they are: Arm DAI 0386.
struct Timer {
    volatile std::uint32_t control, value, reload, interrupt_clear;
};
struct Uart {
    volatile std::uint32_t data, state, control, interrupt, divider;
};
constexpr std::uintptr_t kClock = 0x40000000;
constexpr std::uintptr_t kAlarm = 0x40001000;
constexpr std::uintptr_t kConsole = 0x40004000;
constexpr std::uintptr_t kSetEnable = 0xE000E100;      // NVIC_ISER0, Armv7-M ARM B3.4
constexpr std::uintptr_t kClearPending = 0xE000E280;   // NVIC_ICPR0
constexpr std::uintptr_t kCoprocessors = 0xE000ED88;   // CPACR, Armv7-M ARM B3.2.20
constexpr std::uint32_t kTicksEachMillisecond = 25000; // both timers count at 25 MHz
constexpr std::uint32_t kAlarmInterrupt = 9;
constexpr std::uint32_t kTimerRuns = 1, kTimerInterrupts = 8;
constexpr std::uint32_t kUartTransmits = 1, kUartFull = 1;

template <typename Registers>
Registers& at(std::uintptr_t address) {
    return *reinterpret_cast<Registers*>(address);
}
volatile std::uint32_t& word_at(std::uintptr_t address) { return at<volatile std::uint32_t>(address); }

// Semihosting for AArch32, operations of its section 5.
constexpr std::uint32_t kGetCommandLine = 0x15, kExitExtended = 0x20, kApplicationExit = 0x20026;
std::uint32_t semihosting(std::uint32_t operation, void* parameters) {
    register std::uint32_t result asm("r0") = operation;
    register void* block asm("r1") = parameters;
    asm volatile("bkpt 0xab" : "+r"(result) : "r"(block) : "memory");
    return result;
}

char command_line[256];
std::uint32_t heap_end;

} // namespace

extern "C" {
extern std::uint32_t board_data_source[], board_data_begin[], board_data_end[], board_zero_begin[],
    board_zero_end[];
using Constructor = void (*)();
extern Constructor board_constructors_begin[], board_constructors_end[];
extern char board_heap_begin[], board_stack_end[];

int main();
void ethernet_interrupt() __attribute__((weak));

// What newlib's malloc() asks for. The stack is at the other end of 4 MiB.
void* _sbrk(ptrdiff_t growth) {
    char* const before = board_heap_begin + heap_end;
    heap_end += static_cast<std::uint32_t>(growth);
    return before;
}

[[noreturn]] void board_reset() {
    word_at(kCoprocessors) =
        word_at(kCoprocessors) | 0xFU << 20; // before anything that the FPU's registers carry
    asm volatile("dsb\n isb" ::: "memory");
    std::memcpy(board_data_begin, board_data_source,
                static_cast<std::size_t>(board_data_end - board_data_begin) * sizeof(std::uint32_t));
    std::memset(board_zero_begin, 0,
                static_cast<std::size_t>(board_zero_end - board_zero_begin) * sizeof(std::uint32_t));
    for (Constructor* each = board_constructors_begin; each != board_constructors_end; ++each) (*each)();

    at<Uart>(kConsole).divider = 16;
    at<Uart>(kConsole).control = kUartTransmits;
    at<Timer>(kClock).reload = UINT32_MAX;
    at<Timer>(kClock).value = UINT32_MAX;
    at<Timer>(kClock).control = kTimerRuns;
    word_at(kSetEnable) = 1U << kAlarmInterrupt;
    board::finish(main());
}

[[noreturn]] void board_fault() { board::fail(99, "fault"); }
void board_alarm() {
    at<Timer>(kAlarm).control = 0;
    at<Timer>(kAlarm).interrupt_clear = 1;
}

using Vector = void (*)();
[[gnu::section(".vectors"), gnu::used]] const Vector board_vectors[16 + 32] = {
    reinterpret_cast<Vector>(board_stack_end), board_reset, board_fault, board_fault, board_fault,
    board_fault, board_fault, nullptr, nullptr, nullptr, nullptr, board_fault, board_fault, nullptr,
    board_fault, board_fault,
    // external interrupts 0 to 7, 8, 9, 10 to 12, 13
    board_fault, board_fault, board_fault, board_fault, board_fault, board_fault, board_fault, board_fault,
    board_fault, board_alarm, board_fault, board_fault, board_fault, ethernet_interrupt};
}

namespace board {

std::uint32_t milliseconds() { return (UINT32_MAX - at<Timer>(kClock).value) / kTicksEachMillisecond; }

// Kept apart, so that what sleeps can be told from what works.
[[gnu::noinline]] void sleep(std::uint32_t limit_ms) {
    constexpr std::uint32_t kLongest = UINT32_MAX / kTicksEachMillisecond;
    if (limit_ms == 0) return;
    Timer& alarm = at<Timer>(kAlarm);
    alarm.control = 0;
    alarm.interrupt_clear = 1;
    word_at(kClearPending) = 1U << kAlarmInterrupt;
    const std::uint32_t ticks = (limit_ms < kLongest ? limit_ms : kLongest) * kTicksEachMillisecond;
    alarm.reload = ticks; // its handler stops it before it rings again
    alarm.value = ticks;
    alarm.control = kTimerRuns | kTimerInterrupts;
    asm volatile("wfi" ::: "memory");
}

void print(const char* text) {
    for (; *text != '\0'; ++text) {
        while ((at<Uart>(kConsole).state & kUartFull) != 0) {
        }
        at<Uart>(kConsole).data = static_cast<std::uint8_t>(*text);
    }
}

void print(std::uint32_t number) {
    char digits[11];
    char* first = digits + sizeof digits;
    *--first = '\0';
    do {
        *--first = static_cast<char>('0' + number % 10);
    } while ((number /= 10) != 0);
    print(first);
}

void print_hex(const std::uint8_t* bytes, std::size_t size) {
    constexpr const char* kDigits = "0123456789abcdef";
    for (std::size_t i = 0; i < size; ++i) {
        const char pair[] = {kDigits[bytes[i] >> 4], kDigits[bytes[i] & 15], '\0'};
        print(pair);
    }
}

void finish(int status) {
    std::uint32_t parameters[] = {kApplicationExit, static_cast<std::uint32_t>(status)};
    semihosting(kExitExtended, parameters);
    for (;;) {
    }
}

void fail(int status, const char* why, std::int32_t code) {
    print("error: ");
    print(why);
    if (code != 0) print(code < 0 ? " -" : " ");
    if (code != 0) print(static_cast<std::uint32_t>(code < 0 ? -code : code));
    print("\n");
    finish(status);
}

const char* word(std::size_t index) {
    static bool split;
    static std::size_t length;
    if (!split) {
        std::uint32_t parameters[] = {reinterpret_cast<std::uint32_t>(command_line), sizeof command_line};
        if (semihosting(kGetCommandLine, parameters) != 0) fail(2, "no command line");
        length = parameters[1];
        for (std::size_t i = 0; i < length; ++i) {
            if (command_line[i] == ' ') command_line[i] = '\0';
        }
        split = true;
    }
    const char* place = command_line;
    while (index-- > 0) {
        place += std::strlen(place) + 1;
        if (place >= command_line + length) fail(2, "words are missing on the command line");
    }
    return place;
}

std::uint16_t word_as_port(std::size_t index) {
    std::uint32_t port = 0;
    for (const char* digit = word(index); *digit != '\0'; ++digit) {
        if (*digit < '0' || *digit > '9' || port > 6553) fail(2, "no port number");
        port = port * 10 + static_cast<std::uint32_t>(*digit - '0');
    }
    return static_cast<std::uint16_t>(port);
}

std::uint32_t heap_peak() { return heap_end; }

} // namespace board
