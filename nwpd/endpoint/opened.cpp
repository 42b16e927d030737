// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/opened.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace nwp::endpoint {

std::string system_error(const std::string& what) { return what + ": " + std::strerror(errno); }

Opened failed(int descriptor, std::string error) {
    if (descriptor >= 0) ::close(descriptor);
    return {-1, std::move(error)};
}

} // namespace nwp::endpoint
