// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/request.h"
#include "wire/socket_list.h"

namespace nwp::request {

/// Tells each socket of the NWP once, on the servicing thread, without the lock; the texts die with the call.
/// `all` false: those of this host alone.
///   access_denied   this host may not see those of others
class ListSockets final : public Asking<wire::SocketList, wire::SocketEntry> {
public:
    ListSockets(bool all, Callback<void(const wire::SocketEntry&)> entry) : entry_(entry) {
        message_.all = all ? 1 : 0;
    }

private:
    void take_item(const void* item) override;

    Callback<void(const wire::SocketEntry&)> entry_;
};

} // namespace nwp::request
