// SPDX-License-Identifier: Apache-2.0
// Zephyr's Wi-Fi management over the module, with a network processor of this process and its simulated radio
// behind the line: what each request answers, and which events come.
#include "tests/kit/nwp_in_process.h"
#include "tests/kit/temporary_folder.h"
#include "tests/zephyr/offload_fixture.h"

#include "nwp/device.h"
#include "zephyr/driver.h"

#include <atomic>
#include <fcntl.h>
#include <future>
#include <optional>
#include <poll.h>
#include <sys/socket.h>

namespace nwp {
namespace {

constexpr const char* kAir = R"(
[[access_point]]
ssid = "home"
bssid = "02:00:00:00:00:01"
channel = 6
rssi = -40
security = "wpa2-psk"
passphrase = "correct horse"
lease = { address = "10.77.0.50" }

[[access_point]]
ssid = "far"
bssid = "02:00:00:00:00:02"
channel = 13
rssi = -70
security = "open"

[[station]]
mac = "02:00:00:00:01:01"
name = "phone"
ssid = "ours"
passphrase = "welcome to us"
)";

int found_networks = 0;
bool scan_ended = false;
void on_found(net_if*, int, wifi_scan_result* network) {
    if (network != nullptr)
        ++found_networks;
    else
        scan_ended = true;
}

std::uint8_t* bytes_of(const char* text) { return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text)); }

class WifiManagement : public ::testing::Test {
protected:
    WifiManagement() {
        int ends[2];
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
        // The shim's end is read by a thread that waits.
        EXPECT_EQ(::fcntl(ends[0], F_SETFL, 0), 0);
        EXPECT_TRUE(carrier_.adopt(ends[1]));
        nwp_.serve(line_);
        std::promise<void> served; // behind that: before, nobody may poll
        nwp_.on_store_thread([&served] { served.set_value(); });
        served.get_future().wait();
        watcher_ = std::thread([this] { watch(); });
        plug_into_board(ends[0]);
        until([&] { return status().state != -1; });
    }

    ~WifiManagement() override {
        ends_ = true;
        watcher_.join();
    }

    /// The line as the network processor sees it.
    void watch() {
        while (!ends_) {
            pollfd set{carrier_.fd(), POLLIN, 0};
            if (carrier_.wants_write()) set.events |= POLLOUT;
            if (::poll(&set, 1, 10) > 0) {
                carrier_.on_poll((set.revents & POLLIN) != 0, (set.revents & POLLOUT) != 0);
                std::this_thread::yield();
            }
        }
    }

    /// Lets the driver work until it is so.
    template <typename Condition>
    static void until(const Condition& condition) {
        const Processor running;
        nwp::until(condition);
    }
    static const device* dev() { return shim::interface().if_dev->dev; }
    static const shim::WifiCalls& wifi() { return shim::wifi(); }

    // With the processor held.

    static wifi_iface_status status() {
        wifi_iface_status status{};
        if (wifi().iface_status(dev(), &status) != 0) status.state = -1;
        return status;
    }
    static wifi_connect_req_params network(const char* ssid, const char* passphrase) {
        wifi_connect_req_params wanted{};
        wanted.ssid = bytes_of(ssid);
        wanted.ssid_length = static_cast<std::uint8_t>(strlen(ssid));
        wanted.psk = bytes_of(passphrase);
        wanted.psk_length = static_cast<std::uint8_t>(strlen(passphrase));
        wanted.channel = WIFI_CHANNEL_ANY;
        wanted.security = WIFI_SECURITY_TYPE_PSK;
        return wanted;
    }
    static void join() {
        {
            const Processor running;
            wifi_connect_req_params wanted = network("home", "correct horse");
            ASSERT_EQ(wifi().connect(dev(), &wanted), 0);
        }
        until([] { return shim::interface().addressed; });
    }
    static void leave() {
        const Processor running;
        EXPECT_EQ(wifi().disconnect(dev()), 0);
    }
    static int scanned() {
        found_networks = 0;
        scan_ended = false;
        {
            const Processor running;
            EXPECT_EQ(shim::scan(on_found), 0);
        }
        until([] { return scan_ended; });
        return found_networks;
    }
    static int country(wifi_mgmt_op operation, std::string& letters) {
        wifi_reg_domain domain{};
        domain.oper = operation;
        memcpy(domain.country_code, letters.data(), 2);
        const int result = wifi().reg_domain(dev(), &domain);
        letters.assign(reinterpret_cast<const char*>(domain.country_code), 2);
        return result;
    }
    static int set_country(std::string letters) {
        const Processor running;
        return country(WIFI_MGMT_SET, letters);
    }
    static net_stats_wifi statistics() {
        const Processor running;
        net_stats_wifi counted{};
        EXPECT_EQ(wifi().get_stats(dev(), &counted), 0);
        return counted;
    }
    static void befall(request::SimulateFault::Fault fault) {
        const Processor running;
        request::SimulateFault request(fault, *parse_bssid("02:00:00:00:00:01"));
        EXPECT_TRUE(zephyr::host().perform(request));
    }

    kit::TemporaryFolder store_;
    posix::UnixLink carrier_;
    kit::DeclaredLink line_{carrier_, false};
    kit::NwpInProcess nwp_{{store_.path(), kAir}};
    std::atomic<bool> ends_{false};
    std::thread watcher_;
};

