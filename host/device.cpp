// SPDX-License-Identifier: Apache-2.0
#include "nwp/device.h"

namespace nwp::request {

Result<Pending::Next> GetDeviceInfo::take(const wire::DeviceInfo& reply) {
    info_ = reply;
    product_.assign(reply.product);
    version_.assign(reply.version);
    info_.product = product_.view();
    info_.version = version_.view();
    return Next::done;
}

Result<Pending::Next> GetDeviceStatus::take(const wire::DeviceStatus& reply) {
    status_ = reply;
    last_mismatch_.assign(reply.last_mismatch);
    status_.last_mismatch = last_mismatch_.view();
    return Next::done;
}

Result<void> Echo::send(session::Session& session, std::uint16_t number, std::uint32_t deadline_ms,
                        wire::SocketHandle handle) {
    if (message_.content.size() > kPart) return Error::message_too_long;
    return Asking::send(session, number, deadline_ms, handle);
}

Result<Pending::Next> Echo::take(const wire::Echo& reply) {
    if (!equal(reply.content, message_.content)) return Error::protocol_error;
    return Next::done;
}

SimulateFault::SimulateFault(Fault fault, const Bssid& access_point) {
    message_.fault = static_cast<std::uint8_t>(fault);
    message_.bssid = access_point;
}

} // namespace nwp::request
