// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/simulated_radio.h"

#include "nwpd/wifi/steady_instant.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace nwp::wifi {

namespace {

/// Tells the listener what the notice says.
struct Teller {
    RadioListener& listener;

    void operator()(const NetworkFound& notice) const { listener.on_network(notice.network); }
    void operator()(const ScanFinished&) const { listener.on_scan_done(); }
    void operator()(const Joined& notice) const { listener.on_joined(notice.network); }
    void operator()(const JoinFailed& notice) const { listener.on_join_failed(notice.cause); }
    void operator()(const Lost& notice) const { listener.on_lost(notice.cause); }
    void operator()(const LeaseGiven& notice) const { listener.on_lease(notice.lease); }
    void operator()(const LeaseGone&) const { listener.on_lease_lost(); }
};

} // namespace

struct SimulatedRadio::Impl : std::enable_shared_from_this<Impl> {
    Impl(boost::asio::io_context& context, RadioFile file) : machine(std::move(file)), timer(context) {}

    Result<void> event(const RadioEvent& what) {
        const auto result = machine.on_event(what, steady_now());
        arm();
        return result;
    }

    /// Every notice travels through the timer, so that no listener is called from inside a call.
    void arm() {
        const Instant deadline = machine.next_deadline();
        if (deadline == Instant::never()) {
            timer.cancel();
            return;
        }
        timer.expires_at(steady_time_point(deadline));
        timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (self && !error) self->tell_one();
        });
    }

    void tell_one() {
        const auto notice = machine.next_notice(steady_now());
        arm();
        if (notice && listener != nullptr) std::visit(Teller{*listener}, *notice);
    }

    RadioMachine machine;
    boost::asio::steady_timer timer;
    RadioListener* listener = nullptr;
};

SimulatedRadio::SimulatedRadio(boost::asio::io_context& context, RadioFile file)
    : impl_(std::make_shared<Impl>(context, std::move(file))) {}

SimulatedRadio::~SimulatedRadio() { impl_->listener = nullptr; }

void SimulatedRadio::set_listener(RadioListener& listener) { impl_->listener = &listener; }
void SimulatedRadio::clear_listener() { impl_->listener = nullptr; }

// A request cannot fail: the results are those of the control functions below.
void SimulatedRadio::scan() { NWP_EXPECT(impl_->event(ScanRequested{}).ok()); }
void SimulatedRadio::join(const JoinRequest& request) { NWP_EXPECT(impl_->event(request).ok()); }
void SimulatedRadio::leave() { NWP_EXPECT(impl_->event(LeaveRequested{}).ok()); }
void SimulatedRadio::set_regulatory_domain(const RegulatoryDomain& domain) {
    NWP_EXPECT(impl_->event(domain).ok());
}
void SimulatedRadio::set_power_save(const WifiPowerSave& power_save) {
    NWP_EXPECT(impl_->event(power_save).ok());
}
WifiStatistics SimulatedRadio::statistics() { return impl_->machine.statistics(steady_now()); }

Result<void> SimulatedRadio::access_point_lost(const Bssid& bssid) {
    return impl_->event(AccessPointLost{bssid});
}
Result<void> SimulatedRadio::access_point_back(const Bssid& bssid) {
    return impl_->event(AccessPointBack{bssid});
}
Result<void> SimulatedRadio::set_rssi(const Bssid& bssid, std::int8_t dbm) {
    return impl_->event(SignalChanged{bssid, dbm});
}
Result<void> SimulatedRadio::lease_lost() { return impl_->event(LeaseRevoked{}); }
Result<void> SimulatedRadio::change_lease(const Lease& lease) { return impl_->event(LeaseChanged{lease}); }

const RadioMachine& SimulatedRadio::machine() const { return impl_->machine; }

} // namespace nwp::wifi
