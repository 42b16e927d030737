// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/regulatory_domain.h"

#include <algorithm>
#include <iterator>

namespace nwp::wifi {
namespace {

constexpr std::uint8_t kLastEverywhere = 11; ///< from 1

// IEEE 802.11 annex E: channels of 20 MHz.
constexpr std::uint32_t kHalfWidth_khz = 10'000;
constexpr std::uint8_t kLastOf2_4GHz = 14; ///< which stands by itself
constexpr std::uint8_t kStepOf5GHz = 4;
struct Run {
    std::uint8_t first;
    std::uint8_t last;
};
constexpr Run kRunsOf5GHz[] = {{36, 64}, {100, 144}, {149, 177}};

bool is_of_5ghz(std::uint8_t channel) {
    return std::any_of(std::begin(kRunsOf5GHz), std::end(kRunsOf5GHz), [channel](const Run& run) {
        return channel >= run.first && channel <= run.last && (channel - run.first) % kStepOf5GHz == 0;
    });
}

/// 0: there is no such channel.
std::uint32_t centre_khz(std::uint8_t channel) {
    if (channel == kLastOf2_4GHz) return 2'484'000;
    if (channel >= 1 && channel < kLastOf2_4GHz) return 2'407'000 + channel * 5'000U;
    return is_of_5ghz(channel) ? 5'000'000 + channel * 5'000U : 0;
}

} // namespace

const RegulatoryRule* RegulatoryDomain::rule_of(std::uint8_t channel) const {
    const std::uint32_t centre = centre_khz(channel);
    if (centre == 0) return nullptr;
    const auto found = std::find_if(rules_.begin(), rules_.end(), [centre](const RegulatoryRule& rule) {
        return rule.first_khz <= centre - kHalfWidth_khz && centre + kHalfWidth_khz <= rule.last_khz;
    });
    return found == rules_.end() ? nullptr : &*found;
}

bool RegulatoryDomain::allows_station(std::uint8_t channel) const {
    return is_nowhere() || rule_of(channel) != nullptr;
}

bool RegulatoryDomain::allows_access_point(std::uint8_t channel) const {
    if (is_nowhere()) return channel >= 1 && channel <= kLastEverywhere;
    const RegulatoryRule* const rule = rule_of(channel);
    return rule != nullptr && !rule->must_listen;
}

} // namespace nwp::wifi
