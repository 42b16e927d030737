// SPDX-License-Identifier: Apache-2.0
#include "simplelink/errors.h"
#include "simplelink/rx_filter.h"
#include "simplelink/wlan.h"
#include "tests/kit/simplelink/chip_world.h"

#include <functional>

using namespace nwp;
using namespace nwp::simplelink;
using namespace nwp::simplelink::test;

namespace {

/// Drops frames from one address.
RxFilterAdd filter_by_source(std::uint8_t flags = rx_filter_flag::binary) {
    RxFilterHeaderRule rule;
    rule.value = {2, 0, 0, 0, 0, 9};
    rule.field = 4;
    rule.compare = 1;
    RxFilterAdd filter;
    filter.flags = flags;
    filter.rule = encode(rule);
    filter.action = 0x40;
    return filter;
}

template <typename Change>
RxFilterAdd with_rule(Change change) {
    RxFilterAdd filter = filter_by_source();
    auto rule = *decode<RxFilterHeaderRule>({filter.rule.data(), filter.rule.size()});
    change(rule);
    filter.rule = encode(rule);
    return filter;
}

class RxFiltersTest : public ChipWorld {
protected:
    RxFilterAddResponse add(const RxFilterAdd& filter) { return ask<RxFilterAddResponse>(filter); }
    std::int16_t set(std::uint16_t option, const std::vector<Byte>& value) {
        return ask<WlanSetResponse>(WlanSet{4, option, static_cast<std::uint16_t>(value.size())},
                                    {value.data(), value.size()})
            .status;
    }
    std::vector<Byte> get(std::uint16_t option) {
        std::vector<Byte> value;
        EXPECT_EQ(ask<WlanGetResponse>(WlanGet{4, option, 255}, {}, &value).status, 0);
        return value;
    }
    static std::vector<Byte> ids(std::initializer_list<unsigned> numbers, std::size_t size = 20) {
        std::vector<Byte> bits(size);
        for (const unsigned id : numbers) bits[id / 8] = static_cast<Byte>(bits[id / 8] | 0x80U >> (id % 8));
        return bits;
    }
};

TEST_F(RxFiltersTest, filters_are_numbered_enabled_and_removed) {
    power_on();
    EXPECT_EQ(add(filter_by_source()).filter_id, 1);
    EXPECT_EQ(add(filter_by_source(rx_filter_flag::binary | rx_filter_flag::enable)).filter_id, 2);
    EXPECT_EQ(get(27), ids({2}, 16));
    EXPECT_EQ(set(27, ids({1})), 0);
    EXPECT_EQ(get(27), ids({1}, 16));
    EXPECT_EQ(set(27, ids({3})), code::wlan_rxfl_filter_do_not_exists);
    EXPECT_EQ(set(28, ids({1})), 0);
    EXPECT_EQ(get(27), ids({}, 16));
    EXPECT_EQ(add(filter_by_source()).filter_id, 1);
    EXPECT_EQ(set(27, {1, 2, 3}), code::invalid_param);
}

TEST_F(RxFiltersTest, those_that_are_persistent_survive_once_stored) {
    power_on();
    constexpr std::uint8_t kept =
        rx_filter_flag::binary | rx_filter_flag::persistent | rx_filter_flag::enable;
    EXPECT_EQ(add(filter_by_source()).filter_id, 1);
    EXPECT_EQ(add(filter_by_source(kept)).filter_id, 2);
    EXPECT_EQ(set(29, {}), 0);
    EXPECT_EQ(add(filter_by_source(kept)).filter_id, 3);
    power_off();
    power_on();
    EXPECT_EQ(get(27), ids({2}, 16));
    EXPECT_EQ(add(filter_by_source()).filter_id, 1);
    EXPECT_EQ(add(filter_by_source()).filter_id, 3);
}

TEST_F(RxFiltersTest, what_no_chip_can_do_is_refused_with_its_code) {
    const auto changed = [](const std::function<void(RxFilterAdd&)>& change) {
        RxFilterAdd filter = filter_by_source();
        change(filter);
        return filter;
    };
    struct Case {
        RxFilterAdd filter;
        std::int16_t code;
    };
    const Case cases[] = {
        {changed([](RxFilterAdd& f) { f.type = static_cast<RxFilterRule>(2); }),
         code::wlan_rxfl_rule_header_out_of_range},
        {with_rule([](RxFilterHeaderRule& r) { r.field = 0; }),
         code::wlan_rxfl_rule_header_field_id_out_of_range},
        {with_rule([](RxFilterHeaderRule& r) { r.field = 21; }),
         code::wlan_rxfl_rule_header_field_id_out_of_range},
        {with_rule([](RxFilterHeaderRule& r) { r.field = 17; }), code::wlan_rxfl_rule_field_id_not_supported},
        {with_rule([](RxFilterHeaderRule& r) { r.compare = 4; }),
         code::wlan_rxfl_rule_header_compare_func_out_of_range},
        {with_rule([](RxFilterHeaderRule& r) { r.compare = 0; }),
         code::wlan_rxfl_field_support_only_equal_and_notequal},
        {with_rule([](RxFilterHeaderRule& r) {
             r.field = 10;
             r.compare = 0;
             r.value = {10, 0, 0, 9, 10, 0, 0, 1};
         }),
         code::wlan_rxfl_range_compare_params_are_invalid},
        {with_rule([](RxFilterHeaderRule& r) {
             r.field = 1;
             r.value = {3};
         }),
         code::wlan_rxfl_frame_type_not_supported},
        {changed([](RxFilterAdd& f) { f.trigger_counter = 9; }),
         code::wlan_rxfl_rule_header_trigger_out_of_range},
        {changed([](RxFilterAdd& f) { f.trigger_compare = 4; }),
         code::wlan_rxfl_rule_header_trigger_compare_func_out_of_range},
        {changed([](RxFilterAdd& f) { f.action = 0x80; }),
         code::wlan_rxfl_rule_header_action_type_not_supported},
        {changed([](RxFilterAdd& f) { f.action = 4; }), code::wlan_rxfl_action_no_reg_number},
        {changed([](RxFilterAdd& f) { f.user_id = 64; }), code::wlan_rxfl_action_user_event_id_too_big},
        {changed([](RxFilterAdd& f) { f.parent_id = 9; }), code::wlan_rxfl_dependent_filter_do_not_exist_3},
        {changed([](RxFilterAdd& f) { f.parent_id = -9; }), code::wlan_rxfl_dependent_filter_do_not_exist_3},
    };
    power_on();
    for (const Case& each : cases) EXPECT_EQ(add(each.filter).status, each.code);
    EXPECT_EQ(get(27), ids({}, 16));
}

TEST_F(RxFiltersTest, a_combination_needs_its_filters) {
    power_on();
    RxFilterCombination both{1, {1, 2}};
    RxFilterAdd filter;
    filter.type = RxFilterRule::combination;
    filter.action = 0x01;
    const auto put = [&] {
        const auto args = encode(both);
        std::copy(args.begin(), args.end(), filter.rule.begin());
    };
    put();
    EXPECT_EQ(add(filter).status, code::wlan_rxfl_dependent_filter_do_not_exist_1);
    EXPECT_EQ(add(filter_by_source()).filter_id, 1);
    EXPECT_EQ(add(filter).status, code::wlan_rxfl_dependent_filter_do_not_exist_2);
    both.operation = 3;
    put();
    EXPECT_EQ(add(filter).status, code::wlan_rxfl_rule_header_combination_operator_out_of_range);
    both.operation = 0;
    put();
    EXPECT_EQ(add(filter).filter_id, 2);
}

TEST_F(RxFiltersTest, children_follow_their_parents) {
    power_on();
    EXPECT_EQ(add(filter_by_source()).filter_id, 1);
    RxFilterAdd child = filter_by_source();
    child.parent_id = 1;
    EXPECT_EQ(add(child).filter_id, 2);
    child.flags |= rx_filter_flag::enable;
    EXPECT_EQ(add(child).status, code::wlan_rxfl_dependent_filter_is_not_enabled);
    EXPECT_EQ(set(27, ids({2})), code::wlan_rxfl_dependency_is_disabled);
    EXPECT_EQ(set(27, ids({1, 2})), 0);
    EXPECT_EQ(set(27, ids({2})), code::wlan_rxfl_child_is_enabled);
    EXPECT_EQ(set(28, ids({1})), code::wlan_rxfl_filter_has_childs);
    EXPECT_EQ(set(28, ids({1, 2})), 0);
}

TEST_F(RxFiltersTest, arguments_can_be_changed) {
    power_on();
    EXPECT_EQ(add(filter_by_source()).filter_id, 1);
    RxFilterArguments change;
    change.filter_id = 1;
    change.binary = 1;
    auto args = encode(change);
    EXPECT_EQ(set(30, {args.begin(), args.end()}), 0);
    change.filter_id = 2;
    args = encode(change);
    EXPECT_EQ(set(30, {args.begin(), args.end()}), code::wlan_rxfl_filter_do_not_exists);
}

TEST_F(RxFiltersTest, the_chips_own_filters_are_kept) {
    power_on();
    EXPECT_EQ(get(31), (std::vector<Byte>{0, 0, 0, 0}));
    EXPECT_EQ(set(31, {0xF8, 0, 0, 0}), 0);
    power_off();
    power_on();
    EXPECT_EQ(get(31), (std::vector<Byte>{0xF8, 0, 0, 0}));
}

} // namespace
