// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/verdict.h"
#include "nwpd/net/tls_sessions.h"
#include "nwpd/net/tls_settings.h"

#include <array>
#include <cstddef>
#include <list>
#include <memory>

struct ssl_ctx_st;

namespace nwp::net {

/// The SSL_CTX of streams and DTLS associations, shared by equal settings and credentials: a stream of its
/// own costs 31 KiB that way against 47 to 58. Beside them the sessions that clients may resume. One
/// executor.
class TlsContexts {
public:
    /// Keeps the `room` contexts used last; older ones live as long as a stream uses them.
    explicit TlsContexts(std::size_t room = 16) : room_(room) {}
    TlsContexts(const TlsContexts&) = delete;

    /// The context for these settings, made when there is none. A server's is its client's alone, and another
    /// one each day of `date` (seconds since 1970): with it goes the key that seals its tickets. Null, with
    /// the reason added to `failed`:
    ///   no_credential      an identity that cannot be read, is too weak, or whose key is another's
    ///   no_common_cipher   none of the cipher suites exists, or none for the versions
    ///   version_too_low    the floor is above the ceiling
    ///   other              OpenSSL refuses for another reason
    std::shared_ptr<ssl_ctx_st> get(const TlsSettings& settings, RuleSet& failed, std::int64_t date = 0);

    /// IANA numbers of the suites that these settings offer, best first; credentials need not be given.
    std::vector<std::int32_t> available_suites(TlsSettings settings);

    TlsSessions& sessions() { return sessions_; }
    std::size_t size() const { return entries_.size(); }

private:
    /// Over everything that goes into a context. By content, so that two credentials can never be mixed up.
    struct Entry {
        Digest key;
        std::shared_ptr<ssl_ctx_st> context;
    };

    std::size_t room_;
    std::list<Entry> entries_; ///< used last stands first
    TlsSessions sessions_;
};

} // namespace nwp::net
