// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/station.h"

#include <memory>

namespace boost::asio {
class io_context;
}

namespace nwp::wifi {

/// Hears what the station has to tell, in order. All calls come from the runner's executor, never from inside
/// a call to the runner.
class StationListener {
public:
    virtual void on_scan_result(const Asker& asker, const WifiNetwork& network) = 0;
    /// The end of a request; exactly once each, except for those of a client that is gone.
    virtual void on_answer(const Asker& asker, Result<void> result, WifiCause cause) = 0;

    // For everybody.
    virtual void on_state(WifiState state, WifiCause cause) = 0;
    virtual void on_address_acquired(const Lease& lease) = 0;
    /// Same address, but other DNS servers, gateway or prefix.
    virtual void on_lease_renewed(const Lease& lease) = 0;
    virtual void on_address_lost() = 0;
    virtual void on_gate(bool open) = 0;

protected:
    ~StationListener() = default;
};

/// A Station in real time over a radio. Everything, construction and destruction too, on the context's one
/// thread. Radio and listener must outlive it; after destruction neither is called.
class StationRunner final {
public:
    StationRunner(boost::asio::io_context& context, Radio& radio, StationListener& listener,
                  StationOptions options = {});
    ~StationRunner();
    StationRunner(const StationRunner&) = delete;
    StationRunner& operator=(const StationRunner&) = delete;

    // As Station says.
    void scan(Asker asker, Duration limit);
    void connect(Asker asker, const JoinRequest& request, Duration limit);
    void disconnect(Asker asker);
    void cancel(Asker asker);
    void client_gone(std::uint64_t client);
    void set_fixed_lease(const std::optional<Lease>& lease);
    Result<void> take_radio();
    void give_radio_back();
    /// What holds now; notices that tell it may still be under way.
    StationStatus status() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace nwp::wifi
