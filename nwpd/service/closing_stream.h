// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "nwpd/net/tcp.h"
#include "nwpd/service/send_queue.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace nwp::service {

/// What close() leaves behind: a stream whose last bytes still go out, then close_notify and FIN. Bytes that
/// come meanwhile are thrown away, as a kernel socket closed with unread data would answer RST and lose what
/// was sent.
class ClosingStream : public std::enable_shared_from_this<ClosingStream> {
public:
    struct Parts {
        std::unique_ptr<net::Stream> stream; ///< connected
        net::TcpStream* tcp = nullptr;       ///< the lowest stream of it
        SendQueue queue;
        bool send_ended = false; ///< shutdown_send() was called already
    };
    struct Limits {
        std::chrono::seconds linger{
            0}; ///< `done` waits for the peer's acknowledgement at most so long; 0: not at all
        std::chrono::seconds bound{30}; ///< then RST
    };

    /// `done` is called once, later; `gone` when the stream is closed, from this object's own handlers.
    ClosingStream(boost::asio::io_context& context, Parts parts, Limits limits, std::function<void()> done,
                  std::function<void()> gone);
    void begin();
    /// RST, now: the network is gone. Calls `done` later if it was not yet; `gone` is not called.
    void abort();

private:
    void step();
    void flush();
    void wait_for_room();
    void wait_until_acknowledged();
    void discard_received();
    void finish(bool abort);
    void tell_done();

    boost::asio::io_context& context_;
    Parts parts_;
    Limits limits_;
    std::function<void()> done_;
    std::function<void()> gone_;
    boost::asio::steady_timer linger_timer_;
    boost::asio::steady_timer bound_timer_;
    boost::asio::steady_timer look_again_;
    bool ended_ = false;
};

} // namespace nwp::service
