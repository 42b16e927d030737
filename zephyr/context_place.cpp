// SPDX-License-Identifier: Apache-2.0
#include "zephyr/context_place.h"

#include "host/c/errno_table.h"
#include "host/c/socket_address.h"
#include "nwp/datagrams.h"
#include "nwp/listeners.h"
#include "nwp/waited.h"
#include "zephyr/context_fields.h"
#include "zephyr/driver.h"

#include <utility>
#include <zephyr/net/net_if.h>
#include <zephyr/net/net_pkt.h>

namespace nwp::zephyr {
namespace {

constexpr std::size_t kPacketBytes = 512;        ///< of a stream, in one net_pkt
constexpr std::int32_t kPatienceMs = 100;        ///< of send(); then Zephyr's sockets try again, unlocked
constexpr std::int32_t kPauseWithoutBuffers = 5; ///< nobody tells when a net_pkt is free again

class Locked {
public:
    explicit Locked(k_mutex& mutex) : mutex_(mutex) { k_mutex_lock(&mutex_, K_FOREVER); }
    ~Locked() { k_mutex_unlock(&mutex_); }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

private:
    k_mutex& mutex_;
};

int errno_of(const Result<void>& outcome) { return outcome ? 0 : -c::errno_of(outcome.error()); }

Instant end_of(std::int32_t timeout) {
    return timeout < 0 ? Instant::never() : plane().port().now() + milliseconds(timeout);
}

k_timeout_t timeout_of(std::int32_t timeout) { return timeout < 0 ? K_FOREVER : K_MSEC(timeout); }

Address any_of(Family family) {
    Address any;
    any.family = family;
    return any;
}

bool under_way(const Result<void>& outcome) {
    return outcome.error() == Error::in_progress || outcome.error() == Error::already ||
           outcome.error() == Error::would_block;
}

/// As net_context_connect() does it; a sockaddr of Zephyr's has room for the families that it was built with.
void know_peer(net_context& context, const Address& peer) {
    c::write_address(peer, opennwp_context_remote(&context), sizeof(sockaddr));
}

} // namespace

ContextPlace::ContextPlace() {
    k_mutex_init(&lock_);
    k_sem_init(&came_, 0, 1);
    k_sem_init(&gone_, 0, 1);
    k_work_init_delayable(&work_, &ContextPlace::on_work);
}

void ContextPlace::take(net_context& context) {
    context_ = &context;
    opennwp_context_take(&context, plane().interface(), this);
    phase_ = Phase::fresh;
    socket_ = {};
    k_sem_reset(&came_);
    k_sem_reset(&gone_);
}

Family ContextPlace::family() const { return c::family_with(opennwp_context_family(context_)); }

bool ContextPlace::is_stream() const { return opennwp_context_is_stream(context_); }

// ---- Calls ------------------------------------------------------------------------------------------------

int ContextPlace::open() {
    if (socket_) return 0;
    const Result<SocketId> begun =
        host().open(family(), is_stream() ? SocketType::stream : SocketType::datagram, Protocol::any);
    if (!begun) return -c::errno_of(begun.error());
    const Result<void> opened = waited(host(), *begun, [&] { return host().opened(*begun); });
    if (!opened) {
        static_cast<void>(host().close(*begun));
        return errno_of(opened);
    }
    socket_ = *begun;
    phase_ = Phase::open;
    return errno_of(host().on_readiness(socket_, ReadinessCallback::to<&ContextPlace::on_ready>(*this)));
}

int ContextPlace::bind(const sockaddr* address, socklen_t length) {
    Address local;
    const Result<void> read = c::read_address(family(), address, length, local);
    if (!read) return errno_of(read);
    // That is what it becomes by itself; Zephyr's resolver asks for it before there is a network.
    if (local == any_of(local.family)) return 0;
    const int opened = open();
    if (opened != 0) return opened;
    request::Bind request{socket_, local};
    return errno_of(host().perform(request));
}

int ContextPlace::listen(int backlog) {
    const int opened = open();
    if (opened != 0) return opened;
    request::Listen request{socket_, backlog};
    const Result<void> listens = host().perform(request);
    if (!listens) return errno_of(listens);
    const Locked lock{lock_};
    phase_ = Phase::listening;
    opennwp_context_set_state(context_, NET_CONTEXT_LISTENING);
    return 0;
}

Result<void> ContextPlace::try_connect() const { return host().connect(socket_, peer_); }

int ContextPlace::connect(const sockaddr* address, socklen_t length, net_context_connect_cb_t callback,
                          std::int32_t timeout, void* user_data) {
    if (phase_ == Phase::connecting) return -EALREADY;
    if (phase_ == Phase::connected && is_stream()) return -EISCONN;
    const Result<void> read = c::read_address(family(), address, length, peer_);
    if (!read) return errno_of(read);
    const int opened = open();
    if (opened != 0) return opened;
    connected_ = callback;
    connect_data_ = user_data;
    if (!is_stream()) {
        request::ConnectDatagrams request{socket_, peer_};
        return end_connect(host().perform(request));
    }
    if (timeout == 0) {
        const Locked lock{lock_};
        phase_ = Phase::connecting;
        go_on(K_NO_WAIT);
        return 0;
    }
    Result<void> outcome = Error::timed_out;
    host().block(socket_, end_of(timeout), [&] {
        const Result<void> tried = try_connect();
        if (!under_way(tried)) outcome = tried;
        return !under_way(tried);
    });
    return end_connect(outcome);
}

/// A failed attempt leaves the context as it was before it.
int ContextPlace::end_connect(const Result<void>& outcome) {
    {
        const Locked lock{lock_};
        if (context_ == nullptr) return -ECONNABORTED;
        if (outcome) {
            phase_ = Phase::connected;
            know_peer(*context_, peer_);
            opennwp_context_set_state(context_, NET_CONTEXT_CONNECTED);
        } else if (is_stream()) {
            static_cast<void>(host().close(socket_));
            socket_ = {};
            phase_ = Phase::fresh;
        }
    }
    const int result = errno_of(outcome);
    net_context_connect_cb_t const callback = std::exchange(connected_, nullptr);
    if (callback != nullptr) callback(context_, result, connect_data_);
    go_on(K_NO_WAIT);
    return result;
}

int ContextPlace::accept(net_tcp_accept_cb_t callback, std::int32_t timeout, void* user_data) {
    {
        const Locked lock{lock_};
        if (callback != nullptr && phase_ != Phase::listening) return -EINVAL;
        accepted_ = callback;
        accept_data_ = user_data;
        k_sem_reset(&came_);
    }
    go_on(K_NO_WAIT);
    if (timeout == 0 || callback == nullptr) return 0;
    return k_sem_take(&came_, timeout_of(timeout)) == 0 ? 0 : -ETIMEDOUT;
}

int ContextPlace::receive(net_context_recv_cb_t callback, std::int32_t timeout, void* user_data) {
    // A datagram may come before any was sent.
    const int opened = callback != nullptr && !is_stream() ? open() : 0;
    if (opened != 0) return opened;
    {
        const Locked lock{lock_};
        received_ = callback;
        receive_data_ = user_data;
        k_sem_reset(&came_);
    }
    if (callback == nullptr) return 0;
    go_on(K_NO_WAIT);
    if (timeout == 0) return 0;
    return k_sem_take(&came_, timeout_of(timeout)) == 0 ? 0 : -ETIMEDOUT;
}

int ContextPlace::send(net_pkt& packet, net_context_send_cb_t callback, std::int32_t timeout,
                       void* user_data) {
    if (!is_stream()) {
        const int sent = send_datagram(packet, {}, timeout);
        if (sent == 0 && callback != nullptr) callback(context_, sent, user_data);
        return sent;
    }
    if (phase_ != Phase::connected && phase_ != Phase::over) return -ENOTCONN;
    const std::int32_t patience = timeout < 0 || timeout > kPatienceMs ? kPatienceMs : timeout;
    if (sending_ != nullptr) k_sem_take(&gone_, K_MSEC(patience));
    const Locked lock{lock_};
    if (sending_ != nullptr) return timeout == 0 ? -EAGAIN : -ENOBUFS;
    k_sem_reset(&gone_);
    sending_ = &packet;
    sent_ = callback;
    send_data_ = user_data;
    const Result<void> pushed = push();
    if (!pushed && pushed.error() != Error::would_block) {
        sending_ = nullptr; // the caller's again
        return errno_of(pushed);
    }
    if (pushed) go_on(K_NO_WAIT); // its callback is called where all are
    return 0;
}

int ContextPlace::send_to(net_pkt& packet, const sockaddr* address, socklen_t length,
                          net_context_send_cb_t callback, std::int32_t timeout, void* user_data) {
    if (is_stream()) return send(packet, callback, timeout, user_data);
    Address to;
    const Result<void> read = c::read_destination(family(), address, length, to);
    if (!read) return errno_of(read);
    const int opened = open();
    if (opened != 0) return opened;
    const int sent = send_datagram(packet, to, timeout);
    if (sent == 0 && callback != nullptr) callback(context_, sent, user_data);
    return sent;
}

/// The packet is gone when it returns 0.
int ContextPlace::send_datagram(net_pkt& packet, const Address& to, std::int32_t timeout) {
    const Instant until = end_of(timeout);
    DatagramSending sending{to, net_pkt_get_len(&packet)};
    const net_buf* part = packet.buffer;
    ByteView left = part != nullptr ? ByteView{part->data, part->len} : ByteView{};
    do {
        Result<std::size_t> sent = Error::would_block;
        const auto send_some = [&] {
            sent = host().send_datagram(socket_, sending, left);
            return sent.error() != Error::would_block;
        };
        // Once a part of it went the rest has to follow.
        host().block(socket_, sending.begun() ? Instant::never() : until, send_some);
        if (!sent) return -c::errno_of(sent.error());
        left = left.from(*sent);
        if (left.empty() && part != nullptr) {
            part = part->frags;
            if (part != nullptr) left = {part->data, part->len};
        }
    } while (!sending.done());
    net_pkt_unref(&packet);
    return 0;
}

void ContextPlace::put() {
    const Locked lock{lock_};
    context_ = nullptr;
    received_ = nullptr;
    accepted_ = nullptr;
    connected_ = nullptr;
    sent_ = nullptr;
    if (sending_ != nullptr && push().error() == Error::would_block)
        phase_ = Phase::closing;
    else
        close();
}

void ContextPlace::close() {
    if (sending_ != nullptr) net_pkt_unref(std::exchange(sending_, nullptr));
    if (socket_) static_cast<void>(host().close(std::exchange(socket_, {})));
    phase_ = Phase::free;
}

// ---- What happens there -----------------------------------------------------------------------------------

void ContextPlace::on_ready(SocketId, Readiness) { go_on(K_NO_WAIT); }

void ContextPlace::go_on(k_timeout_t after) {
    k_work_reschedule_for_queue(&plane().callbacks(), &work_, after);
}

void ContextPlace::on_work(k_work* work) {
    k_work_delayable* const delayable = k_work_delayable_from_work(work);
    CONTAINER_OF(delayable, ContextPlace, work_)->work();
}

void ContextPlace::work() {
    if (phase_ == Phase::connecting) {
        const Result<void> tried = try_connect();
        if (!under_way(tried)) end_connect(tried);
        return;
    }
    push_on();
    if (phase_ == Phase::listening) accept_on();
    if (phase_ == Phase::connected || phase_ == Phase::open) receive_on();
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

void ContextPlace::push_on() {
    net_context_send_cb_t callback = nullptr;
    net_context* context = nullptr;
    int status = 0;
    {
        const Locked lock{lock_};
        if (sending_ == nullptr) return;
        const Result<void> pushed = push();
        if (pushed.error() == Error::would_block) return;
        if (phase_ == Phase::closing) return close();
        net_pkt_unref(std::exchange(sending_, nullptr));
        k_sem_give(&gone_);
        status = errno_of(pushed);
        callback = sent_;
        context = context_;
    }
    if (callback != nullptr) callback(context, status, send_data_);
}

void ContextPlace::accept_on() {
    while (accepted_ != nullptr && host().acceptable(socket_)) {
        request::Accept request{socket_};
        const Result<void> done = host().perform(request);
        if (!done) return;
        hand_over(request.accepted(), request.peer());
    }
}

/// The connection gets a context of its own, or is closed where there is none.
void ContextPlace::hand_over(SocketId accepted, const Address& peer) {
    net_context* made = nullptr;
    const int there = net_context_get(static_cast<sa_family_t>(opennwp_context_family(context_)), SOCK_STREAM,
                                      IPPROTO_TCP, &made);
    if (there < 0) {
        static_cast<void>(host().close(accepted));
        return;
    }
    auto& place = *static_cast<ContextPlace*>(opennwp_context_place(made));
    place.socket_ = accepted;
    place.peer_ = peer;
    place.phase_ = Phase::connected;
    know_peer(*made, peer);
    opennwp_context_set_state(made, NET_CONTEXT_CONNECTED);
    static_cast<void>(host().on_readiness(accepted, ReadinessCallback::to<&ContextPlace::on_ready>(place)));
    k_sem_give(&came_);
    accepted_(made, opennwp_context_remote(made), sizeof(sockaddr), 0, accept_data_);
}

void ContextPlace::receive_on() {
    for (;;) {
        Result<void> outcome;
        net_pkt* packet = nullptr;
        net_context_recv_cb_t callback = nullptr;
        net_context* context = nullptr;
        {
            const Locked lock{lock_};
            if (received_ == nullptr || context_ == nullptr) return;
            packet = next_packet(outcome);
            if (outcome.error() == Error::would_block) return;
            if (!outcome && is_stream()) phase_ = Phase::over;
            callback = received_;
            context = context_;
        }
        const bool ended = outcome.error() == Error::closed;
        k_sem_give(&came_);
        callback(context, packet, nullptr, nullptr, ended ? 0 : errno_of(outcome), receive_data_);
        if (!outcome) return;
    }
}

/// Null: `outcome` says why.
net_pkt* ContextPlace::next_packet(Result<void>& outcome) {
    const Result<std::size_t> waiting = host().available(socket_);
    std::size_t size = waiting ? *waiting : 0;
    if (is_stream() && size > kPacketBytes) size = kPacketBytes;
    net_pkt* const packet =
        net_pkt_rx_alloc_with_buffer(plane().interface(), size + 1, AF_UNSPEC, IPPROTO_IP, K_NO_WAIT);
    if (packet == nullptr) {
        go_on(K_MSEC(kPauseWithoutBuffers));
        outcome = Error::would_block;
        return nullptr;
    }
    outcome = is_stream() ? read_stream(*packet) : read_datagram(*packet);
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

Result<void> ContextPlace::read_datagram(net_pkt& packet) {
    DatagramReceiving receiving;
    net_buf* part = packet.buffer;
    while (part != nullptr) {
        const Bytes room{net_buf_tail(part), net_buf_tailroom(part)};
        const Result<std::size_t> copied = host().receive_datagram(socket_, receiving, room);
        if (!copied) return copied.error();
        if (*copied == 0) break;
        net_buf_add(part, *copied);
        if (*copied == room.size()) part = part->frags;
    }
    return host().end_datagram(socket_, receiving, false);
}

} // namespace nwp::zephyr
