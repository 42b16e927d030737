// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/verdict.h"
#include "nwpd/net/calendar.h"
#include "nwpd/net/stream.h"
#include "nwpd/net/tls_settings.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nwp::net {

class TlsContexts;

/// TLS 1.2 or 1.3 on any stream, as client or server. Fails closed: a chain, host name, date or version that
/// does not hold ends the handshake before any byte of the application or a client certificate is sent. A
/// stream that already carried bytes (STARTTLS) is as good as a new one; what the peer sent in plain text and
/// nobody read counts as the first bytes of TLS.
class TlsStream final : public Stream {
public:
    /// Takes the lower stream, which must be connected and run on `context`. Nothing happens before
    /// handshake(). `contexts` and `calendar` outlive the stream.
    TlsStream(boost::asio::io_context& context, TlsContexts& contexts, std::unique_ptr<Stream> lower,
              TlsSettings settings, const Calendar& calendar);
    ~TlsStream() override;

    /// Begins the handshake and calls `done` once, later: success, or connection_aborted with a verdict, or
    /// the lower stream's own error when it failed before TLS could say anything.
    void handshake(std::function<void(Result<void>)> done);

    /// What failed; grows while the stream lives (truncated, bad_record, peer_alert). Empty: nothing.
    const Verdict& verdict() const;
    Protocol version() const;                   ///< negotiated; any before the handshake is done
    std::int32_t cipher_suite() const;          ///< IANA number, 0 before the handshake is done
    std::string alpn_selected() const;          ///< empty: none
    bool resumed() const;                       ///< the handshake took up an earlier session
    std::vector<Byte> peer_certificate() const; ///< its own, DER; empty: it showed none
    std::string server_name() const; ///< of a server: the name the client asked for (SNI), empty: none
    /// OpenSSL's words for what ended the handshake, for the log; empty: it had none.
    std::string failure_text() const;

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
