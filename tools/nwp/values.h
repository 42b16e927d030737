// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/wifi.h"

#include <string>
#include <string_view>
#include <vector>

namespace nwp::tool {

/// An address without its port; "none" when unspecified.
std::string text_of(const Address& address);
/// With its port: "10.77.0.2:443", "[fe80::1]:443".
std::string endpoint_text(const Address& address);
std::string text_of(const Bssid& bssid);
/// "02:00:00:00:00:01". False when it is none.
bool parse_bssid(std::string_view text, Bssid& bssid);
/// What a network's name looks like: bytes that a terminal cannot show stand as \xNN.
std::string printable(std::string_view bytes);
/// The whole file; Failure(kUsage) when it cannot be read.
std::vector<Byte> read_file(const std::string& path);
/// The same as text, without the ends of lines behind it.
std::string read_passphrase(const std::string& path);

} // namespace nwp::tool
