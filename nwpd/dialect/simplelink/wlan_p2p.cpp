// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/wlan_p2p.h"

#include "simplelink/wlan_events.h"

#include <algorithm>
#include <utility>

namespace nwp::simplelink {
namespace {

constexpr std::uint8_t kIntentMask = 0x0F;
constexpr std::uint8_t kOwnerIntent = 15;
constexpr std::uint8_t kPushButton = 4;              ///< a method of WPS
constexpr std::string_view kGroupPrefix = "DIRECT-"; ///< Wi-Fi P2P 3.2.1

MacAddress mac_of(const wifi::AirDevice& device) {
    MacAddress mac{};
    std::copy(std::begin(device.mac.octets), std::end(device.mac.octets), mac.begin());
    return mac;
}

template <typename Event>
Event about_peer(const wifi::AirDevice& peer) {
    Event event;
    event.name_length = static_cast<std::uint8_t>(peer.name.size());
    event.name = room_with<32>(peer.name.bytes());
    event.mac = mac_of(peer);
    event.wps_method = kPushButton;
    return event;
}

std::string group_of(const wifi::AirDevice& peer) {
    return (std::string(kGroupPrefix) + std::string(peer.name.view())).substr(0, kSsidRoom);
}

template <typename Event>
Event about_owner(const wifi::AirDevice& owner) {
    Event event;
    const std::string ssid = group_of(owner);
    event.ssid_length = static_cast<std::uint8_t>(ssid.size());
    event.ssid = room_with<kSsidRoom>(as_bytes(ssid));
    event.bssid = mac_of(owner);
    event.owner_name_length = static_cast<std::uint8_t>(owner.name.size());
    event.owner_name = room_with<32>(owner.name.bytes());
    return event;
}

template <typename Event>
Event about_client(const wifi::AirDevice& client) {
    Event event;
    event.mac = mac_of(client);
    event.name_length = static_cast<std::uint8_t>(client.name.size());
    event.name = room_with<32>(client.name.bytes());
    const std::string ssid = group_of(client);
    event.ssid_length = static_cast<std::uint8_t>(ssid.size());
    event.ssid = room_with<kSsidRoom>(as_bytes(ssid));
    return event;
}

} // namespace

WlanP2p::WlanP2p(const Power& power, const WlanPolicies& policies)
    : board_(power.board), out_(power.out), policies_(policies) {}

void WlanP2p::start() {
    if (board_.services.air == nullptr) return;
    watching_ = board_.services.air->watch([this] { look(); });
    look();
}

void WlanP2p::look() {
    for (const wifi::AirDevice& device : board_.services.air->devices()) {
        if (device.kind != wifi::AirDevice::Kind::p2p_peer) continue;
        const auto known = std::find(told_.begin(), told_.end(), device.mac);
        if (!device.present) {
            if (known != told_.end()) told_.erase(known);
            if (connected_ && connected_->mac == device.mac) end(DisconnectReason::inactivity);
        } else if (known == told_.end()) {
            told_.push_back(device.mac);
            out_.tell(about_peer<P2pDeviceFound>(device));
            if (!device.invites) continue;
            if ((policies_.connection() & connection_policy::any_p2p) != 0 && !connected_) {
                join(device);
            } else {
                out_.tell(about_peer<P2pRequested>(device));
            }
        }
    }
}

const wifi::AirDevice* WlanP2p::find(const WlanNetwork& network) const {
    if (board_.services.air == nullptr) return nullptr;
    for (const wifi::AirDevice& device : board_.services.air->devices()) {
        if (device.kind != wifi::AirDevice::Kind::p2p_peer || !device.present) continue;
        if (network.bssid == MacAddress{} ? device.name.view() == network.ssid
                                          : mac_of(device) == network.bssid)
            return &device;
    }
    return nullptr;
}

bool WlanP2p::wants_to_own() const { return (policies_.p2p() & kIntentMask) == kOwnerIntent; }

void WlanP2p::connect(const WlanNetwork& network) {
    if (connected_) end(DisconnectReason::user_initiated);
    const wifi::AirDevice* peer = find(network);
    if (peer != nullptr && (peer->accepts || peer->invites)) return join(*peer);
    out_.tell(P2pFailed{static_cast<std::uint16_t>(DisconnectReason::while_connecting)});
}

void WlanP2p::join(const wifi::AirDevice& peer) {
    connected_ = peer;
    owner_ = wants_to_own();
    if (owner_) return out_.tell(about_client<P2pClientAdded>(peer));
    out_.tell(about_owner<P2pConnected>(peer));
}

void WlanP2p::disconnect() {
    if (connected_) end(DisconnectReason::user_initiated);
}

P2pConnected WlanP2p::connected() const {
    return connected_ ? about_owner<P2pConnected>(*connected_) : P2pConnected{};
}

void WlanP2p::end(DisconnectReason reason) {
    const wifi::AirDevice peer = *std::exchange(connected_, std::nullopt);
    if (owner_) return out_.tell(about_client<P2pClientRemoved>(peer));
    auto event = about_owner<P2pDisconnected>(peer);
    event.reason = reason;
    out_.tell(event);
}

} // namespace nwp::simplelink
