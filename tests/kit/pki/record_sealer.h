// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <openssl/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nwp::kit {

/// Seals a server's records behind a finished handshake, as OpenSSL itself never would: empty ones. For
/// TLS_AES_128_GCM_SHA256 (TLS 1.3, the server gave no ticket) and ECDHE-ECDSA-AES128-GCM-SHA256 (TLS 1.2).
/// From the first record on, OpenSSL's own count of records is wrong: everything else must come from here.
class RecordSealer {
public:
    explicit RecordSealer(SSL* ssl);

    std::string data(std::string_view bytes) { return seal(23, bytes); }
    std::string close_notify();

    /// Before the handshake: TLS 1.3's secrets are told to nobody afterwards.
    static void prepare(SSL_CTX* context);

private:
    void derive_12(SSL* ssl);
    void derive_13(SSL* ssl);
    std::string seal(Byte type, std::string_view bytes);

    bool is_13_;
    std::vector<Byte> key_;
    std::vector<Byte> fixed_; ///< TLS 1.2: the salt; TLS 1.3: the whole IV
    std::uint64_t number_;
};

} // namespace nwp::kit
