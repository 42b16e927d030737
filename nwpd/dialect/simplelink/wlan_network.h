// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/wlan.h"
#include "simplelink/wlan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nwp::simplelink {

/// A network as hosts name it in connects and profiles.
struct WlanNetwork {
    std::int16_t security = 0; ///< of WlanSecurity
    std::string ssid;
    MacAddress bssid{}; ///< all zero: any
    std::string password;
    std::uint8_t wep_key_id = 0;
    std::uint8_t priority = 0; ///< of a profile
    std::string user;
    std::string anonymous_user;
    std::uint8_t certificate_index = 0;
    std::uint32_t eap_methods = 0;
};

/// Which form of a command named it.
enum class WlanForm : std::uint8_t { plain, eap };

/// What is wrong with it, as a code of the protocol; success: nothing. A chip in `mode` is asked to join it.
std::int16_t problem_of(const WlanNetwork& network, WlanForm form, WlanMode mode);

/// How the radio is asked for it; nothing where no radio of ours speaks such a security (WEP, WPS,
/// enterprise), so that it is never found on the air.
std::optional<wifi::JoinRequest> join_request(const WlanNetwork& network);
WlanNetwork network_of(const wifi::JoinRequest& request);
WlanSecurity security_of(WifiSecurity security);

/// For the flash, and back; nothing where the bytes are none of ours.
std::vector<Byte> to_bytes(const WlanNetwork& network);
std::optional<WlanNetwork> network_from(ByteView bytes);

/// Of the messages that have such fields.
template <typename Message>
WlanNetwork network_of(const Message& message, const WlanTexts& texts) {
    WlanNetwork network;
    network.security = static_cast<std::int16_t>(message.security);
    network.bssid = message.bssid;
    network.ssid = as_text(texts.ssid);
    network.password = as_text(texts.password);
    if constexpr (requires { message.priority; }) {
        network.priority = message.priority;
        network.wep_key_id = message.wep_key_id;
    }
    if constexpr (requires { message.user_length; }) {
        network.user = as_text(texts.user);
        network.anonymous_user = as_text(texts.anonymous_user);
        network.certificate_index = message.certificate_index;
        network.eap_methods = message.eap_methods;
    }
    return network;
}

} // namespace nwp::simplelink
