// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/credential.h"
#include "base/result.h"

#include <cstddef>
#include <string_view>

namespace nwp::vault {

/// Names of stored files are 1 to this many printable ASCII characters.
constexpr std::size_t kMaxFileName = 180;
/// Longest pre-shared key and identity, in bytes: what OpenSSL 3 takes (PSK_MAX_PSK_LEN,
/// PSK_MAX_IDENTITY_LEN).
constexpr std::size_t kMaxPsk = 512;
constexpr std::size_t kMaxPskIdentity = 256;

/// What a value given to Vault::add is (contracts 6).
enum class ValueForm : std::uint8_t {
    none,
    der,       ///< one whole DER SEQUENCE
    pem,       ///< begins with -----BEGIN
    secret,    ///< a PSK or its identity, as it is
    file_name, ///< names a stored file
};

struct Intake {
    ValueForm form = ValueForm::none;
    ByteView value; ///< borrowed from the argument; the trailing NUL of PEM and of a name dropped
};

/// Decides what `value` is, from its bytes alone. Pure; reads nothing but `value`.
///   invalid_argument   it is nothing that `type` can be, or `type` is none of ours
///   too_big            longer than kMaxCredentialSize
Result<Intake> take_in(CredentialType type, ByteView value);

/// DER or PEM: the form of a stored file's content. ValueForm::none where it is neither.
Intake form_of_content(ByteView content);

bool is_file_name(std::string_view name);

} // namespace nwp::vault
