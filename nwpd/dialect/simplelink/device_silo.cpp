// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/device_silo.h"

#include "nwpd/dialect/simplelink/date_time.h"
#include "nwpd/dialect/simplelink/wlan_mode.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace nwp::simplelink {
namespace {

constexpr std::uint32_t kChipId = 0x31100000; // as those of a CC3220
constexpr std::array<Byte, 4> kBaudMagic = {0x55, 0xAA, 0x55, 0xAA};

constexpr std::uint16_t kPersistent = 5;
constexpr std::uint16_t kDateTime = 11;
constexpr std::uint16_t kVersion = 12;
constexpr std::uint16_t kUniqueId = 41;

constexpr std::uint32_t kStateBit = 0x80000000;

/// Value of DeviceId::status.
struct StatusBits {
    static constexpr std::size_t size = 4;
    std::uint32_t bits = 0;
    static constexpr auto fields() { return layout(at(0, "bits", &StatusBits::bits)); }
};

/// "major.minor.patch" as this dialect writes versions.
std::array<Byte, 4> version_bytes(std::string_view text) {
    std::array<Byte, 4> parts{};
    std::size_t part = 0;
    for (const char c : text) {
        if (c == '.') {
            if (++part == parts.size()) break;
        } else if (c >= '0' && c <= '9') {
            parts[part] = static_cast<Byte>(parts[part] * 10 + (c - '0'));
        } else {
            break;
        }
    }
    return parts;
}

bool is_rate(std::uint32_t baud) {
    constexpr std::uint32_t rates[] = {9600, 14400, 19200, 38400, 57600, 115200, 230400, 460800, 921600};
    return std::find(std::begin(rates), std::end(rates), baud) != std::end(rates);
}

} // namespace

DeviceSilo::DeviceSilo(const Power& power)
    : board_(power.board), client_(power.client), out_(power.out), flash_(power.board.services.settings),
      stop_timer_(power.board.loop) {
    client_.set_clock_offset(board_.clock_offset);
}

bool DeviceSilo::take(const HostMessage& message) {
    using Commands =
        Messages<DeviceStop, DeviceGet, DeviceSet, EventMaskSet, EventMaskGet, UartModeSet, VersionRead>;
    return route(Commands{}, message, out_, *this);
}

void DeviceSilo::announce_start() {
    InitComplete message;
    switch (mode_at_start(flash_)) {
        case WlanMode::station: message.status = InitStatus::station; break;
        case WlanMode::access_point: message.status = InitStatus::access_point; break;
        case WlanMode::p2p: message.status = InitStatus::p2p; break;
    }
    message.chip_id = kChipId;
    out_.start(message);
}

// ---- stop

void DeviceSilo::on(const DeviceStop& command, ByteView) {
    out_.respond(DeviceStopResponse{});
    out_.silence();
    out_.on_buffers_free([this] { stopped(); });
    if (command.timeout_ms == DeviceStop::no_limit) return;
    stop_timer_.set(std::chrono::milliseconds{command.timeout_ms}, [this] { stopped(); });
}

void DeviceSilo::stopped() {
    stop_timer_.cancel();
    out_.on_buffers_free({});
    out_.complete(DeviceStopped{});
}

// ---- settings

void DeviceSilo::answer(const DeviceGet& command, ByteView value) {
    out_.respond_value<DeviceGetResponse>(command, value);
}

void DeviceSilo::on(const DeviceGet& command, ByteView) {
    switch (static_cast<DeviceId>(command.id)) {
        case DeviceId::general: return get_general(command);
        case DeviceId::status: return get_status(command);
        case DeviceId::iot:
            if (command.option == kUniqueId) return answer(command, unique_id(flash_));
            break;
    }
    out_.refuse(code::invalid_param);
}

void DeviceSilo::get_general(const DeviceGet& command) {
    switch (command.option) {
        case kPersistent: {
            const Byte value = flash_.is_persistent() ? 1 : 0;
            return answer(command, {&value, 1});
        }
        case kDateTime: {
            const std::int64_t now = board_.services.calendar.now() + board_.clock_offset;
            return answer(command, encode(date_time(now)));
        }
        case kVersion: {
            DeviceVersion version;
            version.chip_id = kChipId;
            version.firmware = version.nwp = version_bytes(board_.services.device.info().version);
            return answer(command, encode(version));
        }
        default: return out_.refuse(code::invalid_param);
    }
}

void DeviceSilo::get_status(const DeviceGet& command) {
    if (command.option < static_cast<unsigned>(EventClass::device) ||
        command.option > static_cast<unsigned>(EventClass::netutil))
        return out_.refuse(code::invalid_param);
    const auto event_class = static_cast<EventClass>(command.option);
    std::uint32_t bits = out_.take_dropped(event_class);
    const bool connected = board_.services.wlan.status().state == WifiState::connected;
    if (event_class == EventClass::wlan && connected) bits |= kStateBit;
    answer(command, encode(StatusBits{bits}));
}

void DeviceSilo::on(const DeviceSet& command, ByteView payload) {
    if (payload.size() < command.length) return out_.refuse(code::invalid_param);
    const ByteView value = payload.first(command.length);
    if (static_cast<DeviceId>(command.id) != DeviceId::general) return out_.refuse(code::invalid_param);
    if (command.option == kDateTime) return set_date(value);
    if (command.option != kPersistent || value.size() != 1 || value[0] > 1)
        return out_.refuse(code::invalid_param);
    flash_.set_persistent(value[0] != 0);
    out_.respond(DeviceSetResponse{});
}

void DeviceSilo::set_date(ByteView value) {
    const auto date = value.size() == DateTime::size ? decode<DateTime>(value) : Error::malformed;
    const auto seconds = date ? seconds_since_1970(*date) : std::nullopt;
    if (!seconds) return out_.refuse(code::invalid_param);
    board_.clock_offset = *seconds - board_.services.calendar.now();
    client_.set_clock_offset(board_.clock_offset);
    out_.respond(DeviceSetResponse{});
}

// ---- event masks

void DeviceSilo::on(const EventMaskSet& command, ByteView) {
    const bool known = out_.set_event_mask(static_cast<EventClass>(command.event_class), command.mask);
    known ? out_.respond(EventMaskSetResponse{}) : out_.refuse(code::invalid_param);
}

void DeviceSilo::on(const EventMaskGet& command, ByteView) {
    out_.respond(EventMaskGetResponse{command.event_class,
                                      out_.event_mask(static_cast<EventClass>(command.event_class))});
}

// ---- the UART's rate

void DeviceSilo::on(const UartModeSet& command, ByteView) {
    if (!is_rate(command.baud_rate)) return out_.refuse(code::invalid_param);
    out_.respond(UartModeSetResponse{});
    awaits_new_rate_ = true;
    board_.line.set_rate(command.baud_rate);
}

void DeviceSilo::on_baud_greeting() {
    if (!std::exchange(awaits_new_rate_, false)) return;
    out_.send_raw(kBaudMagic);
}

void DeviceSilo::on(const VersionRead&, ByteView) {
    VersionReadResponse response;
    response.chip_id = kChipId;
    const auto version = version_bytes(board_.services.device.info().version);
    std::copy(version.begin(), version.end(), response.firmware.begin());
    response.nwp = response.firmware;
    out_.respond(response);
}

} // namespace nwp::simplelink
