// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/flash.h"
#include "nwpd/dialect/simplelink/scan_list.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "simplelink/wlan.h"

#include <string>
#include <vector>

namespace nwp::simplelink {

/// What hosts write and read by WlanSet and WlanGet, except RX filters and the connection's information: the
/// access point's description, country, transmit power, what scans show, P2P names. Kept in the flash, but
/// for suspended profiles and the one-time server authentication, which end with the power.
class WlanSettings final {
public:
    explicit WlanSettings(const Power& power) : flash_(power.board.services.settings) {}

    /// Options of WlanGroup::access_point, general and p2p.
    enum class AccessPoint : std::uint16_t {
        ssid = 0,
        channel = 3,
        hidden_ssid = 4,
        security = 6,
        password = 7,
        max_stations = 19,
        access_list_add = 20,
        access_list_remove = 21,
        access_list_remove_index = 22,
        access_list_count = 24,
        access_list_mode = 25,
        station_aging = 26,
    };
    enum class General : std::uint16_t {
        country = 9,
        station_tx_power = 10,
        access_point_tx_power = 11,
        information_element = 16,
        scan_parameters = 18,
        no_server_authentication = 32,
        suspended_profiles = 33,
    };
    enum class P2p : std::uint16_t { device_name = 12, device_type = 13, channels = 14 };

    static constexpr std::size_t kAccessListRoom = 20;

    /// Stores a value.  A code of the protocol; success: it is stored.
    std::int16_t set(WlanGroup group, std::uint16_t option, ByteView value);
    /// What is stored, or what a chip has from the start. `room`: what the host has room for, which only a
    /// list goes by.
    Result<std::vector<Byte>> get(WlanGroup group, std::uint16_t option, std::size_t room) const;

    /// Channels of the scan parameters that the country allows, and the threshold.
    ScanView scan_view(bool hidden) const;
    std::string country() const;
    /// Bit 0: profile 0 is not joined by itself.
    std::uint32_t suspended_profiles() const { return suspended_profiles_; }
    /// Addresses that may not join our access point; none while the list is off.
    std::vector<MacAddress> denied() const;
    std::vector<MacAddress> access_list() const;

    /// The value of an option whose length is known, as get() gives it.
    std::vector<Byte> value(WlanGroup group, std::uint16_t option) const;
    std::vector<Byte> value(AccessPoint option) const {
        return value(WlanGroup::access_point, static_cast<std::uint16_t>(option));
    }

private:
    std::int16_t set_in_list(AccessPoint option, ByteView value);
    std::int16_t set_information_element(ByteView value);
    void put(WlanGroup group, std::uint16_t option, ByteView value);
    std::int16_t problem_of(WlanGroup group, std::uint16_t option, ByteView value) const;

    Flash flash_;
    std::uint32_t suspended_profiles_ = 0;
};

} // namespace nwp::simplelink
