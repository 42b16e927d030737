// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "nwpd/vault/openssl_pointers.h"
#include "nwpd/vault/secret.h"

#include <string>

namespace nwp::vault {

/// A new EC P-256 key (FIPS 186-4 D.1.2.3), as unencrypted PKCS#8 (RFC 5958), to be sealed at once.
///   no_memory   OpenSSL or its random generator gave up
Result<SecretBytes> make_p256_key();

/// A PKCS#10 request (RFC 2986) for `key`, signed by it, in PEM. `subject` is an RFC 4514 string.
///   invalid_argument          `subject` is not
///   operation_not_supported   a key that cannot sign
Result<std::string> make_signing_request(EVP_PKEY& key, const std::string& subject);

} // namespace nwp::vault
