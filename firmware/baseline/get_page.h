// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/baseline/stream.h"

namespace nwp::baseline {

/// What firmware/http_get does once it has a TCP connection: TLS, a request, the page to its end, its size
/// and hash.
void get_page(Stream& stream, const char* host_name, const char* path);

} // namespace nwp::baseline
