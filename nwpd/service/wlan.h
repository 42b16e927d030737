// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "nwpd/service/client.h"
#include "nwpd/service/network.h"
#include "nwpd/wifi/radio.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>

namespace nwp::service {

struct WlanStatus {
    WifiState state{};
    WifiCause cause{};
    WifiNetwork network; ///< of the access point, when connected or lost
    std::optional<wifi::Lease> lease;
};

/// The station: scan, join, leave, and who is told about it. One executor.
class Wlan {
public:
    Wlan(boost::asio::io_context& context, wifi::Radio& radio, Network& network);
    ~Wlan();
    Wlan(const Wlan&) = delete;

    /// From now on the client's listener hears of changes. remove() also cancels what the client asked for.
    void add(Client& client);
    void remove(Client& client);

    /// `found` for each network, then `done` once: success, wifi_busy, timed_out, cancelled,
    /// operation_not_supported (no radio). Returns a number for cancel().
    std::uint64_t scan(Client& client, Duration limit, std::function<void(const WifiNetwork&)> found,
                       std::function<void(Result<void>)> done);
    /// `done` once: the network, or wifi_no_network, wifi_wrong_key, wifi_rejected, wifi_busy, timed_out,
    /// cancelled, invalid_argument (SSID empty, passphrase length), operation_not_supported.
    std::uint64_t connect(Client& client, const wifi::JoinRequest& request, Duration limit,
                          std::function<void(Result<WifiNetwork>)> done);
    void cancel(std::uint64_t request);
    void disconnect(Client& client, std::function<void(Result<void>)> done);
    WlanStatus status() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace nwp::service
