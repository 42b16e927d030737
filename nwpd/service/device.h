// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "base/wifi.h"
#include "nwpd/service/sockets.h"

#include <functional>
#include <string>
#include <string_view>

namespace nwp::service {

enum class RadioKind : std::uint8_t { none = 0, simulated = 1, real = 2 };

/// What befalls a simulated radio; numbers as in wire::SimulatedFault.
enum class RadioFault : std::uint8_t {
    access_point_lost = 1,
    access_point_back = 2,
    lease_lost = 3,
    lease_back = 4,
};

struct DeviceInfo {
    std::string product;
    std::string version;
    Duration uptime;
    RadioKind radio{};
};

/// Frames of all links; what front ends count up.
struct FrameTotals {
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    std::uint64_t resent = 0;
    std::uint64_t broken = 0;
};

struct DeviceStatus {
    std::uint16_t clients = 0;
    SocketTotals sockets;
    std::uint32_t wrong_tokens = 0;
    std::uint32_t version_mismatches = 0;
    std::string last_mismatch; ///< which versions met last; empty: none did
    FrameTotals frames;
    std::uint32_t resident_kib = 0;
};

/// What this NWP is and how it is: the place where front ends count what they see. One executor.
class Device {
public:
    /// Makes the radio misbehave; empty where it is no simulated one.
    using FaultInjector = std::function<Result<void>(RadioFault, const Bssid&)>;

    Device(const Sockets& sockets, RadioKind radio, FaultInjector inject);
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    DeviceInfo info() const;
    DeviceStatus status() const;
    /// unsupported: the radio is not a simulated one, or no such fault; not_found: no such access point.
    Result<void> simulate(std::uint8_t fault, const Bssid& bssid);

    void count_frames(const FrameTotals& more);
    void count_client(int change);
    void count_wrong_token();
    void count_version_mismatch(std::string_view versions);
    /// A host broke the protocol and lost its session.
    void log_protocol_error(std::string_view client, std::string_view what);

private:
    const Sockets& sockets_;
    RadioKind radio_;
    FaultInjector inject_;
    Instant started_;
    DeviceStatus status_;
};

} // namespace nwp::service
