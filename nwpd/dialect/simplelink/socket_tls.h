// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/socket_types.h"
#include "nwpd/dialect/simplelink/socket_settings.h"
#include "nwpd/service/credentials.h"
#include "nwpd/service/sockets.h"
#include "simplelink/socket.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nwp::simplelink {

/// IANA numbers of the suites in a cipher mask, best first. The bits of RC4 mean nothing, and all bits
/// together, as they are from the beginning, mean whatever the daemon thinks best: an empty list. No value:
/// none is left.
std::optional<std::vector<std::int32_t>> suites_of(std::uint32_t mask);
/// The bit of a suite; no value: the mask has none for it, as for those of TLS 1.3.
std::optional<std::uint32_t> bit_of_suite(std::int32_t iana);

/// The version that a method means; it is the only one, but for `highest`. No value: one that is not spoken
/// any more.
std::optional<nwp::Protocol> version_of(TlsMethod method, bool allow_tls_1_3);
/// A negotiated version as a host reads it.
std::uint32_t method_of(nwp::Protocol version);

/// Names of the ALPN bits, as SocketOption::tls_alpn_list takes them.
std::vector<Byte> alpn_list(std::uint32_t bits);
std::uint32_t alpn_bit(std::string_view name);

/// The files that a host named for one socket.
vault::TlsFiles files_of(const TlsChoice& choice, bool is_server);
/// Negative.
std::int16_t file_code(const vault::TlsFileCredentials::Problem& problem);

/// Fills in what is said of the peer's certificate.
void put_certificate(TlsConnectionParams& params, const net::CertificateSummary& certificate);

} // namespace nwp::simplelink
