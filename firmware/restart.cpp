// SPDX-License-Identifier: Apache-2.0
//
// Gets pages by HTTPS and lives through a network processor that dies and comes back: every call returns, the
// sockets are closed, and all begins again with the join. The command line:
//
//   restart|HOST|PORT|SSID|PASSPHRASE|PATH
#include "firmware/driver.h"
#include "firmware/exit_status.h"
#include "firmware/pages.h"

namespace {

using namespace nwp::firmware;

constexpr int kAtOnce = 3;
constexpr int kMostAttempts = 5;
constexpr nwp::Duration kLinkPatience = nwp::seconds(30);

/// The page, kAtOnce times at once.
int get(const Running& running, const Words& words) {
    const int unreachable = reach_network(running, words[3], words[4], kLinkPatience);
    if (unreachable != kDone) return unreachable;
    addrinfo* const address = resolve(running, words[1], words[2], SOCK_STREAM);
    if (address == nullptr) return kUnresolved;
    Pages pages{running, words[1]};
    int status = kDone;
    for (int i = 0; i < kAtOnce && status == kDone; ++i) status = pages.begin(*address, words[5]);
    nwp_freeaddrinfo(address);
    return status == kDone ? pages.carry() : status;
}

} // namespace

int main() {
    const Running running = start_driver();
    const Words words;
    if (words.size() != 6)
        return failed(running, kBadArguments, "usage", "restart|HOST|PORT|SSID|PASSPHRASE|PATH");
    int status = kDone;
    for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
        if (attempt != 0) running.board.write_line("again");
        status = get(running, words);
        if (status == kDone) break;
    }
    return status;
}
