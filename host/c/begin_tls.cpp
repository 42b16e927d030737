// SPDX-License-Identifier: Apache-2.0
// Only Attachment::begin_tls leads here.
#include "host/c/call.h"
#include "nwp/socket_requests.h"

namespace nwp::c {

Result<void> begin_tls(const Call& call) {
    request::BeginTls request{call.id()};
    return call.perform(request);
}

} // namespace nwp::c
