// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/dtls_association.h"
#include "nwpd/net/dtls_door.h"

#include <chrono>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <vector>

namespace nwp::net {

using SteadyTime = std::chrono::steady_clock::time_point;

/// One peer of a datagram socket, and what waits for its handshake.
struct DtlsPeer {
    DtlsPeer(Datagrams& lower, std::shared_ptr<const DtlsSettings> settings, const Address& with,
             const Address& to)
        : address(with), association(lower, std::move(settings), with, to) {}

    bool handshaking() const { return association.state() == DtlsAssociation::State::handshaking; }
    /// Keeps a datagram for the end of the handshake. False: no room.
    bool keep(ByteView datagram);
    /// When its timer or its limit wants to be looked at; nothing: only a datagram changes it.
    std::optional<SteadyTime> next_look() const;

    const Address address;
    DtlsAssociation association;
    std::optional<HelloRandom> hello; ///< of a client's ClientHello
    SteadyTime limit = SteadyTime::max();
    std::vector<std::function<void(Result<void>)>> waiting;
    std::deque<std::vector<Byte>> unsent;
    std::size_t unsent_bytes = 0;
};

/// The peers, the one used last first. Addresses differ.
class DtlsPeers {
public:
    using Place = std::list<DtlsPeer>::iterator;

    DtlsPeer* find(const Address& address);
    void add(std::list<DtlsPeer> one) { peers_.splice(peers_.begin(), one); }
    void used(const DtlsPeer& peer);
    /// Takes it out; it lives on in what is returned.
    std::list<DtlsPeer> take(const DtlsPeer& peer);

    /// Who makes room when there are `most`: the oldest idle one. Handshakes hold at most half of the places,
    /// so that who proves nothing cannot drive out who did. Null: there is room.
    DtlsPeer* next_to_go(std::size_t most);

    std::size_t size() const { return peers_.size(); }
    std::list<DtlsPeer>& all() { return peers_; }
    const std::list<DtlsPeer>& all() const { return peers_; }

private:
    std::list<DtlsPeer> peers_;
};

} // namespace nwp::net
