// SPDX-License-Identifier: Apache-2.0
#include "nwp/socket_list.h"

namespace nwp::request {

Result<void> ListSockets::on_item(std::uint16_t id, ByteView body) {
    if (id != wire::SocketEntry::id) return Error::protocol_error;
    const Result<wire::SocketEntry> entry = wire::decode<wire::SocketEntry>(body);
    if (!entry) return Error::protocol_error;
    if (entry_) entry_(*entry);
    return {};
}

} // namespace nwp::request
