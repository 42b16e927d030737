// SPDX-License-Identifier: Apache-2.0
#include "nwp/radio.h"

namespace nwp {

void StationListener::decode(ByteView body) {
    if (const auto change = wire::decode<WifiStationChanged>(body)) on_station(*change);
}

namespace request {

Error GetWifiCountry::take(const void* received) {
    country_.assign(as_reply(received).country);
    return Error{};
}

Error GetWifiPowerSave::take(const void* received) {
    const wire::WifiPowerSave& reply = as_reply(received);
    power_save_ = {reply.enabled != 0, reply.listen_interval};
    return Error{};
}

Error GetWifiStatistics::take(const void* received) {
    const wire::WifiStatistics& reply = as_reply(received);
    statistics_ = {reply.beacons_received, reply.beacons_missed, reply.joins,
                   reply.losses,           reply.bytes_received, reply.bytes_sent,
                   reply.packets_received, reply.packets_sent};
    return Error{};
}

StartAccessPoint::StartAccessPoint(const AccessPointChoice& choice) {
    message_.ssid = choice.ssid;
    message_.passphrase = choice.passphrase;
    message_.security = choice.security;
    message_.channel = choice.channel;
}

Error GetAccessPoint::take(const void* received) {
    const wire::WifiAccessPoint& reply = as_reply(received);
    status_.running = reply.running != 0;
    status_.ssid.assign(reply.ssid);
    status_.security = reply.security;
    status_.channel = reply.channel;
    status_.stations = reply.stations;
    return Error{};
}

void GetAccessPoint::take_item(const void* item) {
    if (station_) station_(as_item(item).station);
}

} // namespace request
} // namespace nwp
