// SPDX-License-Identifier: Apache-2.0
// Threads, descriptors of both kinds, and the loss of the link.
#include "tests/kit/socket_world.h"
#include "tests/kit/temporary_folder.h"

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <future>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace nwp::posix {
namespace {

using Process = kit::SocketWorld;
namespace peer = kit::peer;

/// errno of a call that is to fail; 0 if it did not.
template <typename Call>
int error_of(Call&& call) {
    errno = 0;
    return call() < 0 ? errno : 0;
}

int error_of_recv(int socket) {
    char byte = 0;
    return error_of([&] { return nwp_recv(socket, &byte, 1, 0); });
}

TEST_F(Process, sends_and_receives_on_one_socket_in_two_threads) {
    const int socket = connected_to(peer::echoes);
    std::string sent;
    for (std::size_t i = 0; i < 4 * kit::ScriptedNwp::kWindow; ++i) sent += static_cast<char>(i % 251);
    std::thread sender{[&] {
        EXPECT_EQ(nwp_send(socket, sent.data(), sent.size(), 0), static_cast<ssize_t>(sent.size()));
        EXPECT_EQ(nwp_shutdown(socket, SHUT_WR), 0);
    }};
    std::string received;
    char buffer[7000];
    ssize_t size = 0;
    while ((size = nwp_recv(socket, buffer, sizeof buffer, 0)) > 0)
        received.append(buffer, static_cast<std::size_t>(size));
    sender.join();
    EXPECT_EQ(size, 0);
    EXPECT_TRUE(received == sent);
    nwp_close(socket);
}

TEST_F(Process, sends_while_another_thread_waits_in_recv) {
    const int socket = connected_to(peer::echoes);
    auto answer = std::async(std::launch::async, [&] { return received(socket, 5, MSG_WAITALL); });
    for (const char* const letter : {"h", "e", "l", "l", "o"}) ASSERT_EQ(nwp_send(socket, letter, 1, 0), 1);
    EXPECT_EQ(answer.get(), "hello");
    nwp_close(socket);
}

TEST_F(Process, ends_other_threads_waits_on_a_socket_that_it_closes) {
    const int socket = connected_to(peer::echoes);
    auto reading = std::async(std::launch::async, [&] { return error_of_recv(socket); });
    auto polling = std::async(std::launch::async, [&] { return events(socket, POLLIN, -1); });
    EXPECT_EQ(events(socket, POLLIN, 50), 0); // most likely both wait by now; either way they must end
    ASSERT_EQ(nwp_close(socket), 0);
    EXPECT_EQ(reading.get(), EBADF);
    EXPECT_EQ(polling.get(), POLLNVAL);
}

TEST_F(Process, closes_a_socket_once_however_many_threads_try) {
    for (int round = 0; round < 50; ++round) {
        int socket = -1;
        while ((socket = open_socket()) < 0) ASSERT_EQ(errno, EMFILE);
        std::atomic<int> closed{0};
        std::thread other{[&] { closed += nwp_close(socket) == 0; }};
        closed += nwp_close(socket) == 0;
        other.join();
        ASSERT_EQ(closed, 1);
    }
}

struct Pipe {
    Pipe() { EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0); }
    ~Pipe() {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void write() const { EXPECT_EQ(::write(ends[1], "x", 1), 1); }
    int ends[2];
};

TEST_F(Process, polls_sockets_and_kernel_descriptors_together) {
    const Pipe pipe;
    const int socket = connected_to(peer::speaks_later);
    pollfd set[] = {{pipe.ends[0], POLLIN, 0}, {-1, POLLIN, 77}, {socket, POLLIN, 0}};
    EXPECT_EQ(nwp_poll(set, 3, 0), 0);
    EXPECT_EQ(nwp_poll(set, 3, 10), 0);
    EXPECT_EQ(set[1].revents, 0);

    auto polled = std::async(std::launch::async, [&] { return nwp_poll(set, 3, -1); });
    nwp.speak("now");
    EXPECT_EQ(polled.get(), 1);
    EXPECT_EQ(set[2].revents, POLLIN);
    EXPECT_EQ(received(socket, 3, MSG_WAITALL), "now");

    polled = std::async(std::launch::async, [&] { return nwp_poll(set, 3, -1); });
    pipe.write();
    EXPECT_EQ(polled.get(), 1);
    EXPECT_EQ(set[0].revents, POLLIN);
    EXPECT_EQ(set[2].revents, 0);

    nwp.speak("again");
    ASSERT_EQ(events(socket, POLLIN, 5000), POLLIN);
    EXPECT_EQ(nwp_poll(set, 3, -1), 2);

    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(pipe.ends[0], &readable);
    FD_SET(socket, &readable);
    EXPECT_EQ(nwp_select(std::max(pipe.ends[0], socket) + 1, &readable, nullptr, nullptr, nullptr), 2);
    nwp_close(socket);
}

TEST_F(Process, reserves_numbers_on_which_the_kernel_does_nothing) {
    const int socket = connected_to(peer::greets);
    ASSERT_EQ(events(socket, POLLIN, 5000) & POLLIN, POLLIN);
    char byte = 0;
    EXPECT_EQ(error_of([&] { return ::read(socket, &byte, 1); }), EBADF);
    EXPECT_EQ(error_of([&] { return ::write(socket, &byte, 1); }), EBADF);
    EXPECT_EQ(error_of([&] { return ::recv(socket, &byte, 1, 0); }), EBADF);
    const int copy = ::dup(socket);
    EXPECT_EQ(error_of_recv(copy), EBADF);
    ::close(copy);
    EXPECT_EQ(received(socket, 5, MSG_WAITALL), "hello");
    nwp_close(socket);
    EXPECT_EQ(error_of([&] { return ::fcntl(socket, F_GETFD); }), EBADF);
}

TEST_F(Process, lets_a_signal_end_a_wait) {
    struct sigaction action {};
    struct sigaction before {};
    action.sa_handler = [](int) {};
    ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
    const int socket = connected_to(peer::echoes);
    std::atomic<bool> ended{false};
    int error = 0;
    std::thread waiting{[&] {
        error = error_of_recv(socket);
        ended = true;
    }};
    while (!ended) {
        ::pthread_kill(waiting.native_handle(), SIGUSR1); // the first ones may come before it sleeps
        std::this_thread::yield();
    }
    waiting.join();
    EXPECT_EQ(error, EINTR);
    nwp_close(socket);
    ::sigaction(SIGUSR1, &before, nullptr);
}

// ---- The link is lost -------------------------------------------------------------------------------------

TEST_F(Process, tells_everybody_who_waits_when_the_link_is_cut) {
    const int reading = connected_to(peer::echoes);
    const int polling = connected_to(peer::echoes);
    const int connecting = open_socket();
    auto read = std::async(std::launch::async, [&] { return error_of_recv(reading); });
    auto polled = std::async(std::launch::async, [&] { return events(polling, POLLIN, -1); });
    auto connected = std::async(
        std::launch::async, [&] { return error_of([&] { return connect_to(connecting, peer::silent); }); });
    while (nwp.messages() < 6) std::this_thread::yield(); // three sockets, three connects
    nwp.cut_line();
    EXPECT_EQ(read.get(), ECONNABORTED);
    EXPECT_EQ(polled.get(), POLLERR | POLLHUP);
    EXPECT_EQ(connected.get(), ECONNABORTED);

    EXPECT_EQ(error_of([&] { return open_socket(); }), ENETDOWN);
    EXPECT_EQ(error_of_recv(reading), ECONNABORTED);
    EXPECT_EQ(error_of([&] { return nwp_send(reading, "x", 1, 0); }), ECONNABORTED);
    EXPECT_EQ(nwp_close(reading), 0);
    EXPECT_EQ(nwp_close(polling), 0);
    EXPECT_EQ(nwp_close(connecting), 0);
}

TEST_F(Process, notices_a_dead_processor_within_five_seconds) {
    const int socket = connected_to(peer::echoes);
    nwp.freeze(true);
    const Instant before = driver.port().now();
    EXPECT_EQ(error_of_recv(socket), ECONNABORTED);
    EXPECT_LE(driver.port().now() - before, seconds(5));
    nwp.freeze(false);
    nwp_close(socket);
}

TEST_F(Process, can_stop_and_start_on_another_line) {
    const int old = connected_to(peer::echoes);
    driver.stop();
    EXPECT_EQ(error_of_recv(old), ECONNABORTED);
    nwp.mend_line();
    ASSERT_TRUE(driver.start_on(nwp.take_host_end()));
    ASSERT_TRUE(driver.host().await_link(driver.port().now() + seconds(10)));
    EXPECT_EQ(error_of_recv(old), ECONNABORTED) << "its link is gone for good";
    nwp_close(old);
    const int fresh = connected_to(peer::greets);
    EXPECT_EQ(received(fresh, 5, MSG_WAITALL), "hello");
    nwp_close(fresh);
}

// ---- The link by its name ---------------------------------------------------------------------------------

class Listener {
public:
    explicit Listener(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(fd_, 4), 0);
    }
    ~Listener() { ::close(fd_); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    int accept() const { return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }

private:
    int fd_;
};

TEST(PosixHost, opens_its_link_again_when_it_comes_back) {
    const kit::TemporaryFolder folder;
    const std::string path = (folder.path() / "nwp.sock").string();
    PosixHostSettings settings;
    settings.link = "unix:" + path;
    settings.log_level = LogLevel::error;
    PosixHost driver{settings};
    EXPECT_EQ(driver.start().error(), Error::not_found);

    kit::ScriptedNwp nwp;
    const Listener listener{path};
    for (int round = 0; round < 2; ++round) {
        nwp.plug_in(listener.accept()); // the host has tried again
        ASSERT_TRUE(driver.host().await_link(driver.port().now() + seconds(10))) << round;
        nwp.cut_line();
    }
}

TEST(PosixHost, refuses_a_link_that_is_none) {
    for (const char* const link :
         {"", "unix:", "tty:", "serial:/dev/null", "tty:/dev/null:fast", "tty:/dev/null:7"}) {
        PosixHostSettings settings;
        settings.link = link;
        PosixHost driver{settings};
        EXPECT_EQ(driver.start().error(), Error::invalid_argument) << link;
    }
}

TEST(PosixHost, keeps_its_token_in_a_file) {
    const kit::TemporaryFolder folder;
    const std::string path = (folder.path() / "nwp.sock").string();
    const std::string token_file = (folder.path() / "token").string();
    const Listener listener{path};
    kit::ScriptedNwp nwp;
    for (const bool expected : {false, true}) {
        PosixHostSettings settings;
        settings.link = "unix:" + path;
        settings.token_file = token_file;
        PosixHost driver{settings};
        ASSERT_TRUE(driver.start());
        nwp.plug_in(listener.accept());
        ASSERT_TRUE(driver.host().await_link(driver.port().now() + seconds(10)));
        EXPECT_EQ(nwp.last_hello_had_token(), expected);
    }
}

} // namespace
} // namespace nwp::posix
