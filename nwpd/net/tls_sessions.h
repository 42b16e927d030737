// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/openssl.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>

namespace nwp::net {

/// The sessions that clients may offer again, each under a key over everything that contracts 5
/// ("Resumption") names: a resumed session is not verified again, so one that was kept under less must never
/// serve for more. One executor.
class TlsSessions {
public:
    /// Keeps the `room` sessions used last.
    explicit TlsSessions(std::size_t room = 256) : room_(room) {}
    TlsSessions(const TlsSessions&) = delete;

    struct Kept {
        Openssl<SSL_SESSION> session; ///< null: none
        std::int64_t valid_until = 0;
    };

    /// Keeps a session until `valid_until` (seconds since 1970). One of TLS 1.2 replaces the one under the
    /// same key; of TLS 1.3's tickets the last few of a key are kept.
    void keep(const Digest& key, const std::string& client, Openssl<SSL_SESSION> session,
              std::int64_t valid_until);
    /// A session to offer, none when there is none that is valid on `date`. One of TLS 1.3 is gone from here
    /// then: a ticket is used once (RFC 8446 C.4).
    Kept take(const Digest& key, std::int64_t date);
    /// Forgets what stands under the key.
    void drop(const Digest& key);
    /// Forgets everything of one client.
    void purge(const std::string& client);

    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        Digest key;
        std::string client;
        std::int64_t valid_until;
        Openssl<SSL_SESSION> session;
    };

    std::size_t room_;
    std::list<Entry> entries_; ///< the newest stands first
};

} // namespace nwp::net
