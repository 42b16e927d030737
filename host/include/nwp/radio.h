// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/events.h"
#include "nwp/request.h"

namespace nwp {

/// How to be an access point.
struct AccessPointChoice {
    std::string_view ssid;       ///< 1 to 32 bytes
    std::string_view passphrase; ///< 8 to 63 characters or 64 hex digits; empty for an open one
    WifiSecurity security = WifiSecurity::wpa2_psk;
    std::uint8_t channel = 0; ///< 0: the NWP chooses
};

/// How the access point is.
struct AccessPointStatus {
    bool running = false;
    Ssid ssid;
    WifiSecurity security = WifiSecurity::open;
    std::uint8_t channel = 0;
    std::uint8_t stations = 0;
};

using WifiStationChanged = wire::WifiStationChanged;

/// Hears of stations that join the access point or leave it, as of every event.
class StationListener : public EventListener {
protected:
    ~StationListener() = default;

private:
    virtual void on_station(const WifiStationChanged& change) = 0;
    void on_event(std::uint16_t id, ByteView body) final {
        if (id == WifiStationChanged::id) decode(body);
    }
    void decode(ByteView body);
};

namespace request {

// The radio of the NWP, which all its hosts share. Each request may also end with
//   operation_not_supported   there is no radio

/// Keeps scans, joins and access points to the channels of a country (ISO 3166-1 alpha-2; "00": none is
/// known) until the NWP is started anew. A network joined on another channel is lost.
///   invalid_argument   no such code
///   not_found          the NWP has no rules for that country
///   wifi_busy          an access point of ours runs
class SetWifiCountry final : public Asking<wire::WifiCountrySet> {
public:
    explicit SetWifiCountry(std::string_view country) { message_.country = country; }
};

class GetWifiCountry final : public Asking<wire::WifiCountryGet> {
public:
    const Country& country() const { return country_; }

private:
    Error take(const void* reply) override;

    Country country_;
};

/// listen_interval 0: as before.
class SetWifiPowerSave final : public Asking<wire::WifiPowerSaveSet> {
public:
    explicit SetWifiPowerSave(const WifiPowerSave& power_save) {
        message_.enabled = power_save.enabled;
        message_.listen_interval = power_save.listen_interval;
    }
};

class GetWifiPowerSave final : public Asking<wire::WifiPowerSaveGet> {
public:
    const WifiPowerSave& power_save() const { return power_save_; }

private:
    Error take(const void* reply) override;

    WifiPowerSave power_save_;
};

class GetWifiStatistics final : public Asking<wire::WifiStatisticsGet> {
public:
    const WifiStatistics& statistics() const { return statistics_; }

private:
    Error take(const void* reply) override;

    WifiStatistics statistics_;
};

/// The radio becomes an access point, until StopAccessPoint: also when this host is gone.
///   invalid_argument          no ssid, or a passphrase that 802.11 does not allow
///   operation_not_supported   WPA3
///   not_permitted             the country does not allow the channel
///   wifi_busy                 it is one, or has a network or joins one
class StartAccessPoint final : public Asking<wire::WifiAccessPointStart> {
public:
    explicit StartAccessPoint(const AccessPointChoice& choice);
};

/// Sends its stations away and ends it. Succeeds also where there is none.
class StopAccessPoint final : public Asking<wire::WifiAccessPointStop> {};

/// Tells each station that is in, on the servicing thread, without the lock.
class GetAccessPoint final : public Asking<wire::WifiAccessPointGet, wire::WifiAccessPointStation> {
public:
    explicit GetAccessPoint(Callback<void(const Bssid&)> station = {}) : station_(station) {}
    const AccessPointStatus& status() const { return status_; }

private:
    Error take(const void* reply) override;
    void take_item(const void* item) override;

    Callback<void(const Bssid&)> station_;
    AccessPointStatus status_;
};

/// Sends one station of the access point away.
///   not_found   it is not in
class RemoveStation final : public Asking<wire::WifiStationRemove> {
public:
    explicit RemoveStation(const Bssid& station) { message_.station = station; }
};

} // namespace request
} // namespace nwp
