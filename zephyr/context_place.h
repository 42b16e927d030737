// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "nwp/socket_id.h"

#include <zephyr/kernel.h>
#include <zephyr/net/net_context.h>

struct net_pkt;

namespace nwp::zephyr {

/// One net_context in the network processor. Calls come on the application's threads; what happens there is
/// brought to the context's callbacks by a thread of the driver's own, which alone calls them, never with
/// `lock_` held: Zephyr's callbacks take locks that applications hold while they call.
class ContextPlace {
public:
    ContextPlace();
    ContextPlace(const ContextPlace&) = delete;
    ContextPlace& operator=(const ContextPlace&) = delete;

    bool free() const { return phase_ == Phase::free; }
    /// It has no socket yet: that comes with the first call that needs one.
    void take(net_context& context);

    // As net_offload has them: 0, or a negative errno. Times are in milliseconds; negative: for ever.

    int bind(const sockaddr* address, socklen_t length);
    int listen(int backlog);
    /// Timeout 0: it goes on, and the callback tells how it ended.
    int connect(const sockaddr* address, socklen_t length, net_context_connect_cb_t callback,
                std::int32_t timeout, void* user_data);
    int accept(net_tcp_accept_cb_t callback, std::int32_t timeout, void* user_data);
    /// Owns the packet unless it fails.
    ///   -EAGAIN (timeout 0), -ENOBUFS   the one before has not gone yet
    int send(net_pkt& packet, net_context_send_cb_t callback, std::int32_t timeout, void* user_data);
    int send_to(net_pkt& packet, const sockaddr* address, socklen_t length, net_context_send_cb_t callback,
                std::int32_t timeout, void* user_data);
    int receive(net_context_recv_cb_t callback, std::int32_t timeout, void* user_data);
    /// What was sent still goes out.
    void put();

private:
    enum class Phase : std::uint8_t { free, fresh, open, connecting, connected, listening, over, closing };

    void on_ready(SocketId socket, Readiness readiness);
    static void on_work(k_work* work);
    void work();
    void go_on(k_timeout_t after);

    Family family() const;
    bool is_stream() const;
    int open();
    Result<void> try_connect() const;
    int end_connect(const Result<void>& outcome);
    void accept_on();
    void hand_over(SocketId accepted, const Address& peer);
    void receive_on();
    net_pkt* next_packet(Result<void>& outcome);
    Result<void> read_stream(net_pkt& packet);
    Result<void> read_datagram(net_pkt& packet);
    Result<void> push();
    void push_on();
    int send_datagram(net_pkt& packet, const Address& to, std::int32_t timeout);
    void close();

    net_context* context_ = nullptr;
    SocketId socket_;
    Phase phase_ = Phase::free;
    Address peer_;
    net_pkt* sending_ = nullptr;
    net_context_connect_cb_t connected_ = nullptr;
    net_tcp_accept_cb_t accepted_ = nullptr;
    net_context_send_cb_t sent_ = nullptr;
    net_context_recv_cb_t received_ = nullptr;
    void* connect_data_ = nullptr;
    void* accept_data_ = nullptr;
    void* send_data_ = nullptr;
    void* receive_data_ = nullptr;
    k_mutex lock_;
    k_sem came_; ///< something was received, or accepted
    k_sem gone_; ///< a packet was sent
    k_work_delayable work_;
};

} // namespace nwp::zephyr
