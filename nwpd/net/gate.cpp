// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/gate.h"

#include <utility>

namespace nwp::net {

void Gate::set(bool open) {
    if (open == open_) return;
    open_ = open;
    if (open) call_listeners();
}

void Gate::call_listeners() {
    ++calling_;
    std::size_t left = listeners_.size(); // those added from inside stand behind them
    for (auto listener = listeners_.begin(); left > 0; ++listener, --left) {
        if (const Listener call = *listener) call(); // a copy: it may remove itself
    }
    --calling_;
    if (calling_ == 0) listeners_.remove_if([](const Listener& listener) { return !listener; });
}

Gate::Registration Gate::add(Listener on_open) {
    return listeners_.insert(listeners_.end(), std::move(on_open));
}

void Gate::remove(Registration registration) {
    if (calling_ > 0)
        *registration = nullptr;
    else
        listeners_.erase(registration);
}

} // namespace nwp::net
