// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/credential.h"
#include "base/result.h"
#include "nwpd/vault/openssl_pointers.h"

#include <string>
#include <vector>

namespace nwp::vault {

/// What the bytes of a credential mean: DER, or PEM (PEM blocks of other kinds are skipped).

/// One certificate from DER, any number from PEM.
///   malformed   none, or one that cannot be read
Result<std::vector<CertificatePointer>> read_certificates(ByteView value);
Result<std::vector<RevocationListPointer>> read_revocation_lists(ByteView value);
/// PKCS#8, PKCS#1 or SEC1; never asks for a passphrase.
///   malformed   no private key, or an encrypted one
Result<KeyPointer> read_private_key(ByteView value);

std::vector<Byte> to_der(const X509& certificate);
std::vector<Byte> to_der(const X509_CRL& list);

/// Does `value` hold something that could be used as a private key? Also an encrypted one, also among other
/// things.
bool holds_private_key(ByteView value);

/// Can `value` be of this type?
///   invalid_argument   no
Result<void> check_value(CredentialType type, ByteView value);

/// For people: the subject of the first certificate, the kind of a key. Never anything secret.
std::string summary_of(CredentialType type, ByteView value);

} // namespace nwp::vault
