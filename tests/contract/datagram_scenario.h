// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/contract/scenario.h"

#include <sys/time.h>

#include <algorithm>

namespace nwp::contract {

/// What scenarios of datagram sockets have in common.
class DatagramScenario : public Scenario {
protected:
    int make(int flags = 0) { return make_socket(SOCK_DGRAM | flags); }
    /// On a free port.
    int bound(int flags = 0) {
        const int socket = make(flags);
        EXPECT_EQ(bind_to(socket, at_any()), 0) << errno_text();
        return socket;
    }
    /// Connected to the peer, who knows it: `where` is it as the peer sees it.
    int known(DatagramPeer& peer, DatagramPeer::Got* where = nullptr) {
        const int socket = make();
        EXPECT_EQ(connect_to(socket, peer), 0) << errno_text();
        EXPECT_EQ(send(socket, "known"), 5) << errno_text();
        const DatagramPeer::Got got = peer.receive();
        EXPECT_EQ(got.bytes, "known");
        if (where != nullptr) *where = got;
        return socket;
    }
    ssize_t send_to(int socket, const sockaddr_in& to, std::string_view bytes, int flags = 0) {
        return call().sendto(socket, bytes.data(), bytes.size(), flags,
                             reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
    /// One datagram; waits.
    std::string take(int socket, std::size_t room = 65536, int flags = 0, sockaddr_in* from = nullptr) {
        std::string bytes(room, '\0');
        socklen_t length = sizeof *from;
        const ssize_t got =
            call().recvfrom(socket, bytes.data(), room, flags, reinterpret_cast<sockaddr*>(from),
                            from != nullptr ? &length : nullptr);
        EXPECT_GE(got, 0) << errno_text();
        bytes.resize(got < 0 ? 0 : std::min(static_cast<std::size_t>(got), room));
        return bytes;
    }
    void set(int socket, int level, int name, int value) {
        EXPECT_EQ(call().setsockopt(socket, level, name, &value, sizeof value), 0) << errno_text();
    }
    void limit_waiting(int socket, int milliseconds) {
        const timeval time{milliseconds / 1000, milliseconds % 1000 * 1000};
        EXPECT_EQ(call().setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time), 0);
    }
};

} // namespace nwp::contract
