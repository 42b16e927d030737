// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_peers.h"

#include <algorithm>

namespace nwp::net {
namespace {

constexpr std::size_t kMostUnsent = 64;
constexpr std::size_t kMostUnsentBytes = 64 * std::size_t{1024};

} // namespace

bool DtlsPeer::keep(ByteView datagram) {
    if (unsent.size() >= kMostUnsent || unsent_bytes + datagram.size() > kMostUnsentBytes) return false;
    unsent.emplace_back(datagram.begin(), datagram.end());
    unsent_bytes += datagram.size();
    return true;
}

std::optional<SteadyTime> DtlsPeer::next_look() const {
    std::optional<SteadyTime> when;
    if (handshaking() && limit != SteadyTime::max()) when = limit;
    if (const auto timer = association.timer()) {
        const SteadyTime due =
            std::chrono::steady_clock::now() + std::chrono::microseconds{timer->microseconds()};
        when = when ? std::min(*when, due) : due;
    }
    return when;
}

DtlsPeer* DtlsPeers::find(const Address& address) {
    const auto found = std::find_if(peers_.begin(), peers_.end(),
                                    [&](const DtlsPeer& each) { return each.address == address; });
    return found == peers_.end() ? nullptr : &*found;
}

namespace {

std::list<DtlsPeer>::iterator place_of(std::list<DtlsPeer>& peers, const DtlsPeer& peer) {
    return std::find_if(peers.begin(), peers.end(), [&](const DtlsPeer& each) { return &each == &peer; });
}

} // namespace

void DtlsPeers::used(const DtlsPeer& peer) { peers_.splice(peers_.begin(), peers_, place_of(peers_, peer)); }

std::list<DtlsPeer> DtlsPeers::take(const DtlsPeer& peer) {
    std::list<DtlsPeer> taken;
    taken.splice(taken.begin(), peers_, place_of(peers_, peer));
    return taken;
}

DtlsPeer* DtlsPeers::next_to_go(std::size_t most) {
    const auto handshakes =
        std::count_if(peers_.begin(), peers_.end(), [](const DtlsPeer& each) { return each.handshaking(); });
    if (2 * static_cast<std::size_t>(handshakes) >= std::max<std::size_t>(most, 2)) {
        const auto oldest = std::find_if(peers_.rbegin(), peers_.rend(),
                                         [](const DtlsPeer& each) { return each.handshaking(); });
        return &*oldest;
    }
    return peers_.size() >= most && !peers_.empty() ? &peers_.back() : nullptr;
}

} // namespace nwp::net
