// SPDX-License-Identifier: Apache-2.0
// Wi-Fi management of the radio itself: access point, power save, country, statistics.
#include "nwp/radio.h"

#include "host/c/errno_table.h"
#include "zephyr/driver.h"
#include "zephyr/network.h"
#include "zephyr/registration.h"

#include <cerrno>
#include <cstring>
#include <opennwp/access_point_events.h>

using namespace nwp; // the functions below are C's

namespace {

int perform(Pending& request) {
    const Result<void> done = zephyr::host().perform(request);
    if (!done && done.error() == Error::wifi_busy) return -EBUSY;
    return done ? 0 : -c::errno_of(done.error());
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), bytes != nullptr ? size : 0};
}

} // namespace

int opennwp_enable_access_point(const device* device, wifi_connect_req_params* wanted) {
    AccessPointChoice choice;
    choice.ssid = text_of(wanted->ssid, wanted->ssid_length);
    if (wanted->mfp == WIFI_MFP_REQUIRED) return -ENOTSUP;
    if (wanted->security == WIFI_SECURITY_TYPE_NONE) {
        choice.security = WifiSecurity::open;
    } else if (wanted->security == WIFI_SECURITY_TYPE_PSK) {
        choice.passphrase = text_of(wanted->psk, wanted->psk_length);
    } else {
        return -ENOTSUP;
    }
    if (wanted->channel != WIFI_CHANNEL_ANY) choice.channel = wanted->channel;
    request::StartAccessPoint request(choice);
    const int result = perform(request);
    if (result == 0) zephyr::tell_access_point(net_if_lookup_by_dev(device), true);
    return result;
}

int opennwp_disable_access_point(const device* device) {
    request::StopAccessPoint request;
    const int result = perform(request);
    if (result == 0) zephyr::tell_access_point(net_if_lookup_by_dev(device), false);
    return result;
}

int opennwp_remove_station(const device*, const std::uint8_t* mac) {
    Bssid station;
    std::memcpy(station.octets, mac, sizeof station.octets);
    request::RemoveStation request(station);
    return perform(request);
}

int opennwp_set_power_save(bool enabled) { return opennwp_set_listen_interval(enabled, 0); }

int opennwp_set_listen_interval(bool enabled, std::uint8_t beacons) {
    request::SetWifiPowerSave request({enabled, beacons});
    return perform(request);
}

int opennwp_get_power_save(bool* enabled, std::uint8_t* listen_interval) {
    request::GetWifiPowerSave request;
    const int result = perform(request);
    *enabled = request.power_save().enabled;
    *listen_interval = request.power_save().listen_interval;
    return result;
}

int opennwp_country(bool set, std::uint8_t* country) {
    if (set) {
        request::SetWifiCountry request(text_of(country, Country::capacity));
        return perform(request);
    }
    request::GetWifiCountry request;
    const int result = perform(request);
    if (result == 0) std::memcpy(country, request.country().bytes().data(), request.country().size());
    return result;
}

#ifdef CONFIG_NET_STATISTICS_WIFI
int opennwp_statistics(const device*, net_stats_wifi* into) {
    request::GetWifiStatistics request;
    const int result = perform(request);
    const WifiStatistics& counted = request.statistics();
    *into = {}; // Zephyr counts in 32 bits
    into->sta_mgmt.beacons_rx = counted.beacons_received;
    into->sta_mgmt.beacons_miss = counted.beacons_missed;
    into->bytes.received = static_cast<net_stats_t>(counted.bytes_received);
    into->bytes.sent = static_cast<net_stats_t>(counted.bytes_sent);
    into->pkts.rx = static_cast<net_stats_t>(counted.packets_received);
    into->pkts.tx = static_cast<net_stats_t>(counted.packets_sent);
    return result;
}
#endif
