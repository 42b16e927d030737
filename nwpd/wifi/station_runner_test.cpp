// SPDX-License-Identifier: Apache-2.0
// The shells in real time: SimulatedRadio, WiredRadio and StationRunner on one io_context.
#include "nwpd/wifi/simulated_radio.h"
#include "nwpd/wifi/station_fixture.h"
#include "nwpd/wifi/station_runner.h"
#include "nwpd/wifi/wired_radio.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <functional>

namespace nwp::wifi {
namespace {

/// Keeps what it hears as lines, the words of Describe.
class Hearing final : public StationListener {
public:
    void on_scan_result(const Asker& asker, const WifiNetwork& network) override {
        keep(ScanResult{asker, network});
    }
    void on_answer(const Asker& asker, Result<void> result, WifiCause cause) override {
        keep(Answer{asker, result.error(), cause});
    }
    void on_state(WifiState state, WifiCause cause) override { keep(StateChanged{state, cause}); }
    void on_address_acquired(const Lease& lease) override { keep(AddressAcquired{lease}); }
    void on_lease_renewed(const Lease& lease) override { keep(LeaseRenewed{lease}); }
    void on_address_lost() override { keep(AddressLost{}); }
    void on_gate(bool open) override { keep(GateChanged{open}); }

    Lines lines;
    bool in_call = false;          ///< the test is inside a call to the runner or radio
    std::function<void()> at_each; ///< called after each line

private:
    void keep(const StationNotice& notice) {
        EXPECT_FALSE(in_call) << "called from inside a call";
        lines.push_back(std::visit(Describe{}, notice));
        if (at_each) at_each();
    }
};

class StationRunnerTest : public testing::Test {
protected:
    /// Runs until the listener heard that line; then forgets what it heard.
    Lines heard_until(const std::string& line) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (hearing_.lines.empty() || hearing_.lines.back() != line) {
            if (context_.stopped()) context_.restart();
            if (context_.run_one_until(end) == 0) {
                ADD_FAILURE() << "never heard: " << line;
                break;
            }
        }
        Lines lines;
        lines.swap(hearing_.lines);
        return lines;
    }
    /// A call during which nobody may be called back.
    void calmly(const std::function<void()>& call) {
        hearing_.in_call = true;
        call();
        hearing_.in_call = false;
    }

    boost::asio::io_context context_;
    Hearing hearing_;
    SimulatedRadio radio_{context_, test_air()};
};

TEST_F(StationRunnerTest, scans_joins_and_leaves) {
    StationRunner runner{context_, radio_, hearing_};
    calmly([&] { runner.scan(kAlice, kLimit); });
    EXPECT_EQ(heard_until("alice ok"), (Lines{"alice finds home", "alice finds home", "alice finds guest",
                                              "alice finds home", "alice finds silent", "alice ok"}));
    calmly([&] { runner.connect(kAlice, home(), kLimit); });
    EXPECT_EQ(heard_until("gate open"), (Lines{"joining (requested)", "connected (none)", "alice ok",
                                               "address 10.77.0.2", "gate open"}));
    EXPECT_EQ(runner.status().state, WifiState::connected);
    calmly([&] { runner.disconnect(kBob); });
    EXPECT_EQ(heard_until("bob ok"),
              (Lines{"gate closed", "address lost", "disconnected (requested)", "bob ok"}));
}

TEST_F(StationRunnerTest, follows_what_the_administrator_does_to_the_air) {
    StationRunner runner{context_, radio_, hearing_};
    runner.connect(kAlice, home(), kLimit);
    heard_until("gate open");
    calmly([&] { EXPECT_TRUE(radio_.access_point_lost(kStrong).ok()); });
    EXPECT_EQ(heard_until("gate open"),
              (Lines{"gate closed", "lost (access point lost)", "connected (none)", "gate open"}));
    EXPECT_EQ(radio_.machine().joined()->bssid, kWeak);
    calmly([&] { EXPECT_TRUE(radio_.access_point_back(kStrong).ok()); });
    calmly([&] { EXPECT_TRUE(radio_.set_rssi(kWeak, -75).ok()); });
    calmly([&] { EXPECT_TRUE(radio_.lease_lost().ok()); });
    heard_until("connected (no address)");
    calmly([&] { EXPECT_TRUE(radio_.change_lease(guest_lease()).ok()); });
    EXPECT_EQ(heard_until("gate open"), (Lines{"address 10.77.0.4", "connected (none)", "gate open"}));
}

TEST_F(StationRunnerTest, keeps_its_own_time) {
    StationOptions options;
    options.lease = milliseconds(5);
    StationRunner runner{context_, radio_, hearing_, options};
    JoinRequest silent;
    silent.ssid = "silent";
    silent.security = WifiSecurity::open;
    runner.connect(kAlice, silent, kLimit);
    heard_until("disconnected (no address)");
    EXPECT_EQ(runner.status().cause, WifiCause::no_address);
}

TEST_F(StationRunnerTest, cancels_and_forgets) {
    StationRunner runner{context_, radio_, hearing_};
    runner.scan(kBob, kLimit);
    runner.connect(kAlice, home(), kLimit);
    calmly([&] { runner.cancel(kAlice); });
    calmly([&] { runner.client_gone(kBob.client); });
    EXPECT_EQ(heard_until("alice cancelled (requested)"),
              (Lines{"joining (requested)", "disconnected (requested)", "alice cancelled (requested)"}));
}

TEST_F(StationRunnerTest, tells_nothing_after_its_end) {
    {
        StationRunner runner{context_, radio_, hearing_};
        runner.scan(kAlice, kLimit);
        runner.connect(kBob, home(), kLimit);
    }
    context_.run(); // until the radio has nothing more to do
    EXPECT_EQ(hearing_.lines, Lines{});
}

TEST_F(StationRunnerTest, may_be_ended_by_its_listener) {
    auto runner = std::make_unique<StationRunner>(context_, radio_, hearing_);
    hearing_.at_each = [&] { runner.reset(); };
    runner->scan(kAlice, kLimit);
    runner->connect(kBob, home(), kLimit);
    context_.run();
    EXPECT_EQ(hearing_.lines.size(), 1U);
}

TEST_F(StationRunnerTest, lets_others_run_while_its_listener_keeps_asking) {
    StationRunner runner{context_, radio_, hearing_};
    hearing_.at_each = [&] { runner.disconnect(kAlice); };
    runner.disconnect(kAlice);
    bool ran = false;
    boost::asio::post(context_, [&] { boost::asio::post(context_, [&] { ran = true; }); });
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!ran && std::chrono::steady_clock::now() < end) context_.run_one_until(end);
    EXPECT_TRUE(ran);
    hearing_.at_each = nullptr;
}

