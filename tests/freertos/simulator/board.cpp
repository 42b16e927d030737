// SPDX-License-Identifier: Apache-2.0
// FreeRTOS's own port for POSIX, in which the tick is a signal and only one task's thread runs. The line is a
// terminal that the tick looks at, without ever waiting: its hook is the UART's interrupt.
//
//   freertos_simulator TERMINAL WORDS
#include "tests/freertos/application/board.h"

#include "ports/baremetal/semihosting.h"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace nwp::freertos::application {
namespace {

const char* terminal = "";
const char* words = "";

/// Before any constructor that may want them: glibc gives main()'s arguments to these functions too.
void keep_arguments(int count, char** arguments, char**) {
    if (count > 1) terminal = arguments[1];
    if (count > 2) words = arguments[2];
}
[[gnu::section(".preinit_array"), gnu::used]] void (*const first)(int, char**, char**) = keep_arguments;

class Console final : public baremetal::Board {
public:
    Instant now() override { std::abort(); } // the port's clock is the application's
    void sleep(Instant, const std::atomic<bool>&) override { std::abort(); }
    void write_line(const char* text) override {
        taskENTER_CRITICAL(); // no tick interrupts the call
        if (::write(STDOUT_FILENO, text, std::strlen(text)) < 0 || ::write(STDOUT_FILENO, "\n", 1) < 0)
            _exit(1);
        taskEXIT_CRITICAL();
    }
};

class TerminalUart final : public baremetal::Uart {
public:
    void open() {
        fd_ = ::open(terminal, O_RDWR | O_NOCTTY | O_NONBLOCK);
        termios settings{};
        if (fd_ < 0 || ::tcgetattr(fd_, &settings) != 0) _exit(1);
        ::cfmakeraw(&settings);
        if (::tcsetattr(fd_, TCSANOW, &settings) != 0) _exit(1);
    }

    void start_transmit() override {} // the next tick sees it,
    void resume_receive() override {} // and that there is room

    void on_tick() const {
        for (Bytes room = line().room(); !room.empty(); room = line().room()) {
            const ssize_t came = ::read(fd_, room.data(), room.size());
            if (came <= 0) break;
            line().on_bytes(static_cast<std::size_t>(came));
        }
        for (ByteView unsent = line().unsent(); !unsent.empty(); unsent = line().unsent()) {
            const ssize_t taken = ::write(fd_, unsent.data(), unsent.size());
            if (taken <= 0) break;
            line().on_sent(static_cast<std::size_t>(taken));
        }
    }

private:
    int fd_ = -1;
};

Console the_console;
TerminalUart uart;
baremetal::UartLinkStorage<kFrameRoom, 1024> storage;
FreertosPort* waking = nullptr;

} // namespace

baremetal::Board& console() { return the_console; }

baremetal::UartLink& line() {
    static baremetal::UartLink link{uart, storage};
    return link;
}

void begin_line(FreertosPort& port) {
    uart.open();
    waking = &port;
}

void finish(int status) { _exit(status); }

} // namespace nwp::freertos::application

namespace nwp::semihosting {

bool command_line(char* into, std::size_t room) {
    std::strncpy(into, freertos::application::words, room - 1);
    into[room - 1] = '\0';
    return true;
}

} // namespace nwp::semihosting

extern "C" {

/// After a tick the kernel looks anyhow whether another task should run.
void vApplicationTickHook() {
    using namespace nwp::freertos;
    BaseType_t woken = pdFALSE;
    const Interrupt interrupt{*application::waking, woken};
    application::uart.on_tick();
}

void vApplicationIdleHook() { ::pause(); } // until the next tick
}
