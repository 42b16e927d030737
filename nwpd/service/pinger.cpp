// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/pinger.h"

#include "nwpd/net/echo_socket.h"
#include "nwpd/service/alarm.h"
#include "nwpd/service/steady_time.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace nwp::service {

struct Pinger::Run : std::enable_shared_from_this<Run> {
    Run(boost::asio::io_context& context, net::Gate& gate, const PingPlan& what, Report to)
        : plan(what), report(std::move(to)), socket(context, gate), loop(context), timer(context) {}

    void ask();
    void listen();
    void answered(Result<void> outcome);
    void end();
    void tell(bool last);

    PingPlan plan;
    Report report;
    net::EchoSocket socket;
    boost::asio::io_context& loop;
    Alarm timer;
    Address real;
    PingResult result;
    Duration sum;
    Instant began = steady_now();
    Instant asked;
    bool waiting = false; ///< for the answer to the last question
    bool over = false;
};

void Pinger::Run::ask() {
    asked = steady_now();
    ++result.sent;
    waiting = true;
    const auto sent = socket.send(real, static_cast<std::uint16_t>(result.sent), plan.data_size);
    if (!sent && sent.error() != Error::would_block) return answered(sent);
    // What could not be sent now is as good as lost on the way.
    timer.set(to_chrono(plan.timeout), [this] { answered(Error::timed_out); });
}

void Pinger::Run::listen() {
    socket.wait_readable([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || self->over) return;
        while (const auto reply = self->socket.receive()) {
            const bool expected =
                self->waiting && reply->sequence == static_cast<std::uint16_t>(self->result.sent);
            if (expected && equal(reply->from.ip_bytes(), self->real.ip_bytes())) self->answered({});
            if (self->over) return;
        }
        self->listen();
    });
}

void Pinger::Run::answered(Result<void> outcome) {
    waiting = false;
    const Duration took = steady_now() - asked;
    result.outcome = outcome;
    if (outcome) {
        ++result.received;
        sum = sum + took;
        result.shortest = result.received == 1 ? took : std::min(result.shortest, took);
        result.longest = std::max(result.longest, took);
        result.average = microseconds(sum.microseconds() / result.received);
    }
    const bool done =
        (plan.attempts != 0 && result.sent == plan.attempts) || (outcome && plan.stop_after_success);
    if (done) return end();
    timer.set(to_chrono(plan.interval - took), [this] { ask(); });
    if (plan.report_each) tell(false);
}

void Pinger::Run::end() {
    over = true;
    timer.cancel();
    socket.close();
    tell(true);
}

void Pinger::Run::tell(bool last) {
    result.elapsed = steady_now() - began;
    result.last = last;
    boost::asio::post(loop, [weak = weak_from_this(), told = result] {
        if (const auto self = weak.lock()) self->report(told);
    });
}

Pinger::Pinger(boost::asio::io_context& context, Network& network) : context_(context), network_(network) {}

Pinger::~Pinger() = default;

bool Pinger::is_running() const { return run_ && !run_->over; }

Result<void> Pinger::start(const PingPlan& plan, Report report) {
    if (plan.to.ip_size() == 0 || plan.data_size > net::EchoSocket::kMostData) return Error::invalid_argument;
    auto run = std::make_shared<Run>(context_, network_.gate_for(plan.to), plan, std::move(report));
    // Our own loopback answers whoever is bound there.
    const bool own = network_.is_own_loopback(plan.to);
    const auto real = own ? Result<Address>{plan.to} : network_.real(plan.to, SocketType::datagram);
    if (!real) return real.error();
    run->real = *real;
    run->real.port = 0;
    if (auto opened = run->socket.open(plan.to.family); !opened) return opened;
    const Address source = own ? Address{} : network_.real_source(plan.to);
    if (source.ip_size() != 0)
        if (auto bound = run->socket.bind(source); !bound) return bound;
    if (auto set = run->socket.set_dont_fragment(plan.dont_fragment); !set) return set;
    run_ = std::move(run);
    run_->listen();
    boost::asio::post(context_, [weak = std::weak_ptr<Run>{run_}] {
        if (const auto self = weak.lock(); self && !self->over) self->ask();
    });
    return {};
}

void Pinger::stop() {
    if (is_running()) run_->end();
}

} // namespace nwp::service
