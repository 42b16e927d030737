// SPDX-License-Identifier: Apache-2.0
#include "nwp/wifi.h"

namespace nwp::request {
namespace {

/// WifiNetworkFound, WifiJoined and WifiStatus describe a network alike.
template <typename Message>
WifiNetwork network_in(const Message& message) {
    WifiNetwork network;
    network.ssid.assign(message.ssid);
    network.bssid = message.bssid;
    network.channel = message.channel;
    network.rssi_dbm = message.rssi_dbm;
    network.security = message.security;
    return network;
}

} // namespace

ScanWifi::ScanWifi(Callback<void(const WifiNetwork&)> found) : found_(found) {}

Error ScanWifi::prepare() {
    count_ = 0;
    return Error{};
}

void ScanWifi::take_item(const void* item) {
    ++count_;
    if (found_) found_(network_in(as_item(item)));
}

ConnectWifi::ConnectWifi(const WifiNetworkChoice& choice) {
    message_.ssid = choice.ssid;
    message_.passphrase = choice.passphrase;
    message_.security = choice.security;
    message_.bssid = choice.bssid;
    message_.channel = choice.channel;
}

Error ConnectWifi::take(const void* received) {
    const wire::WifiJoined& reply = as_reply(received);
    network_ = network_in(reply);
    return Error{};
}

Error GetWifiStatus::take(const void* received) {
    const wire::WifiStatus& reply = as_reply(received);
    status_.state = reply.state;
    status_.cause = reply.cause;
    status_.network = network_in(reply);
    status_.address = reply.address;
    status_.prefix_length = reply.prefix_length;
    status_.gateway = reply.gateway;
    status_.dns = reply.dns;
    return Error{};
}

} // namespace nwp::request
