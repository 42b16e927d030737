// SPDX-License-Identifier: Apache-2.0
// What happens in the network processor to a context. On the callbacks' thread, but for pushing bytes.
#include "host/c/socket_address.h"
#include "nwp/listeners.h"
#include "ports/zephyr/zephyr_port.h"
#include "zephyr/context_fields.h"
#include "zephyr/context_place.h"
#include "zephyr/datagram_buffers.h"
#include "zephyr/driver.h"

#include <utility>
#include <zephyr/net/net_if.h>
#include <zephyr/net/net_pkt.h>

namespace nwp::zephyr {
namespace {

constexpr std::size_t kPacketBytes = 512;        ///< of a stream, in one net_pkt
constexpr std::int32_t kPauseWithoutBuffers = 5; ///< nobody tells when a net_pkt is free again
constexpr std::int32_t kPauseWithoutPlaces = 50; ///< nor when a context is

bool is_full(Error error) {
    return error == Error::too_many_files || error == Error::too_many_files_in_system;
}

} // namespace

void ContextPlace::on_ready(SocketId, Readiness) { go_on(K_NO_WAIT); }

void ContextPlace::go_on(k_timeout_t after) {
    k_work_reschedule_for_queue(&plane().callbacks(), &work_, after);
}

void ContextPlace::on_work(k_work* work) {
    k_work_delayable* const delayable = k_work_delayable_from_work(work);
    CONTAINER_OF(delayable, ContextPlace, work_)->work();
}

void ContextPlace::work() {
    {
        const Held held{lock_};
        if (phase_ == Phase::connecting) {
            const Result<void> tried = host().connect(socket_, peer_);
            if (!under_way(tried)) end_connect(tried);
            return;
        }
        push_on();
        receive_on();
        if (phase_ != Phase::listening) return;
    }
    while (accept_one()) {
    }
}

/// Takes from the packet what the host takes. would_block: there is more.
Result<void> ContextPlace::push() {
    while (net_buf* const part = sending_->buffer) {
        if (part->len != 0) {
            const Result<std::size_t> taken = host().send(socket_, {part->data, part->len});
            if (!taken) return taken.error();
            net_buf_pull(part, *taken);
        }
        if (part->len == 0) sending_->buffer = net_buf_frag_del(nullptr, part);
    }
    return {};
}

/// The packet under way goes on.
void ContextPlace::push_on() {
    if (sending_ == nullptr) return;
    const Result<void> pushed = push();
    if (pushed.error() != Error::would_block)
        return phase_ == Phase::closing ? close() : end_send(errno_of(pushed));
    if (phase_ != Phase::closing) return;
    if (now() >= closes_at_) return close();
    go_on(timeout_until(closes_at_, now()));
}

void ContextPlace::end_send(int status) {
    net_pkt_unref(std::exchange(sending_, nullptr));
    k_condvar_broadcast(&changed_);
    const auto told = std::exchange(sent_, {});
    net_context* const context = context_;
    if (told.function != nullptr) unlocked([&] { told.function(context, status, told.data); });
}

/// The connection gets a context of its own. Where there is none it waits. False: none waits, or none can be
/// taken now.
bool ContextPlace::accept_one() {
    SocketId listener;
    int family = 0;
    {
        const Held held{lock_};
        if (accepted_.function == nullptr || !host().acceptable(socket_)) return false;
        listener = socket_;
        family = opennwp_context_family(context_);
    }
    net_context* made = nullptr;
    if (net_context_get(static_cast<sa_family_t>(family), SOCK_STREAM, IPPROTO_TCP, &made) < 0) {
        go_on(K_MSEC(kPauseWithoutPlaces));
        return false;
    }
    request::Accept request{listener};
    Result<void> done = host().perform(request);
    if (!done && is_full(done.error())) go_on(K_MSEC(kPauseWithoutPlaces));
    auto& place = *static_cast<ContextPlace*>(opennwp_context_place(made));
    if (done) done = place.become(request.accepted(), request.peer());
    // accept() and put() wait for this one, and for the callback.
    const Held calling{plane().accepting()};
    Handler<net_tcp_accept_cb_t> told;
    {
        const Held held{lock_};
        if (done) told = accepted_;
        if (told.function != nullptr) ++came_;
        k_condvar_broadcast(&changed_);
    }
    if (told.function != nullptr) {
        told.function(made, opennwp_context_remote(made), sizeof(sockaddr), 0, told.data);
    } else {
        net_context_put(made);
    }
    return done.ok();
}

/// A connection that was accepted.
Result<void> ContextPlace::become(SocketId accepted, const Address& peer) {
    const Held held{lock_};
    socket_ = accepted;
    phase_ = Phase::connected;
    // A sockaddr of Zephyr's has room for the families that it was built with.
    c::write_address(peer, opennwp_context_remote(context_), sizeof(sockaddr));
    opennwp_context_set_state(context_, NET_CONTEXT_CONNECTED);
    return host().on_readiness(accepted, ReadinessCallback::to<&ContextPlace::on_ready>(*this));
}

void ContextPlace::receive_on() {
    int errors = 0;
    while (received_.function != nullptr && (phase_ == Phase::connected || phase_ == Phase::open)) {
        Result<void> outcome;
        net_pkt* const packet = next_packet(outcome);
        if (outcome.error() == Error::would_block) return;
        if (starts_anew(outcome.error())) return drop_socket();
        // Zephyr's UDP tells no errors, and its sockets take one for the end. One may have waited to be told.
        const bool too_long = outcome.error() == Error::message_too_long;
        if (!outcome && !stream_ && (too_long || ++errors == 1)) continue;
        if (outcome) errors = 0;
        if (!outcome) phase_ = Phase::over;
        ++came_;
        k_condvar_broadcast(&changed_);
        const int status = outcome.error() == Error::closed ? 0 : errno_of(outcome);
        const auto told = received_;
        net_context* const context = context_;
        unlocked([&] { told.function(context, packet, nullptr, nullptr, status, told.data); });
    }
}

/// Null: `outcome` says why.
net_pkt* ContextPlace::next_packet(Result<void>& outcome) {
    const Result<std::size_t> waiting = host().available(socket_);
    std::size_t size = waiting ? *waiting : 0;
    if (stream_ && size > kPacketBytes) size = kPacketBytes;
    net_pkt* const packet =
        net_pkt_rx_alloc_with_buffer(plane().interface(), size + 1, AF_UNSPEC, IPPROTO_IP, K_NO_WAIT);
    if (packet == nullptr) {
        go_on(K_MSEC(kPauseWithoutBuffers));
        outcome = Error::would_block;
        return nullptr;
    }
    outcome = stream_ ? read_stream(*packet) : read_datagram(*packet);
    if (!outcome) {
        net_pkt_unref(packet);
        return nullptr;
    }
    net_pkt_set_context(packet, context_);
    net_pkt_set_family(packet, static_cast<std::uint8_t>(opennwp_context_family(context_)));
    net_pkt_cursor_init(packet);
    return packet;
}

Result<void> ContextPlace::read_stream(net_pkt& packet) {
    bool any = false;
    for (net_buf* part = packet.buffer; part != nullptr; part = part->frags) {
        const Result<std::size_t> size =
            host().receive(socket_, {net_buf_tail(part), net_buf_tailroom(part)});
        if (!size && any) break;
        if (!size) return size.error();
        net_buf_add(part, *size);
        any = true;
    }
    return {};
}

Result<void> ContextPlace::read_datagram(net_pkt& packet) const {
    const Result<std::size_t> size = receive_datagram(host(), socket_, &packet);
    if (!size) return size.error();
    // A longer one than a packet of Zephyr's is lost.
    if (*size > net_pkt_get_len(&packet)) return Error::message_too_long;
    return {};
}

/// A link that was lost takes nothing from a datagram context that has no address and no peer: as with
/// Zephyr's own UDP it goes on, with another socket.
bool ContextPlace::starts_anew(Error error) const {
    return error == Error::connection_aborted && !stream_ && !bound_ && phase_ == Phase::open;
}

} // namespace nwp::zephyr
