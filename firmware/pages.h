// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/body.h"
#include "firmware/secured.h"

namespace nwp::firmware {

/// Pages of one host on their way at once: non-blocking sockets and one poll().
class Pages {
public:
    static constexpr std::size_t kMost = 4;

    Pages(const Running& running, const char* host) : running_(running), host_(host) {}
    ~Pages();
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;

    /// Begins to connect, by HTTPS. kDone, or the status to exit with; the line is printed. `path` must
    /// outlive this.
    int begin(const addrinfo& address, const char* path);

    /// Goes on until all have come, each of which prints a line, or one has failed: the status, its line is
    /// printed.
    int carry();

private:
    struct Page {
        const char* path = nullptr;
        int sock = -1;        ///< -1: it is over
        std::size_t sent = 0; ///< of the request
        bool asked = false;   ///< connected, and the request is sent whole
        Body body;
    };

    int ask(Page& page);
    int receive(Page& page);

    const Running& running_;
    const char* host_;
    Page pages_[kMost];
    std::size_t count_ = 0;
};

} // namespace nwp::firmware
