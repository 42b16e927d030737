// SPDX-License-Identifier: Apache-2.0
// Zephyr's Wi-Fi management: its requests to the network processor, what that says to its events.
#include "host/c/errno_table.h"
#include "nwp/radio.h"
#include "zephyr/network.h"
#include "zephyr/registration.h"

#include <cstring>

namespace nwp::zephyr {
namespace {

/// Results as later versions of Zephyr number them (enum wifi_conn_status); 3.3 knows 0 and others.
enum class Outcome : int { success = 0, failed = 1, wrong_password = 2, timed_out = 3, no_access_point = 4 };

int outcome_of(Error error) {
    Outcome outcome = Outcome::failed;
    if (error == Error::wifi_wrong_key) outcome = Outcome::wrong_password;
    if (error == Error::wifi_no_network) outcome = Outcome::no_access_point;
    if (error == Error::timed_out) outcome = Outcome::timed_out;
    return static_cast<int>(outcome);
}

wifi_security_type security_of(WifiSecurity security) {
    switch (security) {
        case WifiSecurity::open: return WIFI_SECURITY_TYPE_NONE;
        case WifiSecurity::wpa3_sae: return WIFI_SECURITY_TYPE_SAE;
        case WifiSecurity::wpa2_psk: break;
    }
    return WIFI_SECURITY_TYPE_PSK;
}

/// IEEE 802.11 annex E: these channels' numbers are not used at 2.4 GHz.
wifi_frequency_bands band_of(std::uint8_t channel) {
    return channel > 14 ? WIFI_FREQ_BAND_5_GHZ : WIFI_FREQ_BAND_2_4_GHZ;
}

/// SAE cannot be without management frame protection (IEEE 802.11 12.12.2).
wifi_mfp_options protection_of(WifiSecurity security) {
    return security == WifiSecurity::wpa3_sae ? WIFI_MFP_REQUIRED : WIFI_MFP_DISABLE;
}

wifi_iface_state state_of(WifiState state) {
    switch (state) {
        case WifiState::scanning: return WIFI_STATE_SCANNING;
        case WifiState::joining: return WIFI_STATE_ASSOCIATING;
        case WifiState::connected: return WIFI_STATE_COMPLETED;
        case WifiState::off: return WIFI_STATE_INTERFACE_DISABLED;
        case WifiState::disconnected:
        case WifiState::lost: break;
    }
    return WIFI_STATE_DISCONNECTED;
}

Result<WifiSecurity> security_wanted(wifi_security_type type) {
    switch (type) {
        case WIFI_SECURITY_TYPE_NONE: return WifiSecurity::open;
        case WIFI_SECURITY_TYPE_PSK:
        case WIFI_SECURITY_TYPE_PSK_SHA256: return WifiSecurity::wpa2_psk;
        case WIFI_SECURITY_TYPE_SAE: return WifiSecurity::wpa3_sae;
        default: return Error::operation_not_supported;
    }
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), bytes != nullptr ? size : 0};
}

int answer(const Result<void>& result) { return result ? 0 : -c::errno_of(result.error()); }

} // namespace

void tell_joined(net_if* interface, bool joined, WifiCause cause) {
    if (joined) {
        wifi_mgmt_raise_connect_result_event(interface, static_cast<int>(Outcome::success));
    } else {
        // 0: the application wanted it
        const bool wanted = cause == WifiCause::requested;
        wifi_mgmt_raise_disconnect_result_event(interface, wanted ? 0 : static_cast<int>(Outcome::failed));
    }
}

int Network::scan(scan_result_cb_t found) {
    if (scan_ && !scan_->done()) return -EBUSY;
    found_ = found;
    scan_.emplace(Callback<void(const WifiNetwork&)>::to<&Network::on_found>(*this));
    scan_->when_done(Callback<void(Pending&)>::to<&Network::on_scanned>(*this));
    const Result<void> begun = host_.begin(*scan_);
    if (!begun) scan_.reset();
    return answer(begun);
}

void Network::on_found(const WifiNetwork& network) {
    wifi_scan_result result{};
    result.ssid_length = static_cast<std::uint8_t>(network.ssid.size());
    std::memcpy(result.ssid, network.ssid.bytes().data(), network.ssid.size());
    result.channel = network.channel;
    result.band = static_cast<std::uint8_t>(band_of(network.channel));
    result.security = security_of(network.security);
    result.mfp = protection_of(network.security);
    result.rssi = network.rssi_dbm;
    result.mac_length = sizeof network.bssid.octets;
    std::memcpy(result.mac, network.bssid.octets, sizeof network.bssid.octets);
    found_(interface_, 0, &result);
}

