// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/accepted_stream.h"
#include "nwpd/service/log_limit.h"
#include "nwpd/service/socket.h"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <unordered_set>

namespace nwp::service {

/// The handshakes of connections that came to one TLS listener: they run side by side, each has
/// SocketServices::handshake_limit from its first moment. One that fails is counted, logged with its verdict
/// (of a flood not every one) and gone; the application never hears of it (contracts 5).
class TlsArrivals {
public:
    /// What a listener has to say about each of them.
    struct Way {
        std::vector<SecTag> tags; ///< looked up for each connection
        /// Instead of what tags name, if not null.
        std::shared_ptr<const net::TlsCredentials> given;
        net::TlsServerSettings settings; ///< all but the credentials
        std::string client;              ///< for the log
    };
    /// A finished handshake, or null: one failed with this verdict, and there is room for another.
    using Told = std::function<void(std::unique_ptr<AcceptedStream>, const Verdict&)>;

    TlsArrivals(SocketServices& services, Told told) : services_(services), told_(std::move(told)) {}
    ~TlsArrivals() { drop_all(); }
    TlsArrivals(const TlsArrivals&) = delete;
    TlsArrivals& operator=(const TlsArrivals&) = delete;

    void begin(AcceptedStream arrival, Way way);
    std::size_t size() const { return running_.size(); }
    /// Resets them.
    void drop_all();
    /// Resets those that came over the network, not from a host of this NWP.
    void drop_remote();

private:
    struct Running;
    using Entry = std::shared_ptr<Running>;

    void secure(const Entry& entry, Result<net::TlsCredentials> found);
    void finished(const Entry& entry, Result<void> outcome);
    void refused(const Entry& entry, const Verdict& verdict, const std::string& words);

    SocketServices& services_;
    Told told_;
    LogLimit log_limit_;
    std::unordered_set<Entry> running_;
};

} // namespace nwp::service
