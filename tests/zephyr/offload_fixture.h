// SPDX-License-Identifier: Apache-2.0
#pragma once

// An application on the shim's Zephyr, in a board that a scripted network processor is plugged into.

#include "nwp/socket.h"

#include "tests/kit/scripted_nwp.h"
#include "tests/zephyr/board.h"
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

/// As it is when the test's own thread runs an application on the board.
class Offload : public ::testing::Test {
protected:
    Offload() {
        const int line = nwp.take_host_end();
        static bool powered = false;
        if (powered) {
            const Processor running;
            shim::plug_line(line);
        } else {
            static Board board{line};
            powered = true;
        }
        const Processor running;
        while (open_socket() < 0) { // until the link is up
            const shim::Idle idle;
            std::this_thread::yield();
        }
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

    kit::ScriptedNwp nwp{false};
    int last_ = -1;
};

} // namespace nwp
