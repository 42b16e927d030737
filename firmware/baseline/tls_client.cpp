// SPDX-License-Identifier: Apache-2.0
#include "tls_client.h"

#include "arch/cc.h"
#include "board.h"

namespace {

int send_some(void* context, const unsigned char* bytes, std::size_t size) {
    const int sent = static_cast<Stream*>(context)->send(bytes, size);
    return sent == 0 ? MBEDTLS_ERR_SSL_WANT_WRITE : sent;
}

int receive_some(void* context, unsigned char* into, std::size_t room) {
    const int came = static_cast<Stream*>(context)->receive(into, room);
    if (came == Stream::kFinished) return MBEDTLS_ERR_SSL_CONN_EOF;
    return came == 0 ? MBEDTLS_ERR_SSL_WANT_READ : came;
}

} // namespace

// A board's random number generator stands behind this in a product; here equal runs shall have equal counts.
extern "C" int mbedtls_hardware_poll(void*, unsigned char* into, std::size_t room, std::size_t* made) {
    for (std::size_t i = 0; i < room; ++i) into[i] = static_cast<unsigned char>(baseline_random() >> 24);
    *made = room;
    return 0;
}

TlsClient::TlsClient(Stream& stream, const std::uint8_t* ca, std::size_t ca_size) : stream_(stream) {
    mbedtls_entropy_init(&entropy_);
    mbedtls_ctr_drbg_init(&random_);
    mbedtls_ssl_config_init(&settings_);
    mbedtls_ssl_init(&tls_);
    mbedtls_x509_crt_init(&ca_);
    int result = mbedtls_ctr_drbg_seed(&random_, mbedtls_entropy_func, &entropy_, nullptr, 0);
    if (result == 0) result = mbedtls_x509_crt_parse_der(&ca_, ca, ca_size);
    if (result == 0) {
        result = mbedtls_ssl_config_defaults(&settings_, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                             MBEDTLS_SSL_PRESET_DEFAULT);
    }
    mbedtls_ssl_conf_rng(&settings_, mbedtls_ctr_drbg_random, &random_);
    mbedtls_ssl_conf_ca_chain(&settings_, &ca_, nullptr);
    mbedtls_ssl_conf_authmode(&settings_, MBEDTLS_SSL_VERIFY_REQUIRED);
    if (result == 0) result = mbedtls_ssl_setup(&tls_, &settings_);
    if (result != 0) board::fail(10, "TLS is not set up", result);
    mbedtls_ssl_set_bio(&tls_, &stream_, send_some, receive_some, nullptr);
}

TlsClient::~TlsClient() {
    mbedtls_ssl_free(&tls_);
    mbedtls_ssl_config_free(&settings_);
    mbedtls_x509_crt_free(&ca_);
    mbedtls_ctr_drbg_free(&random_);
    mbedtls_entropy_free(&entropy_);
}

// Whether the call that said this has to be made again; waits before it says so.
bool TlsClient::again(int result) {
    if (result != MBEDTLS_ERR_SSL_WANT_READ && result != MBEDTLS_ERR_SSL_WANT_WRITE) return false;
    stream_.wait();
    return true;
}

void TlsClient::connect(const char* host_name) {
    int result = mbedtls_ssl_set_hostname(&tls_, host_name);
    if (result != 0) board::fail(10, "host name", result);
    do {
        result = mbedtls_ssl_handshake(&tls_);
    } while (again(result));
    if (result == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) {
        board::fail(11, "the peer's certificate is not trusted",
                    static_cast<std::int32_t>(mbedtls_ssl_get_verify_result(&tls_)));
    }
    if (result != 0) board::fail(12, "TLS handshake", result);
}

void TlsClient::send(const std::uint8_t* bytes, std::size_t size) {
    while (size > 0) {
        const int sent = mbedtls_ssl_write(&tls_, bytes, size);
        if (again(sent)) continue;
        if (sent < 0) board::fail(13, "TLS send", sent);
        bytes += sent;
        size -= static_cast<std::size_t>(sent);
    }
}

std::size_t TlsClient::receive(std::uint8_t* into, std::size_t room) {
    int came = 0;
    do {
        came = mbedtls_ssl_read(&tls_, into, room);
    } while (again(came));
    if (came == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) return 0;
    // An end without close_notify is a cut, not an end.
    if (came <= 0) board::fail(13, "TLS receive", came);
    return static_cast<std::size_t>(came);
}

void TlsClient::close() {
    int result = 0;
    do {
        result = mbedtls_ssl_close_notify(&tls_);
    } while (again(result));
}
