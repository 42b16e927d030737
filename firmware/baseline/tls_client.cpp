// SPDX-License-Identifier: Apache-2.0
#include "firmware/baseline/tls_client.h"

#include "firmware/baseline/authority.h"
#include "firmware/baseline/program.h"
#include "firmware/exit_status.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

// A board's random number generator stands behind this in a product.
extern "C" int mbedtls_hardware_poll(void*, unsigned char* into, std::size_t room, std::size_t* made) {
    for (std::size_t i = 0; i < room; ++i) into[i] = static_cast<unsigned char>(baseline_random() >> 24);
    *made = room;
    return 0;
}

namespace nwp::baseline::tls {
namespace {

Stream* below;
mbedtls_entropy_context entropy;
mbedtls_ctr_drbg_context randomness;
mbedtls_ssl_config settings;
mbedtls_ssl_context connection;
mbedtls_x509_crt authority;

int send_some(void*, const unsigned char* bytes, std::size_t size) {
    const int sent = below->send(bytes, size);
    return sent == 0 ? MBEDTLS_ERR_SSL_WANT_WRITE : sent;
}

int receive_some(void*, unsigned char* into, std::size_t room) {
    const int came = below->receive(into, room);
    if (came == Stream::kFinished) return MBEDTLS_ERR_SSL_CONN_EOF;
    return came == 0 ? MBEDTLS_ERR_SSL_WANT_READ : came;
}

/// Whether the call that said this has to be made again; waits before it says so.
bool again(int result) {
    if (result != MBEDTLS_ERR_SSL_WANT_READ && result != MBEDTLS_ERR_SSL_WANT_WRITE) return false;
    below->wait();
    return true;
}

void set_up(const char* host_name) {
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&randomness);
    mbedtls_ssl_config_init(&settings);
    mbedtls_ssl_init(&connection);
    mbedtls_x509_crt_init(&authority);
    int result = mbedtls_ctr_drbg_seed(&randomness, mbedtls_entropy_func, &entropy, nullptr, 0);
    if (result == 0) result = mbedtls_x509_crt_parse_der_nocopy(&authority, kAuthority, kAuthoritySize);
    if (result == 0) {
        result = mbedtls_ssl_config_defaults(&settings, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                             MBEDTLS_SSL_PRESET_DEFAULT);
    }
    mbedtls_ssl_conf_rng(&settings, mbedtls_ctr_drbg_random, &randomness);
    mbedtls_ssl_conf_ca_chain(&settings, &authority, nullptr);
    mbedtls_ssl_conf_authmode(&settings, MBEDTLS_SSL_VERIFY_REQUIRED);
    if (result == 0) result = mbedtls_ssl_setup(&connection, &settings);
    if (result == 0) result = mbedtls_ssl_set_hostname(&connection, host_name);
    if (result != 0) fail(firmware::kNoSocket, "TLS is not set up", result);
    mbedtls_ssl_set_bio(&connection, nullptr, send_some, receive_some, nullptr);
}

} // namespace

void connect(Stream& stream, const char* host_name) {
    below = &stream;
    set_up(host_name);
    int result = 0;
    do {
        result = mbedtls_ssl_handshake(&connection);
    } while (again(result));
    if (result == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) {
        const std::uint32_t faults = mbedtls_ssl_get_verify_result(&connection);
        fail(firmware::kNotConnected, "the peer is not trusted", static_cast<std::int32_t>(faults));
    }
    if (result != 0) fail(firmware::kNotConnected, "TLS handshake", result);
}

void send(const char* bytes, std::size_t size) {
    while (size > 0) {
        const int sent = mbedtls_ssl_write(&connection, reinterpret_cast<const unsigned char*>(bytes), size);
        if (again(sent)) continue;
        if (sent < 0) fail(firmware::kTransferFailed, "TLS send", sent);
        bytes += sent;
        size -= static_cast<std::size_t>(sent);
    }
}

std::size_t receive(char* into, std::size_t room) {
    int came = 0;
    do {
        came = mbedtls_ssl_read(&connection, reinterpret_cast<unsigned char*>(into), room);
    } while (again(came));
    if (came == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) return 0;
    // An end without close_notify is a cut, not an end.
    if (came <= 0) fail(firmware::kTransferFailed, "TLS receive", came);
    return static_cast<std::size_t>(came);
}

void close() {
    int result = 0;
    do {
        result = mbedtls_ssl_close_notify(&connection);
    } while (again(result));
    mbedtls_ssl_free(&connection);
    mbedtls_ssl_config_free(&settings);
    mbedtls_x509_crt_free(&authority);
    mbedtls_ctr_drbg_free(&randomness);
    mbedtls_entropy_free(&entropy);
}

} // namespace nwp::baseline::tls
