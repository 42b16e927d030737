// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/verdict.h"
#include "nwpd/net/tls_stream.h"

#include <array>
#include <cstddef>
#include <list>
#include <memory>

struct ssl_ctx_st;

namespace nwp::net {

/// The SSL_CTX of client streams, shared by equal settings and credentials: a stream of its own costs 31 KiB
/// that way against 47 to 58. One executor. Sessions for resumption will live beside the contexts, keyed as
/// contracts 5 says.
class TlsContexts {
public:
    /// Keeps the `room` contexts used last; older ones live as long as a stream uses them.
    explicit TlsContexts(std::size_t room = 16) : room_(room) {}
    TlsContexts(const TlsContexts&) = delete;

    /// The context for these settings, made when there is none. Null, with the reason added to `failed`:
    ///   no_credential      an identity whose key and certificate do not belong together
    ///   no_common_cipher   none of the cipher suites exists, or none for the versions
    ///   version_too_low    the floor is above the ceiling
    ///   other              OpenSSL refuses for another reason
    std::shared_ptr<ssl_ctx_st> get(const TlsClientSettings& settings, RuleSet& failed);

    /// IANA numbers of the suites that these settings offer, best first; credentials need not be given.
    std::vector<std::int32_t> available_suites(TlsClientSettings settings);

    std::size_t size() const { return entries_.size(); }

private:
    /// SHA-256 over everything that goes into a context. By content, so that two credentials can never be
    /// mixed up.
    using Key = std::array<unsigned char, 32>;
    struct Entry {
        Key key;
        std::shared_ptr<ssl_ctx_st> context;
    };
    static Key key_of(const TlsClientSettings& settings);

    std::size_t room_;
    std::list<Entry> entries_; ///< used last stands first
};

} // namespace nwp::net
