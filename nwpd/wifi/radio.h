// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/wifi.h"
#include "nwpd/wifi/regulatory_domain.h"

#include <vector>

namespace nwp::wifi {

/// What DHCP would have told.
struct Lease {
    Address address; ///< port 0
    std::uint8_t prefix_length = 24;
    Address gateway;                  ///< unspecified: none
    std::vector<Address> dns_servers; ///< lease addresses with port (53)

    friend bool operator==(const Lease&, const Lease&) = default;
};

struct JoinRequest {
    Ssid ssid;
    Passphrase passphrase; ///< empty for open networks
    WifiSecurity security = WifiSecurity::wpa2_psk;
    Bssid bssid;              ///< all zero: any
    std::uint8_t channel = 0; ///< 0: any
};

/// Told about everything that happens on the air. All calls come from the radio's executor, never from inside
/// a call to the radio.
class RadioListener {
public:
    virtual void on_network(const WifiNetwork& network) = 0; ///< one scan result
    virtual void on_scan_done() = 0;
    virtual void on_joined(const WifiNetwork& network) = 0; ///< associated and keyed; no address yet
    virtual void on_join_failed(WifiCause cause) = 0;
    virtual void on_lost(WifiCause cause) = 0;     ///< the access point is gone
    virtual void on_lease(const Lease& lease) = 0; ///< address acquired or changed
    virtual void on_lease_lost() = 0;

protected:
    ~RadioListener() = default;
};

/// One station interface. Every answer comes later, through the listener.
class Radio {
public:
    virtual ~Radio() = default;
    /// False: this machine has no radio, its network is a cable's, and an address is always there.
    virtual bool wireless() const { return true; }
    virtual Lease cable_lease() const { return {}; } ///< without a radio: what is there from the start
    virtual void set_listener(RadioListener& listener) = 0;
    virtual void clear_listener() = 0; ///< nobody is told anything any more
    virtual void scan() = 0;           ///< during a running scan: no second one, one on_scan_done
    virtual void
    join(const JoinRequest& request) = 0; ///< leaves first; on_joined or on_join_failed follows once
    virtual void leave() = 0;             ///< also ends a running join; nothing follows

    // Not without a radio.

    /// From now on nothing is found or joined elsewhere; a network elsewhere that is joined is lost.
    virtual void set_regulatory_domain(const RegulatoryDomain& domain) = 0;
    virtual void set_power_save(const WifiPowerSave& power_save) = 0;
    /// Of the air: beacons, joins, losses.
    virtual WifiStatistics statistics() = 0;
};

} // namespace nwp::wifi
