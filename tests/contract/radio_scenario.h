// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/device.h"
#include "nwp/host.h"
#include "nwp/radio.h"
#include "nwp/wifi.h"
#include "tests/contract/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace nwp::contract {

/// What the air of radio_file() has beside the network of all scenarios.
constexpr const char* kHighSsid = "high"; ///< an open network on channel 13
constexpr const char* kOwnSsid = "ours";  ///< the access point that two stations look for
constexpr const char* kOwnPassphrase = "welcome to us";

/// The stations, in the order of the radio file: 0 or 1.
inline Bssid station(Byte number) {
    Bssid mac;
    const Byte octets[] = {2, 0, 0, 0, 1, number};
    copy_bytes(mac.octets, ByteView{octets});
    return mac;
}

/// What a host hears of Wi-Fi, of its address and of the stations of the access point.
class RadioEars final : public StationListener {
public:
    explicit RadioEars(Host& host) : host_(host) { host_.add(*this); }
    ~RadioEars() { host_.remove(*this); }

    void on_wifi(const WifiChanged& change) override {
        const std::scoped_lock lock(mutex_);
        state_ = change.state;
        changed_.notify_all();
    }
    void on_address(const AddressChanged& change) override {
        const std::scoped_lock lock(mutex_);
        has_address_ = change.address.family != Family::unspecified;
        changed_.notify_all();
    }
    void on_station(const WifiStationChanged& change) override {
        const std::scoped_lock lock(mutex_);
        told_.push_back({change.station.octets[5], change.joined != 0});
        changed_.notify_all();
    }

    bool wait_state(WifiState state) {
        return wait([&] { return state_ == state; });
    }
    bool wait_address(bool there) {
        return wait([&] { return has_address_ == there; });
    }
    struct Told {
        Byte number; ///< of the station
        bool joined;
    };
    /// Until all that was told of stations is this.
    bool wait_told(std::initializer_list<Told> all) {
        const auto same = [](const Told& a, const Told& b) {
            return a.number == b.number && a.joined == b.joined;
        };
        return wait([&] { return std::equal(told_.begin(), told_.end(), all.begin(), all.end(), same); });
    }

private:
    template <typename Condition>
    bool wait(Condition holds) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(60), holds);
    }

    Host& host_;
    std::mutex mutex_;
    std::condition_variable changed_;
    WifiState state_{};
    bool has_address_ = false;
    std::vector<Told> told_;
};

/// The radio as one host sees and sets it: what each call came to, 0 for success.
class RadioCalls {
public:
    explicit RadioCalls(Host& host) : host_(host) {}

    Error set_country(std::string_view country) {
        request::SetWifiCountry set(country);
        return host_.perform(set).error();
    }
    std::string country() {
        request::GetWifiCountry get;
        EXPECT_TRUE(host_.perform(get));
        return std::string(get.country().view());
    }
    Error set_power_save(bool enabled, std::uint8_t listen_interval) {
        request::SetWifiPowerSave set({enabled, listen_interval});
        return host_.perform(set).error();
    }
    WifiPowerSave power_save() {
        request::GetWifiPowerSave get;
        EXPECT_TRUE(host_.perform(get));
        return get.power_save();
    }
    WifiStatistics statistics() {
        request::GetWifiStatistics get;
        EXPECT_TRUE(host_.perform(get));
        return get.statistics();
    }
    static AccessPointChoice own_access_point() {
        AccessPointChoice choice;
        choice.ssid = kOwnSsid;
        choice.passphrase = kOwnPassphrase;
        return choice;
    }
    Error start(const AccessPointChoice& choice = own_access_point()) {
        request::StartAccessPoint start(choice);
        return host_.perform(start).error();
    }
    Error start_on(std::uint8_t channel) {
        AccessPointChoice choice = own_access_point();
        choice.channel = channel;
        return start(choice);
    }
    Error stop() {
        request::StopAccessPoint stop;
        return host_.perform(stop).error();
    }
    AccessPointStatus access_point() {
        request::GetAccessPoint get;
        EXPECT_TRUE(host_.perform(get));
        return get.status();
    }
    /// The numbers of those that are in.
    std::vector<Byte> stations() {
        struct Those {
            std::vector<Byte> numbers;
            void add(const Bssid& mac) { numbers.push_back(mac.octets[5]); }
        } those;
        request::GetAccessPoint get(Callback<void(const Bssid&)>::to<&Those::add>(those));
        EXPECT_TRUE(host_.perform(get));
        EXPECT_EQ(get.status().stations, those.numbers.size());
        return those.numbers;
    }
    Error remove(const Bssid& mac) {
        request::RemoveStation remove(mac);
        return host_.perform(remove).error();
    }
    Error simulate(request::SimulateFault::Fault fault, const Bssid& bssid) {
        request::SimulateFault simulate(fault, bssid);
        return host_.perform(simulate).error();
    }
    Error join(std::string_view ssid) {
        WifiNetworkChoice choice;
        choice.ssid = ssid;
        choice.security = ssid == kHighSsid ? WifiSecurity::open : WifiSecurity::wpa2_psk;
        if (ssid == kSsid) choice.passphrase = kPassphrase;
        request::ConnectWifi join(choice);
        return host_.perform(join).error();
    }
    Error leave() {
        request::DisconnectWifi leave;
        return host_.perform(leave).error();
    }
    /// Whether a scan finds it.
    bool finds(std::string_view ssid) {
        struct Search {
            std::string_view ssid;
            bool found = false;
            void see(const WifiNetwork& network) { found = found || network.ssid.view() == ssid; }
        } search{ssid};
        request::ScanWifi scan(Callback<void(const WifiNetwork&)>::to<&Search::see>(search));
        EXPECT_TRUE(host_.perform(scan));
        return search.found;
    }

private:
    Host& host_;
};

} // namespace nwp::contract
