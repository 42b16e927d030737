// SPDX-License-Identifier: Apache-2.0
#include "base/wifi.h"

namespace nwp {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool all_hex(std::string_view text) {
    for (const char c : text) {
        if (hex_digit(c) < 0) return false;
    }
    return true;
}

bool all_printable(std::string_view text) {
    for (const char c : text) {
        if (c < 0x20 || c > 0x7e) return false;
    }
    return true;
}

} // namespace

Result<Bssid> parse_bssid(std::string_view text) {
    Bssid bssid;
    if (text.size() != 17) return Error::invalid_argument;
    for (std::size_t i = 0; i < sizeof bssid.octets; ++i) {
        const int high = hex_digit(text[3 * i]);
        const int low = hex_digit(text[3 * i + 1]);
        if (high < 0 || low < 0) return Error::invalid_argument;
        if (i > 0 && text[3 * i - 1] != ':') return Error::invalid_argument;
        bssid.octets[i] = static_cast<Byte>(high * 16 + low);
    }
    return bssid;
}

Text<17> bssid_text(const Bssid& bssid) {
    constexpr char kDigits[] = "0123456789abcdef";
    char text[17];
    for (std::size_t i = 0; i < sizeof bssid.octets; ++i) {
        text[3 * i] = kDigits[bssid.octets[i] >> 4U];
        text[3 * i + 1] = kDigits[bssid.octets[i] & 0xfU];
        if (i > 0) text[3 * i - 1] = ':';
    }
    return std::string_view{text, sizeof text};
}

bool passphrase_fits(WifiSecurity security, std::string_view passphrase) {
    switch (security) {
        case WifiSecurity::open: return passphrase.empty();
        case WifiSecurity::wpa2_psk:
            if (passphrase.size() == 64) return all_hex(passphrase);
            break;
        case WifiSecurity::wpa3_sae: break;
        default: return false; // a number that came over a wire
    }
    return passphrase.size() >= 8 && passphrase.size() <= 63 && all_printable(passphrase);
}

const char* to_string(WifiSecurity security) {
    switch (security) {
        case WifiSecurity::open: return "open";
        case WifiSecurity::wpa2_psk: return "wpa2-psk";
        case WifiSecurity::wpa3_sae: return "wpa3-sae";
    }
    return "unknown";
}

const char* to_string(WifiState state) {
    switch (state) {
        case WifiState::disconnected: return "disconnected";
        case WifiState::scanning: return "scanning";
        case WifiState::joining: return "joining";
        case WifiState::connected: return "connected";
        case WifiState::lost: return "lost";
        case WifiState::off: return "off";
    }
    return "unknown";
}

const char* to_string(WifiCause cause) {
    switch (cause) {
        case WifiCause::none: return "none";
        case WifiCause::requested: return "requested";
        case WifiCause::no_such_network: return "no such network";
        case WifiCause::wrong_key: return "wrong key";
        case WifiCause::rejected: return "rejected";
        case WifiCause::access_point_lost: return "access point lost";
        case WifiCause::security_mismatch: return "security mismatch";
        case WifiCause::timed_out: return "timed out";
        case WifiCause::no_address: return "no address";
    }
    return "unknown";
}

} // namespace nwp
