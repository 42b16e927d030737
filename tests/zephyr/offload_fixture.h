// SPDX-License-Identifier: Apache-2.0
#pragma once

// An application on the shim's Zephyr, in a board that a scripted network processor is plugged into.

#include "nwp/socket.h"

#include "tests/kit/scripted_nwp.h"
#include "tests/zephyr/board.h"
#include "zephyr/driver.h"
#include "zephyr/registration.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <thread>

namespace nwp {

namespace peer = kit::peer;
using shim::Processor;

/// The board is powered once: its driver is never destroyed. Each test plugs a network processor in.
struct Board {
    explicit Board(int line) {
        const Processor running;
        shim::plug_line(line);
        if (!shim::boot()) std::abort();
    }
};

/// Turns the board's power on, once, or plugs the line into it.
inline void plug_into_board(int line) {
    static bool powered = false;
    if (powered) {
        const Processor running;
        shim::plug_line(line);
    } else {
        static Board board{line};
        powered = true;
    }
}

/// With the processor held: until it is so.
template <typename Met>
void until(const Met& met) {
    while (!met()) {
        const shim::Idle idle;
        std::this_thread::yield();
    }
}

/// A network processor is plugged in.
class Powered : public ::testing::Test {
protected:
    Powered() { plug_into_board(nwp.take_host_end()); }

    // With the processor held.

    /// Until a session with this network processor, on its present line, is there.
    static void await_session() {
        const Host& host = zephyr::host();
        const std::uint32_t before = host.statistics().sessions;
        zephyr::host().restart(); // it would notice by itself, after seconds
        until([&] { return host.statistics().sessions != before && host.link_state() == LinkState::up; });
    }
    /// Another line, behind cut_line().
    void mend_line() {
        nwp.mend_line();
        shim::plug_line(nwp.take_host_end());
        await_session();
    }

    kit::ScriptedNwp nwp{false};
};

/// As it is when the test's own thread runs an application on the board.
class Offload : public Powered {
protected:
    Offload() {
        const Processor running;
        until([this] { return open_socket() >= 0; }); // the link is up
        shim::close(last_);
    }

    int open_socket(int protocol = 0) { return last_ = opennwp_socket(AF_INET, SOCK_STREAM, protocol); }
    static int connect_to(int fd, std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(0x0A4D0050); // 10.77.0.80
        return shim::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    int connected_to(std::uint16_t port) {
        const int fd = open_socket();
        EXPECT_GE(fd, 0) << strerror(errno);
        EXPECT_EQ(connect_to(fd, port), 0) << strerror(errno);
        return fd;
    }
    static std::string received(int fd, std::size_t size, int flags = 0) {
        std::string bytes(size, '\0');
        const ssize_t count = shim::recv(fd, bytes.data(), size, flags);
        bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return bytes;
    }
    void expect_echo(int fd, const std::string& sent) {
        ASSERT_EQ(shim::send(fd, sent.data(), sent.size(), 0), static_cast<ssize_t>(sent.size()));
        ASSERT_EQ(received(fd, sent.size(), MSG_WAITALL), sent);
    }
    /// One that comes while poll() waits, or just before.
    void expect_word_in_poll(int fd) {
        pollfd set{fd, POLLIN, 0};
        std::thread speaker{[&] { nwp.speak("word"); }};
        EXPECT_EQ(shim::poll(&set, 1, -1), 1);
        EXPECT_EQ(set.revents, POLLIN);
        {
            const shim::Idle idle;
            speaker.join();
        }
        EXPECT_EQ(received(fd, 4, MSG_WAITALL), "word");
    }

    int last_ = -1;
};

} // namespace nwp
