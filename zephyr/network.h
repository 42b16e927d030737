// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/host.h"
#include "nwp/wifi.h"

#include <optional>
#include <zephyr/kernel.h>
#include <zephyr/net/wifi_mgmt.h>

namespace nwp::zephyr {

/// Raises the event of that address once more where Zephyr's own stack does not keep it. On the driver's
/// thread.
void tell_address(net_if* interface, const Address& address);

/// The one interface: what the network processor tells of it becomes Zephyr's state and events, and Wi-Fi
/// management's requests go there. Events come on the driver's thread.
class Network final : public EventListener {
public:
    Network(Host& host, net_if* interface);

    /// False: it could not be used within that time.
    bool await(k_timeout_t limit);
    /// From now on, or no more: the data plane found out. Any thread.
    void set_usable(bool usable);
    /// Somebody begins to listen who could not hear of the address before. On the driver's thread.
    void tell_address_again() { tell_address(interface_, address_); }

    // Wi-Fi management's requests: 0, or a negative errno.

    /// `found` is told each network, then nothing (nullptr).   -EBUSY: one runs
    int scan(scan_result_cb_t found);
    /// The result is an event.   -EBUSY: one runs; -EINVAL
    int join(const WifiNetworkChoice& choice);
    /// Waits until the network processor has left the network.
    int leave();
    int status(wifi_iface_status& into);

private:
    void on_wifi(const WifiChanged& change) override;
    void on_address(const AddressChanged& change) override;
    void on_link(const LinkChanged& change) override;
    void on_event(std::uint16_t id, ByteView body) override;

    int access_point_status(wifi_iface_status& into);
    void on_found(const WifiNetwork& network);
    void on_scanned(Pending& request);
    void on_joined(Pending& request);
    void set_joined(bool joined, WifiCause cause);
    void set_address(const AddressChanged& change);

    Host& host_;
    net_if* interface_;
    k_sem usable_;
    Address address_;
    bool joined_ = false;
    bool may_join_ = false; ///< the first state that this session tells is still to come

    std::optional<request::ScanWifi> scan_;
    scan_result_cb_t found_ = nullptr;
    std::optional<request::ConnectWifi> join_;
    Ssid ssid_;
    Passphrase passphrase_;
};

Network& network();

/// The data plane's part: the network processor's address was `before` and is now that of `change`.
/// Network::set_usable() follows, at once or later. On the driver's thread.
void take_address(net_if* interface, const Address& before, const AddressChanged& change);

/// Raises the event of a network that was joined, or is gone.
void tell_joined(net_if* interface, bool joined, WifiCause cause);

} // namespace nwp::zephyr