void Network::on_scanned(Pending& request) { found_(interface_, answer(request.result()), nullptr); }

int Network::join(const WifiNetworkChoice& choice) {
    if (join_ && !join_->done()) return -EBUSY;
    ssid_.assign(choice.ssid); // the request lasts longer than the caller's texts
    passphrase_.assign(choice.passphrase);
    WifiNetworkChoice kept = choice;
    kept.ssid = ssid_.view();
    kept.passphrase = passphrase_.view();
    join_.emplace(kept);
    join_->when_done(Callback<void(Pending&)>::to<&Network::on_joined>(*this));
    const Result<void> begun = host_.begin(*join_);
    if (!begun) join_.reset();
    return answer(begun);
}

/// That it is joined is told when the network processor says so: it may also join by itself.
void Network::on_joined(Pending& request) {
    passphrase_.assign({});
    const Result<void> result = request.result();
    if (!result) wifi_mgmt_raise_connect_result_event(interface_, outcome_of(result.error()));
}

int Network::leave() {
    request::DisconnectWifi request;
    return answer(host_.perform(request));
}

int Network::status(wifi_iface_status& into) {
    request::GetWifiStatus request;
    const Result<void> asked = host_.perform(request);
    if (!asked) return answer(asked);
    const WifiStatus& status = request.status();
    const WifiNetwork& network = status.network;
    into = {};
    into.state = state_of(status.state);
    into.iface_mode = WIFI_MODE_INFRA;
    into.link_mode = WIFI_LINK_MODE_UNKNOWN;
    if (status.state == WifiState::disconnected) return access_point_status(into);
    if (status.state != WifiState::connected) return 0;
    into.ssid_len = static_cast<unsigned>(network.ssid.size());
    std::memcpy(into.ssid, network.ssid.bytes().data(), network.ssid.size());
    std::memcpy(into.bssid, network.bssid.octets, sizeof network.bssid.octets);
    into.channel = network.channel;
    into.band = band_of(network.channel);
    into.security = security_of(network.security);
    into.mfp = protection_of(network.security);
    into.rssi = network.rssi_dbm; // NOLINT(bugprone-signed-char-misuse): a number, no character
    return 0;
}

/// Of a network processor that has none: as a station's.
int Network::access_point_status(wifi_iface_status& into) {
    request::GetAccessPoint request;
    if (!host_.perform(request) || !request.status().running) return 0;
    const AccessPointStatus& status = request.status();
    into.state = WIFI_STATE_COMPLETED;
    into.iface_mode = WIFI_MODE_AP;
    into.ssid_len = static_cast<unsigned>(status.ssid.size());
    std::memcpy(into.ssid, status.ssid.bytes().data(), status.ssid.size());
    const net_linkaddr* const address = net_if_get_link_addr(interface_);
    std::memcpy(into.bssid, address->addr, sizeof into.bssid);
    into.channel = status.channel;
    into.band = band_of(status.channel);
    into.security = security_of(status.security);
    into.mfp = protection_of(status.security);
    return 0;
}

} // namespace nwp::zephyr

using namespace nwp; // the functions below are C's

int opennwp_scan(const device*, scan_result_cb_t found) { return zephyr::network().scan(found); }

int opennwp_connect(const device*, wifi_connect_req_params* wanted) {
    const Result<WifiSecurity> security = zephyr::security_wanted(wanted->security);
    if (!security) return -ENOTSUP;
    WifiNetworkChoice choice;
    choice.ssid = zephyr::text_of(wanted->ssid, wanted->ssid_length);
    choice.security = *security;
    if (*security != WifiSecurity::open) choice.passphrase = zephyr::text_of(wanted->psk, wanted->psk_length);
    if (*security == WifiSecurity::wpa3_sae && wanted->sae_password != nullptr) {
        choice.passphrase = zephyr::text_of(wanted->sae_password, wanted->sae_password_length);
    }
    if (wanted->channel != WIFI_CHANNEL_ANY) choice.channel = wanted->channel;
    return zephyr::network().join(choice);
}

int opennwp_disconnect(const device*) { return zephyr::network().leave(); }

int opennwp_status(const device*, wifi_iface_status* status) { return zephyr::network().status(*status); }
