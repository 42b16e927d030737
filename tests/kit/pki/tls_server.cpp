// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/pki/tls_server.h"

#include "base/expect.h"
#include "tests/kit/pki/record_sealer.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace nwp::kit {
namespace {

/// The identity and key of the one client that a server with a PSK knows.
int index_of_options() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

const TlsServerOptions& options_of(const SSL* ssl) {
    return *static_cast<const TlsServerOptions*>(
        SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), index_of_options()));
}

unsigned find_psk(SSL* ssl, const char* identity, unsigned char* key, unsigned room) {
    const TlsServerOptions& options = options_of(ssl);
    if (options.psk_identity != identity || options.psk.size() > room) return 0;
    std::copy(options.psk.begin(), options.psk.end(), key);
    return static_cast<unsigned>(options.psk.size());
}

int select_alpn(SSL* ssl, const unsigned char** selected, unsigned char* size, const unsigned char* offered,
                unsigned offered_size, void*) {
    const std::string& wanted = options_of(ssl).alpn;
    for (unsigned at = 0; at < offered_size; at += 1U + offered[at]) {
        if (std::string_view{reinterpret_cast<const char*>(offered + at + 1), offered[at]} != wanted)
            continue;
        *selected = offered + at + 1;
        *size = offered[at];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

SSL_CTX* make_context(const TlsServerOptions& options) {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_security_level(context, 0); // tests send what no honest server would
    SSL_CTX_set_min_proto_version(context, options.min_version);
    SSL_CTX_set_max_proto_version(context, options.max_version);
    SSL_CTX_set_num_tickets(context, static_cast<std::size_t>(options.tickets));
    SSL_CTX_set_ex_data(context, index_of_options(), const_cast<TlsServerOptions*>(&options));
    SSL_CTX_set_mode(context, SSL_MODE_AUTO_RETRY);
    RecordSealer::prepare(context);
    if (!options.ciphers.empty()) NWP_EXPECT(SSL_CTX_set_cipher_list(context, options.ciphers.c_str()) == 1);
    for (std::size_t i = 0; i < options.chain.size(); ++i) {
        if (i == 0)
            NWP_EXPECT(SSL_CTX_use_certificate(context, options.chain[0].x509()) == 1 &&
                       SSL_CTX_use_PrivateKey(context, options.chain[0].key()) == 1);
        else
            NWP_EXPECT(SSL_CTX_add1_chain_cert(context, options.chain[i].x509()) == 1);
    }
    for (const Certificate& ca : options.client_cas) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.x509());
        X509_STORE_set_flags(SSL_CTX_get_cert_store(context), X509_V_FLAG_NO_CHECK_TIME);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
    if (!options.alpn.empty()) SSL_CTX_set_alpn_select_cb(context, select_alpn, nullptr);
    if (!options.psk_identity.empty()) SSL_CTX_set_psk_server_callback(context, find_psk);
    return context;
}

} // namespace

// ---- the connection

bool TlsServerConnection::write(std::string_view bytes) {
    std::size_t wrote = 0;
    return bytes.empty() || SSL_write_ex(ssl_, bytes.data(), bytes.size(), &wrote) == 1;
}

std::string TlsServerConnection::read(std::size_t room) {
    std::string bytes(room, '\0');
    std::size_t got = 0;
    if (SSL_read_ex(ssl_, bytes.data(), room, &got) != 1) got = 0;
    received_ += got;
    bytes.resize(got);
    return bytes;
}

std::string TlsServerConnection::read_exactly(std::size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
        const std::string more = read(size - bytes.size());
        if (more.empty()) break;
        bytes += more;
    }
    return bytes;
}

std::string TlsServerConnection::read_all() {
    std::string bytes;
    for (std::string more = read(); !more.empty(); more = read()) bytes += more;
    return bytes;
}

void TlsServerConnection::send_close_notify() { SSL_shutdown(ssl_); }
void TlsServerConnection::send_fin() { ::shutdown(socket_, SHUT_WR); }
bool TlsServerConnection::ended_in_order() const {
    return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
}

