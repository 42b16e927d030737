// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace nwp::service {

/// A timer whose handler is never called after cancel(), a new set(), or its end. (One of Asio's whose time
/// has come calls its handler all the same: the call is under way by then.) One executor.
class Alarm {
public:
    explicit Alarm(boost::asio::io_context& context) : timer_(context) {}
    ~Alarm() { cancel(); }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    /// Calls `act` once, so much later, in place of what was set before.
    void set(std::chrono::microseconds time, std::function<void()> act) {
        act_ = std::make_shared<std::function<void()>>(std::move(act));
        timer_.expires_after(time);
        timer_.async_wait([weak = std::weak_ptr{act_}](boost::system::error_code error) {
            if (const auto self = weak.lock(); self && !error) (*self)();
        });
    }
    void cancel() {
        act_.reset();
        timer_.cancel();
    }

private:
    boost::asio::steady_timer timer_;
    std::shared_ptr<std::function<void()>> act_; ///< the wait holds it weakly
};

} // namespace nwp::service
