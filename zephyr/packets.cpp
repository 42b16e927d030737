// SPDX-License-Identifier: Apache-2.0
// Ethernet frames between Zephyr's stack and a packet socket of the network processor.
#include "host/c/errno_table.h"
#include "zephyr/datagram_buffers.h"
#include "zephyr/driver.h"
#include "zephyr/network.h"
#include "zephyr/registration.h"

#include <zephyr/net/ethernet.h>
#include <zephyr/net/net_pkt.h>

namespace nwp::zephyr {
namespace {

static_assert(CONFIG_NET_TC_TX_COUNT > 0 && CONFIG_NET_TC_RX_COUNT > 0,
              "the driver's thread brings frames, and must not wait until one goes out");

/// A frame that finds no room for so long is lost, as on a crowded Ethernet; its stack sends it again.
constexpr Duration kPatience = seconds(1);

} // namespace

void Plane::take_interface(net_if* interface) {
    interface_ = interface;
    ethernet_init(interface);
}

void Plane::set_network(bool there) {
    network_ = there;
    if (!there) return network().set_usable(false);
    // A socket of a link that was lost is of no use.
    const bool stands = phase_ != Phase::closed && socket_.opened().error() != Error::connection_aborted;
    if (!stands) return open();
    network().set_usable(phase_ == Phase::open);
}

void Plane::open() {
    socket_.close();
    const Result<void> begun = socket_.begin_open();
    if (!begun) return refused(begun.error());
    phase_ = Phase::opening;
    static_cast<void>(host_.on_readiness(socket_.socket(), ReadinessCallback::to<&Plane::on_ready>(*this)));
}

void Plane::refused(Error why) {
    phase_ = Phase::closed;
    port_.log(LogLevel::error,
              why == Error::not_permitted ? "the network processor grants no Ethernet" : "no Ethernet");
}

void Plane::on_ready(SocketId, Readiness readiness) {
    if (phase_ == Phase::opening) {
        const Result<void> there = socket_.opened();
        if (there.error() == Error::would_block) return;
        return there ? ask_address() : refused(there.error());
    }
    if (phase_ != Phase::open || !readiness.has(ready::readable)) return;
    int errors = 0; // one may have waited to be told; it does not stay
    while (errors < 2) {
        const Result<std::size_t> size = host_.available(socket_.socket());
        if (!size || *size == 0) break;
        if (!take_frame(*size)) ++errors;
    }
}

/// This side's address on that Ethernet is the network processor's to say.
void Plane::ask_address() {
    phase_ = Phase::asking;
    asked_.emplace(socket_.socket(), SocketOption::hardware_address, hardware_address_);
    asked_->when_done(Callback<void(Pending&)>::to<&Plane::on_address>(*this));
    const Result<void> begun = host_.begin(*asked_);
    if (!begun) refused(begun.error());
}

void Plane::on_address(Pending& request) {
    if (phase_ != Phase::asking) return;
    const Result<void> known = request.result();
    if (!known) return refused(known.error());
    net_if_set_link_addr(interface_, hardware_address_, sizeof hardware_address_, NET_LINK_ETHERNET);
    phase_ = Phase::open;
    network().set_usable(network_);
    on_ready(socket_.socket(), ready::readable);
}

/// Into buffers of Zephyr's; a frame for which there are none is lost.
bool Plane::take_frame(std::size_t size) {
    net_pkt* const packet = net_pkt_rx_alloc_with_buffer(interface_, size, AF_UNSPEC, IPPROTO_IP, K_NO_WAIT);
    const Result<std::size_t> taken = receive_datagram(host_, socket_.socket(), packet);
    if (packet == nullptr) return taken.ok();
    const bool whole = taken && *taken == net_pkt_get_len(packet);
    if (!whole || net_recv_data(interface_, packet) != 0) net_pkt_unref(packet);
    return taken.ok();
}

int Plane::send(net_pkt& packet) {
    const Result<void> sent = send_datagram(host_, socket_.socket(), {}, packet, port_.now() + kPatience);
    return sent ? 0 : -c::errno_of(sent.error());
}

void tell_address(net_if*, const Address&) {} // Zephyr's own stack has them all

void take_address(net_if*, const Address&, const AddressChanged& change) {
    plane().set_network(change.address.family != Family::unspecified);
}

} // namespace nwp::zephyr

int opennwp_send_frame(const device*, net_pkt* packet) { return nwp::zephyr::plane().send(*packet); }
