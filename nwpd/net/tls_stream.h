// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/socket_types.h"
#include "base/verdict.h"
#include "nwpd/net/credentials.h"
#include "nwpd/net/stream.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nwp::net {

/// The date that certificates are checked against, in seconds since 1970-01-01T00:00:00Z. Injected, so tests
/// own it.
class Calendar {
public:
    virtual ~Calendar() = default;
    virtual std::int64_t now() const = 0;
    /// A clock earlier than this is not set: the later of the build time and the store's floor.
    virtual std::int64_t floor() const = 0;
};

/// How one client stream is to be secured.
struct TlsClientSettings {
    Protocol floor = Protocol::tls_1_2;       ///< never negotiates less
    Protocol ceiling = Protocol::tls_1_3;     ///< never negotiates more
    std::string host_name;                    ///< checked and sent as SNI; empty: no name check
    PeerVerify verify = PeerVerify::required; ///< as asked for by the program
    bool unverified_allowed = false;          ///< policy: a program may ask for less than `required`
    bool truncation_allowed = false;          ///< policy: FIN without close_notify reads as the end
    std::vector<std::int32_t> cipher_suites;  ///< IANA numbers; empty: the daemon's own list
    std::vector<std::string> alpn;
    TlsCredentials credentials;
};

class TlsContexts;

/// A client's TLS 1.2 or 1.3 on any stream. Fails closed: a chain, host name, date or version that does not
/// hold ends the handshake before any byte of the application or a client certificate is sent.
class TlsStream final : public Stream {
public:
    /// Takes the lower stream, which must be connected and run on `context`. Nothing happens before
    /// handshake(). `contexts` and `calendar` outlive the stream.
    TlsStream(boost::asio::io_context& context, TlsContexts& contexts, std::unique_ptr<Stream> lower,
              TlsClientSettings settings, const Calendar& calendar);
    ~TlsStream() override;

    /// Begins the handshake and calls `done` once, later: success, or connection_aborted with a verdict, or
    /// the lower stream's own error when it failed before TLS could say anything.
    void handshake(std::function<void(Result<void>)> done);

    /// What failed; grows while the stream lives (truncated, bad_record, peer_alert). Empty: nothing.
    const Verdict& verdict() const;
    Protocol version() const;          ///< negotiated; any before the handshake is done
    std::int32_t cipher_suite() const; ///< IANA number, 0 before the handshake is done
    std::string alpn_selected() const;

    Result<std::size_t> read(Bytes into) override;
    Result<std::size_t> write(ByteView bytes) override;
    void wait_readable(std::function<void()> handler) override;
    void wait_writable(std::function<void()> handler) override;
    Result<void> shutdown_send() override;
    /// As Stream says for the caller. Without `abort` what write() took, close_notify and FIN still go out in
    /// the background, and the lower stream is closed when the peer has ended too, at most 30 s later.
    void close(bool abort) override;
    Address local() const override;
    Address peer() const override;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace nwp::net
