// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace nwp::endpoint {

/// An open descriptor, or why there is none, in words for the person who wrote the configuration.
struct Opened {
    int descriptor = -1;
    std::string error;
};

/// `what` and the text of errno.
std::string system_error(const std::string& what);
/// Closes the descriptor, if it is one.
Opened failed(int descriptor, std::string error);

} // namespace nwp::endpoint
