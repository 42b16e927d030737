// SPDX-License-Identifier: Apache-2.0
//
// Gets several pages by HTTPS at once, with non-blocking sockets and one poll(), and prints of each how long
// it was and its hash, in the order in which they are there. The command line:
//
//   get_many|HOST|PORT|SSID|PASSPHRASE|PATH[|PATH...]     up to four
#include "firmware/driver.h"
#include "firmware/exit_status.h"
#include "firmware/pages.h"

int main() {
    using namespace nwp::firmware;
    const Running running = start_driver();
    const Words words;
    constexpr std::size_t kFirstPath = 5;
    if (words.size() <= kFirstPath || words.size() > kFirstPath + Pages::kMost)
        return failed(running, kBadArguments, "usage", "get_many|HOST|PORT|SSID|PASSPHRASE|PATH[|PATH...]");
    const int unreachable = reach_network(running, words[3], words[4]);
    if (unreachable != kDone) return unreachable;

    addrinfo* const address = resolve(running, words[1], words[2], SOCK_STREAM);
    if (address == nullptr) return kUnresolved;
    Pages pages{running, words[1]};
    int status = kDone;
    for (std::size_t i = kFirstPath; i < words.size() && status == kDone; ++i)
        status = pages.begin(*address, words[i]);
    nwp_freeaddrinfo(address);
    return status == kDone ? pages.carry() : status;
}
