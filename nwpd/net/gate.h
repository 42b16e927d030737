// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <list>

namespace nwp::net {

/// Whether traffic may pass at all. While it is closed (access point lost) streams under it neither read nor write:
/// read() and write() answer would_block, and waiting handlers stay until it opens. One executor.
class Gate {
public:
    using Listener = std::function<void()>;
    using Registration = std::list<Listener>::iterator;

    bool open() const { return open_; }
    /// Opening calls every listener once, from inside set().
    void set(bool open);

    Registration add(Listener on_open);
    void remove(Registration registration);

private:
    bool open_ = true;
    std::list<Listener> listeners_;
};

} // namespace nwp::net
