// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/request.h"
#include "wire/device.h"

namespace nwp::request {

/// What this NWP is. The texts live in the request.
class GetDeviceInfo final : public Asking<wire::DeviceInfoGet> {
public:
    const wire::DeviceInfo& info() const { return info_; }

private:
    Error take(const void* reply) override;

    wire::DeviceInfo info_;
    Text<32> product_;
    Text<32> version_;
};

/// How this NWP is. The text lives in the request.
class GetDeviceStatus final : public Asking<wire::DeviceStatusGet> {
public:
    const wire::DeviceStatus& status() const { return status_; }

private:
    Error take(const void* reply) override;

    wire::DeviceStatus status_;
    Text<96> last_mismatch_;
};

/// Comes back with the same content: measures and tests the link. At most kPart bytes.
///   message_too_long   (begin) more than that
///   protocol_error     something else came back
class Echo final : public Asking<wire::Echo> {
public:
    explicit Echo(ByteView content) { message_.content = content; }

private:
    Error prepare() override;
    Error take(const void* reply) override;
};

/// Makes the simulated radio misbehave.
///   unsupported   the radio is not a simulated one
///   not_found     no such access point
class SimulateFault final : public Asking<wire::SimulatedFault> {
public:
    enum class Fault : std::uint8_t {
        access_point_lost = 1,
        access_point_back = 2,
        lease_lost = 3,
        lease_back = 4,
    };

    SimulateFault(Fault fault, const Bssid& access_point);
};

} // namespace nwp::request
