// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nwp::sweep {

/// A web server that somebody turns: each request gets `page` and the end of the stream. On 127.0.0.1.
class WebServer {
public:
    explicit WebServer(std::string page);
    ~WebServer();
    WebServer(const WebServer&) = delete;
    WebServer& operator=(const WebServer&) = delete;

    Address address() const { return address_; }
    /// Does what can be done without waiting; false when that was nothing.
    bool turn();
    /// Forgets those who are connected.
    void hang_up();

private:
    struct Connection {
        int descriptor = -1;
        std::string request;
        bool answered = false;
    };

    bool turn(Connection& connection);

    std::string page_;
    int listener_ = -1;
    Address address_;
    std::vector<Connection> connections_;
};

/// The kernel still moves something between sockets of this process: bytes, an end, a connection in the
/// making. Manual time must not go on before that is over.
bool loopback_is_busy();

} // namespace nwp::sweep
