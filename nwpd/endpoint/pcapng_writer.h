// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <fstream>
#include <string>
#include <string_view>

namespace nwp::endpoint {

/// A pcapng file (draft-ietf-opsawg-pcapng) of one link: link type USER0 (147), the option epb_flags tells
/// the direction as the NWP sees it, the option if_name the dialect. `nwp trace` reads it, Wireshark too. It
/// holds whatever the host sent, also secrets that it provisions, so it is made with mode 0600.
class PcapngWriter {
public:
    PcapngWriter(const std::string& path, std::string_view dialect);

    /// Empty, or why the file cannot be written.
    const std::string& error() const { return error_; }

    enum class Direction : std::uint32_t { inbound = 1, outbound = 2 }; // 4.3.1, epb_flags
    void write(Direction direction, ByteView packet);

private:
    std::ofstream file_;
    std::string error_;
};

} // namespace nwp::endpoint
