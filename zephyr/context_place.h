// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/instant.h"
#include "base/result.h"
#include "nwp/socket_id.h"
#include "ports/zephyr/held.h"

#include <zephyr/kernel.h>
#include <zephyr/net/net_context.h>

struct net_pkt;

namespace nwp::zephyr {

/// One net_context in the network processor. Calls come on the application's threads; what happens there is
/// brought to the context's callbacks by a thread of the driver's own, the only one that calls those of
/// accept() and receive(). One lock guards all of a place. It is released wherever a call waits and wherever
/// the application is called back: Zephyr's callbacks take locks that applications hold while they call.
///
/// Zephyr holds the context's own mutex over connect(), accept(), send(), receive() and put(), and a
/// descriptor's over every call of its sockets; nothing here relies on that. A call that waits while put()
/// comes ends with -EBADF; one that waits for a place in the host, once the host has one. A receive callback
/// that has begun when put() comes may still run behind it, as those of Zephyr's own TCP: it may be waiting
/// for the descriptor that put()'s caller holds.
class ContextPlace {
public:
    ContextPlace();
    ContextPlace(const ContextPlace&) = delete;
    ContextPlace& operator=(const ContextPlace&) = delete;

    /// It is this context's from now on. It has no socket yet: that comes with the first call that needs one.
    /// False: it is another's.
    bool take(net_context& context);

    // As net_offload has them: 0, or a negative errno. Times are in milliseconds; negative: for ever.

    int bind(const sockaddr* address, socklen_t length);
    int listen(int backlog);
    /// Timeout 0: it goes on, and the callback tells how it ended.
    int connect(const sockaddr* address, socklen_t length, net_context_connect_cb_t callback,
                std::int32_t timeout, void* user_data);
    /// Null ends it, and waits for the callback if that runs (but not for itself): nobody would put the
    /// context that it was given.
    int accept(net_tcp_accept_cb_t callback, std::int32_t timeout, void* user_data);
    /// Owns the packet unless it fails.
    ///   -EAGAIN (timeout 0), -ENOBUFS   the one before has not gone yet
    int send(net_pkt& packet, net_context_send_cb_t callback, std::int32_t timeout, void* user_data);
    int send_to(net_pkt& packet, const sockaddr* address, socklen_t length, net_context_send_cb_t callback,
                std::int32_t timeout, void* user_data);
    int receive(net_context_recv_cb_t callback, std::int32_t timeout, void* user_data);
    /// What was sent still goes out, if the peer takes it within a minute.
    void put();

private:
    enum class Phase : std::uint8_t {
        free,
        fresh, ///< a context's, without a socket
        busy,  ///< a thread waits for its socket, perhaps without one yet, or until it is connected
        open,
        connecting,
        connected,
        listening,
        over,   ///< nothing comes any more
        closing ///< nobody's; its last packet goes out
    };

    template <typename Function>
    struct Handler {
        Function function = nullptr;
        void* data = nullptr;
    };

    static int errno_of(const Result<void>& outcome);
    static Instant now();
    static bool under_way(const Result<void>& outcome);

    // Any thread, without the lock.

    void on_ready(SocketId socket, Readiness readiness);
    void go_on(k_timeout_t after);

    // The callbacks' thread, without the lock.

    static void on_work(k_work* work);
    void work();
    bool accept_one();
    Result<void> become(SocketId accepted, const Address& peer);

    // With the lock, which they release where they wait or call back; `mine()` tells whether put() came.

    bool mine(SocketId socket) const { return socket && socket_ == socket; }
    template <typename Waiting>
    auto unlocked(const Waiting& waiting) {
        const Released released{lock_};
        return waiting();
    }
    template <typename Met>
    bool wait(std::int32_t timeout, const Met& met);
    int open();
    template <typename Request>
    int ask(Request&& request);
    int wait_for_one(std::int32_t timeout);
    int attempt(std::int32_t timeout);
    int end_connect(const Result<void>& outcome);
    int transmit(net_pkt& packet, const Address& to, Handler<net_context_send_cb_t> sent,
                 std::int32_t timeout);
    void end_send(int status);
    void push_on();
    void receive_on();

    // With the lock all the time.

    Result<void> push();
    net_pkt* next_packet(Result<void>& outcome);
    Result<void> read_stream(net_pkt& packet);
    Result<void> read_datagram(net_pkt& packet) const;
    bool starts_anew(Error error) const;
    void drop_socket();
    void close();

    k_mutex lock_; ///< of everything below but work_
    net_context* context_ = nullptr;
    std::uint32_t life_ = 0; ///< how often it was taken
    SocketId socket_;        ///< of each life another: see mine()
    Address peer_;           ///< of the attempt to connect
    Family family_{};
    bool stream_ = false;
    bool bound_ = false;
    Phase phase_ = Phase::free;
    net_pkt* sending_ = nullptr; ///< of a stream: what is not sent yet
    Instant closes_at_;          ///< while closing: it ends then
    std::uint32_t came_ = 0;     ///< what was received, or accepted
    Handler<net_context_connect_cb_t> connected_;
    Handler<net_tcp_accept_cb_t> accepted_;
    Handler<net_context_send_cb_t> sent_;
    Handler<net_context_recv_cb_t> received_;
    k_condvar changed_; ///< came_, sending_, socket_

    k_work_delayable work_; ///< of Zephyr's, with a lock of its own
};

} // namespace nwp::zephyr
