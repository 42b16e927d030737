// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/air_device.h"
#include "nwpd/wifi/soft_access_point.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <list>
#include <memory>
#include <vector>

namespace nwp::service {

/// Devices of others on the simulated air, for access points and P2P groups of ours: who is there, and who
/// wants to hear when one comes or goes. Without a radio, or on a real one, there are none. One executor.
class Air {
public:
    Air(boost::asio::io_context& context, std::vector<wifi::AirDevice> devices)
        : context_(context), devices_(std::move(devices)) {}

    /// Those that are away too.
    const std::vector<wifi::AirDevice>& devices() const { return devices_; }
    /// A device comes or goes.  not_found: nobody has that address.
    Result<void> set_present(const Bssid& mac, bool present);

    /// Calls `listener` from the loop after each change, for as long as what this returns lives.
    std::shared_ptr<void> watch(std::function<void()> listener);

private:
    using Listener = std::function<void()>;

    boost::asio::io_context& context_;
    std::vector<wifi::AirDevice> devices_;
    std::vector<std::weak_ptr<Listener>> listeners_;
};

/// wifi::SoftAccessPoint over the devices of the air, in real time.
class SoftAccessPoint {
public:
    using Told = std::function<void(const wifi::SoftAccessPoint::Change&)>;

    /// `told` of everybody who joins and leaves; never from inside the constructor.
    SoftAccessPoint(Air& air, wifi::SoftAccessPointSettings settings, Told told);

    /// Begins: those who wait join.
    void start() { look(); }
    void set_settings(wifi::SoftAccessPointSettings settings);
    ///   not_found   it is not in
    Result<void> send_away(const Bssid& mac);
    std::vector<wifi::AirDevice> stations() const { return machine_.stations(); }

private:
    void look();
    void tell();

    Air& air_;
    wifi::SoftAccessPoint machine_;
    Told told_;
    std::shared_ptr<void> watching_;
};

} // namespace nwp::service
