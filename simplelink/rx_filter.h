// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simplelink/common.h"

namespace nwp::simplelink {

constexpr std::size_t kRxFilters = 64;

enum class RxFilterRule : std::uint8_t {
    header = 0,      ///< `rule` is an RxFilterHeaderRule
    combination = 1, ///< `rule` is an RxFilterCombination
};

/// Bits of RxFilterAdd::flags.
namespace rx_filter_flag {
constexpr std::uint8_t binary = 0x01;
constexpr std::uint8_t persistent = 0x08;
constexpr std::uint8_t enable = 0x10;
} // namespace rx_filter_flag

struct RxFilterAdd {
    static constexpr std::uint16_t opcode = 0x8C6C;
    static constexpr std::size_t size = 80;
    RxFilterRule type{};
    std::uint8_t flags = 0;
    std::int8_t filter_id = 0;
    std::array<Byte, 56> rule{};
    std::int8_t parent_id = 0; ///< what must hold before the rule is looked at
    std::uint8_t trigger_counter = 0;
    std::uint8_t trigger_connection = 0; ///< 1 connected, 2 not, 4 has an address, 8 has none
    std::uint8_t trigger_role = 0;       ///< 1 access point, 2 station, 4 transceiver
    std::uint32_t trigger_value = 0;
    std::uint8_t trigger_compare = 0; ///< 0 equal, 1 not, 2 smaller, 3 bigger
    std::uint8_t action = 0; ///< 1 drop, 4 count up, 8 count down, 0x10 reset counter, 0x40 tell the host
    std::uint8_t action_counter = 0;
    std::uint8_t user_id = 0; ///< 0 to 63; what RxFilterMatched names
    static constexpr auto fields() {
        return layout(
            at(0, "type", &RxFilterAdd::type), at(1, "flags", &RxFilterAdd::flags),
            at(2, "filter_id", &RxFilterAdd::filter_id), at(4, "rule", &RxFilterAdd::rule),
            at(60, "parent_id", &RxFilterAdd::parent_id),
            at(61, "trigger_counter", &RxFilterAdd::trigger_counter),
            at(62, "trigger_connection", &RxFilterAdd::trigger_connection),
            at(63, "trigger_role", &RxFilterAdd::trigger_role),
            at(64, "trigger_value", &RxFilterAdd::trigger_value),
            at(68, "trigger_compare", &RxFilterAdd::trigger_compare), at(72, "action", &RxFilterAdd::action),
            at(73, "action_counter", &RxFilterAdd::action_counter), at(76, "user_id", &RxFilterAdd::user_id));
    }
};

struct RxFilterHeaderRule {
    static constexpr std::size_t size = 56;
    std::array<Byte, 36> value{};
    std::array<Byte, 16> mask{};
    std::uint8_t field = 0;   ///< 1 to 15, 19, 20
    std::uint8_t compare = 0; ///< 0 between, 1 equal, 2 not equal, 3 not between
    static constexpr auto fields() {
        return layout(at(0, "value", &RxFilterHeaderRule::value), at(36, "mask", &RxFilterHeaderRule::mask),
                      at(52, "field", &RxFilterHeaderRule::field),
                      at(53, "compare", &RxFilterHeaderRule::compare));
    }
};

struct RxFilterCombination {
    static constexpr std::size_t size = 4;
    std::uint8_t operation = 0; ///< 0 not, 1 and, 2 or
    std::array<std::int8_t, 2> filter_ids{};
    static constexpr auto fields() {
        return layout(at(0, "operation", &RxFilterCombination::operation),
                      at(1, "filter_ids", &RxFilterCombination::filter_ids));
    }
};

struct RxFilterAddResponse {
    static constexpr std::uint16_t opcode = 0x0C6C;
    static constexpr std::size_t size = 8;
    std::int8_t filter_id = 0;
    std::int16_t status = 0;
    static constexpr auto fields() {
        return layout(at(0, "filter_id", &RxFilterAddResponse::filter_id),
                      at(2, "status", &RxFilterAddResponse::status));
    }
};

/// Value of WlanGroup::rx_filters, options 27 (set: 20 bytes, get: 16) and 28: a bit for each filter,
/// 0x80 >> (id & 7) of byte id >> 3.
struct RxFilterIds {
    static constexpr std::size_t size = 20;
    std::array<Byte, 16> ids{};
    static constexpr auto fields() { return layout(at(0, "ids", &RxFilterIds::ids)); }
};

/// Value of WlanGroup::rx_filters, option 30.
struct RxFilterArguments {
    static constexpr std::size_t size = 56;
    std::uint8_t filter_id = 0;
    std::uint8_t binary = 0;
    std::array<Byte, 36> value{};
    std::array<Byte, 16> mask{};
    static constexpr auto fields() {
        return layout(at(0, "filter_id", &RxFilterArguments::filter_id),
                      at(1, "binary", &RxFilterArguments::binary), at(4, "value", &RxFilterArguments::value),
                      at(40, "mask", &RxFilterArguments::mask));
    }
};

/// Driver and NWP count 9 bytes; on the link there are 12.
struct RxFilterMatched {
    static constexpr std::uint16_t opcode = 0x089D;
    static constexpr std::size_t size = 9;
    std::uint8_t type = 0;
    std::array<Byte, 8> user_ids{};
    static constexpr auto fields() {
        return layout(at(0, "type", &RxFilterMatched::type), at(1, "user_ids", &RxFilterMatched::user_ids));
    }
};

} // namespace nwp::simplelink
