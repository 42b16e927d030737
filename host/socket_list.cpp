// SPDX-License-Identifier: Apache-2.0
#include "nwp/socket_list.h"

namespace nwp::request {

void ListSockets::take_item(const void* item) {
    if (entry_) entry_(as_item(item));
}

} // namespace nwp::request
