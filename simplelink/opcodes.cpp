// SPDX-License-Identifier: Apache-2.0
#include "simplelink/opcodes.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

constexpr std::uint16_t kFlags = kFromHost | kIpv6;

/// Responses that are not their command without bits 15 and 9.
constexpr bool has_response_of_its_own(std::uint16_t command) {
    return command == 0x9C71 || command == 0x9EC2;
}

constexpr bool is_sound(const CommandRow& row) {
    if ((row.opcode & kFromHost) == 0 || (row.opcode & kSync) == 0) return false;
    const bool responds = row.answer == Answer::response || row.answer == Answer::response_and_event;
    if (responds != (row.response != 0)) return false;
    if (responds && !has_response_of_its_own(row.opcode) && row.response != (row.opcode & ~kFlags))
        return false;
    if ((row.response & kFromHost) != 0 || (responds && (row.response & kSync) == 0)) return false;
    if (row.response_size % 4 != 0 || (responds && row.response_size == 0)) return false;
    if (responds && row.status.offset + row.status.width > row.response_size) return false;
    const bool needs_event = row.answer == Answer::response_and_event || row.answer == Answer::event;
    return !needs_event || row.event != 0;
}

constexpr bool is_sound(const EventRow& row) {
    return (row.opcode & (kFromHost | kSync)) == 0 && row.status.offset + row.status.width <= row.size &&
           (!row.payload || row.size % 4 == 0);
}

template <typename Rows>
constexpr bool rows_are_sound(const Rows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!is_sound(rows[i])) return false;
        for (std::size_t j = 0; j < i; ++j) {
            if (rows[i].opcode == rows[j].opcode) return false;
        }
    }
    return true;
}

constexpr bool events_of_commands_exist() {
    for (const CommandRow& row : kCommands) {
        bool found = row.event == 0;
        for (const EventRow& event : kEvents) found = found || event.opcode == row.event;
        if (!found) return false;
    }
    return true;
}

static_assert(rows_are_sound(kCommands));
static_assert(rows_are_sound(kEvents));
static_assert(events_of_commands_exist());

} // namespace

const CommandRow* find_command(std::uint16_t opcode) {
    const auto* row = std::find_if(kCommands.begin(), kCommands.end(),
                                   [opcode](const CommandRow& each) { return each.opcode == opcode; });
    return row == kCommands.end() ? nullptr : row;
}

const CommandRow* find_command_of_response(std::uint16_t response) {
    if (response == 0) return nullptr;
    const auto* row = std::find_if(kCommands.begin(), kCommands.end(),
                                   [response](const CommandRow& each) { return each.response == response; });
    return row == kCommands.end() ? nullptr : row;
}

const EventRow* find_event(std::uint16_t opcode) {
    const auto* row = std::find_if(kEvents.begin(), kEvents.end(),
                                   [opcode](const EventRow& each) { return each.opcode == opcode; });
    return row == kEvents.end() ? nullptr : row;
}

} // namespace nwp::simplelink
