// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "nwpd/vault/secret.h"

#include <string_view>
#include <vector>

namespace nwp::vault {

/// The key of AES-256-GCM (NIST SP 800-38D).
using SealKey = Secret<32>;

/// A sealed value is longer than its plain text by this: version (1), nonce (12), tag (16).
constexpr std::size_t kSealOverhead = 1 + 12 + 16;

/// Encrypts `plain` under a fresh random nonce. `context` says which value of which record this is; it is not
/// stored, and whoever unseals must name the same: so no sealed value can stand in for another.
///   no_memory   OpenSSL, or its random generator, gave up
Result<std::vector<Byte>> seal(const SealKey& key, std::string_view context, ByteView plain);

/// The plain text again.
///   malformed   another key, another context, or a changed byte
Result<SecretBytes> unseal(const SealKey& key, std::string_view context, ByteView sealed);

/// Fills `into` from the system's random generator, through OpenSSL's private one.
///   no_memory   it gave up
Result<void> fill_random(Bytes into);

} // namespace nwp::vault
