// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/callback.h"
#include "nwpd/endpoint/descriptor_watch.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace nwp::endpoint {

/// What is done to a device node, in the order in which it was done, each opening and closing by itself, also
/// when the loop sees a thousand of them at once.
class NodeWatch {
public:
    enum class Event : std::uint8_t {
        opened,
        closed,
        written, ///< once or more; told a moment after the bytes are there
        lost     ///< there was more than the system keeps
    };

    NodeWatch(boost::asio::io_context& context, Callback<void()> on_events);
    NodeWatch(const NodeWatch&) = delete;
    NodeWatch& operator=(const NodeWatch&) = delete;

    /// Begins; what was open before does not count, its closing does. Empty: it does; else why not.
    std::string start(const std::string& node);

    /// Appends what happened since. The call is told again for what comes then.
    void take(std::deque<Event>& into);

private:
    boost::asio::io_context& context_;
    Callback<void()> on_events_;
    std::optional<DescriptorWatch> watch_;
    int node_ = -1; ///< inotify's number for it
};

} // namespace nwp::endpoint
