// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/verdict.h"
#include "nwpd/net/openssl.h"
#include "nwpd/net/tls_settings.h"

#include <optional>

namespace nwp::net {

/// Sets versions, security level and cipher suites. Nothing: done.
///   version_too_low    the floor is above the ceiling, or of another kind (TLS, DTLS)
///   no_common_cipher   none of the cipher suites exists, or none for the versions
std::optional<Rule> set_versions_and_suites(SSL_CTX* context, const TlsSettings& settings);

} // namespace nwp::net
