// SPDX-License-Identifier: Apache-2.0
#pragma once

// Commands of the WLAN silo. Its events stand in wlan_events.h.

#include "simplelink/common.h"

namespace nwp::simplelink {

constexpr std::size_t kSsidRoom = 32;
constexpr std::size_t kPasswordRoom = 64;
constexpr std::size_t kUserNameRoom = 64;
constexpr std::size_t kProfiles = 7;

enum class WlanSecurity : std::uint8_t {
    open = 0,
    wep = 1,
    wpa_wpa2 = 2,
    wps_push_button = 3,
    wps_pin = 4,
    enterprise = 5,
    p2p_push_button = 6,
    p2p_pin_keypad = 7,
    p2p_pin_display = 8,
    p2p_pin_auto = 9,
    wep_shared = 10,
    wpa2_plus = 11, ///< later SDKs
    wpa3 = 12,      ///< same
};

enum class WlanMode : std::uint8_t { station = 0, access_point = 2, p2p = 3 };

/// Texts that follow the args of connects and profiles one after another, without alignment or end marks.
struct WlanTexts {
    ByteView ssid;
    ByteView password;
    ByteView user;
    ByteView anonymous_user;
};

/// The texts of a message with these length fields.
///   malformed   there are fewer bytes than the lengths say
template <typename Message>
Result<WlanTexts> texts_of(const Message& message, ByteView payload);

/// Texts: ssid, password.
struct WlanConnect {
    static constexpr std::uint16_t opcode = 0x8C80;
    static constexpr std::size_t size = 9;
    WlanSecurity security{};
    std::uint8_t ssid_length = 0;
    MacAddress bssid{}; ///< all zero: any
    std::uint8_t password_length = 0;
    static constexpr auto fields() {
        return layout(at(0, "security", &WlanConnect::security),
                      at(1, "ssid_length", &WlanConnect::ssid_length), at(2, "bssid", &WlanConnect::bssid),
                      at(8, "password_length", &WlanConnect::password_length));
    }
};
using WlanConnectResponse = BasicResponse<0x0C80>; ///< 0: accepted; how it ended is told by an event

/// Texts: ssid, password, user, anonymous user.
struct WlanConnectEap {
    static constexpr std::uint16_t opcode = 0x8C82;
    static constexpr std::size_t size = 16;
    WlanSecurity security{};
    std::uint8_t ssid_length = 0;
    MacAddress bssid{};
    std::uint8_t password_length = 0;
    std::uint8_t user_length = 0;
    std::uint8_t anonymous_user_length = 0;
    std::uint8_t certificate_index = 0;
    std::uint32_t eap_methods = 0; ///< phase 1 | phase 2 << 8 | pairwise ciphers << 19 | group ciphers << 27
    static constexpr auto fields() {
        return layout(at(0, "security", &WlanConnectEap::security),
                      at(1, "ssid_length", &WlanConnectEap::ssid_length),
                      at(2, "bssid", &WlanConnectEap::bssid),
                      at(8, "password_length", &WlanConnectEap::password_length),
                      at(9, "user_length", &WlanConnectEap::user_length),
                      at(10, "anonymous_user_length", &WlanConnectEap::anonymous_user_length),
                      at(11, "certificate_index", &WlanConnectEap::certificate_index),
                      at(12, "eap_methods", &WlanConnectEap::eap_methods));
    }
};
using WlanConnectEapResponse = BasicResponse<0x0C82>;

using WlanDisconnect = EmptyCommand<0x8C81>;
using WlanDisconnectResponse = BasicResponse<0x0C81>;

/// Texts: ssid, password. The response has the profile's index as status.
struct ProfileAdd {
    static constexpr std::uint16_t opcode = 0x8C83;
    static constexpr std::size_t size = 12;
    std::int16_t security = 0; ///< of WlanSecurity
    std::uint8_t ssid_length = 0;
    std::uint8_t priority = 0; ///< 0 to 15
    MacAddress bssid{};
    std::uint8_t password_length = 0;
    std::uint8_t wep_key_id = 0;
    static constexpr auto fields() {
        return layout(at(0, "security", &ProfileAdd::security),
                      at(2, "ssid_length", &ProfileAdd::ssid_length),
                      at(3, "priority", &ProfileAdd::priority), at(4, "bssid", &ProfileAdd::bssid),
                      at(10, "password_length", &ProfileAdd::password_length),
                      at(11, "wep_key_id", &ProfileAdd::wep_key_id));
    }
};
using ProfileAddResponse = BasicResponse<0x0C83>;

/// The form with everything a profile has. Texts: ssid, password, user, anonymous user.
template <std::uint16_t Opcode>
struct EapProfile {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 20;
    std::int16_t security = 0; ///< of WlanSecurity; in a response, negative: an error code
    std::uint8_t ssid_length = 0;
    std::uint8_t priority = 0;
    MacAddress bssid{};
    std::uint8_t password_length = 0;
    std::uint8_t wep_key_id = 0;
    std::uint8_t user_length = 0;
    std::uint8_t anonymous_user_length = 0;
    std::uint8_t certificate_index = 0;
    std::uint32_t eap_methods = 0;
    static constexpr auto fields() {
        return layout(
            at(0, "security", &EapProfile::security), at(2, "ssid_length", &EapProfile::ssid_length),
            at(3, "priority", &EapProfile::priority), at(4, "bssid", &EapProfile::bssid),
            at(10, "password_length", &EapProfile::password_length),
            at(11, "wep_key_id", &EapProfile::wep_key_id), at(12, "user_length", &EapProfile::user_length),
            at(13, "anonymous_user_length", &EapProfile::anonymous_user_length),
            at(14, "certificate_index", &EapProfile::certificate_index),
            at(16, "eap_methods", &EapProfile::eap_methods));
    }
};
using ProfileAddEap = EapProfile<0x8C67>;
using ProfileAddEapResponse = BasicResponse<0x0C67>;

struct ProfileGet {
    static constexpr std::uint16_t opcode = 0x8C84;
    static constexpr std::size_t size = 4;
    std::uint8_t index = 0;
    static constexpr auto fields() { return layout(at(0, "index", &ProfileGet::index)); }
};

/// Always whole, whatever the texts take. Passwords are not given back: password_length is 0.
struct ProfileGetResponse {
    static constexpr std::uint16_t opcode = 0x0C84;
    static constexpr std::size_t size = 244;
    std::int16_t security = 0; ///< of WlanSecurity; negative: an error code
    std::uint8_t ssid_length = 0;
    std::uint8_t priority = 0;
    MacAddress bssid{};
    std::uint8_t password_length = 0;
    std::uint8_t wep_key_id = 0;
    std::uint8_t user_length = 0;
    std::uint8_t anonymous_user_length = 0;
    std::uint8_t certificate_index = 0;
    std::uint32_t eap_methods = 0;
    std::array<Byte, 224> texts{};
    static constexpr auto fields() {
        return layout(at(0, "security", &ProfileGetResponse::security),
                      at(2, "ssid_length", &ProfileGetResponse::ssid_length),
                      at(3, "priority", &ProfileGetResponse::priority),
                      at(4, "bssid", &ProfileGetResponse::bssid),
                      at(10, "password_length", &ProfileGetResponse::password_length),
                      at(11, "wep_key_id", &ProfileGetResponse::wep_key_id),
                      at(12, "user_length", &ProfileGetResponse::user_length),
                      at(13, "anonymous_user_length", &ProfileGetResponse::anonymous_user_length),
                      at(14, "certificate_index", &ProfileGetResponse::certificate_index),
                      at(16, "eap_methods", &ProfileGetResponse::eap_methods),
                      at(20, "texts", &ProfileGetResponse::texts));
    }
};

struct ProfileDelete {
    static constexpr std::uint16_t opcode = 0x8C85;
    static constexpr std::size_t size = 4;
    static constexpr std::uint8_t all = 255;
    std::uint8_t index = 0;
    static constexpr auto fields() { return layout(at(0, "index", &ProfileDelete::index)); }
};
using ProfileDeleteResponse = BasicResponse<0x0C85>;

/// Texts: ssid, password, user, anonymous user. Driver 3.
template <std::uint16_t Opcode>
struct ProfileChange {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 24;
    std::int16_t security = 0;
    std::uint8_t ssid_length = 0;
    std::uint8_t priority = 0;
    MacAddress bssid{};
    std::uint8_t password_length = 0;
    std::uint8_t wep_key_id = 0;
    std::uint32_t index = 0;
    std::uint8_t user_length = 0;
    std::uint8_t anonymous_user_length = 0;
    std::uint8_t certificate_index = 0;
    std::uint32_t eap_methods = 0;
    static constexpr auto fields() {
        return layout(
            at(0, "security", &ProfileChange::security), at(2, "ssid_length", &ProfileChange::ssid_length),
            at(3, "priority", &ProfileChange::priority), at(4, "bssid", &ProfileChange::bssid),
            at(10, "password_length", &ProfileChange::password_length),
            at(11, "wep_key_id", &ProfileChange::wep_key_id), at(12, "index", &ProfileChange::index),
            at(16, "user_length", &ProfileChange::user_length),
            at(17, "anonymous_user_length", &ProfileChange::anonymous_user_length),
            at(18, "certificate_index", &ProfileChange::certificate_index),
            at(20, "eap_methods", &ProfileChange::eap_methods));
    }
};
using ProfileUpdate = ProfileChange<0x8CC2>;
using ProfileUpdateResponse = BasicResponse<0x0CC2>;
using ProfileUpdateEap = ProfileChange<0x8CC3>;
using ProfileUpdateEapResponse = BasicResponse<0x0CC3>;

enum class PolicyType : std::uint8_t { connection = 0x10, scan = 0x20, power = 0x30, p2p = 0x40 };

template <std::uint16_t Opcode>
struct Policy {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 4;
    PolicyType type{};
    std::uint8_t option = 0;
    std::uint8_t length = 0; ///< of the payload
    static constexpr auto fields() {
        return layout(at(0, "type", &Policy::type), at(2, "option", &Policy::option),
                      at(3, "length", &Policy::length));
    }
};
using PolicySet = Policy<0x8C86>;
using PolicySetResponse = BasicResponse<0x0C86>;
using PolicyGetResponse = Policy<0x0C87>; ///< has no room for an error

struct PolicyGet {
    static constexpr std::uint16_t opcode = 0x8C87;
    static constexpr std::size_t size = 4;
    PolicyType type{};
    static constexpr auto fields() { return layout(at(0, "type", &PolicyGet::type)); }
};

/// Bits of PolicyType::connection.
namespace connection_policy {
constexpr std::uint8_t automatic = 0x01;
constexpr std::uint8_t fast = 0x02;
constexpr std::uint8_t any_p2p = 0x08;
constexpr std::uint8_t auto_provisioning = 0x20;
} // namespace connection_policy

/// Bits of PolicyType::scan; the payload, where there is one, is the interval in seconds (u32).
namespace scan_policy {
constexpr std::uint8_t enabled = 0x01;
constexpr std::uint8_t hidden = 0x02;
} // namespace scan_policy

/// Options of PolicyType::power.
enum class PowerPolicy : std::uint8_t {
    normal = 0,
    low_latency = 1,
    low_power = 2,
    always_on = 3,
    long_sleep_interval = 4, ///< the payload is a SleepPolicy
};

/// Payload of PowerPolicy::long_sleep_interval.
struct SleepPolicy {
    static constexpr std::size_t size = 8;
    std::uint16_t max_sleep_ms = 0;
    static constexpr auto fields() { return layout(at(4, "max_sleep_ms", &SleepPolicy::max_sleep_ms)); }
};

/// The answer has the number of entries as status and as many ScanEntry as payload.
template <std::uint16_t Opcode>
struct ScanCommand {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 4;
    std::uint8_t index = 0; ///< of the first entry, 0 to 29
    std::uint8_t count = 0; ///< at most 30 - index
    static constexpr auto fields() {
        return layout(at(0, "index", &ScanCommand::index), at(1, "count", &ScanCommand::count));
    }
};
constexpr std::size_t kScanEntries = 30;
using ScanResultsGet = ScanCommand<0x8C8C>;
using ScanResultsGetResponse = BasicResponse<0x0C8C>;
using ExtendedScanResultsGet = ScanCommand<0x8C8D>; ///< driver 3: ExtendedScanEntry
using ExtendedScanResultsGetResponse = BasicResponse<0x0C8D>;

/// Security of a ScanEntry: group cipher | unicast ciphers << 4 | types << 8 | key management << 11 | hidden
/// << 13.
namespace scan_security {
constexpr std::uint16_t wep40 = 1; ///< ciphers
constexpr std::uint16_t wep104 = 2;
constexpr std::uint16_t tkip = 4;
constexpr std::uint16_t ccmp = 8;
constexpr std::uint16_t wep = 1U << 8U; ///< types; none: open
constexpr std::uint16_t wpa = 2U << 8U;
constexpr std::uint16_t wpa2 = 4U << 8U;
constexpr std::uint16_t enterprise = 1U << 11U; ///< key management
constexpr std::uint16_t psk = 2U << 11U;
constexpr std::uint16_t hidden = 1U << 13U;
} // namespace scan_security

struct ScanEntry {
    static constexpr std::size_t size = 44;
    std::array<Byte, kSsidRoom> ssid{};
    MacAddress bssid{};
    std::uint8_t ssid_length = 0;
    std::int8_t rssi_dbm = 0;
    std::uint16_t security = 0; ///< of scan_security
    std::int8_t channel = 0;
    static constexpr auto fields() {
        return layout(at(0, "ssid", &ScanEntry::ssid), at(32, "bssid", &ScanEntry::bssid),
                      at(38, "ssid_length", &ScanEntry::ssid_length),
                      at(39, "rssi_dbm", &ScanEntry::rssi_dbm), at(40, "security", &ScanEntry::security),
                      at(42, "channel", &ScanEntry::channel));
    }
};

/// Stands behind a ScanEntry in an extended list.
struct ScanEntryExtension {
    static constexpr std::size_t size = 8;
    std::array<Byte, 2> country{};
    std::uint16_t channels_2_4_ghz = 0;
    std::uint32_t channels_5_ghz = 0;
    static constexpr auto fields() {
        return layout(at(0, "country", &ScanEntryExtension::country),
                      at(2, "channels_2_4_ghz", &ScanEntryExtension::channels_2_4_ghz),
                      at(4, "channels_5_ghz", &ScanEntryExtension::channels_5_ghz));
    }
};

struct WlanModeSet {
    static constexpr std::uint16_t opcode = 0x8CB4;
    static constexpr std::size_t size = 4;
    WlanMode mode{};
    static constexpr auto fields() { return layout(at(0, "mode", &WlanModeSet::mode)); }
};
using WlanModeSetResponse = BasicResponse<0x0CB4>; ///< takes effect at the next start

using WlanSet = SettingCommand<0x8CB5>;
using WlanSetResponse = BasicResponse<0x0CB5>;
using WlanGet =
    SettingCommand<0x8CB6>; ///< `length` is the host's room; `option` of connection_info is garbage
using WlanGetResponse = SettingResponse<0x0CB6>;

/// Ids of WlanSet and WlanGet.
enum class WlanGroup : std::uint16_t {
    access_point = 0,
    general = 1,
    p2p = 2,
    access_list = 3, ///< the option is the index of the first address
    rx_filters = 4,
    connection_info = 5,
};

/// Value of WlanGroup::general, option 18.
struct ScanParameters {
    static constexpr std::size_t size = 8;
    std::uint32_t channels = 0; ///< bit 0: channel 1
    std::int32_t rssi_threshold_dbm = 0;
    static constexpr auto fields() {
        return layout(at(0, "channels", &ScanParameters::channels),
                      at(4, "rssi_threshold_dbm", &ScanParameters::rssi_threshold_dbm));
    }
};

/// Value of WlanGroup::general, option 16.
struct InformationElement {
    static constexpr std::size_t size = 260;
    std::uint8_t index = 0; ///< 0 to 3
    std::uint8_t role = 0;  ///< 0 access point, 1 P2P group owner
    std::uint8_t id = 0;
    std::array<Byte, 3> oui{};
    std::uint16_t length = 0; ///< 0 deletes
    std::array<Byte, 252> data{};
    static constexpr auto fields() {
        return layout(at(0, "index", &InformationElement::index), at(1, "role", &InformationElement::role),
                      at(2, "id", &InformationElement::id), at(3, "oui", &InformationElement::oui),
                      at(6, "length", &InformationElement::length), at(8, "data", &InformationElement::data));
    }
};

enum class ConnectionStatus : std::uint8_t {
    disconnected = 0,
    station = 1,
    p2p_client = 2,
    p2p_group_owner = 3,
    access_point = 4, ///< with stations
};

/// Value of WlanGroup::connection_info.
struct ConnectionInfo {
    static constexpr std::size_t size = 80;
    WlanMode mode{};
    ConnectionStatus status{};
    WlanSecurity security{};
    std::array<Byte, 76> event{}; ///< args of WlanConnected or P2pConnected
    static constexpr auto fields() {
        return layout(at(0, "mode", &ConnectionInfo::mode), at(1, "status", &ConnectionInfo::status),
                      at(2, "security", &ConnectionInfo::security), at(4, "event", &ConnectionInfo::event));
    }
};

enum class ProvisioningCommand : std::uint8_t {
    start_access_point = 0,
    start_smart_config = 1,
    start_both = 2,
    start_both_with_external_configuration = 3,
    stop = 4,
    abort_external_confirmation = 5,
};

struct Provisioning {
    static constexpr std::uint16_t opcode = 0x8C98;
    static constexpr std::size_t size = 32;
    static constexpr std::uint8_t stay_in_role = 0xFF;
    ProvisioningCommand command{};
    std::uint8_t role = 0; ///< of WlanMode, or stay_in_role
    std::uint16_t inactivity_s = 0;
    std::uint32_t flags = 0; ///< bit 0: external confirmation
    std::uint32_t group_ids = 0;
    std::uint8_t cipher = 0;
    std::uint8_t key_length = 0; ///< 0 or 16
    std::array<Byte, 16> key{};
    static constexpr auto fields() {
        return layout(at(0, "command", &Provisioning::command), at(1, "role", &Provisioning::role),
                      at(2, "inactivity_s", &Provisioning::inactivity_s),
                      at(4, "flags", &Provisioning::flags), at(8, "group_ids", &Provisioning::group_ids),
                      at(12, "cipher", &Provisioning::cipher),
                      at(13, "key_length", &Provisioning::key_length), at(16, "key", &Provisioning::key));
    }
};
using ProvisioningResponse = BasicResponse<0x0C98>;

using RxStatisticsStart = EmptyCommand<0x8CAC>;
using RxStatisticsStartResponse = BasicResponse<0x0CAC>;
using RxStatisticsStop = EmptyCommand<0x8CAD>;
using RxStatisticsStopResponse = BasicResponse<0x0CAD>;
using RxStatisticsGet = EmptyCommand<0x8CAF>;

/// Since the last one; has no room for an error.
struct RxStatisticsGetResponse {
    static constexpr std::uint16_t opcode = 0x0CAF;
    static constexpr std::size_t size = 76;
    std::uint32_t valid_frames = 0;
    std::uint32_t fcs_errors = 0;
    std::uint32_t address_mismatches = 0;
    std::int16_t data_rssi_dbm = 0;
    std::int16_t management_rssi_dbm = 0;
    std::array<std::uint16_t, 20> rates{};
    std::array<std::uint16_t, 6> rssi{};
    std::uint32_t start_time = 0;
    std::uint32_t get_time = 0;
    static constexpr auto fields() {
        return layout(at(0, "valid_frames", &RxStatisticsGetResponse::valid_frames),
                      at(4, "fcs_errors", &RxStatisticsGetResponse::fcs_errors),
                      at(8, "address_mismatches", &RxStatisticsGetResponse::address_mismatches),
                      at(12, "data_rssi_dbm", &RxStatisticsGetResponse::data_rssi_dbm),
                      at(14, "management_rssi_dbm", &RxStatisticsGetResponse::management_rssi_dbm),
                      at(16, "rates", &RxStatisticsGetResponse::rates),
                      at(56, "rssi", &RxStatisticsGetResponse::rssi),
                      at(68, "start_time", &RxStatisticsGetResponse::start_time),
                      at(72, "get_time", &RxStatisticsGetResponse::get_time));
    }
};

template <typename Message>
Result<WlanTexts> texts_of(const Message& message, ByteView payload) {
    WlanTexts texts;
    const auto take = [&payload](std::size_t length) {
        const ByteView text = payload.first(length);
        payload = payload.from(length);
        return text;
    };
    std::size_t needed = static_cast<std::size_t>(message.ssid_length) + message.password_length;
    if constexpr (requires { message.user_length; }) {
        needed += static_cast<std::size_t>(message.user_length) + message.anonymous_user_length;
    }
    if (payload.size() < needed) return Error::malformed;

    texts.ssid = take(message.ssid_length);
    texts.password = take(message.password_length);
    if constexpr (requires { message.user_length; }) {
        texts.user = take(message.user_length);
        texts.anonymous_user = take(message.anonymous_user_length);
    }
    return texts;
}

} // namespace nwp::simplelink
