// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <string>
#include <vector>

namespace nwp::tool {

/// One frame of a captured link.
struct CapturedFrame {
    std::uint64_t time_us = 0; ///< since 1970
    bool from_host = false;
    ByteView bytes; ///< lives as long as what was read
};

struct Capture {
    std::vector<CapturedFrame> frames;
    std::string dialect; ///< what the link speaks, "native" or "simplelink"; empty: the file does not say
    std::string error;   ///< why reading ended before the end of the file; empty: it did not
};

/// Frames of a pcapng file (draft-ietf-opsawg-pcapng) as nwpd writes it: little-endian, link type USER0. A
/// damaged file gives what stands before the damage, and says where it is.
Capture read_pcapng(ByteView file);

} // namespace nwp::tool
