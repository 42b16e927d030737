// SPDX-License-Identifier: Apache-2.0
#include "nwp/tls_credentials.h"

#include "host/c/call.h"
#include "nwp/credentials.h"

namespace nwp::c {
namespace {

int perform(Pending& request) {
    Attachment* const to = attached_or_default();
    if (to == nullptr) return -ENETDOWN;
    const Result<void> done = to->host.perform(request);
    return done ? 0 : -errno_of(done.error());
}

bool is_type(int type) { return type > 0 && type <= 0xFFFF; }

} // namespace
} // namespace nwp::c

using namespace nwp; // the functions below are C's

int tls_credential_add(sec_tag_t tag, enum tls_credential_type type, const void* value, size_t size) {
    if (!c::is_type(type) || value == nullptr || size == 0) return -EINVAL;
    request::WriteCredential request{
        tag, static_cast<CredentialType>(type), {static_cast<const Byte*>(value), size}};
    return c::perform(request);
}

int tls_credential_get(sec_tag_t tag, enum tls_credential_type type, void* value, size_t* size) {
    if (!c::is_type(type) || size == nullptr || (value == nullptr && *size != 0)) return -EINVAL;
    request::ReadCredential request{
        tag, static_cast<CredentialType>(type), {static_cast<Byte*>(value), *size}};
    const int read = c::perform(request);
    if (read == 0 || read == -EFBIG) *size = request.total();
    return read;
}

int tls_credential_delete(sec_tag_t tag, enum tls_credential_type type) {
    if (!c::is_type(type)) return -EINVAL;
    request::DeleteCredential request{tag, static_cast<CredentialType>(type)};
    return c::perform(request);
}
