// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/instant.h"
#include "base/result.h"
#include "nwpd/service/network.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>

namespace nwp::service {

struct PingPlan {
    Address to;                     ///< as the lease has it
    Duration interval = seconds(1); ///< from one question to the next; a late answer delays the next question
    Duration timeout = seconds(1);  ///< until an answer counts as lost
    std::size_t data_size = 56;     ///< bytes behind the ICMP header; EchoSocket::kMostData at most
    std::uint32_t attempts = 4;     ///< 0: until stop()
    bool report_each = false;       ///< else one report, at the end
    bool stop_after_success = false;
    bool dont_fragment = false;
};

/// So far.
struct PingResult {
    std::uint32_t sent = 0;
    std::uint32_t received = 0;
    Duration shortest; ///< round trips
    Duration longest;
    Duration average;
    Duration elapsed;  ///< since start()
    bool last = false; ///< no further report follows
    /// Of the last question: success when it was answered, timed_out, or why it could not be asked.
    Result<void> outcome;
};

/// Asks a machine on the network whether it is there (ICMP echo), one question after the other. One executor.
class Pinger {
public:
    Pinger(boost::asio::io_context& context, Network& network);
    ~Pinger(); ///< reports no more
    Pinger(const Pinger&) = delete;
    Pinger& operator=(const Pinger&) = delete;

    using Report = std::function<void(const PingResult&)>;

    /// Reports come later, never from inside a call. What runs already is given up without a report.
    ///   network_unreachable   no address, or none that leads there
    ///   not_permitted         this machine lets us send no ICMP: docs/configuration.md says what it wants
    ///   invalid_argument      no address, or too much data
    Result<void> start(const PingPlan& plan, Report report);
    bool is_running() const;
    /// Ends what runs with a last report.
    void stop();

private:
    struct Run;
    boost::asio::io_context& context_;
    Network& network_;
    std::shared_ptr<Run> run_; ///< handlers hold it weakly
};

} // namespace nwp::service
