// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/socket_list.h"

#include "nwpd/dialect/native/front_end.h"

#include <unistd.h>

#include <algorithm>
#include <limits>

namespace nwp::native {
namespace {

/// A message has room for so much of a name beside everything else.
constexpr std::size_t kLongestName = 64;

std::uint32_t as_u32(std::size_t count) {
    return static_cast<std::uint32_t>(
        std::min<std::size_t>(count, std::numeric_limits<std::uint32_t>::max()));
}

wire::SocketEntry entry_of(const service::SocketDetails& socket) {
    wire::SocketEntry entry;
    entry.client = std::string_view(socket.client->policy().name).substr(0, kLongestName);
    const bool packets = socket.summary.family == Family::packet; // who looks knows those as raw
    entry.type = packets ? SocketType::raw : socket.summary.type;
    entry.protocol = socket.summary.protocol;
    entry.state = static_cast<std::uint8_t>(socket.summary.state);
    entry.local = socket.local;
    entry.peer = socket.summary.peer;
    entry.tls_version = socket.tls_version;
    entry.tls_cipher = static_cast<std::uint16_t>(socket.tls_cipher);
    entry.bytes_in = socket.bytes_in;
    entry.bytes_out = socket.bytes_out;
    entry.unread = as_u32(socket.unread);
    entry.unsent = as_u32(socket.unsent);
    entry.credit = as_u32(socket.credit);
    return entry;
}

} // namespace

bool may_list_all(const service::ClientPolicy& policy, std::optional<uid_t> host, uid_t daemon) {
    if (policy.list_all) return true;
    return host && (*host == 0 || *host == daemon);
}

void FrontEnd::on(const wire::SocketList& list, const RequestPointer& request) {
    const bool all = list.all != 0;
    if (all && !may_list_all(policy_, peer_.uid, ::geteuid())) return request->fail(Error::access_denied);
    std::uint16_t count = 0;
    for (const service::SocketDetails& socket : shared_.services.sockets.list_all()) {
        if (!all && socket.client != &host_->client()) continue;
        if (count == std::numeric_limits<std::uint16_t>::max()) break;
        request->item(entry_of(socket));
        ++count;
    }
    request->reply(wire::Listed{count});
}

} // namespace nwp::native
