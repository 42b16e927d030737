// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/outbox.h"

namespace nwp::native {

bool Outbox::pass_on(const Waiting& waiting) {
    // Only a full ring is worth waiting for; without a session nobody is left to tell.
    return session_.send_encoded(waiting.kind, waiting.request, waiting.content).error() !=
           Error::would_block;
}

void Outbox::send_or_keep(Waiting waiting) {
    if (!waiting_.empty() || !pass_on(waiting)) waiting_.push_back(std::move(waiting));
    wake_();
}

bool Outbox::drain() {
    while (!waiting_.empty() && pass_on(waiting_.front())) waiting_.pop_front();
    return waiting_.empty();
}

} // namespace nwp::native
