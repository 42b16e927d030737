// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <array>
#include <cstdint>
#include <string>

namespace nwp::net {

/// What a certificate says of itself, for people and for those who only compare.
struct CertificateSummary {
    std::string subject; ///< its common name; empty: it has none
    std::string issuer;
    std::array<Byte, 20> subject_sha1{}; ///< of the whole name, DER
    std::array<Byte, 20> issuer_sha1{};
    std::int64_t not_before = 0; ///< seconds since 1970
    std::int64_t not_after = 0;
};

///   malformed   no certificate in DER
Result<CertificateSummary> summary_of(ByteView certificate_der);

} // namespace nwp::net
