// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_sessions.h"

#include <algorithm>
#include <utility>

namespace nwp::net {
namespace {

/// Servers give two tickets at once; a client that connects twice at a time has use for no more.
constexpr std::ptrdiff_t kTicketsEach = 4;

bool is_used_once(const SSL_SESSION* session) {
    return SSL_SESSION_get_protocol_version(session) == TLS1_3_VERSION;
}

} // namespace

void TlsSessions::keep(const Digest& key, const std::string& client, Openssl<SSL_SESSION> session,
                       std::int64_t valid_until) {
    const auto same = [&](const Entry& entry) { return entry.key == key; };
    if (!is_used_once(session.get()))
        entries_.remove_if(same);
    else if (std::count_if(entries_.begin(), entries_.end(), same) >= kTicketsEach)
        entries_.erase(std::prev(std::find_if(entries_.rbegin(), entries_.rend(), same).base()));
    entries_.push_front({key, client, valid_until, std::move(session)});
    if (entries_.size() > room_) entries_.pop_back();
}

TlsSessions::Kept TlsSessions::take(const Digest& key, std::int64_t date) {
    entries_.remove_if([date](const Entry& entry) { return entry.valid_until < date; });
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
    if (found == entries_.end()) return {};
    if (!is_used_once(found->session.get())) {
        SSL_SESSION_up_ref(found->session.get());
        entries_.splice(entries_.begin(), entries_, found);
        return {Openssl<SSL_SESSION>{found->session.get()}, found->valid_until};
    }
    Kept kept{std::move(found->session), found->valid_until};
    entries_.erase(found);
    return kept;
}

void TlsSessions::drop(const Digest& key) {
    entries_.remove_if([&](const Entry& entry) { return entry.key == key; });
}

void TlsSessions::purge(const std::string& client) {
    entries_.remove_if([&](const Entry& entry) { return entry.client == client; });
}

} // namespace nwp::net
