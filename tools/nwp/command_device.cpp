// SPDX-License-Identifier: Apache-2.0
#include "nwp/device.h"
#include "nwp/wifi.h"
#include "tools/nwp/commands.h"
#include "tools/nwp/output.h"
#include "tools/nwp/values.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace nwp::tool {
namespace {

namespace json = boost::json;

constexpr const char* kRadios[] = {"none (wired)", "simulated", "real"};

json::object device_section(const wire::DeviceInfo& info) {
    return {{"product", info.product},
            {"version", info.version},
            {"protocol", std::to_string(info.major) + '.' + std::to_string(info.minor)},
            {"uptime_s", static_cast<double>(info.uptime_ms) / 1000},
            {"radio", info.radio < std::size(kRadios) ? kRadios[info.radio] : "unknown"},
            {"socket_limit", info.socket_limit}};
}

json::object traffic_section(const wire::DeviceStatus& status) {
    return {
        {"clients", status.clients},
        {"sockets", status.sockets},
        {"tls_sockets", status.tls_sockets},
        {"handshakes_done", status.handshakes_done},
        {"handshakes_refused", status.handshakes_refused},
        {"datagrams_dropped", status.datagrams_dropped},
        {"records_dropped", status.records_dropped},
        {"frames_in", status.frames_in},
        {"frames_out", status.frames_out},
        {"frames_resent", status.frames_resent},
        {"frames_broken", status.frames_broken},
        {"wrong_tokens", status.wrong_tokens},
        {"version_mismatches", status.version_mismatches},
        {"last_mismatch", status.last_mismatch.empty() ? json::value() : json::value(status.last_mismatch)},
        {"resident_kib", status.resident_kib}};
}

void run_status(const Common& common) {
    Connection connection(common.link);
    request::GetDeviceInfo info;
    connection.perform(info, "device information");
    request::GetDeviceStatus status;
    connection.perform(status, "device status");
    request::GetWifiStatus wifi;
    connection.perform(wifi, "Wi-Fi status");
    print({{"device", device_section(info.info())},
           {"wifi",
            {{"state", to_string(wifi.status().state)},
             {"ssid", printable(wifi.status().network.ssid.view())},
             {"address", text_of(wifi.status().address)}}},
           {"traffic", traffic_section(status.status())}},
          common.json);
}

void run_echo(const Common& common, unsigned count) {
    Connection connection(common.link);
    const std::vector<Byte> content(64, 0x55);
    std::vector<double> times_us;
    for (unsigned i = 0; i < count; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        request::Echo echo{content};
        connection.perform(echo, "echo");
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
        times_us.push_back(took.count());
    }
    std::sort(times_us.begin(), times_us.end());
    print({{"bytes", content.size()},
           {"count", count},
           {"least_us", times_us.front()},
           {"median_us", times_us[times_us.size() / 2]},
           {"most_us", times_us.back()}},
          common.json);
}

} // namespace

void declare_device(CLI::App& app, Common& common) {
    auto* status = app.add_subcommand("status", "what the NWP is and how it is");
    status->callback([&common] { common.chosen = [&common] { run_status(common); }; });

    auto* echo = app.add_subcommand("echo", "measure the round trip over the link");
    const auto count = std::make_shared<unsigned>(100U);
    echo->add_option("--count", *count, "how many")->check(CLI::Range(1U, 1000000U));
    echo->callback([&common, count] { common.chosen = [&common, count] { run_echo(common, *count); }; });
}

} // namespace nwp::tool
