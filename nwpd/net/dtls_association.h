// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/calendar.h"
#include "nwpd/net/datagram_bio.h"
#include "nwpd/net/dtls_handshake.h"
#include "nwpd/net/dtls_settings.h"
#include "nwpd/net/tls_context.h"

#include <memory>
#include <optional>
#include <string>

namespace nwp::net {

/// DTLS 1.2 with one peer: turns OpenSSL's answers into ours. Knows nothing of waiting, timers and handlers.
class DtlsAssociation {
public:
    enum class State : std::uint8_t { handshaking, established, ended };

    /// `to` as Datagrams::send() of `lower` takes it. `lower` outlives it.
    DtlsAssociation(Datagrams& lower, std::shared_ptr<const DtlsSettings> settings, const Address& peer,
                    const Address& to);
    DtlsAssociation(const DtlsAssociation&) = delete;

    /// Everything that can be refused before the first byte (contracts 5). False: verdict() has the reason.
    /// `cookies`: of a server, and outlives it.
    bool prepare(TlsContexts& contexts, const Calendar& calendar, const DtlsCookies* cookies);
    /// A server's first step: takes a ClientHello that carries a cookie of this server's.
    bool greet(ByteView client_hello);

    /// What read() is to work with next; valid until read() said something else than data.
    void offer(ByteView datagram) { bio_.offer(datagram); }
    /// Goes on with the handshake, or takes out the next datagram of the application.
    ///   would_block          what was offered is used up
    ///   closed               the peer's close_notify
    ///   connection_aborted   verdict() has the reason
    ///   timed_out            a flight was sent as often as OpenSSL sends it
    ///   any other            a client's handshake could not send
    Result<std::size_t> read(Bytes into);
    /// Sends one record.
    ///   message_too_long   more than a record holds, or than the lower datagrams take
    ///   would_block        no room below
    ///   not_connected      not established
    ///   any other          as the lower datagrams say
    Result<void> write(ByteView datagram);
    /// Sends close_notify when established, and ends.
    void close();

    /// How long from now until on_timer() shall be called; nothing: no flight waits for an answer.
    std::optional<Duration> timer() const;
    /// Sends the flight again if it is time. Errors as read() says.
    Result<void> on_timer();
    /// The handshake took longer than allowed.
    void time_out();

    State state() const { return state_; }
    bool was_established() const { return established_; } ///< also when it has ended since
    const Verdict& verdict() const { return handshake_.verdict; }
    const std::string& failure_text() const { return handshake_.failure; }
    DtlsFacts facts() const; ///< empty before it is established

private:
    Result<void> handshake();
    Result<void> finish();
    Error fail_handshake();
    Error fail(Error error, Rule rule);
    Error read_failed(int outcome);

    const std::shared_ptr<const DtlsSettings> settings_;
    DtlsHandshake handshake_{settings_->tls};
    DatagramBio bio_;
    std::shared_ptr<SSL_CTX> context_;
    Openssl<SSL> ssl_;
    State state_ = State::handshaking;
    bool established_ = false;
};

} // namespace nwp::net
