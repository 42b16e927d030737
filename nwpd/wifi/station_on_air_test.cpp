// SPDX-License-Identifier: Apache-2.0
// Station and RadioMachine together, in manual time.
#include "nwpd/wifi/radio_machine.h"
#include "nwpd/wifi/station_fixture.h"

#include <map>
#include <random>

namespace nwp::wifi {
namespace {

/// Runs both machines and moves time from deadline to deadline.
class StationOnAir : public testing::Test {
protected:
    struct Open {
        Instant deadline;
        int answers = 0;
    };

    /// Everything that happens up to `until`.
    void run_until(Instant until) {
        settle();
        for (;;) {
            const Instant next = earlier(station_.next_deadline(), radio_.next_deadline());
            if (next > until) break;
            if (next > now_) now_ = next;
            if (station_.next_deadline() <= now_) station_.on_time(now_);
            settle();
        }
        now_ = until;
    }
    void run_for(Duration time) { run_until(now_ + time); }

    void settle() {
        for (;;) {
            bool quiet = true;
            while (const auto command = station_.next_command()) {
                carry_out(*command);
                quiet = false;
            }
            if (const auto notice = radio_.next_notice(now_)) {
                std::visit([this](const auto& each) { hear(each); }, *notice);
                quiet = false;
            }
            while (const auto notice = station_.next_notice()) note(*notice);
            if (quiet) return;
        }
    }

    void carry_out(const RadioCommand& command) {
        RadioEvent event = LeaveRequested{};
        if (std::holds_alternative<RadioScan>(command)) event = ScanRequested{};
        if (const auto* join = std::get_if<JoinRequest>(&command)) event = *join;
        EXPECT_TRUE(radio_.on_event(event, now_).ok());
    }

    void hear(const NetworkFound& notice) { station_.on_network(notice.network, now_); }
    void hear(const ScanFinished&) { station_.on_scan_done(now_); }
    void hear(const Joined& notice) { station_.on_joined(notice.network, now_); }
    void hear(const JoinFailed& notice) { station_.on_join_failed(notice.cause, now_); }
    void hear(const Lost& notice) { station_.on_lost(notice.cause, now_); }
    void hear(const LeaseGiven& notice) { station_.on_lease(notice.lease, now_); }
    void hear(const LeaseGone&) { station_.on_lease_lost(now_); }

    /// Keeps the line, and checks what must hold whatever happens.
    void note(const StationNotice& notice) {
        lines_.push_back(std::visit(Describe{}, notice));
        if (const auto* result = std::get_if<ScanResult>(&notice)) {
            EXPECT_EQ(open_[result->to.request].answers, 0) << "a result after the answer";
        }
        if (const auto* answer = std::get_if<Answer>(&notice)) {
            auto& open = open_[answer->to.request];
            EXPECT_EQ(++open.answers, 1) << "a second answer";
            EXPECT_LE(now_, open.deadline) << "an answer too late";
        }
        if (std::holds_alternative<AddressAcquired>(notice)) ++addresses_;
        if (std::holds_alternative<AddressLost>(notice)) --addresses_;
        EXPECT_TRUE(addresses_ == 0 || addresses_ == 1);
        if (const auto* gate = std::get_if<GateChanged>(&notice)) {
            EXPECT_NE(gate->open, gate_open_);
            gate_open_ = gate->open;
            EXPECT_TRUE(!gate_open_ || addresses_ == 1) << "open without an address";
        }
    }

    Asker asker(std::uint64_t client, Duration limit) {
        open_[++request_] = {now_ + limit, 0};
        return {client, request_};
    }
    void connect(std::uint64_t client, const JoinRequest& request, Duration limit = kLimit) {
        station_.connect(asker(client, limit), request, limit, now_);
    }
    void disconnect(std::uint64_t client) { station_.disconnect(asker(client, kLimit), now_); }
    void scan(std::uint64_t client, Duration limit = kLimit) {
        station_.scan(asker(client, limit), limit, now_);
    }
    void air(const RadioEvent& event) { EXPECT_TRUE(radio_.on_event(event, now_).ok()); }

    Lines lines() {
        Lines taken;
        taken.swap(lines_);
        return taken;
    }
    void be_connected() {
        connect(1, home());
        run_for(seconds(1));
        ASSERT_TRUE(gate_open_);
        lines();
    }

