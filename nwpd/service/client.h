// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/verdict.h"
#include "base/wifi.h"
#include "nwpd/wifi/radio.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace nwp::service {

/// A socket of one client. Its number means nothing to another client.
enum class SocketId : std::uint32_t { none = 0 };

/// What the daemon's configuration allows a client.
struct ClientPolicy {
    std::string name = "client"; ///< for logs
    std::size_t socket_limit = 256;
    bool allow_unverified = false; ///< TLS_PEER_VERIFY below `required` takes effect
    std::string packets;           ///< name of the TAP interface whose frames it may exchange; empty: none
    bool list_all = false;         ///< may see the sockets of every client
    std::set<std::string> truncation_hosts; ///< host names whose FIN without close_notify reads as the end
    /// SimpleLink hosts, whose interface knows no TLS 1.3: may a connection use it all the same?
    bool allow_tls_1_3 = false;
    /// SimpleLink hosts: peers with whom "connected, but ..." means connected, as it did on the chip.
    std::set<std::string> legacy_warn;
};

/// How a front end hears of things nobody asked for. Calls come on the network executor, never from inside a
/// call to the service.
class ClientListener {
public:
    /// received() holds more than before, or the stream ended behind it.
    virtual void on_readable(SocketId socket) = 0;
    /// The stream took more of what waited: Sockets::waiting() shrank. What write() could hand on at once is
    /// not told.
    virtual void on_taken(SocketId socket) = 0;
    /// The socket ended by itself with this error; what was received before it stays readable.
    virtual void on_failed(SocketId socket, Error error) = 0;
    /// More connections wait for accept() on this listening socket than before: so many.
    virtual void on_acceptable(SocketId socket, std::size_t waiting) = 0;
    /// An error on a socket that lives on: a datagram met nobody, or could not leave.
    virtual void on_problem(SocketId socket, Error error) = 0;
    /// A TLS listener refused a client; what it waits for has not come yet.
    virtual void on_refused(SocketId, const Verdict&) {}
    virtual void on_wifi_changed(WifiState state, WifiCause cause, std::uint32_t detail) = 0;
    /// A station joined an access point of ours, or left it.
    virtual void on_station_changed(const Bssid&, bool) {}
    /// No value: the address was lost.
    virtual void on_address_changed(const std::optional<wifi::Lease>& lease) = 0;

protected:
    ~ClientListener() = default;
};

/// One host's session as the service sees it: whose sockets, quotas and events these are.
class Client {
public:
    Client(ClientPolicy policy, ClientListener& listener)
        : policy_(std::move(policy)), listener_(&listener) {}
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    const ClientPolicy& policy() const { return policy_; }
    ClientListener& listener() const { return *listener_; }
    /// Seconds that this host's own clock is ahead of the machine's, where it has set one; certificates that
    /// its sockets check from now on are checked against that.
    std::int64_t clock_offset() const { return clock_offset_; }
    void set_clock_offset(std::int64_t seconds) { clock_offset_ = seconds; }
    /// A session that is attached anew is told through another listener.
    void set_listener(ClientListener& listener) { listener_ = &listener; }

private:
    ClientPolicy policy_;
    ClientListener* listener_;
    std::int64_t clock_offset_ = 0;
};

} // namespace nwp::service
