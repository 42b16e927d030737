// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/request.h"
#include "wire/wifi.h"

namespace nwp {

/// How to join a network.
struct WifiNetworkChoice {
    std::string_view ssid;       ///< 1 to 32 bytes
    std::string_view passphrase; ///< 8 to 63 characters or 64 hex digits; empty for open networks
    WifiSecurity security = WifiSecurity::wpa2_psk;
    Bssid bssid;              ///< all zero: any access point of that network
    std::uint8_t channel = 0; ///< 0: any
};

/// How Wi-Fi is.
struct WifiStatus {
    WifiState state = WifiState::disconnected;
    WifiCause cause = WifiCause::none;
    WifiNetwork network; ///< the one joined, or being joined
    Address address;     ///< port 0; unspecified: none
    std::uint8_t prefix_length = 0;
    Address gateway;
    Address dns;
};

namespace request {

/// Tells each access point in reach once, on the servicing thread, without the lock; done when all were told.
///   wifi_busy   another scan or join is running
class ScanWifi final : public Asking<wire::WifiScan, wire::WifiNetworkFound, kSlowDeadlineMs> {
public:
    explicit ScanWifi(Callback<void(const WifiNetwork&)> found);
    std::size_t count() const { return count_; }

private:
    Error prepare() override;
    void take_item(const void* item) override;

    Callback<void(const WifiNetwork&)> found_;
    std::size_t count_ = 0;
};

/// Joins a network; done when associated. The address follows as an event. detail() holds a WifiCause.
///   wifi_no_network, wifi_wrong_key, wifi_rejected, wifi_busy
///   invalid_argument   no ssid, or a passphrase that 802.11 does not allow
class ConnectWifi final : public Asking<wire::WifiConnect, NoItem, kSlowDeadlineMs> {
public:
    explicit ConnectWifi(const WifiNetworkChoice& choice);
    /// Which access point it became.
    const WifiNetwork& network() const { return network_; }

private:
    Error take(const void* reply) override;

    WifiNetwork network_;
};

/// Leaves the network.
class DisconnectWifi final : public Asking<wire::WifiDisconnect> {};

class GetWifiStatus final : public Asking<wire::WifiStatusGet> {
public:
    const WifiStatus& status() const { return status_; }

private:
    Error take(const void* reply) override;

    WifiStatus status_;
};

} // namespace request
} // namespace nwp
