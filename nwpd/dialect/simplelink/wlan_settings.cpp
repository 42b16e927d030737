// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/wlan_settings.h"

#include "nwpd/dialect/simplelink/setting_values.h"
#include "simplelink/config_ids.h"
#include "simplelink/errors.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

using AccessPoint = WlanSettings::AccessPoint;
using General = WlanSettings::General;
using P2p = WlanSettings::P2p;

constexpr std::string_view kAccessListName = "access_list";
constexpr std::uint8_t kLargestTxPowerStep = 15;
constexpr std::uint8_t kMostStations = 4;
constexpr std::uint8_t kLastHiddenMode = 2;
constexpr std::uint8_t kLastElement = 3;
constexpr std::size_t kLargestElement = 252;
constexpr std::uint8_t kClassOf2_4GHz = 81;

/// Whether a network of this kind can have this password; the kind may be set after the password.
bool fits_some_security(ByteView password) {
    return password.size() >= 8 || password.size() == 5 || password.size() == 13;
}

bool is_social_channel(Byte channel) { return channel == 1 || channel == 6 || channel == 11; }

std::int16_t problem_of_scan(ByteView value) {
    const auto parameters = decode<ScanParameters>(value);
    const bool fits = parameters && (parameters->channels & 0x3FFFU) != 0 &&
                      parameters->channels <= 0x3FFFU && parameters->rssi_threshold_dbm >= -128 &&
                      parameters->rssi_threshold_dbm <= 0;
    return check(fits, code::wlan_scan_policy_invalid_params);
}

std::int16_t problem_of_access_point(AccessPoint option, ByteView value, std::uint32_t channels) {
    switch (option) {
        case AccessPoint::channel:
            return check(value[0] >= 1 && value[0] <= 14 && (channels >> (value[0] - 1U) & 1U) != 0,
                         code::wlan_illegal_channel);
        case AccessPoint::hidden_ssid: return check(value[0] <= kLastHiddenMode, code::invalid_param);
        case AccessPoint::security:
            return check(value[0] <= static_cast<Byte>(WlanSecurity::wpa_wpa2),
                         code::wlan_invalid_security_type);
        case AccessPoint::password:
            return check(fits_some_security(value), code::wlan_invalid_ap_password_length);
        case AccessPoint::max_stations:
            return check(value[0] >= 1 && value[0] <= kMostStations, code::invalid_param);
        case AccessPoint::access_list_mode:
            return check(value[0] <= 1, code::wlan_ap_access_list_mode_not_supported);
        default: return code::success;
    }
}

std::int16_t problem_of_general(General option, ByteView value) {
    switch (option) {
        case General::country:
            return check(channels_in(as_text(value)) != 0, code::wlan_invalid_country_code);
        case General::station_tx_power:
        case General::access_point_tx_power:
            return check(value[0] <= kLargestTxPowerStep, code::wlan_tx_power_out_of_range);
        case General::scan_parameters: return problem_of_scan(value);
        case General::no_server_authentication: return check(value[0] <= 1, code::invalid_param);
        default: return code::success;
    }
}

std::int16_t problem_of_p2p(P2p option, ByteView value) {
    if (option != P2p::channels) return code::success;
    const bool fits = is_social_channel(value[0]) && value[1] == kClassOf2_4GHz &&
                      is_social_channel(value[2]) && value[3] == kClassOf2_4GHz;
    return check(fits, code::wlan_illegal_channel);
}

/// What a chip has from the start.
std::vector<Byte> default_of(WlanGroup group, std::uint16_t option) {
    if (group == WlanGroup::p2p) {
        switch (static_cast<P2p>(option)) {
            case P2p::device_name: return bytes_of("mysimplelink");
            case P2p::device_type: return bytes_of("1-0050F204-1");
            case P2p::channels: return {11, kClassOf2_4GHz, 6, kClassOf2_4GHz};
        }
        return {};
    }
    if (group == WlanGroup::general) {
        if (option == static_cast<std::uint16_t>(General::country)) return bytes_of("EU");
        if (option != static_cast<std::uint16_t>(General::scan_parameters)) return {0};
        const auto parameters = encode(ScanParameters{0x1FFF, -95});
        return {parameters.begin(), parameters.end()};
    }
    switch (static_cast<AccessPoint>(option)) {
        case AccessPoint::ssid: return bytes_of("mysimplelink");
        case AccessPoint::channel: return {6};
        case AccessPoint::max_stations: return {kMostStations};
        case AccessPoint::station_aging: return {60, 0};
        case AccessPoint::password: return {};
        default: return {0};
    }
}

MacAddress address_in(ByteView value) {
    MacAddress address{};
    copy_bytes(address, value);
    return address;
}

} // namespace

std::int16_t WlanSettings::problem_of(WlanGroup group, std::uint16_t option, ByteView value) const {
    const ConfigRow* row = find_config(ConfigGroup::wlan, static_cast<std::uint16_t>(group), option);
    if (row == nullptr || !row->set.any()) return code::invalid_param;
    if (!row->set.allows(value.size())) {
        if (group == WlanGroup::access_point && option == static_cast<std::uint16_t>(AccessPoint::password))
            return code::wlan_invalid_ap_password_length;
        if (group == WlanGroup::access_point && option == static_cast<std::uint16_t>(AccessPoint::ssid))
            return code::wlan_ssid_len_error;
        return code::invalid_param;
    }
    switch (group) {
        case WlanGroup::access_point:
            return problem_of_access_point(static_cast<AccessPoint>(option), value, channels_in(country()));
        case WlanGroup::general: return problem_of_general(static_cast<General>(option), value);
        case WlanGroup::p2p: return problem_of_p2p(static_cast<P2p>(option), value);
        default: return code::invalid_param;
    }
}

