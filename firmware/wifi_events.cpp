// SPDX-License-Identifier: Apache-2.0
//
// Joins a Wi-Fi network and prints what happens to it, in order: joined, access point lost, back, address
// acquired and lost. The command line:
//
//   wifi_events|SSID|PASSPHRASE|ADDRESSES     ends when an address was acquired so many times
#include "firmware/driver.h"
#include "firmware/exit_status.h"
#include "firmware/network.h"
#include "firmware/text.h"
#include "nwp/socket.h"
#include "nwp/wifi.h"

namespace {

using namespace nwp::firmware;

/// Runs while the program waits, in the middle of the driver's work: it prints and counts, and never waits.
class Reporter final : public Listening {
public:
    Reporter(const Running& running, std::uint32_t addresses) : Listening(running), wanted_(addresses) {}

    void on_link(const nwp::LinkChanged& change) override {
        say("link", change.state == nwp::LinkState::up ? "up" : "down", nullptr);
    }

    void on_wifi(const nwp::WifiChanged& change) override {
        const bool cause = change.cause != nwp::WifiCause::none;
        say("wifi", nwp::to_string(change.state), cause ? nwp::to_string(change.cause) : nullptr);
    }

    void on_address(const nwp::AddressChanged& change) override {
        if (change.address.family == nwp::Family::unspecified) return say("address", "none", nullptr);
        const bool ipv4 = change.address.family == nwp::Family::ipv4;
        char text[INET6_ADDRSTRLEN];
        say("address", nwp_inet_ntop(ipv4 ? AF_INET : AF_INET6, change.address.ip, text, sizeof text),
            nullptr);
        ++acquired_;
        changed();
    }

    bool has_seen_all() { return acquired_ >= wanted_; }

private:
    void say(const char* what, const char* state, const char* cause) {
        Line line = Line{}.add(what).add(": ").add(state);
        if (cause != nullptr) line.add(" (").add(cause).add(")");
        running().board.write_line(line.text());
    }

    const std::uint32_t wanted_;
    std::uint32_t acquired_ = 0;
};

} // namespace

int main() {
    const Running running = start_driver();
    const Words words;
    if (words.size() != 4)
        return failed(running, kBadArguments, "usage", "wifi_events|SSID|PASSPHRASE|ADDRESSES");
    Reporter reporter{running, static_cast<std::uint32_t>(*words[3] - '0')};
    const int unreachable = reach_network(running, words[1], words[2]);
    if (unreachable != kDone) return unreachable;
    reporter.wait(nwp::Callback<bool()>::to<&Reporter::has_seen_all>(reporter), nwp::Instant::never());
    return kDone;
}
