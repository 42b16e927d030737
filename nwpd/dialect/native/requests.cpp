// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/requests.h"

namespace nwp::native {

RequestPointer Requests::begin(std::uint16_t number, std::uint32_t deadline_ms, Instant now) {
    forget_answered();
    if (open_.contains(number)) return nullptr;
    const Duration limit = milliseconds(deadline_ms);
    auto request = std::make_shared<Request>(outbox_, number, now + limit, limit);
    open_.emplace(number, request);
    return request;
}

void Requests::cancel(std::uint16_t number) {
    const auto found = open_.find(number);
    if (found == open_.end()) return; // it was answered while the cancel was on its way
    const RequestPointer request = found->second;
    request->stop(Error::cancelled);
}

void Requests::expire(Instant now) {
    const auto open = open_; // stopping one may answer, and so touch, others
    for (const auto& [number, request] : open) {
        if (request->open() && request->deadline() <= now) request->stop(Error::timed_out);
    }
    forget_answered();
}

Instant Requests::next_deadline() const {
    Instant next = Instant::never();
    for (const auto& [number, request] : open_) {
        if (request->open()) next = earlier(next, request->deadline());
    }
    return next;
}

void Requests::abandon_all() {
    const auto open = std::exchange(open_, {});
    for (const auto& [number, request] : open) request->abandon();
}

void Requests::forget_answered() {
    std::erase_if(open_, [](const auto& entry) { return !entry.second->open(); });
}

} // namespace nwp::native
