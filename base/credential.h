// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nwp {

/// Names credentials in the NWP's store. Any 32-bit value.
using SecTag = std::int32_t;

/// What a credential is. Values as in Zephyr's net/tls_credentials.h; ours start at 1000.
enum class CredentialType : std::uint16_t {
    none = 0,
    ca_certificate = 1,
    own_certificate = 2, ///< Zephyr: SERVER_CERTIFICATE, later PUBLIC_CERTIFICATE; for clients too
    private_key = 3,
    psk = 4,
    psk_id = 5,
    crl = 1000,
};

/// Where a credential's value comes from.
enum class CredentialKind : std::uint8_t {
    bytes = 0,     ///< the value itself was added
    file = 1,      ///< it names a stored file
    generated = 2, ///< made inside; never left
};

/// Credentials and files are at most this long, in bytes.
constexpr std::uint32_t kMaxCredentialSize = 64 * 1024;

} // namespace nwp
