// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/callback.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <memory>

namespace nwp::endpoint {

/// A descriptor on the loop: tells once, after being asked, that it may be read or written again.
class DescriptorWatch {
public:
    /// Owns `descriptor`, which must be non-blocking.
    DescriptorWatch(boost::asio::io_context& context, int descriptor);
    ~DescriptorWatch();
    DescriptorWatch(const DescriptorWatch&) = delete;
    DescriptorWatch& operator=(const DescriptorWatch&) = delete;

    int descriptor() const;
    /// Who is told; empty: nobody.
    void set_wake(Callback<void()> wake);
    void want_read();
    void want_write();

private:
    struct State;
    std::shared_ptr<State> state_; ///< outlives us while the loop still holds a wait
};

} // namespace nwp::endpoint
