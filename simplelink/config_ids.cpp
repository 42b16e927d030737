// SPDX-License-Identifier: Apache-2.0
#include "simplelink/config_ids.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

constexpr bool overlap(const ConfigRow& a, const ConfigRow& b) {
    return a.group == b.group && a.id == b.id && a.first_option <= b.last_option &&
           b.first_option <= a.last_option;
}

constexpr bool rows_are_sound() {
    for (std::size_t i = 0; i < kConfigRows.size(); ++i) {
        const ConfigRow& row = kConfigRows[i];
        if (row.first_option > row.last_option || row.name == nullptr) return false;
        if (!row.set.any() && !row.get.any()) return false;
        if (row.set.step == 0 || row.get.step == 0) return false;
        for (std::size_t j = 0; j < i; ++j) {
            if (overlap(row, kConfigRows[j])) return false;
        }
    }
    return true;
}
static_assert(rows_are_sound());

} // namespace

const ConfigRow* find_config(ConfigGroup group, std::uint16_t id, std::uint16_t option) {
    const auto* row = std::find_if(kConfigRows.begin(), kConfigRows.end(), [&](const ConfigRow& each) {
        return each.group == group && each.id == id && each.first_option <= option &&
               option <= each.last_option;
    });
    return row == kConfigRows.end() ? nullptr : row;
}

} // namespace nwp::simplelink
