// SPDX-License-Identifier: Apache-2.0
//
// Gets a page by HTTPS and prints how long it was and its hash. The command line:
//
//   http_get|HOST|PORT|PATH[|SSID|PASSPHRASE[|HELD]]
//
// HELD sockets are opened before and kept, to see what happens when there are no more.
// The CA's certificate is in the network processor's store under the tag kCa (secured.h). exit_status.h has
// the statuses.
#include "firmware/body.h"
#include "firmware/driver.h"
#include "firmware/exit_status.h"
#include "firmware/secured.h"

#include <cstring>

namespace {

using nwp::firmware::Body;
using nwp::firmware::failed;
using nwp::firmware::Line;
using nwp::firmware::Running;

constexpr std::size_t kSockets = 2; // one for the page, and one to show what happens when there are no more

/// 0, or -1 with errno.
int receive(int sock, Body& body) {
    static char buffer[1024];
    for (;;) {
        const ssize_t size = nwp_recv(sock, buffer, sizeof buffer, 0);
        if (size <= 0) return static_cast<int>(size);
        body.add(buffer, static_cast<std::size_t>(size));
    }
}

/// As many as the digit says.
void hold_sockets(const char* digit) {
    for (int held = *digit == '\0' ? 0 : *digit - '0'; held > 0; --held) nwp_socket(AF_INET, SOCK_STREAM, 0);
}

} // namespace

int main() {
    const Running running = nwp::firmware::start_driver<kSockets>();
    const nwp::firmware::Words words;
    if (words.size() < 4) {
        return failed(running, nwp::firmware::kBadArguments, "usage",
                      "http_get|HOST|PORT|PATH[|SSID|PASSPHRASE[|HELD]]");
    }
    const int unreachable = nwp::firmware::reach_network(running, words[4], words[5]);
    if (unreachable != 0) return unreachable;

    hold_sockets(words[6]);
    const int sock = nwp::firmware::connect_secured(running, words[1], words[2]);
    if (sock < 0) return -sock;
    const Line request =
        Line{}.add("GET ").add(words[3]).add(" HTTP/1.0\r\nHost: ").add(words[1]).add("\r\n\r\n");
    Body body;
    if (nwp::firmware::send_all(sock, request.text(), request.size()) != 0 || receive(sock, body) != 0) {
        return failed(running, nwp::firmware::kTransferFailed, words[1], std::strerror(errno));
    }
    nwp_close(sock);
    running.board.write_line(
        Line{}.add("received ").add_number(body.size()).add(" bytes, hash ").add_hex(body.hash()).text());
    return nwp::firmware::kDone;
}
