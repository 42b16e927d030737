// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace nwp::tool {

/// The name that IANA's registry gives a TLS cipher suite; of one that is not known here the number, as
/// "0x1399".
std::string cipher_name(std::uint16_t number);

} // namespace nwp::tool