std::int16_t WlanSettings::set(WlanGroup group, std::uint16_t option, ByteView value) {
    if (const std::int16_t problem = problem_of(group, option, value); problem != code::success)
        return problem;
    std::int16_t result = code::success;
    const auto general = static_cast<General>(option);
    const auto access_point = static_cast<AccessPoint>(option);
    if (group == WlanGroup::access_point &&
        (access_point == AccessPoint::access_list_add || access_point == AccessPoint::access_list_remove ||
         access_point == AccessPoint::access_list_remove_index)) {
        result = set_in_list(access_point, value);
    } else if (group == WlanGroup::general && general == General::information_element) {
        result = set_information_element(value);
    } else if (group == WlanGroup::general && general == General::suspended_profiles) {
        suspended_profiles_ = number_in(value);
    } else if (group != WlanGroup::general || general != General::no_server_authentication) {
        put(group, option, value);
    }
    return result;
}

void WlanSettings::put(WlanGroup group, std::uint16_t option, ByteView value) {
    flash_.put(config_name(Silo::wlan, static_cast<std::uint16_t>(group), option), value);
}

std::int16_t WlanSettings::set_in_list(AccessPoint option, ByteView value) {
    std::vector<MacAddress> list = access_list();
    if (option == AccessPoint::access_list_remove_index) {
        if (value[0] >= list.size()) return code::wlan_ap_access_list_no_address_to_delete;
        list.erase(list.begin() + value[0]);
    } else {
        const auto place = std::find(list.begin(), list.end(), address_in(value));
        if (option == AccessPoint::access_list_remove) {
            if (place == list.end()) return code::wlan_ap_access_list_no_address_to_delete;
            list.erase(place);
        } else if (place == list.end()) {
            if (list.size() == kAccessListRoom) return code::wlan_ap_access_list_full;
            list.push_back(address_in(value));
        }
    }
    std::vector<Byte> bytes;
    for (const MacAddress& each : list) bytes.insert(bytes.end(), each.begin(), each.end());
    flash_.put(kAccessListName, bytes);
    return code::success;
}

std::int16_t WlanSettings::set_information_element(ByteView value) {
    const auto element = decode<InformationElement>(value);
    if (!element || element->index > kLastElement || element->role > 1 || element->length > kLargestElement)
        return code::invalid_param;
    const std::string name =
        "information_element." + std::to_string(element->role) + '.' + std::to_string(element->index);
    if (element->length == 0) {
        flash_.remove(name);
    } else {
        flash_.put(name, value);
    }
    return code::success;
}

Result<std::vector<Byte>> WlanSettings::get(WlanGroup group, std::uint16_t option, std::size_t room) const {
    const ConfigRow* row = find_config(ConfigGroup::wlan, static_cast<std::uint16_t>(group), option);
    if (row == nullptr || !row->get.any()) return Error::invalid_argument;
    if (group == WlanGroup::access_list) {
        const std::vector<MacAddress> list = access_list();
        std::vector<Byte> bytes;
        for (std::size_t i = option; i < list.size() && bytes.size() + sizeof(MacAddress) <= room; ++i)
            bytes.insert(bytes.end(), list[i].begin(), list[i].end());
        return bytes;
    }
    if (group == WlanGroup::access_point &&
        option == static_cast<std::uint16_t>(AccessPoint::access_list_count))
        return std::vector<Byte>{static_cast<Byte>(access_list().size())};
    return value(group, option);
}

std::vector<Byte> WlanSettings::value(WlanGroup group, std::uint16_t option) const {
    const auto kept = flash_.get(config_name(Silo::wlan, static_cast<std::uint16_t>(group), option));
    return kept ? std::vector<Byte>(kept->begin(), kept->end()) : default_of(group, option);
}

std::string WlanSettings::country() const {
    const auto bytes = value(WlanGroup::general, static_cast<std::uint16_t>(General::country));
    return {bytes.begin(), bytes.end()};
}

ScanView WlanSettings::scan_view(bool hidden) const {
    const auto bytes = value(WlanGroup::general, static_cast<std::uint16_t>(General::scan_parameters));
    const auto parameters = decode<ScanParameters>(bytes);
    ScanView view;
    if (parameters) view = {parameters->channels, parameters->rssi_threshold_dbm, hidden};
    view.hidden = hidden;
    view.channels &= channels_in(country());
    return view;
}

std::vector<MacAddress> WlanSettings::access_list() const {
    std::vector<MacAddress> list;
    const auto bytes = flash_.get(kAccessListName);
    if (!bytes) return list;
    for (std::size_t at = 0; at + sizeof(MacAddress) <= bytes->size(); at += sizeof(MacAddress))
        list.push_back(address_in(bytes->from(at)));
    return list;
}

std::vector<MacAddress> WlanSettings::denied() const {
    const auto mode = value(AccessPoint::access_list_mode);
    return !mode.empty() && mode[0] == 1 ? access_list() : std::vector<MacAddress>{};
}

} // namespace nwp::simplelink
