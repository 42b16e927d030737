// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stream.h"

#include "mbedtls/ctr_drbg.h"
#include "mbedtls/entropy.h"
#include "mbedtls/ssl.h"
#include "mbedtls/x509_crt.h"

/// A TLS 1.2 client by mbed TLS. What goes wrong ends the program with its reason.
class TlsClient {
public:
    /// The stream stays; the CA's certificate (DER) is copied.
    TlsClient(Stream& stream, const std::uint8_t* ca, std::size_t ca_size);
    ~TlsClient();
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    /// The handshake: chain and name of the peer are checked.
    void connect(const char* host_name);
    void send(const std::uint8_t* bytes, std::size_t size);
    /// Waits for bytes; 0: the peer closed in order.
    std::size_t receive(std::uint8_t* into, std::size_t room);
    void close();

private:
    bool again(int result);

    Stream& stream_;
    mbedtls_entropy_context entropy_;
    mbedtls_ctr_drbg_context random_;
    mbedtls_ssl_config settings_;
    mbedtls_ssl_context tls_;
    mbedtls_x509_crt ca_;
};