    Instant now_{1'000'000};
    Station station_{true};
    RadioMachine radio_{test_air()};
    Lines lines_;
    std::map<std::uint64_t, Open> open_;
    std::uint64_t request_ = 0;
    int addresses_ = 0;
    bool gate_open_ = false;
};

TEST_F(StationOnAir, joins_the_strongest_of_its_name_and_gets_an_address) {
    connect(1, home());
    run_for(kJoinTime + kLeaseTime);
    EXPECT_EQ(lines(), (Lines{"joining (requested)", "connected (none)", "alice ok", "address 10.77.0.2",
                              "gate open"}));
    EXPECT_EQ(station_.link().network->bssid, kStrong);
}

TEST_F(StationOnAir, roams_to_the_networks_other_access_point_and_keeps_its_address) {
    be_connected();
    air(AccessPointLost{kStrong});
    run_for(kJoinTime + kLeaseTime);
    EXPECT_EQ(lines(), (Lines{"gate closed", "lost (access point lost)", "connected (none)", "gate open"}));
    EXPECT_EQ(station_.link().network->bssid, kWeak);
}

TEST_F(StationOnAir, resumes_within_the_next_pause_when_the_only_access_point_is_back) {
    connect(1, guest());
    run_for(seconds(1));
    lines();
    air(AccessPointLost{kGuest});
    run_for(seconds(30));
    EXPECT_EQ(lines(), (Lines{"gate closed", "lost (access point lost)"}));
    air(AccessPointBack{kGuest});
    run_for(milliseconds(8000) + kJoinTime + kLeaseTime);
    EXPECT_EQ(lines(), (Lines{"connected (none)", "gate open"}));
}

TEST_F(StationOnAir, loses_and_changes_its_address_with_the_network) {
    be_connected();
    air(LeaseRevoked{});
    run_for(seconds(60));
    EXPECT_EQ(lines(), (Lines{"gate closed", "address lost", "connected (no address)"}));
    air(LeaseChanged{guest_lease()});
    run_for(seconds(1));
    EXPECT_EQ(lines(), (Lines{"address 10.77.0.4", "connected (none)", "gate open"}));
    air(LeaseChanged{home_lease()});
    run_for(seconds(1));
    EXPECT_EQ(lines(), (Lines{"address lost", "address 10.77.0.2"}));
}

TEST_F(StationOnAir, loses_its_address_when_the_rejoin_brings_another) {
    be_connected();
    air(AccessPointLost{kStrong});
    air(AccessPointLost{kWeak});
    run_for(seconds(5));
    air(LeaseChanged{guest_lease()});
    air(AccessPointBack{kWeak});
    EXPECT_EQ(lines(), (Lines{"gate closed", "lost (access point lost)"}));
    run_for(seconds(10));
    EXPECT_EQ(lines(), (Lines{"connected (none)", "address lost", "address 10.77.0.4", "gate open"}));
}

TEST_F(StationOnAir, has_no_address_where_the_network_gives_none) {
    JoinRequest silent;
    silent.ssid = "silent";
    silent.security = WifiSecurity::open;
    connect(1, silent);
    run_for(seconds(20));
    EXPECT_EQ(lines(),
              (Lines{"joining (requested)", "connected (none)", "alice ok", "disconnected (no address)"}));
    EXPECT_EQ(radio_.joined(), nullptr);
}

TEST_F(StationOnAir, scans_for_two_while_a_third_joins) {
    scan(1);
    run_for(kSpacing);
    scan(2);
    connect(3, home());
    run_for(seconds(1));
    const Lines all = lines();
    EXPECT_EQ(std::count(all.begin(), all.end(), "alice finds home"), 3);
    EXPECT_EQ(std::count(all.begin(), all.end(), "bob finds home"), 3);
    EXPECT_EQ(std::count(all.begin(), all.end(), "alice ok"), 1);
    EXPECT_TRUE(gate_open_);
}

TEST_F(StationOnAir, joins_and_leaves_a_thousand_times) {
    for (int i = 0; i < 1000; ++i) {
        connect(1, i % 2 == 0 ? home() : guest());
        run_for(milliseconds(20));
        ASSERT_TRUE(gate_open_);
        disconnect(1);
        run_for(milliseconds(1));
        ASSERT_FALSE(gate_open_);
        ASSERT_EQ(lines().size(), 9U);
    }
    for (const auto& [number, open] : open_) ASSERT_EQ(open.answers, 1) << number;
    EXPECT_EQ(station_.next_deadline(), Instant::never());
    EXPECT_EQ(radio_.next_deadline(), Instant::never());
}

TEST_F(StationOnAir, answers_every_request_once_whatever_happens_on_the_air) {
    std::mt19937 random(11); // NOLINT(cert-msc51-cpp): the same story in every run
    const Bssid all[] = {kStrong, kWeak, kGuest, kTwin, kSilent};
    std::map<std::uint64_t, bool> gone;
    std::map<std::uint64_t, std::uint64_t> owner;
    for (int step = 0; step < 20000; ++step) {
        const std::uint64_t client = 1 + random() % 4;
        const Duration limit = milliseconds(static_cast<std::int64_t>(1 + random() % 20000));
        const Bssid bssid = all[random() % 5];
        JoinRequest request = random() % 2 == 0 ? home() : guest();
        if (random() % 8 == 0) request.passphrase = "wrong passphrase";
        const std::uint64_t before = request_;
        switch (random() % 10) {
            case 0: scan(client, limit); break;
            case 1: connect(client, request, limit); break;
            case 2: disconnect(client); break;
            case 3: air(AccessPointLost{bssid}); break;
            case 4:
            case 5: air(AccessPointBack{bssid}); break;
            case 6: (void)radio_.on_event(LeaseRevoked{}, now_); break;
            case 7:
                (void)radio_.on_event(LeaseChanged{random() % 2 == 0 ? home_lease() : guest_lease()}, now_);
                break;
            case 8: {
                const std::uint64_t number = 1 + random() % (request_ + 1);
                station_.cancel({owner[number], number}, now_);
                break;
            }
            default:
                if (random() % 10 != 0) break;
                settle();
                station_.client_gone(client, now_);
                for (const auto& [number, asked_by] : owner)
                    gone[number] = gone[number] || asked_by == client;
                break;
        }
        if (request_ != before) owner[request_] = client;
        settle();
        const StationStatus status = station_.status();
        ASSERT_EQ(status.gate_open, gate_open_);
        ASSERT_EQ(status.lease.has_value(), addresses_ == 1);
        ASSERT_TRUE(!status.gate_open || radio_.joined() != nullptr);
        run_for(milliseconds(static_cast<std::int64_t>(random() % (random() % 20 == 0 ? 20000 : 10))));
        ASSERT_FALSE(HasFailure()) << "step " << step;
        lines_.clear();
    }
    run_for(kLimit);
    for (const auto& [number, open] : open_) {
        if (gone[number]) {
            ASSERT_LE(open.answers, 1);
        } else {
            ASSERT_EQ(open.answers, 1) << "request " << number;
        }
    }
}

} // namespace
} // namespace nwp::wifi
