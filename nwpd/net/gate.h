// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <list>

namespace nwp::net {

/// Whether traffic may pass at all. While it is closed (access point lost) streams under it neither read nor
/// write: read() and write() answer would_block, and waiting handlers stay until it opens. One executor.
/// Outlives every stream under it, also those that still flush in the background: make it before the
/// io_context.
class Gate {
public:
    using Listener = std::function<void()>;
    using Registration = std::list<Listener>::iterator;

    bool open() const { return open_; }
    /// Opening calls every listener once, from inside set(). A listener may add and remove any listener; one
    /// that is added during the call waits for the next opening.
    void set(bool open);

    Registration add(Listener on_open);
    void remove(Registration registration);

private:
    void call_listeners();

    bool open_ = true;
    int calling_ = 0; ///< depth of set(): while it is not 0, removed listeners stay as empty nodes
    std::list<Listener> listeners_;
};

} // namespace nwp::net
