// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/radio.h"

#include <memory>

namespace boost::asio {
class io_context;
}

namespace nwp::wifi {

/// `radio = none`: the machine's own network, with nothing to scan and nothing to join. A Station over it is
/// `off`, has an address from the start and answers operation_not_supported; AddressMap::identity() goes with
/// it.
class WiredRadio final : public Radio {
public:
    /// `lease`: what the cable's network told, its name servers for example.
    explicit WiredRadio(boost::asio::io_context& context, Lease lease = {});
    ~WiredRadio() override;
    WiredRadio(const WiredRadio&) = delete;
    WiredRadio& operator=(const WiredRadio&) = delete;

    bool wireless() const override { return false; }
    Lease cable_lease() const override;
    void set_listener(RadioListener& listener) override;
    void clear_listener() override;
    void scan() override;                           ///< on_scan_done follows, with no network before it
    void join(const JoinRequest& request) override; ///< on_join_failed(rejected) follows
    void leave() override;
    // A station without a radio refuses these.
    void set_regulatory_domain(const RegulatoryDomain&) override { NWP_EXPECT(wireless()); }
    void set_power_save(const WifiPowerSave&) override { NWP_EXPECT(wireless()); }
    WifiStatistics statistics() override { return {}; }

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace nwp::wifi
