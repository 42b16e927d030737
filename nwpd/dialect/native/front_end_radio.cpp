// SPDX-License-Identifier: Apache-2.0
// Requests about the radio itself: country, power save, statistics, access point.
#include "nwpd/dialect/native/front_end.h"

namespace nwp::native {

void FrontEnd::on(const wire::WifiCountrySet& set, const RequestPointer& request) {
    request->finish(shared_.services.wlan.set_country(set.country));
}

void FrontEnd::on(const wire::WifiCountryGet&, const RequestPointer& request) {
    const service::Wlan& wlan = shared_.services.wlan;
    if (wlan.status().state == WifiState::off) return request->fail(Error::operation_not_supported);
    request->reply(wire::WifiCountry{wlan.regulatory_domain().country().view()});
}

void FrontEnd::on(const wire::WifiPowerSaveSet& set, const RequestPointer& request) {
    if (set.enabled > 1) return request->fail(Error::invalid_argument);
    request->finish(shared_.services.wlan.set_power_save({set.enabled == 1, set.listen_interval}));
}

void FrontEnd::on(const wire::WifiPowerSaveGet&, const RequestPointer& request) {
    const service::Wlan& wlan = shared_.services.wlan;
    if (wlan.status().state == WifiState::off) return request->fail(Error::operation_not_supported);
    const WifiPowerSave now = wlan.power_save();
    request->reply(wire::WifiPowerSave{static_cast<std::uint8_t>(now.enabled ? 1 : 0), now.listen_interval});
}

void FrontEnd::on(const wire::WifiStatisticsGet&, const RequestPointer& request) {
    const Result<WifiStatistics> counted = shared_.services.wlan.statistics();
    if (!counted) return request->fail(counted.error());
    request->reply(wire::WifiStatistics{counted->beacons_received, counted->beacons_missed, counted->joins,
                                        counted->losses, counted->bytes_received, counted->bytes_sent,
                                        counted->packets_received, counted->packets_sent});
}

void FrontEnd::on(const wire::WifiAccessPointStart& start, const RequestPointer& request) {
    service::AccessPoint* const point = shared_.services.access_point;
    if (point == nullptr) return request->fail(Error::operation_not_supported);
    if (start.ssid.size() > Ssid::capacity || start.passphrase.size() > Passphrase::capacity)
        return request->fail(Error::invalid_argument);
    request->finish(
        point->start({Ssid(start.ssid), Passphrase(start.passphrase), start.security, start.channel}));
}

void FrontEnd::on(const wire::WifiAccessPointStop&, const RequestPointer& request) {
    service::AccessPoint* const point = shared_.services.access_point;
    request->finish(point != nullptr ? point->stop() : Result<void>{Error::operation_not_supported});
}

void FrontEnd::on(const wire::WifiAccessPointGet&, const RequestPointer& request) {
    const service::AccessPoint* const point = shared_.services.access_point;
    if (point == nullptr || shared_.services.wlan.status().state == WifiState::off)
        return request->fail(Error::operation_not_supported);
    if (!point->running()) return request->reply(wire::WifiAccessPoint{});
    const service::AccessPointSettings& running = *point->running();
    std::uint8_t count = 0;
    for (const wifi::AirDevice& station : point->stations()) {
        request->item(wire::WifiAccessPointStation{station.mac});
        ++count;
    }
    request->reply(wire::WifiAccessPoint{1, running.ssid.view(), running.security, running.channel, count});
}

void FrontEnd::on(const wire::WifiStationRemove& which, const RequestPointer& request) {
    service::AccessPoint* const point = shared_.services.access_point;
    request->finish(point != nullptr ? point->send_away(which.station)
                                     : Result<void>{Error::operation_not_supported});
}

} // namespace nwp::native
