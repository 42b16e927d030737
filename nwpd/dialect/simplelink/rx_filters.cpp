// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/rx_filters.h"

#include "simplelink/errors.h"

#include <algorithm>
#include <string>
#include <vector>

namespace nwp::simplelink {
namespace {

/// Of a number that was found to be positive.
std::size_t index_of(std::int8_t number) { return static_cast<std::uint8_t>(number); }

constexpr std::string_view kFiltersName = "rx_filters";
constexpr std::string_view kSystemName = "rx_filters.system";

constexpr std::uint8_t kFrameType = 1;
constexpr std::uint8_t kLength = 6;
constexpr std::uint8_t kIpv4Source = 10;
constexpr std::uint8_t kIpv6Target = 13;
constexpr std::uint8_t kTargetPort = 15;
constexpr std::uint8_t kPayloadPattern = 19;
constexpr std::uint8_t kFramePattern = 20;

constexpr std::uint8_t kBetween = 0;
constexpr std::uint8_t kNotBetween = 3;
constexpr std::uint8_t kLastCompare = 3;
constexpr std::uint8_t kLastFrameType = 2;
constexpr std::uint8_t kCounters = 8;
constexpr std::uint8_t kUserIds = 64;

constexpr std::uint8_t kDrop = 0x01;
constexpr std::uint8_t kCounts = 0x04 | 0x08 | 0x10;
constexpr std::uint8_t kTell = 0x40;

bool is_persistent(const RxFilterAdd& filter) { return (filter.flags & rx_filter_flag::persistent) != 0; }

/// Addresses can be given as text.
bool may_be_text(std::uint8_t field) { return (field >= 3 && field <= 5) || (field >= 10 && field <= 13); }

bool has_range(std::uint8_t field) {
    return field == kLength || (field >= kIpv4Source && field <= kTargetPort);
}

/// Two addresses in a row, the lower first.
bool is_range(const RxFilterHeaderRule& rule) {
    const std::size_t size = rule.field < 12 ? 4 : 16;
    return !std::lexicographical_compare(rule.value.begin() + static_cast<std::ptrdiff_t>(size),
                                         rule.value.begin() + static_cast<std::ptrdiff_t>(2 * size),
                                         rule.value.begin(),
                                         rule.value.begin() + static_cast<std::ptrdiff_t>(size));
}

std::int16_t problem_of_header(const RxFilterHeaderRule& rule, bool binary) {
    if (rule.field == 0 || rule.field > kFramePattern)
        return code::wlan_rxfl_rule_header_field_id_out_of_range;
    if (rule.field > kTargetPort && rule.field < kPayloadPattern)
        return code::wlan_rxfl_rule_field_id_not_supported;
    if (rule.compare > kLastCompare) return code::wlan_rxfl_rule_header_compare_func_out_of_range;
    if (!binary && !may_be_text(rule.field)) return code::wlan_rxfl_rule_header_field_id_ascii_not_supported;
    const bool range = rule.compare == kBetween || rule.compare == kNotBetween;
    if (range && !has_range(rule.field)) return code::wlan_rxfl_field_support_only_equal_and_notequal;
    const bool addresses = rule.field >= kIpv4Source && rule.field <= kIpv6Target;
    if (range && binary && addresses && !is_range(rule))
        return code::wlan_rxfl_range_compare_params_are_invalid;
    if (rule.field == kFrameType && rule.value[0] > kLastFrameType)
        return code::wlan_rxfl_frame_type_not_supported;
    return code::success;
}

std::int16_t problem_of_trigger(const RxFilterAdd& filter) {
    if (filter.trigger_counter > kCounters) return code::wlan_rxfl_rule_header_trigger_out_of_range;
    if (filter.trigger_compare > 3) return code::wlan_rxfl_rule_header_trigger_compare_func_out_of_range;
    if (filter.trigger_connection > 0x0F || filter.trigger_role > 0x07)
        return code::wlan_rxfl_invalid_system_state_trigger_for_filter_type;
    return code::success;
}

std::int16_t problem_of_action(const RxFilterAdd& filter) {
    if ((filter.action & ~(kDrop | kCounts | kTell)) != 0)
        return code::wlan_rxfl_rule_header_action_type_not_supported;
    if ((filter.action & kCounts) != 0 && (filter.action_counter == 0 || filter.action_counter > kCounters))
        return code::wlan_rxfl_action_no_reg_number;
    if ((filter.action & kTell) != 0 && filter.user_id >= kUserIds)
        return code::wlan_rxfl_action_user_event_id_too_big;
    return code::success;
}

RxFilters::Ids ids_in(ByteView value) {
    RxFilters::Ids ids;
    for (std::size_t id = 0; id < RxFilters::kNumbers; ++id)
        ids[id] = (value[id / 8] & 0x80U >> (id % 8)) != 0;
    return ids;
}

} // namespace

RxFilters::RxFilters(service::Settings& settings) : flash_(settings) {
    if (const auto system = flash_.get(kSystemName)) copy_bytes(system_, *system);
    const auto stored = flash_.get(kFiltersName);
    if (!stored) return;
    ByteView bytes = *stored;
    for (; bytes.size() >= RxFilterAdd::size; bytes = bytes.from(RxFilterAdd::size)) {
        const auto filter = decode<RxFilterAdd>(bytes);
        if (!filter || filter->filter_id <= 0 || filter->filter_id >= static_cast<int>(kNumbers)) continue;
        const auto id = index_of(filter->filter_id);
        filters_[id] = *filter;
        enabled_[id] = (filter->flags & rx_filter_flag::enable) != 0;
    }
}

RxFilterAddResponse RxFilters::add(const RxFilterAdd& filter) {
    if (const std::int16_t problem = problem_of(filter); problem != code::success) return {0, problem};
    const auto place = std::find(filters_.begin() + 1, filters_.end(), std::nullopt);
    if (place == filters_.end()) return {0, code::wlan_rxfl_number_of_filter_exceeded};
    const auto id = static_cast<std::size_t>(place - filters_.begin());
    *place = filter;
    (*place)->filter_id = static_cast<std::int8_t>(id);
    enabled_[id] = (filter.flags & rx_filter_flag::enable) != 0;
    return {static_cast<std::int8_t>(id), code::success};
}

std::int16_t RxFilters::problem_of(const RxFilterAdd& filter) const {
    for (const std::int16_t problem : {problem_of_rule(filter), problem_of_trigger(filter),
                                       problem_of_action(filter), problem_of_parent(filter)})
        if (problem != code::success) return problem;
    return code::success;
}

std::int16_t RxFilters::problem_of_rule(const RxFilterAdd& filter) const {
    const ByteView bytes{filter.rule.data(), filter.rule.size()};
    if (filter.type == RxFilterRule::header)
        return problem_of_header(*decode<RxFilterHeaderRule>(bytes),
                                 (filter.flags & rx_filter_flag::binary) != 0);
    if (filter.type != RxFilterRule::combination) return code::wlan_rxfl_rule_header_out_of_range;

    const auto combination = *decode<RxFilterCombination>(bytes);
    constexpr std::uint8_t kNot = 0;
    if (combination.operation > 2) return code::wlan_rxfl_rule_header_combination_operator_out_of_range;
    if (!exists(combination.filter_ids[0])) return code::wlan_rxfl_dependent_filter_do_not_exist_1;
    if (combination.operation != kNot && !exists(combination.filter_ids[1]))
        return code::wlan_rxfl_dependent_filter_do_not_exist_2;
    return code::success;
}

std::int16_t RxFilters::problem_of_parent(const RxFilterAdd& filter) const {
    if (filter.parent_id == 0) return code::success;
    if (!exists(filter.parent_id)) return code::wlan_rxfl_dependent_filter_do_not_exist_3;
    const auto id = index_of(filter.parent_id);
    if ((filters_[id]->action & kDrop) != 0)
        return code::wlan_rxfl_dependent_filter_dependency_action_is_drop;
    if (is_persistent(filter) && !is_persistent(*filters_[id]))
        return code::wlan_rxfl_dependency_is_not_persistent;
    if ((filter.flags & rx_filter_flag::enable) != 0 && !enabled_[id])
        return code::wlan_rxfl_dependent_filter_is_not_enabled;
    return code::success;
}

std::int16_t RxFilters::set_state(ByteView value) {
    const Ids wanted = ids_in(value);
    for (std::size_t id = 0; id < kNumbers; ++id) {
        if (wanted[id] && !filters_[id]) return code::wlan_rxfl_filter_do_not_exists;
        if (!wanted[id] || filters_[id]->parent_id == 0) continue;
        const auto parent = index_of(filters_[id]->parent_id);
        if (wanted[parent]) continue;
        return enabled_[id] ? code::wlan_rxfl_child_is_enabled : code::wlan_rxfl_dependency_is_disabled;
    }
    enabled_ = wanted;
    return code::success;
}

std::int16_t RxFilters::remove(ByteView value) {
    const Ids unwanted = ids_in(value);
    for (std::size_t id = 1; id < kNumbers; ++id) {
        if (!filters_[id] || unwanted[id] || filters_[id]->parent_id == 0) continue;
        if (unwanted[index_of(filters_[id]->parent_id)]) return code::wlan_rxfl_filter_has_childs;
    }
    for (std::size_t id = 1; id < kNumbers; ++id) {
        if (!unwanted[id]) continue;
        filters_[id].reset();
        enabled_[id] = false;
    }
    return code::success;
}

std::int16_t RxFilters::store() {
    std::vector<Byte> bytes;
    for (std::size_t id = 1; id < kNumbers; ++id) {
        if (!filters_[id] || !is_persistent(*filters_[id])) continue;
        RxFilterAdd filter = *filters_[id];
        const unsigned flags = filter.flags & ~unsigned{rx_filter_flag::enable};
        filter.flags = static_cast<std::uint8_t>(enabled_[id] ? flags | rx_filter_flag::enable : flags);
        const auto args = encode(filter);
        bytes.insert(bytes.end(), args.begin(), args.end());
    }
    flash_.keep(kFiltersName, bytes);
    return code::success;
}

std::int16_t RxFilters::update(ByteView value) {
    const auto change = decode<RxFilterArguments>(value);
    if (!change || !exists(change->filter_id)) return code::wlan_rxfl_filter_do_not_exists;
    RxFilterAdd& filter = *filters_[change->filter_id];
    if (filter.type != RxFilterRule::header) return code::wlan_rxfl_the_filter_is_not_of_header_type;
    auto rule = *decode<RxFilterHeaderRule>(filter.rule);
    rule.value = change->value;
    rule.mask = change->mask;
    if (problem_of_header(rule, change->binary != 0) != code::success)
        return code::wlan_rxfl_invalid_filter_arg_update;
    filter.rule = encode(rule);
    const unsigned flags = filter.flags & ~unsigned{rx_filter_flag::binary};
    filter.flags = static_cast<std::uint8_t>(change->binary != 0 ? flags | rx_filter_flag::binary : flags);
    return code::success;
}

std::int16_t RxFilters::set_system(ByteView value) {
    copy_bytes(system_, value);
    flash_.put(kSystemName, value);
    return code::success;
}

std::array<Byte, 16> RxFilters::state() const {
    std::array<Byte, 16> bits{};
    for (std::size_t id = 0; id < kNumbers; ++id)
        if (enabled_[id]) bits[id / 8] = static_cast<Byte>(bits[id / 8] | 0x80U >> (id % 8));
    return bits;
}

} // namespace nwp::simplelink
