// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/posix/file_descriptor.h"

#include <string>

namespace nwp::kit {

/// A raw pseudo-terminal without echo. The terminal's side is kept open here too, so that programs may open
/// and close it and the controlling side never reads EIO. Throws std::system_error when the system has none
/// left.
class PseudoTerminal {
public:
    PseudoTerminal();

    /// The controlling side; never waits.
    int controller() const { return controller_.get(); }
    /// What a program opens as its serial line.
    const std::string& path() const { return path_; }

private:
    posix::FileDescriptor controller_;
    posix::FileDescriptor terminal_;
    std::string path_;
};

} // namespace nwp::kit
