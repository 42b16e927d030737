// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/alarm.h"
#include "nwpd/service/client.h"
#include "nwpd/service/wlan.h"
#include "nwpd/wifi/auto_join.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nwp::service {

/// wifi::AutoJoin in real time over the radio that everybody shares: joins while there is no link, and gives
/// way to whoever joins by hand. Who leaves on purpose is not brought back. One executor; the Wlan outlives
/// it. What it joined stays joined when it goes.
class AutoJoiner final : private ClientListener {
public:
    /// `name` is for logs.
    AutoJoiner(boost::asio::io_context& context, Wlan& wlan, const std::string& name);
    ~AutoJoiner();
    AutoJoiner(const AutoJoiner&) = delete;
    AutoJoiner& operator=(const AutoJoiner&) = delete;

    // As AutoJoin says.
    void set_policy(wifi::AutoJoinPolicy policy);
    void set_networks(std::vector<wifi::PreferredNetwork> networks);
    void set_last(const std::optional<wifi::JoinRequest>& last) { machine_.set_last(last); }
    void start();

    /// Told of each network that this joined.
    void on_joined(std::function<void(const wifi::JoinRequest&)> listener) { joined_ = std::move(listener); }
    /// What is being joined now, by this.
    const std::optional<wifi::JoinRequest>& joining() const { return joining_; }
    /// Ends a join under way: somebody else is about to use the radio.
    void yield();
    /// Nothing more until the policy or a network changes, or a link comes and goes.
    void rest();

private:
    void on_readable(SocketId) override {}
    void on_taken(SocketId) override {}
    void on_failed(SocketId, Error) override {}
    void on_acceptable(SocketId, std::size_t) override {}
    void on_problem(SocketId, Error) override {}
    void on_wifi_changed(WifiState state, WifiCause cause, std::uint32_t detail) override;
    void on_address_changed(const std::optional<wifi::Lease>&) override {}

    void act();
    void scan();
    void join(const wifi::JoinRequest& request);
    void on_join_answer(const Result<WifiNetwork>& result);
    void arm();

    Wlan& wlan_;
    Client client_; ///< its own: a client has one scan at a time
    wifi::AutoJoin machine_;
    Alarm timer_;
    std::function<void(const wifi::JoinRequest&)> joined_;
    std::optional<wifi::JoinRequest> joining_;
    std::uint64_t join_request_ = 0; ///< for Wlan::cancel()
    std::vector<WifiNetwork> found_;
};

} // namespace nwp::service
