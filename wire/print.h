// SPDX-License-Identifier: Apache-2.0
#pragma once

// Messages for people: traces, `nwp`, golden files. Not for a microcontroller.

#include "wire/layout.h"

#include <string>

namespace nwp::wire {

/// What a message was sent as decides which list its id belongs to.
enum class Use : std::uint8_t { hello, request, reply, item, event };

/// `name{field=value, ...}`. Secrets are not shown: of passphrases, tokens, and the bytes of credentials and
/// files only the length. An unknown id or a body that breaks its layout is said to be so.
std::string print_message(Use use, std::uint16_t id, ByteView body);

std::string print_value(const Address& address);
std::string print_value(std::string_view text);
/// At most the first 16 bytes in hex.
std::string print_value(ByteView bytes);

} // namespace nwp::wire
