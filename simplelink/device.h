// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simplelink/common.h"

namespace nwp::simplelink {

/// Bits of NwpState::device_status.
namespace device_status {
constexpr std::uint8_t wlan_connected = 0x01;
constexpr std::uint8_t events_dropped = 0x02;
constexpr std::uint8_t locked = 0x04;               ///< the host refuses all but file calls with -2011
constexpr std::uint8_t provisioning = 0x08;         ///< the host refuses calls with -2014 and drops events
constexpr std::uint8_t provisioning_by_user = 0x10; ///< same
constexpr std::uint8_t preservation = 0x20;
constexpr std::uint8_t calls_while_provisioning = 0x40; ///< cancels what the two above refuse
} // namespace device_status

/// What InitComplete::status says in its low 4 bits; the rest becomes an error of the host's sl_Start.
enum class InitStatus : std::int32_t {
    reserved = 0,
    station = 1,
    station_error = 2,
    access_point = 3,
    access_point_error = 4,
    p2p = 5,
    p2p_error = 6,
    calibration_failed = 7,
    file_system_corrupted = 8,
    locked = 9,
    factory_image_restored = 10,
    incomplete_programming = 11,
    general_error = 15,
};

/// The first message after power-on, and the only one of its kind: a second one crashes the host.
struct InitComplete {
    static constexpr std::uint16_t opcode = 0x0008;
    static constexpr std::size_t size = 12;
    InitStatus status{};
    std::uint32_t chip_id = 0;
    std::uint32_t more_data = 0;
    static constexpr auto fields() {
        return layout(at(0, "status", &InitComplete::status), at(4, "chip_id", &InitComplete::chip_id),
                      at(8, "more_data", &InitComplete::more_data));
    }
};

/// The host wants to switch the NWP off; what still waits to be sent may take so long.
struct DeviceStop {
    static constexpr std::uint16_t opcode = 0x8473;
    static constexpr std::size_t size = 4;
    static constexpr std::uint16_t no_limit = 0xFFFF;
    std::uint16_t timeout_ms = 0;
    static constexpr auto fields() { return layout(at(0, "timeout_ms", &DeviceStop::timeout_ms)); }
};
using DeviceStopResponse = BasicResponse<0x0473>;
using DeviceStopped = BasicResponse<0x0073>;

using DeviceGet = SettingCommand<0x8466>; ///< `length` is garbage
using DeviceGetResponse = SettingResponse<0x0466>;
using DeviceSet = SettingCommand<0x84B7>;
using DeviceSetResponse = BasicResponse<0x04B7>;

/// Ids of DeviceGet and DeviceSet.
enum class DeviceId : std::uint16_t { general = 1, status = 2, iot = 4 };

/// Value of DeviceId::general, option 11. Hosts set it for the checks of certificate dates.
struct DateTime {
    static constexpr std::size_t size = 44;
    std::uint32_t second = 0;
    std::uint32_t minute = 0;
    std::uint32_t hour = 0;
    std::uint32_t day = 0;   ///< 1 to 31
    std::uint32_t month = 0; ///< 1 to 12
    std::uint32_t year = 0;  ///< 4 digits
    std::uint32_t week_day = 0;
    std::uint32_t year_day = 0;
    std::array<std::uint32_t, 3> reserved{};
    static constexpr auto fields() {
        return layout(at(0, "second", &DateTime::second), at(4, "minute", &DateTime::minute),
                      at(8, "hour", &DateTime::hour), at(12, "day", &DateTime::day),
                      at(16, "month", &DateTime::month), at(20, "year", &DateTime::year),
                      at(24, "week_day", &DateTime::week_day), at(28, "year_day", &DateTime::year_day),
                      at(32, "reserved", &DateTime::reserved));
    }
};

/// Value of DeviceId::general, option 12.
struct DeviceVersion {
    static constexpr std::size_t size = 20;
    std::uint32_t chip_id = 0;
    std::array<Byte, 4> firmware{};
    std::array<Byte, 4> phy{};
    std::array<Byte, 4> nwp{};
    std::uint16_t rom = 0;
    static constexpr auto fields() {
        return layout(at(0, "chip_id", &DeviceVersion::chip_id), at(4, "firmware", &DeviceVersion::firmware),
                      at(8, "phy", &DeviceVersion::phy), at(12, "nwp", &DeviceVersion::nwp),
                      at(16, "rom", &DeviceVersion::rom));
    }
};

/// Event ids that the application knows; a set bit (1 << id) of a class keeps that event back.
struct EventMaskSet {
    static constexpr std::uint16_t opcode = 0x8464;
    static constexpr std::size_t size = 8;
    std::uint32_t event_class = 0;
    std::uint32_t mask = 0;
    static constexpr auto fields() {
        return layout(at(0, "event_class", &EventMaskSet::event_class), at(4, "mask", &EventMaskSet::mask));
    }
};
using EventMaskSetResponse = BasicResponse<0x0464>;

struct EventMaskGet {
    static constexpr std::uint16_t opcode = 0x8465;
    static constexpr std::size_t size = 4;
    std::uint32_t event_class = 0;
    static constexpr auto fields() { return layout(at(0, "event_class", &EventMaskGet::event_class)); }
};

/// Has no room for an error.
struct EventMaskGetResponse {
    static constexpr std::uint16_t opcode = 0x0465;
    static constexpr std::size_t size = 8;
    std::uint32_t event_class = 0;
    std::uint32_t mask = 0;
    static constexpr auto fields() {
        return layout(at(0, "event_class", &EventMaskGetResponse::event_class),
                      at(4, "mask", &EventMaskGetResponse::mask));
    }
};

/// Classes of EventMaskSet and of DeviceId::status.
enum class EventClass : std::uint32_t {
    device = 1,
    wlan = 2,
    socket = 3,
    netapp = 4,
    netcfg = 5,
    file = 6,
    netutil = 7,
};

/// Answered at the old rate; then the host opens its port anew at the new one and greets (HostFramer).
struct UartModeSet {
    static constexpr std::uint16_t opcode = 0x846B;
    static constexpr std::size_t size = 8;
    std::uint32_t baud_rate = 0;
    std::uint8_t flow_control = 0;
    static constexpr auto fields() {
        return layout(at(0, "baud_rate", &UartModeSet::baud_rate),
                      at(4, "flow_control", &UartModeSet::flow_control));
    }
};
using UartModeSetResponse = BasicResponse<0x046B>;

/// What no driver sends any more; DeviceGet replaced it.
using VersionRead = EmptyCommand<0x8470>;

struct VersionReadResponse {
    static constexpr std::uint16_t opcode = 0x0470;
    static constexpr std::size_t size = 44;
    std::uint32_t chip_id = 0;
    std::array<std::uint32_t, 4> firmware{};
    std::array<Byte, 4> phy{};
    std::array<std::uint32_t, 4> nwp{};
    std::uint16_t rom = 0;
    static constexpr auto fields() {
        return layout(at(0, "chip_id", &VersionReadResponse::chip_id),
                      at(4, "firmware", &VersionReadResponse::firmware),
                      at(20, "phy", &VersionReadResponse::phy), at(24, "nwp", &VersionReadResponse::nwp),
                      at(40, "rom", &VersionReadResponse::rom));
    }
};

/// The NWP gave up; the host must start anew. The kind of abort travels in the last 4 bytes of the header, as
/// NwpState::tx_failure (low half) and NwpState::non_blocking.
struct DeviceAbort {
    static constexpr std::uint16_t opcode = 0x000C;
    static constexpr std::size_t size = 4;
    std::uint32_t data = 0;
    static constexpr auto fields() { return layout(at(0, "data", &DeviceAbort::data)); }
};

struct GeneralError {
    static constexpr std::uint16_t opcode = 0x0078;
    static constexpr std::size_t size = 4;
    std::int16_t code = 0;
    std::uint16_t source = 0; ///< 0 other, 1 WLAN, 2 netcfg, 3 netapp, 4 security
    static constexpr auto fields() {
        return layout(at(0, "code", &GeneralError::code), at(2, "source", &GeneralError::source));
    }
};

/// Nothing but the NwpState in its header: gives the host credit for sending.
struct Dummy {
    static constexpr std::uint16_t opcode = 0x0063;
    static constexpr std::size_t size = 0;
    static constexpr auto fields() { return layout(); }
};

struct FlowControl {
    static constexpr std::uint16_t opcode = 0x0079;
    static constexpr std::size_t size = 8;
    std::uint16_t min_max_payload = 0;
    static constexpr auto fields() { return layout(at(0, "min_max_payload", &FlowControl::min_max_payload)); }
};

struct ResetRequest {
    static constexpr std::uint16_t opcode = 0x0099;
    static constexpr std::size_t size = 8;
    std::uint32_t session_number = 0;
    std::uint16_t caller = 0; ///< 1: provisioning with external configuration; told to the application
    static constexpr auto fields() {
        return layout(at(0, "session_number", &ResetRequest::session_number),
                      at(4, "caller", &ResetRequest::caller));
    }
};

} // namespace nwp::simplelink
