// SPDX-License-Identifier: Apache-2.0
#include "base/wifi.h"

#include "base/texts/packed_texts.h"

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

constexpr NumberedText<WifiSecurity> kSecurities[] = {
    {WifiSecurity::open, "open"},
    {WifiSecurity::wpa2_psk, "wpa2-psk"},
    {WifiSecurity::wpa3_sae, "wpa3-sae"},
};
constexpr PackedTexts<packed_size(kSecurities)> kPackedSecurities{kSecurities};

constexpr NumberedText<WifiState> kStates[] = {
    {WifiState::disconnected, "disconnected"},
    {WifiState::scanning, "scanning"},
    {WifiState::joining, "joining"},
    {WifiState::connected, "connected"},
    {WifiState::lost, "lost"},
    {WifiState::off, "off"},
};
constexpr PackedTexts<packed_size(kStates)> kPackedStates{kStates};

constexpr NumberedText<WifiCause> kCauses[] = {
    {WifiCause::none, "none"},
    {WifiCause::requested, "requested"},
    {WifiCause::no_such_network, "no such network"},
    {WifiCause::wrong_key, "wrong key"},
    {WifiCause::rejected, "rejected"},
    {WifiCause::access_point_lost, "access point lost"},
    {WifiCause::security_mismatch, "security mismatch"},
    {WifiCause::timed_out, "timed out"},
    {WifiCause::no_address, "no address"},
};
constexpr PackedTexts<packed_size(kCauses)> kPackedCauses{kCauses};

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
    return kPackedSecurities.find(static_cast<unsigned>(security), "unknown");
}

const char* to_string(WifiState state) { return kPackedStates.find(static_cast<unsigned>(state), "unknown"); }

const char* to_string(WifiCause cause) { return kPackedCauses.find(static_cast<unsigned>(cause), "unknown"); }

} // namespace nwp
