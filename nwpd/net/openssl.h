// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/credentials.h"

#include <openssl/evp.h>

namespace nwp::net {

struct PrivateKey::Access {
    /// Takes over the reference.
    static PrivateKey wrap(EVP_PKEY* key);
    static EVP_PKEY* get(const PrivateKey& key);
};

} // namespace nwp::net
