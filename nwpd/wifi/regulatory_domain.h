// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/wifi.h"

namespace nwp::wifi {

/// Which channels a country lets a radio use. Without a country ("00") a station may join whatever it hears,
/// and an access point of ours keeps to what is allowed everywhere.
class RegulatoryDomain {
public:
    /// "00"
    RegulatoryDomain() = default;

    /// Of ISO 3166-1 alpha-2, or "00".
    ///   invalid_argument   no two capital letters
    ///   not_found          a country whose rules are not here
    static Result<RegulatoryDomain> of(std::string_view country);

    const Country& country() const { return country_; }
    /// A station may look there and join.
    bool allows_station(std::uint8_t channel) const;
    /// An access point may begin there.
    bool allows_access_point(std::uint8_t channel) const;

private:
    Country country_{"00"};
};

} // namespace nwp::wifi
