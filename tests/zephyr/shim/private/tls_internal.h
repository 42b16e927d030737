// SPDX-License-Identifier: Apache-2.0
#pragma once

// The application's list of credentials, which the test fills.

#include <cstddef>

struct tls_credential {
    int type;
    int tag;
    const void* buf;
    std::size_t len;
};
extern "C" {
void credentials_lock();
void credentials_unlock();
tls_credential* credential_next_get(int tag, tls_credential* behind);
}
