// SPDX-License-Identifier: Apache-2.0
//
// Does what http_get does through the driver's own interface: no BSD sockets between. The command line:
//
//   http_get_driver|HOST|PORT|PATH[|SSID|PASSPHRASE]
#include "firmware/body.h"
#include "firmware/driver_calls.h"
#include "firmware/exit_status.h"
#include "firmware/host_driver.h"
#include "firmware/network.h"
#include "nwp/socket_requests.h"

namespace {

using namespace nwp;
using firmware::failed;
using firmware::Line;
using firmware::Running;

constexpr std::size_t kSockets = 2;
constexpr std::size_t kReceiveBytes = 2048; // each socket can hold so much unread

/// Which rules of TLS the peer broke, and what to do about each.
int explain(const Running& running, SocketId socket, const char* host_name, Error error) {
    request::GetVerdict get{socket};
    if (!running.host.perform(get) || get.verdict().rules.empty()) {
        return failed(running, firmware::kNotConnected, host_name, to_string(error));
    }
    Line why;
    for (unsigned number = 0; number < 32; ++number) {
        const auto rule = static_cast<Rule>(number);
        if (get.verdict().rules.has(rule)) why.add(to_string(rule)).add(": ").add(advice(rule)).add(" ");
    }
    return failed(running, firmware::kNotConnected, "TLS refused", why.text());
}

/// To the end of the stream.
Result<void> receive(Host& host, SocketId socket, firmware::Body& body) {
    static Byte buffer[1024];
    for (;;) {
        const auto size = waited(host, socket, [&] { return host.receive(socket, buffer); });
        if (size.error() == Error::closed) return {};
        if (!size) return size.error();
        body.add(reinterpret_cast<const char*>(buffer), *size);
    }
}

} // namespace

int main() {
    const Running running = firmware::start_host<kSockets, kReceiveBytes>();
    const firmware::Words words;
    if (words.size() < 4) {
        return failed(running, firmware::kBadArguments, "usage",
                      "http_get_driver|HOST|PORT|PATH[|SSID|PASSPHRASE]");
    }
    const int unreachable = firmware::reach_network(running, words[4], words[5]);
    if (unreachable != 0) return unreachable;

    Host& host = running.host;
    const auto peer = firmware::resolve(host, words[1], words[2]);
    if (!peer) return failed(running, firmware::kUnresolved, words[1], to_string(peer.error()));
    const auto socket = firmware::open_stream(host, Protocol::tls_1_2);
    if (!socket) return failed(running, firmware::kNoSocket, "socket", to_string(socket.error()));
    const auto connected = firmware::connect_secured(host, *socket, *peer, words[1]);
    if (!connected) return explain(running, *socket, words[1], connected.error());

    const Line request =
        Line{}.add("GET ").add(words[3]).add(" HTTP/1.0\r\nHost: ").add(words[1]).add("\r\n\r\n");
    const auto asked = firmware::send_all(host, *socket, request.text());
    firmware::Body body;
    const auto came = asked ? receive(host, *socket, body) : asked;
    if (!came) return failed(running, firmware::kTransferFailed, words[1], to_string(came.error()));
    const auto closed = host.close(*socket);
    if (!closed) return failed(running, firmware::kTransferFailed, "close", to_string(closed.error()));
    running.board.write_line(
        Line{}.add("received ").add_number(body.size()).add(" bytes, hash ").add_hex(body.hash()).text());
    return firmware::kDone;
}
