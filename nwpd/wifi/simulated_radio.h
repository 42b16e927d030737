// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/radio_machine.h"

#include <memory>

namespace boost::asio {
class io_context;
}

namespace nwp::wifi {

/// The radio of a radio file in real time; RadioMachine decides, an Asio timer waits. Everything,
/// construction and destruction too, on the context's one thread. After destruction the listener hears
/// nothing more.
class SimulatedRadio final : public Radio {
public:
    SimulatedRadio(boost::asio::io_context& context, RadioFile file);
    ~SimulatedRadio() override;
    SimulatedRadio(const SimulatedRadio&) = delete;
    SimulatedRadio& operator=(const SimulatedRadio&) = delete;

    void set_listener(RadioListener& listener) override;
    void clear_listener() override;
    void scan() override;
    void join(const JoinRequest& request) override;
    void leave() override;
    void set_regulatory_domain(const RegulatoryDomain& domain) override;
    void set_power_save(const WifiPowerSave& power_save) override;
    WifiStatistics statistics() override;

    // What befalls the station, for tests and the administrator.

    /// The access point falls silent; a station joined to it hears on_lost.  not_found: no such BSSID.
    Result<void> access_point_lost(const Bssid& bssid);
    /// It can be found and joined again.  not_found: no such BSSID.
    Result<void> access_point_back(const Bssid& bssid);
    /// not_found: no such BSSID.
    Result<void> set_rssi(const Bssid& bssid, std::int8_t dbm);
    /// The DHCP server takes the address back; it gives one again on change_lease() or a new join.
    ///   not_connected   there is no lease
    Result<void> lease_lost();
    /// The DHCP server of the network joined, or joined last, gives this lease from now on, on all its access
    /// points: a joined station has it at once, another when it joins.
    ///   not_connected   nothing was ever joined
    Result<void> change_lease(const Lease& lease);

    const RadioMachine& machine() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace nwp::wifi
