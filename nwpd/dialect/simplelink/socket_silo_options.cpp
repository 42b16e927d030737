// SPDX-License-Identifier: Apache-2.0
// SocketSilo: SETSOCKOPT and GETSOCKOPT.
#include "nwpd/dialect/simplelink/socket_errors.h"
#include "nwpd/dialect/simplelink/socket_silo.h"
#include "nwpd/service/socket_options.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

using Name = OptionName;

/// Which sockets have it is part of what an option is.
Result<void> check_scope(const OptionRow& row, const SocketEntry& entry) {
    switch (row.scope) {
        case OptionScope::any: return {};
        case OptionScope::stream: return entry.is_stream() ? Result<void>{} : Error::operation_not_supported;
        case OptionScope::datagram:
            return entry.is_stream() ? Error::operation_not_supported : Result<void>{};
        default: return Error::operation_not_supported; // this chip has no such sockets
    }
}

std::vector<Byte> number_bytes(std::uint32_t number) {
    return service::option_bytes(static_cast<std::int32_t>(number));
}

} // namespace

void SocketSilo::on(const SocketOptionSet& command, ByteView payload) {
    const auto refuse = [&](Error error) {
        answer<SocketOptionSetResponse>(socket_code(error), command.descriptor);
    };
    const Entry entry = find(command.descriptor);
    if (!entry) return refuse(Error::bad_handle);
    const OptionRow* row = find_option(command.level, command.option);
    if (row == nullptr || !row->settable) return refuse(Error::no_protocol_option);
    if (const auto right = check_scope(*row, *entry); !right) return refuse(right.error());
    const ByteView value = payload.first(command.length);
    if (value.size() < command.length || value.size() < row->least_size || value.size() > row->most_size)
        return refuse(Error::invalid_argument);
    if (row->name == Name::start_tls)
        return answer<SocketOptionSetResponse>(start_tls(entry), command.descriptor);
    if (const auto applied = apply_option(*entry, row->name, value); !applied) return refuse(applied.error());
    answer<SocketOptionSetResponse>(code::success, command.descriptor);
}

Result<void> SocketSilo::apply_option(SocketEntry& entry, Name name, ByteView value) {
    if (name == Name::non_blocking) {
        const bool on = std::any_of(value.begin(), value.end(), [](Byte byte) { return byte != 0; });
        out_.set_non_blocking(entry.descriptor, on); // the response carries it already
        return {};
    }
    if (name >= Name::join_group && name <= Name::leave_group) return change_group(entry, name, value);
    if (name == Name::ipv6_join_group || name == Name::ipv6_leave_group)
        return change_group(entry, name, value);

    SocketSettings changed = entry.settings;
    if (const auto stored = store_option(changed, name, value); !stored) return stored;
    const auto set = [&](SocketOption option, std::uint32_t number) {
        return sockets_.set_option(client_, entry.id, option, number_bytes(number));
    };
    Result<void> done;
    switch (name) {
        case Name::receive_buffer:
            changed.receive_buffer = std::min<std::uint32_t>(changed.receive_buffer, 1U << 20U);
            done = set(SocketOption::receive_buffer, changed.receive_buffer);
            if (done && entry.is_stream())
                done = sockets_.set_receive_room(client_, entry.id, changed.receive_buffer);
            break;
        case Name::keep_alive: done = set(SocketOption::keep_alive, changed.keep_alive); break;
        case Name::keep_alive_time:
            done = sockets_.set_keep_alive_time(client_, entry.id, changed.keep_alive_time);
            break;
        case Name::multicast_ttl:
        case Name::ipv6_multicast_hops:
            done = set(SocketOption::multicast_hops, changed.multicast_ttl);
            break;
        case Name::multicast_interface: {
            const auto& lease = board_.services.network.lease();
            const bool any = std::all_of(value.begin(), value.end(), [](Byte byte) { return byte == 0; });
            if (!any && !(lease && equal(lease->address.ip_bytes(), value)))
                done = Error::address_not_available;
            break;
        }
        default: break;
    }
    if (done) entry.settings = std::move(changed);
    return done;
}

/// group and interface, in network order. The one interface that there is is meant, whatever is named.
Result<void> SocketSilo::change_group(SocketEntry& entry, Name name, ByteView value) {
    const bool is_v6 = name >= Name::ipv6_join_group;
    const bool joins = name == Name::join_group || name == Name::ipv6_join_group;
    const std::size_t size = is_v6 ? 16 : 4;
    std::vector<Byte> address = {static_cast<Byte>(is_v6 ? nwp::Family::ipv6 : nwp::Family::ipv4), 0, 0};
    address.insert(address.end(), value.begin(), value.begin() + size);
    if (is_v6) address.insert(address.end(), 4, Byte{0});
    return sockets_.set_option(client_, entry.id,
                               joins ? SocketOption::multicast_join : SocketOption::multicast_leave, address);
}

void SocketSilo::on(const SocketOptionGet& command, ByteView) {
    SocketOptionGetResponse response;
    response.descriptor = command.descriptor;
    std::vector<Byte> value;
    const auto read = [&]() -> Result<void> {
        const Entry entry = find(command.descriptor);
        if (!entry) return Error::bad_handle;
        const OptionRow* row = find_option(command.level, command.option);
        if (row == nullptr || !row->gettable) return Error::no_protocol_option;
        if (const auto right = check_scope(*row, *entry); !right) return right;
        auto found = read_option(*entry, row->name);
        if (!found) return found.error();
        value = std::move(*found);
        return value.size() > command.length ? Error::invalid_argument : Result<void>{};
    };
    if (const auto outcome = read(); !outcome) {
        response.status = socket_code(outcome.error());
        return out_.respond(response);
    }
    response.length = static_cast<std::uint8_t>(value.size());
    out_.respond(response, value);
}

Result<std::vector<Byte>> SocketSilo::read_option(const SocketEntry& entry, Name name) {
    if (name == Name::non_blocking) return number_bytes(is_non_blocking(entry) ? 1 : 0);
    if (name == Name::tls_connection) return tls_connection(entry);
    return load_option(entry.settings, name);
}

} // namespace nwp::simplelink
