// SPDX-License-Identifier: Apache-2.0
// What the compiler checks: declarations agree with themselves and with the table of opcodes. And their
// tables.
#include "simplelink/messages.h"

#include "simplelink/message_info.h"
#include "simplelink/opcodes.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

template <typename... M>
constexpr bool all_well_formed(Messages<M...>) {
    return (well_formed<M>() && ...);
}
static_assert(all_well_formed(Commands{}));
static_assert(all_well_formed(Responses{}));
static_assert(all_well_formed(Events{}));
static_assert(all_well_formed(Values{}));

template <typename... M>
constexpr std::array<MessageInfo, sizeof...(M)> infos(Messages<M...>) {
    return {MessageInfo{M::opcode, M::size, field_infos<M>}...};
}

constexpr auto kCommandInfos = infos(Commands{});
constexpr auto kResponseInfos = infos(Responses{});
constexpr auto kEventInfos = infos(Events{});

template <typename Infos>
constexpr std::size_t times_declared(const Infos& messages, std::uint16_t opcode) {
    std::size_t times = 0;
    for (const MessageInfo& message : messages) times += message.opcode == opcode ? 1 : 0;
    return times;
}

/// The signed field of that place and width is there.
constexpr bool has_status(const MessageInfo& message, StatusField status) {
    for (const FieldInfo& field : message.fields) {
        if (field.kind == FieldKind::signed_number && field.offset == status.offset &&
            field.width == status.width) {
            return true;
        }
    }
    return status.width == 0;
}

constexpr bool responses_agree() {
    for (const MessageInfo& message : kResponseInfos) {
        bool found = false;
        for (const CommandRow& row : kCommands) {
            if (row.response != message.opcode) continue;
            found = true;
            if (row.response_size != message.size || !has_status(message, row.status)) return false;
        }
        if (!found) return false;
    }
    return true;
}
static_assert(responses_agree());

constexpr bool is_longer_form(const MessageInfo& message) {
    return message.opcode == SocketAcceptedV6::opcode && message.size == SocketAcceptedV6::size;
}

constexpr bool events_agree() {
    for (const MessageInfo& message : kEventInfos) {
        bool found = is_longer_form(message);
        for (const EventRow& row : kEvents) {
            if (row.opcode != message.opcode || is_longer_form(message)) continue;
            found = true;
            if (row.size != message.size || !has_status(message, row.status)) return false;
        }
        if (!found) return false;
    }
    return true;
}
static_assert(events_agree());

/// Each command that some driver sends is declared once, and so is its response; of others there may be none.
constexpr bool commands_are_complete() {
    for (const CommandRow& row : kCommands) {
        const std::size_t commands = times_declared(kCommandInfos, row.opcode);
        if (commands > 1 || (commands == 0 && row.sender != Sender::nobody)) return false;
        if (row.response != 0 && times_declared(kResponseInfos, row.response) != commands) return false;
    }
    return true;
}
static_assert(commands_are_complete());

/// But for the form that no host hears and for two that nobody sends.
constexpr bool events_are_complete() {
    for (const EventRow& row : kEvents) {
        const bool undeclared = row.opcode == 0x1203 || row.opcode == 0x1826 || row.opcode == 0x182A;
        const std::size_t expected = undeclared ? 0 : row.opcode == SocketAccepted::opcode ? 2 : 1;
        if (times_declared(kEventInfos, row.opcode) != expected) return false;
    }
    return true;
}
static_assert(events_are_complete());

constexpr bool commands_have_rows() {
    for (const MessageInfo& message : kCommandInfos) {
        bool found = false;
        for (const CommandRow& row : kCommands) found = found || row.opcode == message.opcode;
        if (!found) return false;
    }
    return true;
}
static_assert(commands_have_rows());

const MessageInfo* find(Span<const MessageInfo> messages, std::uint16_t opcode) {
    const auto* found = std::find_if(messages.begin(), messages.end(),
                                     [opcode](const MessageInfo& info) { return info.opcode == opcode; });
    return found == messages.end() ? nullptr : found;
}

} // namespace

const MessageInfo* command_info(std::uint16_t opcode) { return find(kCommandInfos, opcode); }
const MessageInfo* response_info(std::uint16_t opcode) { return find(kResponseInfos, opcode); }
const MessageInfo* event_info(std::uint16_t opcode) { return find(kEventInfos, opcode); }
} // namespace nwp::simplelink
