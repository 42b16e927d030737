// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>

#include <chrono>

namespace nwp::kit {

/// Runs the loop until `holds()`; false when that took longer than `limit`.
template <typename Condition>
bool run_until(boost::asio::io_context& context, Condition holds,
               std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        context.restart();
        if (context.run_one_until(end) == 0 && !holds() && context.stopped())
            return false; // nothing left to wait for
    }
    return true;
}

/// Runs everything that is ready now.
inline void run_ready(boost::asio::io_context& context) {
    context.restart();
    context.poll();
}

} // namespace nwp::kit
