// SPDX-License-Identifier: Apache-2.0
#include "firmware/pages.h"

#include "firmware/exit_status.h"

#include <cstring>

namespace nwp::firmware {

Pages::~Pages() {
    for (const Page& page : pages_) {
        if (page.sock >= 0) nwp_close(page.sock);
    }
}

int Pages::begin(const addrinfo& address, const char* path) {
    const int sock = open_secured(running_, host_, address, SOCK_NONBLOCK);
    if (sock < 0) return -sock;
    Page& page = pages_[count_++];
    page.path = path;
    page.sock = sock;
    if (nwp_connect(sock, address.ai_addr, address.ai_addrlen) == 0 || errno == EINPROGRESS) return kDone;
    return explain_refusal(running_, sock, host_, errno);
}

int Pages::carry() {
    for (;;) {
        pollfd set[kMost];
        std::size_t under_way = 0;
        for (std::size_t i = 0; i < kMost; ++i) { // poll() passes over a negative number
            set[i] = {pages_[i].sock, static_cast<short>(pages_[i].asked ? POLLIN : POLLOUT), 0};
            if (pages_[i].sock >= 0) ++under_way;
        }
        if (under_way == 0) return kDone;
        if (nwp_poll(set, kMost, -1) < 0)
            return failed(running_, kTransferFailed, "poll", std::strerror(errno));
        for (std::size_t i = 0; i < kMost; ++i) {
            if (set[i].revents == 0) continue;
            const int status = pages_[i].asked ? receive(pages_[i]) : ask(pages_[i]);
            if (status != kDone) return status;
        }
    }
}

/// Writable, or failed: the handshake is over.
int Pages::ask(Page& page) {
    int error = 0;
    socklen_t size = sizeof error;
    nwp_getsockopt(page.sock, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return explain_refusal(running_, page.sock, host_, error);
    const Line request =
        Line{}.add("GET ").add(page.path).add(" HTTP/1.0\r\nHost: ").add(host_).add("\r\n\r\n");
    const ssize_t sent = nwp_send(page.sock, request.text() + page.sent, request.size() - page.sent, 0);
    if (sent < 0 && errno != EAGAIN)
        return failed(running_, kTransferFailed, page.path, std::strerror(errno));
    if (sent > 0) page.sent += static_cast<std::size_t>(sent);
    page.asked = page.sent == request.size(); // else the line is full, and poll() tells when it is not
    return kDone;
}

/// Takes what is there.
int Pages::receive(Page& page) {
    static char buffer[512];
    const ssize_t size = nwp_recv(page.sock, buffer, sizeof buffer, 0);
    if (size > 0) {
        page.body.add(buffer, static_cast<std::size_t>(size));
        return kDone;
    }
    if (size < 0) {
        if (errno == EAGAIN) return kDone;
        return failed(running_, kTransferFailed, page.path, std::strerror(errno));
    }
    nwp_close(page.sock);
    page.sock = -1;
    running_.board.write_line(Line{}
                                  .add(page.path)
                                  .add(": ")
                                  .add_number(static_cast<std::uint32_t>(page.body.size()))
                                  .add(" bytes, hash ")
                                  .add_hex(page.body.hash())
                                  .text());
    return kDone;
}

} // namespace nwp::firmware
