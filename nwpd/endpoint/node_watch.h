// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/callback.h"
#include "nwpd/endpoint/descriptor_watch.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace nwp::endpoint {

/// What is done to the device nodes of one folder, in the order in which it was done, each opening and
/// closing by itself, also when the loop sees a thousand of them at once.
class NodeWatch {
public:
    enum class Act : std::uint8_t {
        opened,
        closed,
        written, ///< once or more; told a moment after the bytes are there
        lost     ///< there was more than the system keeps
    };
    struct Event {
        Act act{};
        int node = -1; ///< add()'s number; of `lost`: -1

        friend bool operator==(const Event&, const Event&) = default;
    };

    NodeWatch(boost::asio::io_context& context, Callback<void()> on_events);
    NodeWatch(const NodeWatch&) = delete;
    NodeWatch& operator=(const NodeWatch&) = delete;

    /// Begins. Empty: it does; else why not.
    std::string start(const std::string& folder);
    bool started() const { return watch_.has_value(); }

    /// Watches one more node of the folder; what was open before does not count, its closing does. Its
    /// number, which no other gets; negative: errno says why not.
    int add(const std::string& node);
    void remove(int node);

    /// Appends what happened since. The call is told again for what comes then.
    void take(std::deque<Event>& into);

private:
    boost::asio::io_context& context_;
    Callback<void()> on_events_;
    std::optional<DescriptorWatch> watch_;
    int folder_ = -1; ///< inotify's number for it
};

} // namespace nwp::endpoint
