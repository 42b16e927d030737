// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "nwpd/service/client.h"
#include "nwpd/service/network.h"
#include "nwpd/wifi/radio.h"
#include "nwpd/wifi/regulatory_database.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace nwp::service {

struct WlanStatus {
    WifiState state{};
    WifiCause cause{};
    WifiNetwork network; ///< of the access point, when connected or lost
    std::optional<wifi::Lease> lease;
};

/// The station: scan, join, leave, and who is told about it; tells the network about lease and access point.
/// One executor. Radio and network outlive it.
class Wlan {
public:
    Wlan(boost::asio::io_context& context, wifi::Radio& radio, Network& network,
         wifi::RegulatoryDatabase countries = {});
    ~Wlan(); ///< calls no `done` and no listener any more
    Wlan(const Wlan&) = delete;
    Wlan& operator=(const Wlan&) = delete;

    /// From now on the client's listener hears of changes, each exactly once: status() holds all those
    /// before.
    void add(Client& client);
    /// The client is gone: no `done` of it is called any more, and what it waits for is dropped. A connection
    /// that stands stays.
    void remove(Client& client);

    /// `found` for each network, then `done` once: success, wifi_busy, timed_out, cancelled,
    /// operation_not_supported (no radio). Returns a number for cancel().
    std::uint64_t scan(Client& client, Duration limit, std::function<void(const WifiNetwork&)> found,
                       std::function<void(Result<void>)> done);
    /// `done` once: the network, or wifi_no_network, wifi_wrong_key, wifi_rejected, wifi_busy, timed_out,
    /// cancelled, invalid_argument (SSID empty, passphrase length), operation_not_supported.
    std::uint64_t connect(Client& client, const wifi::JoinRequest& request, Duration limit,
                          std::function<void(Result<WifiNetwork>)> done);
    /// Nothing when it was answered already.
    void cancel(std::uint64_t request);
    /// Ends what anybody connected; `done` once: success, operation_not_supported (no radio).
    void disconnect(Client& client, std::function<void(Result<void>)> done);
    /// The address that we have on every network from now on, in place of what DHCP says; none: DHCP's again.
    /// For everybody: there is one station. Without a radio nothing happens.
    void set_fixed_lease(const std::optional<wifi::Lease>& lease);
    /// As disconnect(), unless another client is there that hears of changes: for a host whose power is cut,
    /// and with it the connection that it made for itself.
    void disconnect_if_alone(Client& client);
    // The radio, for everybody: there is one.
    //   operation_not_supported   there is no radio

    /// Keeps scans, joins and access points of ours to the channels of a country; a network on another
    /// channel is lost. Until the daemon ends.
    ///   invalid_argument   not of ISO 3166-1 alpha-2, nor "00"
    ///   not_found          a country whose rules are not known
    ///   wifi_busy          the radio is an access point
    Result<void> set_country(std::string_view country);
    const wifi::RegulatoryDomain& regulatory_domain() const;
    /// listen_interval 0: as before.
    Result<void> set_power_save(const WifiPowerSave& power_save);
    const WifiPowerSave& power_save() const;
    /// Of the air, and what passed over it.
    Result<WifiStatistics> statistics() const;
    /// For an access point: connect() answers wifi_busy until it is given back.
    ///   wifi_busy   it is one already, or has a network, or joins one
    Result<void> take_radio();
    void give_radio_back();
    /// Tells everybody who hears of changes, later.
    void tell_station_changed(const Bssid& station, bool joined);

    /// As the listeners were told; a scan while disconnected shows as `scanning`.
    WlanStatus status() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace nwp::service
