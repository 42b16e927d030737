// SPDX-License-Identifier: Apache-2.0
// Socket calls to the network processor.
#include "host/c/datagram_calls.h"
#include "zephyr/driver.h"
#include "zephyr/registration.h"

#include <zephyr/net/net_offload.h>

namespace nwp::zephyr {
namespace {

#ifdef CONFIG_OPENNWP_DATAGRAMS
constexpr const c::DatagramCalls* kDatagramCalls = &c::kDatagramCalls;
#else
constexpr const c::DatagramCalls* kDatagramCalls = nullptr;
#endif

} // namespace

Plane::Plane(Host& host, Port& port)
    : attachment_(table_.attachment(host, port, numbers_, kReceiveBytes, kDatagramCalls)) {
    k_mutex_init(&under_way_.mutex);
    k_condvar_init(&under_way_.one_ended);
    for (SocketPlace& place : places_) {
        k_poll_signal_init(&place.readable);
        k_poll_signal_init(&place.writable);
        k_poll_signal_init(&place.failed);
    }
    c::attach(attachment_);
}

void Plane::take_interface(net_if* interface) {
    static net_offload marked{}; // not called: it tells Zephyr that this interface has no stack of its own
    interface->if_dev->offload = &marked;
    net_if_socket_offload_set(interface, &opennwp_socket);
    offload_names();
}

c::Attachment& attachment() { return plane().attachment(); }
Span<SocketPlace> socket_places() { return plane().places(); }
CallsUnderWay& calls_under_way() { return plane().under_way(); }

} // namespace nwp::zephyr
