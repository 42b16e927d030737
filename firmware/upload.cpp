// SPDX-License-Identifier: Apache-2.0
//
// Looks at a secured connection by poll(), which has nothing to tell, and sends a body by it: for bench/mcu,
// which counts what both cost. The command line:
//
//   upload|HOST|PORT|PATH|SSID|PASSPHRASE
#include "firmware/driver.h"
#include "firmware/exit_status.h"
#include "firmware/secured.h"
#include "firmware/text.h"

#include <cerrno>
#include <cstring>

namespace {

constexpr int kPolls = 100;
constexpr std::size_t kBody = 65536;
constexpr std::size_t kAtATime = 1024;

/// 0, or -1 with errno.
int poll_in_vain(int sock) {
    pollfd entry{};
    entry.fd = sock;
    entry.events = POLLIN;
    for (int i = 0; i < kPolls; ++i) {
        if (nwp_poll(&entry, 1, 0) < 0) return -1;
    }
    return 0;
}

int send_body(int sock) {
    static char bytes[kAtATime];
    for (std::size_t sent = 0; sent < kBody; sent += sizeof bytes) {
        if (nwp::firmware::send_all(sock, bytes, sizeof bytes) != 0) return -1;
    }
    return 0;
}

} // namespace

int main() {
    using namespace nwp::firmware;
    const Running running = start_driver();
    const Words words;
    if (words.size() < 6) {
        return failed(running, kBadArguments, "usage", "upload|HOST|PORT|PATH|SSID|PASSPHRASE");
    }
    const int unreachable = reach_network(running, words[4], words[5]);
    if (unreachable != 0) return unreachable;
    const int sock = connect_secured(running, words[1], words[2]);
    if (sock < 0) return -sock;
    const Line head = Line{}
                          .add("POST ")
                          .add(words[3])
                          .add(" HTTP/1.0\r\nHost: ")
                          .add(words[1])
                          .add("\r\nContent-Length: ")
                          .add_number(kBody)
                          .add("\r\n\r\n");
    if (poll_in_vain(sock) != 0 || send_all(sock, head.text(), std::strlen(head.text())) != 0 ||
        send_body(sock) != 0) {
        return failed(running, kTransferFailed, words[1], std::strerror(errno));
    }
    nwp_close(sock);
    running.board.write_line(Line{}.add("sent ").add_number(kBody).add(" bytes").text());
    return kDone;
}