void TlsServerConnection::send_raw(std::string_view bytes) {
    NWP_EXPECT(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size()));
}

void TlsServerConnection::send_garbage_record() {
    using namespace std::string_view_literals;
    send_raw("\x17\x03\x03\x00\x20"sv);
    send_raw(std::string(32, 'x'));
}

void TlsServerConnection::send_key_update(bool ask_for_one) {
    SSL_key_update(ssl_, ask_for_one ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED);
    SSL_do_handshake(ssl_);
}

void TlsServerConnection::send_ticket() {
    SSL_new_session_ticket(ssl_);
    SSL_do_handshake(ssl_);
}

void TlsServerConnection::send_plain_alert(int description) {
    const char alert[] = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, static_cast<char>(description)};
    send_raw({alert, sizeof alert});
}

void TlsServerConnection::send_fatal_alert() {
    // OpenSSL has no call for it, but sends one when it reads a record that does not decrypt.
    std::string record{"\x17\x03\x03\x00\x20", 5};
    record += std::string(32, 'x');
    BIO* garbage = BIO_new(BIO_s_mem());
    BIO_write(garbage, record.data(), static_cast<int>(record.size()));
    SSL_set0_rbio(ssl_, garbage);
    char byte = 0;
    NWP_EXPECT(SSL_read(ssl_, &byte, 1) <= 0);
}

void TlsServerConnection::reset() {
    const linger reset{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

// ---- the server

TlsServer::TlsServer(TlsServerOptions options) : options_(std::move(options)) {
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL's socket BIO writes without MSG_NOSIGNAL
    if (!options_.instead) context_ = make_context(options_);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    NWP_EXPECT(bind(listener_, reinterpret_cast<sockaddr*>(&name), size) == 0);
    NWP_EXPECT(listen(listener_, 64) == 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&name), &size);
    address_ = Address::ipv4(127, 0, 0, 1, ntohs(name.sin_port));
    thread_ = std::thread([this] { serve(); });
}

TlsServer::~TlsServer() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        if (current_ >= 0) ::shutdown(current_, SHUT_RDWR);
        ::shutdown(listener_, SHUT_RDWR);
    }
    thread_.join();
    ::close(listener_);
    SSL_CTX_free(context_);
}

void TlsServer::serve() {
    for (;;) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        {
            const std::lock_guard lock{mutex_};
            current_ = stopping_ ? -1 : socket;
        }
        if (current_ >= 0) serve_one(socket);
        const std::lock_guard lock{mutex_};
        current_ = -1;
        ::close(socket);
        ++served_;
        changed_.notify_all();
        if (stopping_) return;
    }
}

void TlsServer::serve_one(int socket) {
    if (!options_.instead) return shake_hands_and_talk(socket);
    TlsServerConnection connection{nullptr, socket, received_};
    options_.instead(connection);
}

void TlsServer::shake_hands_and_talk(int socket) {
    SSL* ssl = SSL_new(context_);
    SSL_set_fd(ssl, socket);
    const bool done = SSL_accept(ssl) == 1;
    {
        const std::lock_guard lock{mutex_};
        const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        server_name_ = name != nullptr ? name : "";
        shaken_ = true;
        changed_.notify_all();
    }
    if (done) {
        ++handshakes_;
        if (SSL_session_reused(ssl) == 1) ++resumed_;
        TlsServerConnection connection{ssl, socket, received_};
        if (options_.then)
            options_.then(connection);
        else
            for (std::string got = connection.read(); !got.empty(); got = connection.read())
                connection.write(got);
        if ((SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN) == 0) SSL_shutdown(ssl);
    }
    ERR_clear_error();
    SSL_free(ssl);
}

void TlsServer::wait_served(int count) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return served_ >= count; });
}

std::string TlsServer::server_name() const {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return shaken_; });
    return server_name_;
}

} // namespace nwp::kit
