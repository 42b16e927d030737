// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "nwpd/net/gate.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace nwp::net {

/// A non-blocking kernel socket whose readiness is told only while the gate is open. Kept by shared_ptr: the
/// reactor holds it while it watches. Handlers run on `context`, never from inside a call.
class GatedSocket : public std::enable_shared_from_this<GatedSocket> {
public:
    enum class Direction { read, write };

    GatedSocket(boost::asio::io_context& context, Gate& gate);
    ~GatedSocket() { leave_gate(); }
    GatedSocket(const GatedSocket&) = delete;
    GatedSocket& operator=(const GatedSocket&) = delete;

    /// Takes the kernel's socket over, also when it fails. Once.
    Result<void> assign(int descriptor);
    bool is_open() const { return descriptor_.is_open(); }
    bool passes() const { return gate_.open(); }
    int get() { return descriptor_.native_handle(); }
    boost::asio::io_context& context() const { return context_; }
    Gate& gate() const { return gate_; }

    /// Calls `handler` once when the socket may have something new to say. A second call replaces the first.
    void wait(Direction direction, std::function<void()> handler);
    /// Stops both handlers and closes.
    void close();
    /// Stops both handlers and gives the kernel's socket away.
    int release();

private:
    using Descriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;
    /// One direction's waiting handler; `armed` while the reactor watches for it.
    struct Waiting {
        std::function<void()> handler;
        bool armed = false;
    };

    void arm(Direction direction);
    void ready(Direction direction);
    void listen_to_gate();
    void leave_gate();
    void stop_handlers();
    Waiting& waiting(Direction direction) { return direction == Direction::read ? reading_ : writing_; }

    boost::asio::io_context& context_;
    Gate& gate_;
    Descriptor descriptor_;
    Waiting reading_;
    Waiting writing_;
    std::optional<Gate::Registration> registration_; ///< only while something waits for the gate
};

} // namespace nwp::net
