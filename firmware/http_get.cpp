// SPDX-License-Identifier: Apache-2.0
//
// Gets a page by HTTPS and prints how long it was and its hash. The command line:
//
//   http_get|HOST|PORT|PATH[|SSID|PASSPHRASE[|HELD]]
//
// HELD sockets are opened before and kept, to see what happens when there are no more.
// The CA's certificate is in the network processor's store under the tag kCa. exit_status.h has the statuses.
#include "firmware/body.h"
#include "firmware/driver.h"
#include "firmware/exit_status.h"
#include "firmware/network.h"
#include "firmware/text.h"
#include "nwp/socket.h"

#include <cstring>

namespace {

using nwp::firmware::Body;
using nwp::firmware::failed;
using nwp::firmware::Line;
using nwp::firmware::Running;

constexpr sec_tag_t kCa = 1;

int explain(const Running& running, int sock, const char* host, int error) {
    nwp_tls_verdict verdict;
    socklen_t size = sizeof verdict;
    char text[256];
    if (nwp_getsockopt(sock, SOL_TLS, NWP_TLS_VERDICT, &verdict, &size) == 0 && verdict.rules != 0) {
        nwp_tls_verdict_text(&verdict, text, sizeof text);
        return failed(running, nwp::firmware::kNotConnected, "TLS refused", text);
    }
    return failed(running, nwp::firmware::kNotConnected, host, std::strerror(error));
}

/// A secured connection, or minus the status to exit with.
int connect_to(const Running& running, const char* host, const char* port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* address = nullptr;
    const int unresolved = nwp_getaddrinfo(host, port, &hints, &address);
    if (unresolved != 0)
        return -failed(running, nwp::firmware::kUnresolved, host, nwp_gai_strerror(unresolved));

    const int sock = nwp_socket(address->ai_family, SOCK_STREAM, IPPROTO_TLS_1_2);
    if (sock < 0) return -failed(running, nwp::firmware::kNoSocket, "socket", std::strerror(errno));
    nwp_setsockopt(sock, SOL_TLS, TLS_SEC_TAG_LIST, &kCa, sizeof kCa);
    nwp_setsockopt(sock, SOL_TLS, TLS_HOSTNAME, host, static_cast<socklen_t>(std::strlen(host)));
    const int refused = nwp_connect(sock, address->ai_addr, address->ai_addrlen);
    const int error = errno;
    nwp_freeaddrinfo(address);
    return refused == 0 ? sock : -explain(running, sock, host, error);
}

int send_all(int sock, const char* text) {
    for (std::size_t left = std::strlen(text); left != 0;) {
        const ssize_t sent = nwp_send(sock, text, left, 0);
        if (sent < 0) return -1;
        text += sent;
        left -= static_cast<std::size_t>(sent);
    }
    return 0;
}

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
    const Running running = nwp::firmware::start_driver();
    const nwp::firmware::Words words;
    if (words.size() < 4) {
        return failed(running, nwp::firmware::kBadArguments, "usage",
                      "http_get|HOST|PORT|PATH[|SSID|PASSPHRASE[|HELD]]");
    }
    const int unreachable = nwp::firmware::reach_network(running, words[4], words[5]);
    if (unreachable != 0) return unreachable;

    hold_sockets(words[6]);
    const int sock = connect_to(running, words[1], words[2]);
    if (sock < 0) return -sock;
    const Line request =
        Line{}.add("GET ").add(words[3]).add(" HTTP/1.0\r\nHost: ").add(words[1]).add("\r\n\r\n");
    Body body;
    if (send_all(sock, request.text()) != 0 || receive(sock, body) != 0) {
        return failed(running, nwp::firmware::kTransferFailed, words[1], std::strerror(errno));
    }
    nwp_close(sock);
    running.board.write_line(
        Line{}.add("received ").add_number(body.size()).add(" bytes, hash ").add_hex(body.hash()).text());
    return nwp::firmware::kDone;
}
