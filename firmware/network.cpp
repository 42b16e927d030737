// SPDX-License-Identifier: Apache-2.0
#include "firmware/network.h"

#include "firmware/exit_status.h"
#include "firmware/text.h"
#include "nwp/wifi.h"
#include "ports/baremetal/semihosting.h"

namespace nwp::firmware {
namespace {

constexpr Duration kLinkPatience = seconds(3);
constexpr Duration kAddressPatience = seconds(3);

/// Knows whether there is an address.
class AddressListener final : public EventListener {
public:
    void on_address(const AddressChanged& change) override {
        has_address_ = change.address.family != Family::unspecified;
    }
    bool has_address() { return has_address_; }

private:
    bool has_address_ = false;
};

} // namespace

Words::Words() {
    if (!semihosting::command_line(line_, sizeof line_)) return;
    for (char* at = line_; size_ < kMost;) {
        words_[size_++] = at;
        while (*at != '|' && *at != '\0') ++at;
        if (*at == '\0') return;
        *at++ = '\0';
    }
}

int failed(const Running& running, int status, const char* what, const char* why) {
    running.board.write_line(Line{}.add("error: ").add(what).add(": ").add(why).text());
    return status;
}

int reach_network(const Running& running, const char* ssid, const char* passphrase) {
    static AddressListener listener;
    running.host.add(listener);
    const auto there = running.host.await_link(running.port.now() + kLinkPatience);
    if (!there) {
        return failed(running, kNoNetworkProcessor, "no network processor on the link",
                      to_string(there.error()));
    }
    if (*ssid != '\0') {
        WifiNetworkChoice choice;
        choice.ssid = ssid;
        choice.passphrase = passphrase;
        request::ConnectWifi join{choice};
        const auto joined = running.host.perform(join);
        if (!joined) return failed(running, kNoWifi, ssid, to_string(joined.error()));
    }
    Watch watch;
    const auto has_address = Callback<bool()>::to<&AddressListener::has_address>(listener);
    const Instant until = running.port.now() + kAddressPatience;
    if (!running.host.block(watch, has_address, until)) {
        return failed(running, kNoWifi, "no address", "not joined to any Wi-Fi network");
    }
    return kDone;
}

} // namespace nwp::firmware
