// SPDX-License-Identifier: Apache-2.0
#include "host/c/attach.h"

namespace nwp::c {
namespace {

// The one thing that sockets without an owner need: C's functions have no object to find the host by.
std::atomic<Attachment*> the_attachment{nullptr};

} // namespace

void attach(Attachment& attachment) { the_attachment.store(&attachment, std::memory_order_release); }

void detach() { the_attachment.store(nullptr, std::memory_order_release); }

Attachment* attached() { return the_attachment.load(std::memory_order_acquire); }

Attachment* attached_or_default() {
    Attachment* const present = attached();
    if (present != nullptr || nwp_attach_default_host == nullptr) return present;
    return nwp_attach_default_host();
}

} // namespace nwp::c
