// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/opened.h"

#include <string>

namespace nwp::endpoint {

/// Opens the terminal at `path`: raw, eight data bits, no parity, `baud` bits a second, RTS/CTS if asked for.
Opened open_terminal(const std::string& path, unsigned baud, bool hardware_flow_control);

/// Makes a pseudo-terminal and a symbolic link at `path` to the end that the host opens. An older link there
/// is replaced in one step, anything else is not. The host may come and go: the line stays.
class PseudoTerminal {
public:
    explicit PseudoTerminal(std::string path);
    ~PseudoTerminal();
    PseudoTerminal(const PseudoTerminal&) = delete;
    PseudoTerminal& operator=(const PseudoTerminal&) = delete;

    /// make() and publish(). Once.
    Opened open();

    /// Our end, non-blocking; the caller owns it from then on. Once.
    Opened make();
    /// Links the path to the host's end, which make() made. Empty: hosts find it; else why not.
    std::string publish();
    /// The link stays when this object goes: another one's stands there now.
    void hand_over_link() { linked_ = false; }

    const std::string& path() const { return path_; }
    /// The host's end, "/dev/pts/3".
    const std::string& node() const { return node_; }
    /// Forgets what was written to `our_end` and no host has read.
    void drop_unread(int our_end) const;
    /// Whether somebody else than we has the host's end open. Closes and opens it once.
    bool has_host(int our_end);

private:
    std::string path_;
    std::string node_;
    int host_end_ = -1; ///< kept open, or our end would read EIO whenever no host is there
    bool linked_ = false;
};

} // namespace nwp::endpoint