TEST_F(StationRunnerTest, outlives_a_radio_that_ends_in_mid_scan) {
    auto radio = std::make_unique<SimulatedRadio>(context_, test_air());
    {
        StationRunner runner{context_, *radio, hearing_};
        runner.scan(kAlice, kLimit);
        heard_until("alice finds home");
    }
    radio.reset();
    context_.run();
    EXPECT_EQ(hearing_.lines, Lines{});
}

TEST_F(StationRunnerTest, over_a_wire_is_off_and_open) {
    WiredRadio wire{context_};
    StationRunner runner{context_, wire, hearing_};
    EXPECT_TRUE(runner.status().gate_open);
    EXPECT_EQ(heard_until("gate open"), (Lines{"off (none)", "address ", "gate open"}));
    calmly([&] { runner.scan(kAlice, kLimit); });
    EXPECT_EQ(heard_until("alice operation_not_supported"), Lines{"alice operation_not_supported"});
}

/// What a radio says to whoever listens without a station.
class RadioEar final : public RadioListener {
public:
    void on_network(const WifiNetwork&) override { lines.emplace_back("network"); }
    void on_scan_done() override { lines.emplace_back("scan done"); }
    void on_joined(const WifiNetwork&) override { lines.emplace_back("joined"); }
    void on_join_failed(WifiCause cause) override { lines.emplace_back(to_string(cause)); }
    void on_lost(WifiCause) override { lines.emplace_back("lost"); }
    void on_lease(const Lease&) override { lines.emplace_back("lease"); }
    void on_lease_lost() override { lines.emplace_back("lease lost"); }

    Lines lines;
};

TEST(WiredRadio, answers_later_that_there_is_nothing) {
    boost::asio::io_context context;
    RadioEar ear;
    WiredRadio radio{context};
    radio.set_listener(ear);
    radio.scan();
    radio.join(home());
    EXPECT_EQ(ear.lines, Lines{});
    context.run();
    EXPECT_EQ(ear.lines, (Lines{"scan done", "rejected"}));
}

TEST(WiredRadio, says_nothing_after_leaving_or_without_a_listener) {
    boost::asio::io_context context;
    RadioEar ear;
    WiredRadio radio{context};
    radio.set_listener(ear);
    radio.join(home());
    radio.leave();
    context.run();
    context.restart();
    radio.scan();
    radio.join(home());
    radio.clear_listener();
    context.run();
    EXPECT_EQ(ear.lines, Lines{});
}

} // namespace
} // namespace nwp::wifi
