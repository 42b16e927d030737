// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/verdict.h"
#include "nwpd/net/calendar.h"
#include "nwpd/net/datagrams.h"
#include "nwpd/net/dtls_settings.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace nwp::net {

class TlsContexts;

/// DTLS 1.2 on any datagrams, as client or server, with one association for each peer. Fails closed as
/// TlsStream does. One send() is one record is one datagram; what arrives is genuine and arrives at most
/// once.
///
/// A client shakes hands with a peer when handshake() asks for it, or at the first send() to it. A server,
/// connected or bound, waits for its peers, and keeps nothing of one before it returned a cookie.
class DtlsDatagrams final : public Datagrams {
public:
    using Done = std::function<void(Result<void>)>;
    /// A handshake that nobody waited for ended badly: with whom, why, and OpenSSL's words, for the log.
    using Refused = std::function<void(const Address&, const Verdict&, const std::string&)>;

    /// Brings the settings for a handshake that a client of a server begins; calls back once, at any time.
    using LookUp = std::function<void(std::function<void(Result<DtlsSettings>)>)>;

    /// Takes the lower datagrams, which run on `context`. `contexts` and `calendar` outlive this object.
    DtlsDatagrams(boost::asio::io_context& context, TlsContexts& contexts, std::unique_ptr<Datagrams> lower,
                  DtlsSettings settings, const Calendar& calendar);
    ~DtlsDatagrams() override;

    /// A server begins to answer. Once.
    ///   connection_aborted   the settings cannot hold; verdict() has the reason
    Result<void> serve();
    /// Shakes hands with `peer` (unspecified: the one that the lower datagrams are connected to) and calls
    /// `done` once, later. A server waits for the peer's ClientHello. Success at once where an association
    /// stands.
    ///   connection_aborted     refused; verdict() has the reason
    ///   timed_out              not done within `limit`; verdict() says so too
    ///   destination_required   no peer
    ///   too_many_files         a client with most_associations handshakes under way
    ///   any other              as the lower datagrams say, connection_refused for example
    void handshake(const Address& peer, Duration limit, Done done);
    /// For handshakes that begin from now on.
    void renew(DtlsSettings settings);
    /// A server asks before each handshake, behind the cookie: a credential may have changed.
    void on_look_up(LookUp look_up);
    void on_refused(Refused handler);
    /// Called after each handshake, whatever its end: counters() has changed.
    void on_handshake(std::function<void()> handler);

    const Verdict& verdict() const;             ///< of what failed last; empty: nothing
    DtlsFacts facts(const Address& peer) const; ///< unspecified: the peer used last
    const DtlsCounters& counters() const;
    std::size_t associations() const;

    /// Additionally to Datagrams::send(). During a handshake a few datagrams are kept for its end.
    ///   not_connected          nobody there: a server without an association with `to`, or a connected one's
    ///                          association ended
    ///   is_connected           `to` is another than the one it is connected to
    ///   connection_aborted, timed_out   an earlier one's handshake failed; this one was not sent
    ///   invalid_argument       empty: OpenSSL sends no empty record
    Result<void> send(ByteView datagram, const Address& to) override;
    /// Additionally to Datagrams::receive(), when everything that came was received:
    ///   not_connected        connected: the peer ended the association, or there is none
    ///   connection_aborted   connected: a fatal alert, verdict() has it; else as send() says
    Result<DatagramInfo> receive(Bytes into) override;
    void wait_readable(std::function<void()> handler) override;
    void wait_writable(std::function<void()> handler) override;
    /// Every peer gets close_notify.
    void close() override;
    Address local() const override;
    Address peer() const override;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace nwp::net
