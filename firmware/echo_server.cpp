// SPDX-License-Identifier: Apache-2.0
//
// Echoes what TLS clients send. Its private key was made inside the network processor and never leaves it:
// the first time it runs it has a CA sign a certificate for that key. The command line:
//
//   echo_server|NAME|CA_HOST|CA_PORT|SSID|PASSPHRASE|CLIENTS     ends when it has served so many
//
// The CA takes a PKCS#10 request over TLS, up to the end of the stream, and answers with the certificate and
// those above it, in PEM. Whom to trust there is in the store under the tag kCa.
#include "firmware/driver.h"
#include "firmware/exit_status.h"
#include "firmware/secured.h"
#include "firmware/text.h"
#include "nwp/credentials.h"
#include "nwp/tls_credentials.h"

#include <cstring>

namespace {

using namespace nwp::firmware;

constexpr sec_tag_t kOwn = 2; ///< our key and its certificate
char certificate[4096];

/// A request to sign, for our key, which is made when there is none. Its size, or minus a status.
int make_request(const Running& running, const char* name) {
    nwp::request::GenerateKey generate{kOwn};
    const auto generated = running.host.perform(generate);
    if (!generated && generated.error() != nwp::Error::exists)
        return -failed(running, kNotEnrolled, "no key", to_string(generated.error()));
    const Line subject = Line{}.add("CN=").add(name);
    nwp::request::ReadSigningRequest read{
        kOwn, subject.text(), {reinterpret_cast<nwp::Byte*>(certificate), sizeof certificate}};
    const auto done = running.host.perform(read);
    if (!done) return -failed(running, kNotEnrolled, "no request", to_string(done.error()));
    return static_cast<int>(read.total());
}

/// Reads to the end of the stream: how many bytes, or -1 with errno.
ssize_t receive_all(int sock, char* into, std::size_t room) {
    std::size_t count = 0;
    while (count < room) {
        const ssize_t size = nwp_recv(sock, into + count, room - count, 0);
        if (size < 0) return -1;
        if (size == 0) return static_cast<ssize_t>(count);
        count += static_cast<std::size_t>(size);
    }
    errno = EMSGSIZE;
    return -1;
}

/// Has our key certified, unless it was at an earlier start.
int enrol(const Running& running, const Words& words) {
    std::size_t size = sizeof certificate;
    if (tls_credential_get(kOwn, TLS_CREDENTIAL_PUBLIC_CERTIFICATE, certificate, &size) == 0) return kDone;

    const int request_size = make_request(running, words[1]);
    if (request_size < 0) return -request_size;
    const int sock = connect_secured(running, words[2], words[3]);
    if (sock < 0) return -sock;
    ssize_t answer = -1;
    if (send_all(sock, certificate, static_cast<std::size_t>(request_size)) == 0 &&
        nwp_shutdown(sock, SHUT_WR) == 0)
        answer = receive_all(sock, certificate, sizeof certificate);
    const int error = errno;
    nwp_close(sock);
    if (answer < 0) return failed(running, kNotEnrolled, words[2], std::strerror(error));

    const int stored = tls_credential_add(kOwn, TLS_CREDENTIAL_PUBLIC_CERTIFICATE, certificate,
                                          static_cast<std::size_t>(answer));
    if (stored != 0) return failed(running, kNotEnrolled, "no certificate", std::strerror(-stored));
    running.board.write_line("enrolled");
    return kDone;
}

/// A listener on a port that the network processor chooses and that is printed, or minus a status.
int listen_secured(const Running& running) {
    const int sock = nwp_socket(AF_INET, SOCK_STREAM, IPPROTO_TLS_1_2);
    if (sock < 0) return -failed(running, kNoSocket, "socket", std::strerror(errno));
    nwp_setsockopt(sock, SOL_TLS, TLS_SEC_TAG_LIST, &kOwn, sizeof kOwn);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    socklen_t size = sizeof address;
    if (nwp_bind(sock, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        nwp_listen(sock, 2) != 0 || nwp_getsockname(sock, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return -failed(running, kNoSocket, "listen", std::strerror(errno));
    running.board.write_line(Line{}.add("port ").add_number(ntohs(address.sin_port)).text());
    return sock;
}

/// To the end of the client's stream. A client that goes away amid it is no failure of ours: its line says
/// so.
void echo(const Running& running, int sock) {
    static char buffer[1024];
    std::uint32_t count = 0;
    for (;;) {
        const ssize_t size = nwp_recv(sock, buffer, sizeof buffer, 0);
        if (size == 0) break;
        if (size < 0 || send_all(sock, buffer, static_cast<std::size_t>(size)) != 0) {
            running.board.write_line(Line{}.add("client: ").add(std::strerror(errno)).text());
            return;
        }
        count += static_cast<std::uint32_t>(size);
    }
    running.board.write_line(Line{}.add("echoed ").add_number(count).add(" bytes").text());
}

} // namespace

int main() {
    const Running running = start_driver();
    const Words words;
    if (words.size() != 7) {
        return failed(running, kBadArguments, "usage",
                      "echo_server|NAME|CA_HOST|CA_PORT|SSID|PASSPHRASE|CLIENTS");
    }
    const int unreachable = reach_network(running, words[4], words[5]);
    if (unreachable != kDone) return unreachable;
    const int not_enrolled = enrol(running, words);
    if (not_enrolled != kDone) return not_enrolled;
    const int listener = listen_secured(running);
    if (listener < 0) return -listener;
    for (int left = *words[6] - '0'; left > 0; --left) {
        const int client = nwp_accept(listener, nullptr, nullptr);
        if (client < 0) return failed(running, kTransferFailed, "accept", std::strerror(errno));
        echo(running, client);
        nwp_close(client);
    }
    nwp_close(listener);
    return kDone;
}
