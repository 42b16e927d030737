// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/stream_bio.h"
#include "nwpd/net/tls_setup.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nwp::net {

/// OpenSSL's part of a TlsStream: turns its answers into ours. Knows nothing of waiting and handlers.
class TlsEngine {
public:
    TlsEngine(Stream& lower, TlsSettings settings);
    TlsEngine(const TlsEngine&) = delete;

    /// Everything that can be refused before the first byte (contracts 5). False: verdict() has the reason.
    bool prepare(TlsContexts& contexts, const Calendar& calendar);

    /// One step of the handshake. Success: done. would_block: again when the lower stream is readable, or
    /// writable if wants_write(). connection_aborted: verdict() has the reason.
    Result<void> handshake();

    /// As Stream::read and Stream::write. would_block of read(): again when the lower stream is readable, or
    /// writable if wants_write().
    Result<std::size_t> read(Bytes into);
    Result<std::size_t> write(ByteView bytes);
    /// Takes one step of reading without taking data: true when data stand ready.
    bool peek();

    /// Sends close_notify once.
    void notify_close();

    /// Whether read() can say something without the lower stream: data or the end.
    bool has_answer() const { return data_ready_ || end_; }
    /// Nothing more can be read before the lower stream has more.
    bool starved() const { return starved_; }
    bool wants_write() const { return wants_write_; }
    bool pending() const { return bio_.pending(); }
    void flush();
    bool is_server() const { return settings_.role == TlsRole::server; }
    /// After a fatal alert, a bad record or an end without close_notify nothing can be sent.
    bool broken() const { return end_ && *end_ != Error::closed; }

    const Verdict& verdict() const { return handshake_.verdict; }
    Protocol version() const;          ///< any before the handshake is done
    std::int32_t cipher_suite() const; ///< 0 before the handshake is done
    std::string alpn_selected() const; ///< empty: none
    bool resumed() const;
    std::vector<Byte> peer_certificate() const; ///< DER; empty: it showed none
    const std::string& server_name() const { return handshake_.server_name; }
    const std::string& failure_text() const { return handshake_.failure; }

private:
    bool refuse(Rule rule);
    void forget_session();
    Result<void> finish();
    Result<void> fail_handshake();
    Result<void> fail_handshake(Rule rule);
    Result<std::size_t> read_some(Bytes into);
    Error read_failed(int outcome);
    Error write_lost();
    std::size_t take_held(Bytes into);

    Stream& lower_;
    const TlsSettings settings_;
    Handshake handshake_{settings_};
    StreamBio bio_;
    std::shared_ptr<SSL_CTX> context_;
    Openssl<SSL> ssl_;
    std::optional<Error> end_; ///< what read() says behind the last byte
    std::vector<Byte> held_;   ///< data read while looking for the alert behind a failed write
    std::size_t held_at_ = 0;
    bool data_ready_ = false;
    bool starved_ = false;
    bool wants_write_ = false;
    bool notified_ = false;
    bool finished_ = false; ///< the handshake is done and holds
};

} // namespace nwp::net
