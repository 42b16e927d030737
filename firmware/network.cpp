// SPDX-License-Identifier: Apache-2.0
#include "firmware/network.h"

#include "firmware/exit_status.h"
#include "firmware/text.h"
#include "nwp/wifi.h"
#include "ports/baremetal/semihosting.h"

namespace nwp::firmware {
namespace {

constexpr Duration kAddressPatience = seconds(3);

/// Knows whether there is an address.
class AddressListener final : public Listening {
public:
    using Listening::Listening;

    /// What holds now follows.
    void on_link(const LinkChanged&) override { has_address_ = false; }
    void on_address(const AddressChanged& change) override {
        has_address_ = change.address.family != Family::unspecified;
        changed();
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

int reach_network(const Running& running, const char* ssid, const char* passphrase, Duration link_patience) {
    static AddressListener listener{running};
    const auto there = running.host.await_link(running.port.now() + link_patience);
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
    const auto has_address = Callback<bool()>::to<&AddressListener::has_address>(listener);
    if (!listener.wait(has_address, running.port.now() + kAddressPatience)) {
        return failed(running, kNoWifi, "no address", "not joined to any Wi-Fi network");
    }
    return kDone;
}

} // namespace nwp::firmware
