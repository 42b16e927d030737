// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/outbox.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "nwpd/service/client.h"
#include "simplelink/host_framer.h"

#include <memory>
#include <vector>

namespace nwp::simplelink {

/// One powered-on network processor, from INIT COMPLETE until the host cuts its power. It takes one command
/// at a time: what comes while one is unanswered waits unread.
class Chip final : private service::ClientListener {
public:
    explicit Chip(Board& board);
    ~Chip(); ///< closes its sockets and forgets its handles
    Chip(const Chip&) = delete;
    Chip& operator=(const Chip&) = delete;

    /// The line has bytes.
    void on_readable();
    /// The line has room again.
    void on_drained();
    /// The host opened its line anew to go on at another rate; its power was never cut.
    bool awaits_new_rate() const;
    void on_new_rate();

private:
    struct Silos;

    void on_readable(service::SocketId socket) override;
    void on_taken(service::SocketId socket) override;
    void on_failed(service::SocketId socket, Error error) override;
    void on_acceptable(service::SocketId socket, std::size_t waiting) override;
    void on_problem(service::SocketId socket, Error error) override;
    void on_refused(service::SocketId socket, const Verdict& verdict) override;
    void on_wifi_changed(WifiState state, WifiCause cause, std::uint32_t detail) override;
    void on_address_changed(const std::optional<wifi::Lease>& lease) override;

    void pump();
    void take(const HostMessage& message);

    Board& board_;
    service::Client client_;
    Outbox out_;
    HostFramer framer_;
    std::unique_ptr<Silos> silos_;
    bool taking_ = false; ///< inside a silo's take()
};

} // namespace nwp::simplelink
