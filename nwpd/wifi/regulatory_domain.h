// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/wifi.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace nwp::wifi {

/// What a country says about a range of frequencies.
struct RegulatoryRule {
    std::uint32_t first_khz = 0;
    std::uint32_t last_khz = 0;
    bool must_listen = false; ///< nothing may begin to radiate there, or only who looks out for radar
};

/// Which channels a country lets a radio use. Without a country ("00") a station may join whatever it hears,
/// and an access point of ours keeps to channels 1 to 11, as Linux does.
class RegulatoryDomain {
public:
    /// "00"
    RegulatoryDomain() = default;
    /// Of the rules that cover a channel the first holds.
    RegulatoryDomain(const Country& country, std::vector<RegulatoryRule> rules)
        : country_(country), rules_(std::move(rules)) {}

    const Country& country() const { return country_; }
    /// A station may look there and join: it follows its access point.
    bool allows_station(std::uint8_t channel) const;
    /// An access point may begin there. One of ours does not look out for radar.
    bool allows_access_point(std::uint8_t channel) const;

private:
    const RegulatoryRule* rule_of(std::uint8_t channel) const;
    bool is_nowhere() const { return country_ == Country("00"); }

    Country country_{"00"};
    std::vector<RegulatoryRule> rules_;
};

} // namespace nwp::wifi
