// SPDX-License-Identifier: Apache-2.0
#pragma once

// For tests of the socket calls: a scripted network processor and a host that the C interface uses.

#include "nwp/socket.h"
#include "ports/posix/posix_host.h"
#include "tests/kit/scripted_nwp.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace nwp::kit {

inline posix::HostSizes small_sizes() { return {4, 64 * 1024, 4096, 8, 0, 2}; }

class SocketWorld : public ::testing::Test {
protected:
    explicit SocketWorld(const posix::HostSizes& sizes = small_sizes()) : driver(settings(sizes)) {
        EXPECT_TRUE(driver.start_on(nwp.take_host_end()));
        EXPECT_TRUE(driver.host().await_link(driver.port().now() + seconds(10)));
        driver.attach();
    }

    static posix::PosixHostSettings settings(const posix::HostSizes& sizes) {
        posix::PosixHostSettings made;
        made.link = "unix:/a/line/that/is/handed/over";
        made.sizes = sizes;
        made.log_level = LogLevel::error;
        return made;
    }

    static sockaddr_in peer_on(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(0x0A4D0050); // 10.77.0.80
        return address;
    }
    static int connect_to(int socket, std::uint16_t port) {
        const sockaddr_in address = peer_on(port);
        return nwp_connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    static int open_socket(int protocol = 0, int flags = 0) {
        return nwp_socket(AF_INET, SOCK_STREAM | flags, protocol);
    }
    static int connected_to(std::uint16_t port, int protocol = 0) {
        const int socket = open_socket(protocol);
        EXPECT_GE(socket, 0) << strerror(errno);
        EXPECT_EQ(connect_to(socket, port), 0) << strerror(errno);
        return socket;
    }
    /// Events that poll() tells at once, or within the time.
    static int events(int socket, short wanted, int timeout_ms = 0) {
        pollfd entry{socket, wanted, 0};
        return nwp_poll(&entry, 1, timeout_ms) < 0 ? -1 : entry.revents;
    }
    static std::string received(int socket, std::size_t size, int flags = 0) {
        std::string bytes(size, '\0');
        const ssize_t count = nwp_recv(socket, bytes.data(), size, flags);
        bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return bytes;
    }

    ScriptedNwp nwp;
    posix::PosixHost driver;
};

} // namespace nwp::kit
