// SPDX-License-Identifier: Apache-2.0
//
// Several tasks of FreeRTOS at one driver, each way of waiting once. The command line:
//
//   freertos|HOST|PORT|SSID|PASSPHRASE|PATH
//
// Each step prints a line; firmware/exit_status.h has the statuses.
#include "firmware/exit_status.h"
#include "firmware/pages.h"
#include "ports/freertos/driver.h"
#include "tests/freertos/application/board.h"

#include <cstring>

namespace {

using namespace nwp;
using namespace nwp::firmware;
namespace board = nwp::freertos::application;

struct AppSizes : freertos::Sizes {
    static constexpr std::size_t kFrameRoom = board::kFrameRoom;
    static constexpr std::size_t kStackBytes = APPLICATION_STACK;
};

void write_driver_line(void*, LogLevel level, const char* text) {
    if (level != LogLevel::information) board::console().write_line(text);
}

freertos::Driver<AppSizes>& driver =
    freertos::Driver<AppSizes>::make(board::line(), {}, {&write_driver_line, nullptr});
const Running running{driver.host(), driver.port(), board::console()};
const Words words;

/// A task that does one thing and tells when it is over; it can be given another.
class Worker {
public:
    using Work = void (*)(Worker& self);

    void begin(UBaseType_t priority) {
        xTaskCreateStatic(&Worker::run, "worker", sizeof stack_ / sizeof stack_[0], this, priority, stack_,
                          &task_);
    }
    void give(Work work, int socket = -1) {
        work_ = work;
        sock = socket;
        xSemaphoreGive(started_);
    }
    void await() { xSemaphoreTake(over_, portMAX_DELAY); }

    int sock = -1;
    int status = kDone;
    Body body;

private:
    [[noreturn]] static void run(void* argument) {
        auto& self = *static_cast<Worker*>(argument);
        for (;;) {
            xSemaphoreTake(self.started_, portMAX_DELAY);
            self.body = {};
            self.work_(self);
            xSemaphoreGive(self.over_);
        }
    }

    Work work_ = nullptr;
    StaticSemaphore_t memory_[2];
    SemaphoreHandle_t started_ = xSemaphoreCreateBinaryStatic(&memory_[0]);
    SemaphoreHandle_t over_ = xSemaphoreCreateBinaryStatic(&memory_[1]);
    StaticTask_t task_;
    alignas(8) StackType_t stack_[APPLICATION_STACK / sizeof(StackType_t)];
};

Worker workers[2];

void require(bool met, const char* what) {
    if (!met) board::finish(failed(running, kTransferFailed, what, std::strerror(errno)));
}

void ask(int sock) {
    const Line request =
        Line{}.add("GET ").add(words[5]).add(" HTTP/1.0\r\nHost: ").add(words[1]).add("\r\n\r\n");
    require(send_all(sock, request.text(), request.size()) == 0, "send");
}

int secured() {
    const int sock = connect_secured(running, words[1], words[2]);
    if (sock < 0) board::finish(-sock);
    return sock;
}

void say(const char* who, const Body& body) {
    board::console().write_line(Line{}
                                    .add(who)
                                    .add(": ")
                                    .add_number(static_cast<std::uint32_t>(body.size()))
                                    .add(" bytes, hash ")
                                    .add_hex(body.hash())
                                    .text());
}

/// All that comes, until the peer ends; status is kTransferFailed where it was not an end.
void receive(Worker& self) {
    char buffer[256];
    ssize_t size = 0;
    while ((size = nwp_recv(self.sock, buffer, sizeof buffer, 0)) > 0)
        self.body.add(buffer, static_cast<std::size_t>(size));
    self.status = size == 0 ? kDone : kTransferFailed;
}

void get(Worker& self) {
    self.sock = secured();
    ask(self.sock);
    receive(self);
    nwp_close(self.sock);
}

/// Two tasks, a socket and a handshake each, at once.
void get_side_by_side() {
    for (Worker& worker : workers) worker.give(&get);
    for (Worker& worker : workers) {
        worker.await();
        require(worker.status == kDone, "side by side");
        say("side by side", worker.body);
    }
}

/// One task waits in recv() while another sends.
void share_a_socket() {
    const int sock = secured();
    workers[0].give(&receive, sock);
    vTaskDelay(pdMS_TO_TICKS(20)); // most likely it waits by now; if not, nothing else is to be seen
    ask(sock);
    workers[0].await();
    require(workers[0].status == kDone, "shared");
    say("shared", workers[0].body);
    nwp_close(sock);
}

void close_while_another_waits() {
    const int sock = secured();
    workers[0].give(&receive, sock);
    vTaskDelay(pdMS_TO_TICKS(20));
    require(nwp_close(sock) == 0, "close");
    workers[0].await();
    board::console().write_line(workers[0].status == kDone ? "closed: end" : "closed: error");
}

void give_up_in_time() {
    const int sock = secured();
    const timeval limit{0, 50000};
    require(nwp_setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0, "SO_RCVTIMEO");
    const Instant before = driver.port().now();
    char byte = 0;
    require(nwp_recv(sock, &byte, 1, 0) < 0 && errno == EAGAIN, "recv with a limit");
    require(driver.port().now() - before >= milliseconds(50), "the limit came early");
    require(nwp_recv(sock, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN, "recv that does not wait");
    pollfd set{sock, POLLIN, 0};
    require(nwp_poll(&set, 1, 20) == 0, "poll with a limit");
    board::console().write_line("gave up in time");
    nwp_close(sock);
}

/// Non-blocking sockets and one poll(), while the other two tasks wait in calls of their own.
void poll_beside_others() {
    for (Worker& worker : workers) worker.give(&get);
    addrinfo* const address = resolve(running, words[1], words[2], SOCK_STREAM);
    if (address == nullptr) board::finish(kUnresolved);
    Pages pages{running, words[1]};
    for (int i = 0; i < 2; ++i) {
        const int status = pages.begin(*address, words[5]);
        if (status != kDone) board::finish(status);
    }
    nwp_freeaddrinfo(address);
    const int status = pages.carry();
    if (status != kDone) board::finish(status);
    for (Worker& worker : workers) {
        worker.await();
        require(worker.status == kDone, "beside poll");
        say("beside poll", worker.body);
    }
}

[[noreturn]] void run(void*) {
    if (words.size() < 6)
        board::finish(failed(running, kBadArguments, "usage", "freertos|HOST|PORT|SSID|PASSPHRASE|PATH"));
    const int unreachable = reach_network(running, words[3], words[4]);
    if (unreachable != kDone) board::finish(unreachable);
    for (Worker& worker : workers) worker.begin(1);
    get_side_by_side();
    share_a_socket();
    close_while_another_waits();
    give_up_in_time();
    poll_beside_others();
    board::finish(kDone);
}

StaticTask_t main_task;
alignas(8) StackType_t main_stack[APPLICATION_STACK / sizeof(StackType_t)];

} // namespace

int main() {
    board::begin_line(driver.port());
    driver.begin(3);
    xTaskCreateStatic(&run, "main", sizeof main_stack / sizeof main_stack[0], nullptr, 2, main_stack,
                      &main_task);
    vTaskStartScheduler();
    return 1; // it does not come back
}
