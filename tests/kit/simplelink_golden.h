// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/kit/hex.h"

#include <string>
#include <string_view>
#include <vector>

namespace nwp::kit {

/// A message that was captured between a SimpleLink host and an NWP: simplelink/golden.
struct GoldenMessage {
    enum class Form {
        uart, ///< from a host, with the longer sync word
        spi,  ///< from a host, without it
        nwp,  ///< from an NWP
        raw,  ///< bytes that are no message
    };

    std::string file; ///< "02_DeviceStop"
    std::string name; ///< of its declaration: "DeviceStop"
    Form form{};
    Buffer bytes; ///< sync word and padding included
    Buffer mask;  ///< as long; 0 where the sender left a byte uninitialised, else 0xFF

    bool from_host() const { return form == Form::uart || form == Form::spi; }

    /// Of other bytes, what can be compared: uninitialised ones are 0. Bytes behind the mask stay.
    Buffer masked(ByteView other) const;
};

/// All of them, in the order of their numbers. Throws std::runtime_error if one cannot be read.
std::vector<GoldenMessage> golden_messages();

/// The one of that file, such as "02_DeviceStop". Throws std::runtime_error if there is none.
GoldenMessage golden_message(std::string_view file);

} // namespace nwp::kit
