// SPDX-License-Identifier: Apache-2.0
// What the application gave tls_credential_add() reaches the network processor.
#include "nwp/credentials.h"
#include "zephyr/driver.h"

extern "C" {
#include <tls_internal.h>
}

namespace nwp::zephyr {
namespace {

/// Zephyr keeps values by reference; nobody takes one away while its list is locked.
class CredentialsLock {
public:
    CredentialsLock() { credentials_lock(); }
    ~CredentialsLock() { credentials_unlock(); }
    CredentialsLock(const CredentialsLock&) = delete;
    CredentialsLock& operator=(const CredentialsLock&) = delete;
};

Result<void> provide(const tls_credential& credential) {
    // The application's list is what it means now: a value of an earlier image gives way.
    request::WriteCredential request{credential.tag,
                                     static_cast<CredentialType>(credential.type),
                                     {static_cast<const Byte*>(credential.buf), credential.len},
                                     true};
    return host().perform(request);
}

} // namespace

Result<void> provide_credentials(const SocketPlace& place) {
    const CredentialsLock lock;
    for (std::size_t i = 0; i < place.tag_count; ++i) {
        const tls_credential* credential = credential_next_get(place.tags[i], nullptr);
        while (credential != nullptr) {
            const Result<void> provided = provide(*credential);
            if (!provided) return provided;
            credential = credential_next_get(place.tags[i], const_cast<tls_credential*>(credential));
        }
    }
    return {};
}

} // namespace nwp::zephyr
