// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/station_runner.h"

#include "nwpd/wifi/steady_instant.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace nwp::wifi {

namespace {

struct Commander {
    Radio& radio;

    void operator()(const RadioScan&) const { radio.scan(); }
    void operator()(const JoinRequest& request) const { radio.join(request); }
    void operator()(const RadioLeave&) const { radio.leave(); }
};

struct Teller {
    StationListener& listener;

    void operator()(const ScanResult& notice) const { listener.on_scan_result(notice.to, notice.network); }
    void operator()(const Answer& notice) const {
        listener.on_answer(notice.to, notice.error == Error{} ? Result<void>{} : notice.error, notice.cause);
    }
    void operator()(const StateChanged& notice) const { listener.on_state(notice.state, notice.cause); }
    void operator()(const AddressAcquired& notice) const { listener.on_address_acquired(notice.lease); }
    void operator()(const LeaseRenewed& notice) const { listener.on_lease_renewed(notice.lease); }
    void operator()(const AddressLost&) const { listener.on_address_lost(); }
    void operator()(const GateChanged& notice) const { listener.on_gate(notice.open); }
};

} // namespace

struct StationRunner::Impl final : RadioListener, std::enable_shared_from_this<Impl> {
    Impl(boost::asio::io_context& the_context, Radio& the_radio, StationListener& the_listener,
         StationOptions options)
        : context(the_context), radio(the_radio), listener(&the_listener),
          station(the_radio.wireless(), options, the_radio.cable_lease()), timer(the_context) {}

    void on_network(const WifiNetwork& network) override {
        station.on_network(network, steady_now());
        settle();
    }
    void on_scan_done() override {
        station.on_scan_done(steady_now());
        settle();
    }
    void on_joined(const WifiNetwork& network) override {
        station.on_joined(network, steady_now());
        settle();
    }
    void on_join_failed(WifiCause cause) override {
        station.on_join_failed(cause, steady_now());
        settle();
    }
    void on_lost(WifiCause cause) override {
        station.on_lost(cause, steady_now());
        settle();
    }
    void on_lease(const Lease& lease) override {
        station.on_lease(lease, steady_now());
        settle();
    }
    void on_lease_lost() override {
        station.on_lease_lost(steady_now());
        settle();
    }

    /// After anything that happened: commands the radio, sets the alarm, and sees to it that notices are told
    /// later.
    void settle() {
        for (;;) {
            const std::optional<RadioCommand> command = station.next_command();
            if (!command) break;
            std::visit(Commander{radio}, *command);
        }
        if (!telling) tell_later();
        arm();
    }

    void tell_later() {
        telling = true;
        boost::asio::post(context, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->tell_one();
        });
    }

    /// One a turn: a listener that answers each notice with a new request must not hold up the executor. It
    /// may also end the runner from within.
    void tell_one() {
        telling = false;
        if (listener == nullptr) return;
        const auto notice = station.next_notice();
        if (!notice) return;
        tell_later();
        std::visit(Teller{*listener}, *notice);
    }

    void arm() {
        const Instant deadline = station.next_deadline();
        if (deadline == Instant::never()) {
            timer.cancel();
            return;
        }
        timer.expires_at(steady_time_point(deadline));
        timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (!self || error || self->listener == nullptr) return;
            self->station.on_time(steady_now());
            self->settle();
        });
    }

    boost::asio::io_context& context;
    Radio& radio;
    StationListener* listener; ///< null: the runner is gone
    Station station;
    boost::asio::steady_timer timer;
    bool telling = false;
};

StationRunner::StationRunner(boost::asio::io_context& context, Radio& radio, StationListener& listener,
                             StationOptions options)
    : impl_(std::make_shared<Impl>(context, radio, listener, options)) {
    radio.set_listener(*impl_);
    impl_->settle();
}

StationRunner::~StationRunner() {
    impl_->listener = nullptr;
    impl_->radio.clear_listener();
    impl_->timer.cancel();
}

void StationRunner::scan(Asker asker, Duration limit) {
    impl_->station.scan(asker, limit, steady_now());
    impl_->settle();
}

void StationRunner::connect(Asker asker, const JoinRequest& request, Duration limit) {
    impl_->station.connect(asker, request, limit, steady_now());
    impl_->settle();
}

void StationRunner::disconnect(Asker asker) {
    impl_->station.disconnect(asker, steady_now());
    impl_->settle();
}

void StationRunner::cancel(Asker asker) {
    impl_->station.cancel(asker, steady_now());
    impl_->settle();
}

void StationRunner::set_fixed_lease(const std::optional<Lease>& lease) {
    impl_->station.set_fixed_lease(lease, steady_now());
    impl_->settle();
}

void StationRunner::client_gone(std::uint64_t client) {
    impl_->station.client_gone(client, steady_now());
    impl_->settle();
}

Result<void> StationRunner::take_radio() { return impl_->station.take_radio(); }
void StationRunner::give_radio_back() { impl_->station.give_radio_back(); }

StationStatus StationRunner::status() const { return impl_->station.status(); }

} // namespace nwp::wifi