TEST_F(WifiManagement, keeps_to_the_channels_of_a_country) {
    EXPECT_EQ(scanned(), 2);
    ASSERT_EQ(set_country("US"), 0);
    EXPECT_EQ(scanned(), 1) << "channel 13 is not allowed there";
    std::string now = "..";
    {
        const Processor running;
        EXPECT_EQ(country(WIFI_MGMT_GET, now), 0);
    }
    EXPECT_EQ(now, "US");
    EXPECT_EQ(set_country("us"), -EINVAL);
    EXPECT_EQ(set_country("QQ"), -ENOENT);
    EXPECT_EQ(set_country("00"), 0);
    EXPECT_EQ(scanned(), 2);
}

TEST_F(WifiManagement, tells_of_a_lost_access_point_and_of_its_return) {
    const std::size_t before = shim::wifi_events().size();
    join();
    ASSERT_EQ(shim::wifi_events().size(), before + 1);
    EXPECT_TRUE(shim::wifi_events()[before].joined);
    EXPECT_EQ(shim::wifi_events()[before].status, 0);

    befall(request::SimulateFault::Fault::access_point_lost);
    until([&] { return shim::wifi_events().size() == before + 2; });
    EXPECT_FALSE(shim::wifi_events()[before + 1].joined);
    EXPECT_NE(shim::wifi_events()[before + 1].status, 0) << "nobody asked for it";
    EXPECT_EQ(statistics().sta_mgmt.beacons_miss, 1U);

    befall(request::SimulateFault::Fault::access_point_back);
    until([&] { return shim::wifi_events().size() == before + 3; });
    EXPECT_TRUE(shim::wifi_events()[before + 2].joined);
    until([] { return shim::interface().addressed; });
    leave();
}

TEST_F(WifiManagement, saves_power_by_sleeping_through_beacons) {
    const Processor running;
    wifi_ps_params on{};
    on.enabled = WIFI_PS_ENABLED;
    ASSERT_EQ(wifi().set_power_save(dev(), &on), 0);
    wifi_ps_config now{};
    ASSERT_EQ(wifi().get_power_save_config(dev(), &now), 0);
    EXPECT_TRUE(now.enabled);
    EXPECT_EQ(now.mode, WIFI_PS_MODE_LEGACY);
    wifi_ps_mode_params mode{WIFI_PS_MODE_WMM};
    EXPECT_EQ(wifi().set_power_save_mode(dev(), &mode), -ENOTSUP);
    on.enabled = WIFI_PS_DISABLED;
    ASSERT_EQ(wifi().set_power_save(dev(), &on), 0);
    ASSERT_EQ(wifi().get_power_save_config(dev(), &now), 0);
    EXPECT_FALSE(now.enabled);
}

TEST_F(WifiManagement, counts_what_the_radio_hears) {
    join();
    while (statistics().sta_mgmt.beacons_rx == 0) std::this_thread::yield();
    EXPECT_EQ(statistics().sta_mgmt.beacons_miss, 0U);
    leave();
}

TEST_F(WifiManagement, becomes_an_access_point_and_ends_it) {
    {
        const Processor running;
        wifi_connect_req_params wanted = network("ours", "welcome to us");
        wanted.channel = 11;
        ASSERT_EQ(wifi().ap_enable(dev(), &wanted), 0);
        EXPECT_EQ(wifi().ap_enable(dev(), &wanted), -EBUSY);
        const wifi_iface_status now = status();
        EXPECT_EQ(now.state, WIFI_STATE_COMPLETED);
        EXPECT_EQ(now.iface_mode, WIFI_MODE_AP);
        EXPECT_EQ(now.channel, 11U);
        EXPECT_EQ(std::string(now.ssid, now.ssid_len), "ours");
        EXPECT_EQ(now.security, WIFI_SECURITY_TYPE_PSK);
    }
    const std::size_t before = shim::wifi_events().size();
    {
        const Processor running;
        wifi_connect_req_params wanted = network("home", "correct horse");
        ASSERT_EQ(wifi().connect(dev(), &wanted), 0);
    }
    until([&] { return shim::wifi_events().size() == before + 1; });
    EXPECT_NE(shim::wifi_events()[before].status, 0) << "there is one radio";
    const Processor running;
    EXPECT_EQ(wifi().ap_disable(dev()), 0);
    EXPECT_EQ(wifi().ap_disable(dev()), 0);
    EXPECT_EQ(status().state, WIFI_STATE_DISCONNECTED);
}

TEST_F(WifiManagement, refuses_access_points_that_cannot_be) {
    const Processor running;
    wifi_connect_req_params wanted = network("ours", "short");
    EXPECT_EQ(wifi().ap_enable(dev(), &wanted), -EINVAL);
    wanted = network("ours", "welcome to us");
    wanted.channel = 13; // not allowed everywhere
    EXPECT_EQ(wifi().ap_enable(dev(), &wanted), -EPERM);
    wanted.channel = 1;
    wanted.security = WIFI_SECURITY_TYPE_SAE;
    EXPECT_EQ(wifi().ap_enable(dev(), &wanted), -ENOTSUP);
    wanted.security = WIFI_SECURITY_TYPE_PSK;
    wanted.mfp = WIFI_MFP_REQUIRED;
    EXPECT_EQ(wifi().ap_enable(dev(), &wanted), -ENOTSUP);
}

} // namespace
} // namespace nwp
