// SPDX-License-Identifier: Apache-2.0
#include "nwp/device.h"

namespace nwp::request {

Error GetDeviceInfo::take(const void* received) {
    const wire::DeviceInfo& reply = as_reply(received);
    info_ = reply;
    product_.assign(reply.product);
    version_.assign(reply.version);
    info_.product = product_.view();
    info_.version = version_.view();
    return Error{};
}

Error GetDeviceStatus::take(const void* received) {
    const wire::DeviceStatus& reply = as_reply(received);
    status_ = reply;
    last_mismatch_.assign(reply.last_mismatch);
    status_.last_mismatch = last_mismatch_.view();
    return Error{};
}

Error Echo::prepare() { return message_.content.size() > kPart ? Error::message_too_long : Error{}; }

Error Echo::take(const void* reply) {
    return equal(as_reply(reply).content, message_.content) ? Error{} : Error::protocol_error;
}

SimulateFault::SimulateFault(Fault fault, const Bssid& access_point) {
    message_.fault = static_cast<std::uint8_t>(fault);
    message_.bssid = access_point;
}

} // namespace nwp::request
