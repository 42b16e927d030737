// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_door.h"

#include "nwpd/net/datagram_bio.h"
#include "nwpd/net/dtls_handshake.h"

#include <openssl/err.h>

#include <memory>

namespace nwp::net {
namespace {

// RFC 6347 4.1 and 4.2.2: 13 bytes before a record, 12 before a handshake message, a version, the random.
constexpr std::size_t kRecordHeader = 13;
constexpr std::size_t kMessageHeader = 12;
constexpr std::size_t kRandomAt = kRecordHeader + kMessageHeader + 2;

struct BioAddressFree {
    void operator()(BIO_ADDR* address) const { BIO_ADDR_free(address); }
};

} // namespace

std::optional<HelloRandom> client_hello_random(ByteView datagram) {
    HelloRandom random{};
    if (datagram.size() < kRandomAt + random.size()) return std::nullopt;
    const bool in_epoch_0 = datagram[3] == 0 && datagram[4] == 0;
    const bool is_hello = datagram[0] == SSL3_RT_HANDSHAKE && datagram[1] == DTLS1_VERSION_MAJOR &&
                          datagram[kRecordHeader] == SSL3_MT_CLIENT_HELLO;
    if (!in_epoch_0 || !is_hello) return std::nullopt;
    copy_bytes(random, datagram.from(kRandomAt));
    return random;
}

DtlsDoor::DtlsDoor(Datagrams& lower, const DtlsCookies& cookies)
    : lower_(lower), cookies_(cookies), context_(SSL_CTX_new(DTLS_server_method())) {
    if (!context_) return;
    DtlsCookies::install(context_.get());
    ssl_.reset(SSL_new(context_.get()));
}

bool DtlsDoor::admits(ByteView client_hello, const Address& from, const Address& to) {
    if (!ssl_) return false;
    DatagramBio datagrams(lower_, from, to);
    BIO* bio = datagrams.make();
    if (bio == nullptr) return false;
    DtlsHandshake handshake(none_);
    handshake.peer = from;
    handshake.cookies = &cookies_;
    SSL_set_bio(ssl_.get(), bio, bio);
    attach(ssl_.get(), handshake);
    datagrams.offer(client_hello);
    const bool admitted = listen_to(ssl_.get());
    SSL_clear(ssl_.get());
    SSL_set_app_data(ssl_.get(), nullptr);
    SSL_set_bio(ssl_.get(), nullptr, nullptr);
    return admitted;
}

bool listen_to(SSL* ssl) {
    const std::unique_ptr<BIO_ADDR, BioAddressFree> from{BIO_ADDR_new()};
    if (!from) return false;
    ERR_clear_error();
    const bool holds = DTLSv1_listen(ssl, from.get()) == 1;
    ERR_clear_error();
    return holds;
}

} // namespace nwp::net
