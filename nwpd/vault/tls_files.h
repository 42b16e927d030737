// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "nwpd/net/credentials.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nwp::vault {

/// What a program can name as a file for TLS.
enum class TlsFile : std::uint8_t { ca, certificate, key, dh_parameters, peer_certificate };

/// Stored files that a socket uses by their names, DER or PEM each. An empty name: none.
struct TlsFiles {
    std::string ca;               ///< whom to trust; PEM may hold several certificates and revocation lists
    std::string certificate;      ///< our own, with its chain if it is PEM
    std::string key;              ///< of the certificate
    std::string dh_parameters;    ///< of a server
    std::string peer_certificate; ///< of a client: the one that the server must have
};

/// What the files come to.
struct TlsFileCredentials {
    struct Problem {
        TlsFile file{};
        bool missing = false; ///< there is none of that name; else it cannot be used for that
    };
    std::optional<Problem> problem; ///< the first one; then nothing else is set
    net::TlsCredentials credentials;
    std::vector<Byte> peer_certificate; ///< DER
};

} // namespace nwp::vault
