// SPDX-License-Identifier: Apache-2.0
#include "zephyr/context_place.h"

#include "host/c/errno_table.h"
#include "host/c/socket_address.h"
#include "nwp/listeners.h"
#include "nwp/waited.h"
#include "ports/zephyr/zephyr_port.h"
#include "zephyr/context_fields.h"
#include "zephyr/datagram_buffers.h"
#include "zephyr/driver.h"

#include <utility>
#include <zephyr/net/net_if.h>
#include <zephyr/net/net_pkt.h>

namespace nwp::zephyr {
namespace {

constexpr std::int32_t kPatienceMs = 100; ///< of send(); then Zephyr's sockets try again, unlocked
constexpr Duration kLinger = seconds(60);

Instant end_of(std::int32_t timeout) {
    return timeout < 0 ? Instant::never() : plane().port().now() + milliseconds(timeout);
}

std::int32_t patience(std::int32_t timeout) {
    return timeout < 0 || timeout > kPatienceMs ? kPatienceMs : timeout;
}
/// What Zephyr's sockets take for "again".
int no_room(std::int32_t timeout) { return timeout == 0 ? -EAGAIN : -ENOBUFS; }

Address any_of(Family family) {
    Address any;
    any.family = family;
    return any;
}

} // namespace

int ContextPlace::errno_of(const Result<void>& outcome) {
    return outcome ? 0 : -c::errno_of(outcome.error());
}

Instant ContextPlace::now() { return plane().port().now(); }

bool ContextPlace::under_way(const Result<void>& outcome) {
    return outcome.error() == Error::in_progress || outcome.error() == Error::already ||
           outcome.error() == Error::would_block;
}

ContextPlace::ContextPlace() {
    k_mutex_init(&lock_);
    k_condvar_init(&changed_);
    k_work_init_delayable(&work_, &ContextPlace::on_work);
}

bool ContextPlace::take(net_context& context) {
    const Held held{lock_};
    if (phase_ != Phase::free) return false;
    ++life_;
    context_ = &context;
    family_ = c::family_with(opennwp_context_family(&context));
    stream_ = opennwp_context_is_stream(&context);
    bound_ = false;
    phase_ = Phase::fresh;
    opennwp_context_take(&context, plane().interface(), this);
    return true;
}

// ---- Waiting ----------------------------------------------------------------------------------------------

/// False: the time is over.
template <typename Met>
bool ContextPlace::wait(std::int32_t timeout, const Met& met) {
    const Instant until = end_of(timeout);
    while (!met()) {
        if (k_condvar_wait(&changed_, &lock_, timeout_until(until, now())) != 0) return met();
    }
    return true;
}

/// 0, or a negative errno: it has no socket that can be used.
int ContextPlace::open() {
    if (phase_ == Phase::free || phase_ == Phase::closing) return -EBADF;
    if (phase_ == Phase::busy) return -EALREADY;
    if (socket_) return 0;
    phase_ = Phase::busy;
    const std::uint32_t life = life_;
    const Family family = family_;
    const SocketType type = stream_ ? SocketType::stream : SocketType::datagram;
    const Result<SocketId> begun =
        unlocked([&] { return open_in_turn(host(), family, type, Protocol::any); });
    if (context_ == nullptr || life_ != life) { // put() came
        if (begun) static_cast<void>(host().close(*begun));
        return -EBADF;
    }
    if (!begun) {
        phase_ = Phase::fresh;
        return -c::errno_of(begun.error());
    }
    const SocketId socket = socket_ = *begun; // put() closes it, which ends the wait
    const Result<void> opened =
        unlocked([socket] { return waited(host(), socket, [socket] { return host().opened(socket); }); });
    if (!mine(socket)) return -EBADF;
    if (!opened) {
        drop_socket();
        return errno_of(opened);
    }
    phase_ = Phase::open;
    return errno_of(host().on_readiness(socket, ReadinessCallback::to<&ContextPlace::on_ready>(*this)));
}

/// Waits for the network processor's answer.
template <typename Request>
int ContextPlace::ask(Request&& request) {
    const SocketId socket = socket_;
    const Result<void> done = unlocked([&request] { return host().perform(request); });
    return mine(socket) ? errno_of(done) : -EBADF;
}

/// Until something comes.
int ContextPlace::wait_for_one(std::int32_t timeout) {
    if (timeout == 0) return 0;
    if (!socket_) return -ENOTCONN;
    const std::uint32_t before = came_;
    const SocketId socket = socket_;
    const bool ended = wait(timeout, [this, before, socket] { return came_ != before || !mine(socket); });
    if (!ended) return -ETIMEDOUT;
    return mine(socket) ? 0 : -EBADF;
}

// ---- Calls ------------------------------------------------------------------------------------------------

int ContextPlace::bind(const sockaddr* address, socklen_t length) {
    const Held held{lock_};
    Address local;
    const Result<void> read = c::read_address(family_, address, length, local);
    if (!read) return errno_of(read);
    // That is what it becomes by itself; Zephyr's resolver asks for it before there is a network.
    if (local == any_of(local.family)) return 0;
    const int opened = open();
    if (opened != 0) return opened;
    const int bound = ask(request::Bind{socket_, local});
    bound_ = bound_ || bound == 0;
    return bound;
}

int ContextPlace::listen(int backlog) {
    const Held held{lock_};
    const int opened = open();
    if (opened != 0) return opened;
    const int listens = ask(request::Listen{socket_, backlog});
    if (listens != 0) return listens;
    phase_ = Phase::listening;
    opennwp_context_set_state(context_, NET_CONTEXT_LISTENING);
    return 0;
}

int ContextPlace::connect(const sockaddr* address, socklen_t length, net_context_connect_cb_t callback,
                          std::int32_t timeout, void* user_data) {
    const Held held{lock_};
    if (phase_ == Phase::connecting) return -EALREADY;
    if (phase_ == Phase::connected && stream_) return -EISCONN;
    Address peer;
    const Result<void> read = c::read_address(family_, address, length, peer);
    if (!read) return errno_of(read);
    const int opened = open();
    if (opened != 0) return opened;
    peer_ = peer;
    connected_ = {callback, user_data};
    if (stream_) return attempt(timeout);
    request::ConnectDatagrams request{socket_, peer_};
    const SocketId socket = socket_;
    const Result<void> done = unlocked([&request] { return host().perform(request); });
    return mine(socket) ? end_connect(done) : -EBADF;
}

int ContextPlace::attempt(std::int32_t timeout) {
    if (timeout == 0) {
        phase_ = Phase::connecting;
        go_on(K_NO_WAIT);
        return 0;
    }
    phase_ = Phase::busy;
    const SocketId socket = socket_;
    const Address peer = peer_;
    Result<void> outcome = Error::timed_out;
    unlocked([&] {
        return host().block(socket, end_of(timeout), [&] {
            const Result<void> tried = host().connect(socket, peer);
            if (!under_way(tried)) outcome = tried;
            return !under_way(tried);
        });
    });
    return mine(socket) ? end_connect(outcome) : -EBADF;
}

/// A failed attempt leaves a context without a socket: the next begins with another.
int ContextPlace::end_connect(const Result<void>& outcome) {
    if (outcome) {
        phase_ = Phase::connected;
        opennwp_context_set_state(context_, NET_CONTEXT_CONNECTED);
    } else if (stream_) {
        drop_socket();
    }
    const int result = errno_of(outcome);
    const auto told = std::exchange(connected_, {});
    net_context* const context = context_;
    if (told.function != nullptr) unlocked([&] { told.function(context, result, told.data); });
    go_on(K_NO_WAIT);
    return result;
}

int ContextPlace::accept(net_tcp_accept_cb_t callback, std::int32_t timeout, void* user_data) {
    {
        const Held held{lock_};
        if (callback != nullptr) {
            if (phase_ != Phase::listening) return -EINVAL;
            accepted_ = {callback, user_data};
            go_on(K_NO_WAIT);
            return wait_for_one(timeout);
        }
        if (accepted_.function == nullptr) return 0;
        accepted_ = {};
    }
    const Held behind_it{plane().accepting()};
    return 0;
}

int ContextPlace::receive(net_context_recv_cb_t callback, std::int32_t timeout, void* user_data) {
    const Held held{lock_};
    // A datagram may come before any was sent.
    const int opened = callback != nullptr && !stream_ ? open() : 0;
    if (opened != 0) return opened;
    received_ = {callback, user_data};
    if (callback == nullptr) return 0;
    go_on(K_NO_WAIT);
    return wait_for_one(timeout);
}

int ContextPlace::send(net_pkt& packet, net_context_send_cb_t callback, std::int32_t timeout,
                       void* user_data) {
    const Held held{lock_};
    if (context_ == nullptr) return -EBADF;
    if (!stream_) return socket_ ? transmit(packet, {}, {callback, user_data}, timeout) : -EDESTADDRREQ;
    if (phase_ != Phase::connected && phase_ != Phase::over) return -ENOTCONN;
    if (sent_.function == nullptr) push_on(); // else the callbacks' thread does
    const SocketId socket = socket_;
    wait(patience(timeout), [this, socket] { return sending_ == nullptr || !mine(socket); });
    if (!mine(socket)) return -EBADF;
    if (sending_ != nullptr) return no_room(timeout);
    sending_ = &packet;
    sent_ = {callback, user_data};
    const Result<void> pushed = push();
    if (!pushed && pushed.error() != Error::would_block) {
        sending_ = nullptr; // the caller's again
        return errno_of(pushed);
    }
    if (pushed && callback == nullptr) end_send(0);
    if (pushed && callback != nullptr) go_on(K_NO_WAIT);
    return 0;
}

int ContextPlace::send_to(net_pkt& packet, const sockaddr* address, socklen_t length,
                          net_context_send_cb_t callback, std::int32_t timeout, void* user_data) {
    {
        const Held held{lock_};
        if (!stream_) {
            Address to;
            const Result<void> read = c::read_destination(family_, address, length, to);
            if (!read) return errno_of(read);
            const int opened = open();
            return opened == 0 ? transmit(packet, to, {callback, user_data}, timeout) : opened;
        }
    }
    return send(packet, callback, timeout, user_data);
}

/// The packet is gone when it returns 0.
int ContextPlace::transmit(net_pkt& packet, const Address& to, Handler<net_context_send_cb_t> sent,
                           std::int32_t timeout) {
    const SocketId socket = socket_;
    net_context* const context = context_;
    const Instant until = end_of(patience(timeout));
    const Result<void> gone = unlocked([&] { return send_datagram(host(), socket, to, packet, until); });
    if (!mine(socket)) return -EBADF;
    if (gone.error() == Error::would_block) return no_room(timeout);
    if (!gone) {
        if (starts_anew(gone.error())) drop_socket();
        return errno_of(gone);
    }
    net_pkt_unref(&packet);
    if (sent.function != nullptr) unlocked([&] { sent.function(context, 0, sent.data); });
    return 0;
}

void ContextPlace::put() {
    accept(nullptr, 0, nullptr);
    const Held held{lock_};
    context_ = nullptr;
    received_ = {};
    connected_ = {};
    sent_ = {};
    k_condvar_broadcast(&changed_);
    if (sending_ == nullptr || push().error() != Error::would_block) return close();
    phase_ = Phase::closing;
    closes_at_ = now() + kLinger;
    go_on(timeout_until(closes_at_, now()));
}

void ContextPlace::close() {
    if (sending_ != nullptr) net_pkt_unref(std::exchange(sending_, nullptr));
    drop_socket();
    phase_ = Phase::free;
}

void ContextPlace::drop_socket() {
    if (socket_) static_cast<void>(host().close(std::exchange(socket_, {})));
    phase_ = Phase::fresh;
    k_condvar_broadcast(&changed_);
}

} // namespace nwp::zephyr
