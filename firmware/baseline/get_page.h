// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tls_client.h"

/// The application once it is connected: asks for the page, reads it to its end, prints its size and SHA-256.
void get_page(TlsClient& tls, const char* host_name, const char* path);

/// The CA that the server's certificate must come from, DER; the build makes it.
extern const std::uint8_t kAuthority[];
extern const std::size_t kAuthoritySize;
