// SPDX-License-Identifier: Apache-2.0
// Nothing but what the compiler checks: declarations agree with themselves and with the table of opcodes.
#include "simplelink/messages.h"

#include "simplelink/opcodes.h"

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
constexpr std::size_t times_declared(Messages<M...>, std::uint16_t opcode) {
    return (std::size_t{0} + ... + (M::opcode == opcode ? 1U : 0U));
}

/// The signed field of that place and width is there.
template <typename M>
constexpr bool has_status(StatusField status) {
    if (status.width == 0) return true;
    bool found = false;
    const auto look = [&](const auto& field) {
        using T = typename std::decay_t<decltype(field)>::Type;
        if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
            found = found || (field.offset == status.offset && sizeof(T) == status.width);
        }
    };
    std::apply([&](const auto&... field) { (look(field), ...); }, M::fields());
    return found;
}

template <typename M>
constexpr bool is_response_of_its_commands() {
    bool found = false;
    for (const CommandRow& row : kCommands) {
        if (row.response != M::opcode) continue;
        found = true;
        if (row.response_size != M::size || !has_status<M>(row.status)) return false;
    }
    return found;
}

template <typename M>
constexpr bool is_event_of_its_row() {
    if (std::is_same_v<M, SocketAcceptedV6>) return true; // twice the opcode, the longer form
    for (const EventRow& row : kEvents) {
        if (row.opcode == M::opcode) return row.size == M::size && has_status<M>(row.status);
    }
    return false;
}

template <typename... M>
constexpr bool responses_agree(Messages<M...>) {
    return (is_response_of_its_commands<M>() && ...);
}
static_assert(responses_agree(Responses{}));

template <typename... M>
constexpr bool events_agree(Messages<M...>) {
    return (is_event_of_its_row<M>() && ...);
}
static_assert(events_agree(Events{}));

/// Each command that some driver sends is declared once, and so is its response; of others there may be none.
constexpr bool commands_are_complete() {
    for (const CommandRow& row : kCommands) {
        const std::size_t commands = times_declared(Commands{}, row.opcode);
        if (commands > 1 || (commands == 0 && row.sender != Sender::nobody)) return false;
        if (row.response != 0 && times_declared(Responses{}, row.response) != commands) return false;
    }
    return true;
}
static_assert(commands_are_complete());

/// But for the form that no host hears and for two that nobody sends.
constexpr bool events_are_complete() {
    for (const EventRow& row : kEvents) {
        const bool undeclared = row.opcode == 0x1203 || row.opcode == 0x1826 || row.opcode == 0x182A;
        const std::size_t expected = undeclared ? 0 : row.opcode == SocketAccepted::opcode ? 2 : 1;
        if (times_declared(Events{}, row.opcode) != expected) return false;
    }
    return true;
}
static_assert(events_are_complete());

template <typename... M>
constexpr bool commands_have_rows(Messages<M...>) {
    const auto has_row = [](std::uint16_t opcode) {
        for (const CommandRow& row : kCommands) {
            if (row.opcode == opcode) return true;
        }
        return false;
    };
    return (has_row(M::opcode) && ...);
}
static_assert(commands_have_rows(Commands{}));

} // namespace
} // namespace nwp::simplelink
