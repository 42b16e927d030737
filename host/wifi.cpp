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

ScanWifi::ScanWifi(Callback<void(const WifiNetwork&)> found) : Asking(kSlowDeadline), found_(found) {}

Result<void> ScanWifi::send(session::Session& session, std::uint16_t number, std::uint32_t deadline_ms,
                            wire::SocketHandle handle) {
    count_ = 0;
    return Asking::send(session, number, deadline_ms, handle);
}

Result<void> ScanWifi::on_item(std::uint16_t id, ByteView body) {
    if (id != wire::WifiNetworkFound::id) return Error::protocol_error;
    const Result<wire::WifiNetworkFound> item = wire::decode<wire::WifiNetworkFound>(body);
    if (!item) return Error::protocol_error;
    ++count_;
    if (found_) found_(network_in(*item));
    return {};
}

ConnectWifi::ConnectWifi(const WifiNetworkChoice& choice) : Asking(kSlowDeadline) {
    message_.ssid = choice.ssid;
    message_.passphrase = choice.passphrase;
    message_.security = choice.security;
    message_.bssid = choice.bssid;
    message_.channel = choice.channel;
}

Result<Pending::Next> ConnectWifi::take(const wire::WifiJoined& reply) {
    network_ = network_in(reply);
    return Next::done;
}

Result<Pending::Next> GetWifiStatus::take(const wire::WifiStatus& reply) {
    status_.state = reply.state;
    status_.cause = reply.cause;
    status_.network = network_in(reply);
    status_.address = reply.address;
    status_.prefix_length = reply.prefix_length;
    status_.gateway = reply.gateway;
    status_.dns = reply.dns;
    return Next::done;
}

} // namespace nwp::request
