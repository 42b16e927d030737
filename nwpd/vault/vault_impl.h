// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/vault/store.h"
#include "nwpd/vault/vault.h"

#include <memory>
#include <string>

namespace nwp::vault {

struct Vault::Impl {
    std::unique_ptr<Store> store;
};

/// The bytes that a credential stands for: its own, or those of the file it names.
///   not_found   there is no such credential, or no such file
Result<SecretBytes> value_of(const Store& store, CredentialKey key);
/// The name in a credential of kind file.
Result<std::string> named_file(const Store& store, CredentialKey key);

} // namespace nwp::vault
