// SPDX-License-Identifier: Apache-2.0
//
// Sends datagrams by DTLS and prints the answers. The command line:
//
//   dtls_client|HOST|PORT|SSID|PASSPHRASE|COUNT
//
// UDP may lose datagrams: one without an answer is sent again, up to kMostAttempts times.
#include "firmware/driver.h"
#include "firmware/exit_status.h"
#include "firmware/secured.h"
#include "firmware/text.h"
#include "host/c/datagram_calls.h"

#include <cstring>

namespace {

using namespace nwp::firmware;

constexpr int kMostAttempts = 5;
constexpr timeval kPatience{2, 0};

/// Sends until an answer comes that has the question in it: a late one to another is passed over. False:
/// errno.
bool ask(int sock, const char* question, char* answer, std::size_t room) {
    for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
        if (nwp_send(sock, question, std::strlen(question), 0) < 0) return false;
        for (;;) {
            const ssize_t size = nwp_recv(sock, answer, room - 1, 0);
            if (size < 0) break;
            answer[size] = '\0';
            if (std::strstr(answer, question) != nullptr) return true;
        }
        if (errno != EAGAIN) return false;
    }
    errno = ETIMEDOUT;
    return false;
}

} // namespace

int main() {
    const Running running = start_driver_with_datagrams();
    const Words words;
    if (words.size() != 6)
        return failed(running, kBadArguments, "usage", "dtls_client|HOST|PORT|SSID|PASSPHRASE|COUNT");
    const int unreachable = reach_network(running, words[3], words[4]);
    if (unreachable != kDone) return unreachable;
    const int sock = connect_secured(running, words[1], words[2], SOCK_DGRAM);
    if (sock < 0) return -sock;
    nwp_setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);

    const auto count = static_cast<std::uint32_t>(*words[5] - '0');
    for (std::uint32_t number = 1; number <= count; ++number) {
        char answer[64];
        const Line question = Line{}.add("sample ").add_number(number);
        if (!ask(sock, question.text(), answer, sizeof answer))
            return failed(running, kTransferFailed, words[1], std::strerror(errno));
        running.board.write_line(answer);
    }
    nwp_close(sock);
    return kDone;
}
