// SPDX-License-Identifier: Apache-2.0
// Frames alone are offloaded: TCP/IP and TLS on this processor, over an Ethernet that the network processor
// passes on. The command line:
//
//   http_get_packets|HOST|PORT|PATH|DNS-PORT|SSID|PASSPHRASE
#include "firmware/baseline/driver_ethernet.h"
#include "firmware/baseline/get_by_lwip.h"
#include "firmware/baseline/program.h"
#include "firmware/exit_status.h"
#include "firmware/host_driver.h"
#include "firmware/network.h"

int main() {
    using namespace nwp;
    constexpr std::size_t kFrames = 4; // unread in the driver
    HostSettings settings;
    settings.datagrams = &Host::kDatagrams;
    const firmware::Running running =
        firmware::start_host<1, kFrames*(baseline::ethernet::kLargestFrame + 32)>(settings);
    const int unreachable = firmware::reach_network(running, baseline::word(5), baseline::word(6));
    if (unreachable != 0) return unreachable;
    baseline::ethernet::use(running);
    baseline::get_by_lwip();
    return firmware::kDone;
}
