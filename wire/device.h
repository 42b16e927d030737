// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wire/general.h"

namespace nwp::wire {

struct DeviceInfo {
    static constexpr std::uint16_t id = 0x0101;
    static constexpr const char* name = "DeviceInfo";
    static constexpr const char* meaning = "Reply: what this NWP is.";

    std::string_view product{};
    std::string_view version{};
    std::uint8_t major = 0;
    std::uint8_t minor = 0;
    std::uint64_t uptime_ms = 0;
    std::uint16_t socket_limit = 0;
    std::uint8_t radio = 0;

    static constexpr auto fields() {
        return layout(field("product", &DeviceInfo::product, "name of the software"),
                      field("version", &DeviceInfo::version, "its version"),
                      field("major", &DeviceInfo::major, "major version of this protocol"),
                      field("minor", &DeviceInfo::minor, "minor version of this protocol"),
                      field("uptime_ms", &DeviceInfo::uptime_ms, "since the daemon started"),
                      field("socket_limit", &DeviceInfo::socket_limit, "sockets one host may have"),
                      field("radio", &DeviceInfo::radio, "0 none (wired), 1 simulated, 2 real"));
    }
};
static_assert(well_formed<DeviceInfo>());

struct DeviceInfoGet {
    static constexpr std::uint16_t id = 0x0100;
    static constexpr const char* name = "DeviceInfoGet";
    static constexpr const char* meaning = "What is this NWP?";
    using Reply = DeviceInfo;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<DeviceInfoGet>());

struct DeviceStatus {
    static constexpr std::uint16_t id = 0x0103;
    static constexpr const char* name = "DeviceStatus";
    static constexpr const char* meaning = "Reply: how this NWP is.";

    std::uint16_t clients = 0;
    std::uint16_t sockets = 0;
    std::uint16_t tls_sockets = 0;
    std::uint32_t handshakes_done = 0;
    std::uint32_t handshakes_refused = 0;
    std::uint32_t wrong_tokens = 0;
    std::uint32_t version_mismatches = 0;
    std::uint64_t frames_in = 0;
    std::uint64_t frames_out = 0;
    std::uint64_t frames_resent = 0;
    std::uint64_t frames_broken = 0;
    std::uint32_t resident_kib = 0;
    std::string_view last_mismatch{};
    std::uint64_t datagrams_dropped = 0;
    std::uint64_t records_dropped = 0;

    static constexpr auto fields() {
        return layout(
            field("clients", &DeviceStatus::clients, "hosts with a session"),
            field("sockets", &DeviceStatus::sockets, "open sockets of all hosts"),
            field("tls_sockets", &DeviceStatus::tls_sockets, "of those, with TLS"),
            field("handshakes_done", &DeviceStatus::handshakes_done, "TLS handshakes that succeeded"),
            field("handshakes_refused", &DeviceStatus::handshakes_refused, "TLS handshakes that failed"),
            field("wrong_tokens", &DeviceStatus::wrong_tokens, "hellos that showed a wrong token"),
            field("version_mismatches", &DeviceStatus::version_mismatches,
                  "hellos refused for their version"),
            field("frames_in", &DeviceStatus::frames_in, "on all links"),
            field("frames_out", &DeviceStatus::frames_out, "on all links, resent ones included"),
            field("frames_resent", &DeviceStatus::frames_resent, "on all links"),
            field("frames_broken", &DeviceStatus::frames_broken, "dropped for a bad CRC or length"),
            field("resident_kib", &DeviceStatus::resident_kib, "memory of the daemon"),
            field("last_mismatch", &DeviceStatus::last_mismatch, "which versions met last, empty if none"),
            field("datagrams_dropped", &DeviceStatus::datagrams_dropped,
                  "came, and found a full queue or a host that cannot take them"),
            field("records_dropped", &DeviceStatus::records_dropped,
                  "of DTLS: of nobody, replayed, or damaged"));
    }
};
static_assert(well_formed<DeviceStatus>());

struct DeviceStatusGet {
    static constexpr std::uint16_t id = 0x0102;
    static constexpr const char* name = "DeviceStatusGet";
    static constexpr const char* meaning = "How is this NWP?";
    using Reply = DeviceStatus;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<DeviceStatusGet>());

struct SimulatedFault {
    static constexpr std::uint16_t id = 0x0104;
    static constexpr const char* name = "SimulatedFault";
    static constexpr const char* meaning =
        "Makes the simulated radio misbehave; unsupported on every other radio. Answered by Done.";
    using Reply = Done;

    std::uint8_t fault = 0;
    Bssid bssid{};

    static constexpr auto fields() {
        return layout(field("fault", &SimulatedFault::fault,
                            "1 access point lost, 2 access point back, 3 lease lost, 4 lease back"),
                      field("bssid", &SimulatedFault::bssid, "which access point"));
    }
};
static_assert(well_formed<SimulatedFault>());

} // namespace nwp::wire
