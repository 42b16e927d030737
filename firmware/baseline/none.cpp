// SPDX-License-Identifier: Apache-2.0
// No offload: TCP/IP and TLS on this processor, which has its own Ethernet. The command line:
//
//   none|HOST|PORT|PATH|DNS-PORT
#include "firmware/baseline/get_by_lwip.h"
#include "firmware/exit_status.h"

int main() {
    nwp::baseline::get_by_lwip();
    return nwp::firmware::kDone;
}
