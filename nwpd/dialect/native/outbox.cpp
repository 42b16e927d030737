// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/outbox.h"

namespace nwp::native {

bool Outbox::pass_on(const Waiting& waiting) {
    // Only a full ring is worth waiting for; without a session nobody is left to tell.
    return session_.send_encoded(waiting.kind, waiting.request, waiting.content).error() !=
           Error::would_block;
}

void Outbox::send_or_keep(Waiting waiting) {
    if (!overflowed() && (!waiting_.empty() || !pass_on(waiting))) {
        waiting_bytes_ += waiting.size();
        waiting_.push_back(std::move(waiting));
    }
    wake_();
}

bool Outbox::drain() {
    while (!waiting_.empty() && pass_on(waiting_.front())) {
        waiting_bytes_ -= waiting_.front().size();
        waiting_.pop_front();
    }
    return waiting_.empty();
}

void Outbox::clear() {
    waiting_.clear();
    waiting_bytes_ = 0;
}

} // namespace nwp::native
