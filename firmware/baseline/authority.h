// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

/// The CA that a server's certificate must come from, DER. The build makes the source from a certificate.
extern const unsigned char kAuthority[];
extern const std::size_t kAuthoritySize;
