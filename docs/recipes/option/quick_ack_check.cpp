// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/socket_options.h"

/// 0: the option keeps what was set.
int main() {
    using namespace nwp;
    constexpr auto kQuickAck = static_cast<SocketOption>(60);
    service::SocketOptions options(Family::ipv4, SocketType::stream, Protocol::tcp);
    const Byte off[4] = {};
    const bool was_on = options.get(kQuickAck) && (*options.get(kQuickAck))[0] == 1;
    const bool set = options.set(kQuickAck, off, false).ok();
    return was_on && set && (*options.get(kQuickAck))[0] == 0 ? 0 : 1;
}
