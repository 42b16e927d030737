// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/wlan_network.h"

#include "simplelink/errors.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace nwp::simplelink {
namespace {

constexpr std::uint8_t kLastWepKey = 3;
constexpr std::uint8_t kHighestPriority = 15;

bool all_digits(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Ways of the Extensible Authentication Protocol that have a name: phase 1 | phase 2 << 8.
bool is_eap_method(std::uint32_t methods) {
    constexpr std::uint32_t known[] = {0x001, 0x110, 0x010, 0x210, 0x120, 0x020, 0x220,
                                       0x140, 0x040, 0x240, 0x280, 0x180, 0x080};
    return std::find(std::begin(known), std::end(known), methods & 0x0FFFU) != std::end(known);
}

std::int16_t problem_of_eap(const WlanNetwork& network, WlanForm form) {
    if (form != WlanForm::eap) return code::wlan_invalid_security_type;
    if (!is_eap_method(network.eap_methods)) return code::wlan_eap_wrong_method;
    return code::success;
}

std::int16_t problem_of_key(const WlanNetwork& network, WlanForm form, WlanMode mode) {
    const std::string& key = network.password;
    const auto is = [](bool fits) -> std::int16_t {
        return fits ? std::int16_t{code::success} : std::int16_t{code::wlan_password_error};
    };
    switch (static_cast<WlanSecurity>(network.security)) {
        case WlanSecurity::open:
        case WlanSecurity::wps_push_button: return code::success;
        case WlanSecurity::wep:
        case WlanSecurity::wep_shared:
            if (network.wep_key_id > kLastWepKey) return code::wlan_illegal_wep_key_index;
            return is(key.size() == 5 || key.size() == 13);
        case WlanSecurity::wpa_wpa2:
        case WlanSecurity::wpa2_plus: return is(passphrase_fits(WifiSecurity::wpa2_psk, key));
        case WlanSecurity::wpa3: return is(passphrase_fits(WifiSecurity::wpa3_sae, key));
        case WlanSecurity::wps_pin: return is((key.size() == 4 || key.size() == 8) && all_digits(key));
        case WlanSecurity::enterprise: return problem_of_eap(network, form);
        case WlanSecurity::p2p_push_button:
            return mode == WlanMode::p2p ? code::success : code::wlan_invalid_role;
        case WlanSecurity::p2p_pin_keypad:
        case WlanSecurity::p2p_pin_display:
            if (mode != WlanMode::p2p) return code::wlan_invalid_role;
            return is((key.size() == 4 || key.size() == 8) && all_digits(key));
        case WlanSecurity::p2p_pin_auto: break; // no chip supports it
    }
    return code::wlan_invalid_security_type;
}

std::optional<WifiSecurity> radio_security(std::int16_t security) {
    switch (static_cast<WlanSecurity>(security)) {
        case WlanSecurity::open: return WifiSecurity::open;
        case WlanSecurity::wpa_wpa2:
        case WlanSecurity::wpa2_plus: return WifiSecurity::wpa2_psk;
        case WlanSecurity::wpa3: return WifiSecurity::wpa3_sae;
        default: return {};
    }
}

std::uint8_t length_of(const std::string& text) { return static_cast<std::uint8_t>(text.size()); }

} // namespace

std::int16_t problem_of(const WlanNetwork& network, WlanForm form, WlanMode mode) {
    if (network.ssid.empty() || network.ssid.size() > kSsidRoom) return code::wlan_ssid_len_error;
    if (network.password.size() > kPasswordRoom) return code::wlan_passphrase_too_long;
    if (network.user.size() > kUserNameRoom) return code::wlan_user_id_len_error;
    if (network.anonymous_user.size() > kUserNameRoom) return code::wlan_eap_anonymous_len_error;
    if (network.priority > kHighestPriority) return code::invalid_param;
    if (network.security < 0 || network.security > static_cast<std::int16_t>(WlanSecurity::wpa3))
        return code::wlan_invalid_security_type;
    return problem_of_key(network, form, mode);
}

std::optional<wifi::JoinRequest> join_request(const WlanNetwork& network) {
    const auto security = radio_security(network.security);
    if (!security) return {};
    wifi::JoinRequest request;
    request.ssid = Ssid(network.ssid);
    request.security = *security;
    if (*security != WifiSecurity::open) request.passphrase = Passphrase(network.password);
    std::copy(network.bssid.begin(), network.bssid.end(), std::begin(request.bssid.octets));
    return request;
}

WlanSecurity security_of(WifiSecurity security) {
    switch (security) {
        case WifiSecurity::open: return WlanSecurity::open;
        case WifiSecurity::wpa2_psk: return WlanSecurity::wpa_wpa2;
        case WifiSecurity::wpa3_sae: break;
    }
    return WlanSecurity::wpa3;
}

WlanNetwork network_of(const wifi::JoinRequest& request) {
    WlanNetwork network;
    network.security = static_cast<std::int16_t>(security_of(request.security));
    network.ssid = request.ssid.view();
    network.password = request.passphrase.view();
    std::copy(std::begin(request.bssid.octets), std::end(request.bssid.octets), network.bssid.begin());
    return network;
}

std::vector<Byte> to_bytes(const WlanNetwork& network) {
    ProfileAddEap head;
    head.security = network.security;
    head.ssid_length = length_of(network.ssid);
    head.priority = network.priority;
    head.bssid = network.bssid;
    head.password_length = length_of(network.password);
    head.wep_key_id = network.wep_key_id;
    head.user_length = length_of(network.user);
    head.anonymous_user_length = length_of(network.anonymous_user);
    head.certificate_index = network.certificate_index;
    head.eap_methods = network.eap_methods;
    const auto args = encode(head);
    std::vector<Byte> bytes(args.begin(), args.end());
    for (const std::string* text : {&network.ssid, &network.password, &network.user, &network.anonymous_user})
        bytes.insert(bytes.end(), text->begin(), text->end());
    return bytes;
}

std::optional<WlanNetwork> network_from(ByteView bytes) {
    const auto head = decode<ProfileAddEap>(bytes);
    if (!head) return {};
    const auto texts = texts_of(*head, payload_of<ProfileAddEap>(bytes));
    if (!texts) return {};
    return network_of(*head, *texts);
}

} // namespace nwp::simplelink
