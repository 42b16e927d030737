// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/regulatory_domain.h"

#include <algorithm>
#include <iterator>

namespace nwp::wifi {
namespace {

constexpr std::string_view kNoCountry = "00";

// IEEE 802.11 annex E numbers 2.4 GHz channels one by one, 20 MHz channels at 5 GHz in steps of four.
constexpr std::uint8_t kLastOf2_4GHz = 14;
constexpr std::uint8_t kStepOf5GHz = 4;
constexpr std::uint8_t kFirstOfUpper5GHz = 149;

/// What groups of countries have in common.
struct Rules {
    std::uint8_t last_of_2_4ghz;  ///< from 1
    std::uint8_t last_of_middle;  ///< 5 GHz from 100; 0: none. All have 36 to 64
    std::uint8_t last_of_highest; ///< 5 GHz from 149; 0: none
    std::string_view countries;   ///< each behind a blank
};

constexpr Rules kRules[] = {
    {11, 144, 165, " US CA"}, // FCC 47 CFR 15.247, 15.407; RSS-247
    {13, 144, 165, " AU BR NZ"},
    // ETSI EN 300 328, EN 301 893
    {13, 140, 0,
     " AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"},
    {14, 144, 0, " JP"},
    {13, 0, 165, " CN"},
};

const Rules* rules_of(std::string_view country) {
    const auto* const found = std::find_if(std::begin(kRules), std::end(kRules), [&](const Rules& each) {
        const std::size_t at = each.countries.find(country);
        return at != std::string_view::npos && each.countries[at - 1] == ' ';
    });
    return found == std::end(kRules) ? nullptr : found;
}

bool is_capital(char letter) { return letter >= 'A' && letter <= 'Z'; }

bool is_within(std::uint8_t channel, std::uint8_t first, std::uint8_t last) {
    return channel >= first && channel <= last && (channel - first) % kStepOf5GHz == 0;
}

} // namespace

Result<RegulatoryDomain> RegulatoryDomain::of(std::string_view country) {
    RegulatoryDomain domain;
    if (country == kNoCountry) return domain;
    if (country.size() != Country::capacity || !is_capital(country[0]) || !is_capital(country[1]))
        return Error::invalid_argument;
    if (rules_of(country) == nullptr) return Error::not_found;
    domain.country_ = Country(country);
    return domain;
}

bool RegulatoryDomain::allows_station(std::uint8_t channel) const {
    return country_ == Country(kNoCountry) || allows_access_point(channel);
}

bool RegulatoryDomain::allows_access_point(std::uint8_t channel) const {
    constexpr Rules kEverywhere{11, 0, 0, {}};
    const Rules* const found = rules_of(country_.view());
    if (found == nullptr) return channel >= 1 && channel <= kEverywhere.last_of_2_4ghz;
    if (channel <= kLastOf2_4GHz) return channel >= 1 && channel <= found->last_of_2_4ghz;
    return is_within(channel, 36, 64) || is_within(channel, 100, found->last_of_middle) ||
           is_within(channel, kFirstOfUpper5GHz, found->last_of_highest);
}

} // namespace nwp::wifi
