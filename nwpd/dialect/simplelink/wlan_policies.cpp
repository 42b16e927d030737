// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/wlan_policies.h"

#include <string>
#include <vector>

namespace nwp::simplelink {
namespace {

constexpr std::uint32_t kShortestScanIntervalOfAccessPoint_s = 10;
constexpr std::uint16_t kShortestSleep_ms = 100;
constexpr std::uint16_t kLongestSleep_ms = 2000;
constexpr std::uint8_t kConnectionBits = 0x3F;
constexpr std::uint8_t kScanBits = scan_policy::enabled | scan_policy::hidden;
constexpr std::uint8_t kP2pBits = 0x7F;
constexpr std::uint8_t kP2pInitiators = 3;

std::string name_of(PolicyType type) { return "policy." + std::to_string(static_cast<unsigned>(type)); }

std::uint32_t interval_in(ByteView payload) {
    return static_cast<std::uint32_t>(payload[0]) | static_cast<std::uint32_t>(payload[1]) << 8U |
           static_cast<std::uint32_t>(payload[2]) << 16U | static_cast<std::uint32_t>(payload[3]) << 24U;
}

bool is_policy(PolicyType type) {
    return type == PolicyType::connection || type == PolicyType::scan || type == PolicyType::power ||
           type == PolicyType::p2p;
}

std::int16_t problem_of_power(std::uint8_t option, ByteView payload) {
    if (option > static_cast<std::uint8_t>(PowerPolicy::long_sleep_interval))
        return code::wlan_pm_policy_invalid_option;
    if (option != static_cast<std::uint8_t>(PowerPolicy::long_sleep_interval)) return code::success;
    const auto sleep = decode<SleepPolicy>(payload);
    if (!sleep || sleep->max_sleep_ms < kShortestSleep_ms || sleep->max_sleep_ms > kLongestSleep_ms)
        return code::wlan_pm_policy_invalid_params;
    return code::success;
}

std::int16_t problem_of_scan(std::uint8_t option, ByteView payload, WlanMode mode) {
    if ((option & ~kScanBits) != 0) return code::wlan_scan_policy_invalid_params;
    if (!payload.empty() && payload.size() != 4) return code::wlan_scan_policy_invalid_params;
    if (payload.empty() || (option & scan_policy::enabled) == 0) return code::success;
    const std::uint32_t interval = interval_in(payload);
    if (interval == 0) return code::wlan_scan_policy_invalid_params;
    if (mode == WlanMode::access_point && interval < kShortestScanIntervalOfAccessPoint_s)
        return code::wlan_ap_scan_interval_too_low;
    return code::success;
}

} // namespace

WlanPolicies::WlanPolicies(const Power& power, WlanMode mode)
    : out_(power.out), flash_(power.board.services.settings), mode_(mode) {}

bool WlanPolicies::take(const HostMessage& message) {
    return route(Messages<PolicySet, PolicyGet>{}, message, out_, *this);
}

std::int16_t WlanPolicies::problem_of(const PolicySet& command, ByteView payload) const {
    switch (command.type) {
        case PolicyType::connection:
            return (command.option & ~kConnectionBits) == 0 ? code::success : code::invalid_param;
        case PolicyType::scan: return problem_of_scan(command.option, payload, mode_);
        case PolicyType::power: return problem_of_power(command.option, payload);
        case PolicyType::p2p:
            return (command.option & ~kP2pBits) == 0 && command.option >> 5U < kP2pInitiators
                       ? code::success
                       : code::invalid_param;
    }
    return code::wlan_invalid_policy_type;
}

void WlanPolicies::on(const PolicySet& command, ByteView payload) {
    if (payload.size() < command.length) return out_.refuse(code::invalid_param);
    payload = payload.first(command.length);
    if (const std::int16_t problem = problem_of(command, payload); problem != code::success)
        return out_.refuse(problem);
    std::vector<Byte> bytes{command.option};
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    flash_.put(name_of(command.type), bytes);
    out_.respond(PolicySetResponse{});
    if (changed_) changed_(command.type);
}

void WlanPolicies::on(const PolicyGet& command, ByteView) {
    PolicyGetResponse response;
    response.type = command.type;
    if (!is_policy(command.type)) return out_.respond(response); // it has no room for an error
    const Value set = value(command.type);
    response.option = set.option;
    std::array<Byte, 4> interval{};
    ByteView payload = set.payload;
    if (command.type == PolicyType::scan) {
        const std::uint32_t seconds = scan_interval_s();
        for (unsigned i = 0; i < interval.size(); ++i) interval[i] = static_cast<Byte>(seconds >> (8 * i));
        payload = interval;
    }
    response.length = static_cast<std::uint8_t>(payload.size());
    out_.respond(response, payload);
}

WlanPolicies::Value WlanPolicies::value(PolicyType type) const {
    const auto bytes = flash_.get(name_of(type));
    if (bytes && !bytes->empty()) return {(*bytes)[0], bytes->from(1)};
    return {type == PolicyType::connection ? connection_policy::automatic : std::uint8_t{0}, {}};
}

std::uint8_t WlanPolicies::connection() const { return value(PolicyType::connection).option; }

std::uint8_t WlanPolicies::scan() const { return value(PolicyType::scan).option; }

std::uint8_t WlanPolicies::p2p() const { return value(PolicyType::p2p).option; }

std::uint32_t WlanPolicies::scan_interval_s() const {
    const ByteView payload = value(PolicyType::scan).payload;
    return payload.size() == 4 ? interval_in(payload) : kDefaultScanInterval_s;
}

} // namespace nwp::simplelink
