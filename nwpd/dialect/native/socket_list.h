// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/client.h"

#include <sys/types.h>

#include <optional>

namespace nwp::native {

/// Whether a host may see the sockets of other clients: where its policy says so, and for root and the user
/// that nwpd runs as, who can look into the daemon anyhow. `host` is who the kernel says is at the other end
/// of the link; nobody, on a line.
bool may_list_all(const service::ClientPolicy& policy, std::optional<uid_t> host, uid_t daemon);

} // namespace nwp::native
