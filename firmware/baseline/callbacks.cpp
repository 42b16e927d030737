// SPDX-License-Identifier: Apache-2.0
// TCP in the network processor, by callbacks that hand over buffers; TLS on this processor. The command line:
//
//   http_get_callbacks|HOST|PORT|PATH[|SSID|PASSPHRASE]
#include "firmware/baseline/driver_tcp.h"
#include "firmware/baseline/get_page.h"
#include "firmware/baseline/program.h"
#include "firmware/driver_calls.h"
#include "firmware/exit_status.h"
#include "firmware/host_driver.h"
#include "firmware/network.h"

int main() {
    using namespace nwp;
    const firmware::Running running = firmware::start_host<2, 2048>();
    const firmware::Words words;
    if (words.size() < 4) baseline::fail(firmware::kBadArguments, "a word is missing");
    const int unreachable = firmware::reach_network(running, words[4], words[5]);
    if (unreachable != 0) return unreachable;
    const auto peer = firmware::resolve(running.host, words[1], words[2]);
    if (!peer) baseline::fail(firmware::kUnresolved, to_string(peer.error()));
    baseline::DriverTcp tcp(running, *peer);
    baseline::get_page(tcp, words[1], words[3]);
    tcp.close();
    baseline::print_heap();
    return firmware::kDone;
}
