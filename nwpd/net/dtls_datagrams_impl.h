// SPDX-License-Identifier: Apache-2.0
#pragma once

// The inside of DtlsDatagrams: dtls_datagrams.cpp is what its owner calls, dtls_arrivals.cpp what comes in,
// dtls_handshakes.cpp how an association begins and ends, and its timers.

#include "nwpd/net/dtls_datagrams.h"
#include "nwpd/net/dtls_inbox.h"
#include "nwpd/net/dtls_peers.h"

#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace nwp::net {

/// With what associations really begin.
std::shared_ptr<const DtlsSettings> prepared(DtlsSettings settings);
/// The time when `limit` has passed.
SteadyTime after(Duration limit);

struct DtlsDatagrams::Impl : std::enable_shared_from_this<Impl> {
    /// A connected server's handshake whose ClientHello has not come.
    struct Awaited {
        Address peer;
        SteadyTime limit;
        Done done;
    };

    /// A ClientHello with a cookie that waits for the settings.
    struct Guest {
        Address from;
        HelloRandom random{};
        std::vector<Byte> hello;
    };

    Impl(boost::asio::io_context& on, TlsContexts& shared_contexts, std::unique_ptr<Datagrams> below,
         DtlsSettings how, const Calendar& dates)
        : context(on), contexts(shared_contexts), calendar(dates), lower(std::move(below)),
          settings(prepared(std::move(how))), connected_to(lower->peer()), inbox(settings->receive_room),
          timer(on) {}

    std::shared_ptr<const DtlsSettings> settings_for(const Address& peer) const;
    bool serves() const { return settings->tls.role == TlsRole::server; }
    bool is_connected() const { return connected_to.family != Family::unspecified; }
    Address to_lower(const Address& peer) const { return is_connected() ? Address{} : peer; }

    Result<void> serve();
    void handshake(const Address& peer, Duration limit, Done done);
    Error begin(const Address& peer, Duration limit, Done done);
    void answer(Done done, Result<void> outcome);

    Result<void> send(ByteView datagram, const Address& to);
    Result<Address> target(const Address& to) const;
    Result<void> send_to(const Address& peer, ByteView datagram);
    Result<DatagramInfo> receive(Bytes into);

    void watch();
    void on_lower_readable();
    void lower_failed(Error error);
    void route(ByteView datagram, const Address& from);
    void greet(ByteView client_hello, const HelloRandom& random, const Address& from);
    void look_up_for(Guest guest);
    void admit(const Guest& guest);
    std::size_t pump(DtlsPeer& peer);
    void established(DtlsPeer& peer);
    void tell_handshake();
    void over(DtlsPeer& peer, Error error);
    void failed(DtlsPeer& peer, Error error);
    void ended(DtlsPeer& peer, Error error);
    void refuse(const Address& peer, const DtlsAssociation& association);
    void evict(DtlsPeer& peer);

    void arm();
    void on_timer();
    void look_at(DtlsPeer& peer, SteadyTime now);
    void look_at_awaited(SteadyTime now);

    void notify();
    void settle();
    void settle_writing();
    void close();

    boost::asio::io_context& context;
    TlsContexts& contexts;
    const Calendar& calendar;
    std::unique_ptr<Datagrams> lower;
    std::shared_ptr<const DtlsSettings> settings;
    const Address connected_to;
    DtlsCookies cookies;
    std::unique_ptr<DtlsDoor> door; ///< of a server
    DtlsPeers peers;
    std::vector<Awaited> awaited;
    std::vector<Guest> guests;
    LookUp look_up;
    DtlsInbox inbox;
    DtlsCounters counters;
    Verdict verdict;
    Refused on_refused;
    std::function<void()> on_handshake;
    std::optional<Error> pending; ///< for the next send() or receive()
    std::optional<Error> end;     ///< connected: what follows the last datagram
    std::function<void()> readable;
    std::function<void()> writable;
    boost::asio::steady_timer timer;
    bool watching = false;
    bool watching_writable = false;
    bool lower_full = false;
    bool settle_posted = false;
    bool closed = false;
};

} // namespace nwp::net
