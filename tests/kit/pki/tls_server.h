// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "tests/kit/pki/pki.h"

#include <openssl/types.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace nwp::kit {

/// One accepted connection, on the server's thread. Everything waits.
class TlsServerConnection {
public:
    TlsServerConnection(SSL* ssl, int socket, std::atomic<std::size_t>& received)
        : ssl_(ssl), socket_(socket), received_(received) {}

    bool write(std::string_view bytes);
    /// Up to `room` bytes; empty at the end, in order or not.
    std::string read(std::size_t room = 16384);
    /// Exactly `size` bytes, fewer only at the end.
    std::string read_exactly(std::size_t size);
    /// Until the peer ends; returns what came.
    std::string read_all();

    void send_close_notify();
    void send_fatal_alert();                ///< bad_record_mac (20), as TLS sends it
    void send_plain_alert(int description); ///< fatal, unencrypted: before any key stands
    void send_garbage_record();             ///< right header, wrong ciphertext
    void send_key_update(bool ask_for_one);
    void send_ticket();                    ///< TLS 1.3
    void send_raw(std::string_view bytes); ///< below TLS
    void send_fin();
    void reset();                ///< RST
    bool ended_in_order() const; ///< the peer's close_notify was read
    SSL* ssl() const { return ssl_; }
    int socket() const { return socket_; }

private:
    SSL* ssl_;
    int socket_;
    std::atomic<std::size_t>& received_;
};

struct TlsServerOptions {
    std::vector<Certificate> chain; ///< the own one first; all are sent
    int min_version = 0x0303;
    int max_version = 0x0304;
    std::string ciphers;                 ///< TLS up to 1.2; empty: OpenSSL's default
    std::vector<Certificate> client_cas; ///< not empty: a client certificate is required
    std::string alpn;                    ///< the one name that it speaks; empty: no ALPN
    std::string psk_identity;            ///< not empty: pre-shared key instead of the chain
    std::string psk;
    int tickets = 2;
    /// Runs behind a successful handshake; what remains open afterwards is closed in order. Default: echo.
    std::function<void(TlsServerConnection&)> then;
    /// Runs instead of any TLS.
    std::function<void(TlsServerConnection&)> instead;
};

/// An OpenSSL server on a free loopback port, on a thread of its own; one connection after the other.
class TlsServer {
public:
    explicit TlsServer(TlsServerOptions options);
    ~TlsServer();
    TlsServer(const TlsServer&) = delete;

    Address address() const { return address_; }
    /// Waits until `count` connections have been served to their end.
    void wait_served(int count = 1);
    std::size_t application_bytes() const { return received_; }
    int handshakes() const { return handshakes_; }
    int resumed() const { return resumed_; } ///< how many of them took up a session
    std::string server_name() const;         ///< SNI of the last handshake; waits for the first

private:
    void serve();
    void serve_one(int socket);
    void shake_hands_and_talk(int socket);

    TlsServerOptions options_;
    SSL_CTX* context_ = nullptr;
    int listener_ = -1;
    Address address_;
    std::atomic<std::size_t> received_{0};
    std::atomic<int> handshakes_{0};
    std::atomic<int> resumed_{0};
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    int served_ = 0;
    bool shaken_ = false;
    int current_ = -1;
    bool stopping_ = false;
    std::string server_name_;
    std::thread thread_;
};

} // namespace nwp::kit
