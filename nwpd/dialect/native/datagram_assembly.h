// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "base/result.h"

#include <vector>

namespace nwp::native {

/// Longest datagram of each family: 16 bits of length (RFC 768) less the headers that count (RFC 791, RFC
/// 8200).
constexpr std::size_t longest_datagram(Family family) { return family == Family::ipv6 ? 65527 : 65507; }

/// Puts the datagrams of one socket together that come from the host in parts. Has memory only while a
/// datagram is under way.
class DatagramAssembly {
public:
    explicit DatagramAssembly(std::size_t longest) : longest_(longest) {}

    /// Takes the next part; true: to() and bytes() are the whole datagram, until the next call.
    ///   malformed          the first part has no address
    ///   message_too_long   longer than a datagram can be
    Result<bool> add(ByteView part, bool more);

    const Address& to() const { return to_; }
    ByteView bytes() const { return bytes_; }
    std::size_t longest() const { return longest_; }
    /// A datagram has begun and is not whole; bytes() is what came of it.
    bool under_way() const { return under_way_; }

private:
    std::size_t longest_;
    Address to_;
    std::vector<Byte> bytes_;
    bool under_way_ = false;
};

} // namespace nwp::native
