// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/datagram_bio.h"

#include "nwpd/net/own_bio.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <utility>

namespace nwp::net {
namespace {

// Headers of IP and UDP before the payload, and what fits a link: Ethernet's, and the smallest that must work
// (RFC 791 3.1, RFC 8200 5).
constexpr long kOverheadV4 = 28;
constexpr long kOverheadV6 = 48;
constexpr long kEthernet = 1500;
constexpr long kSmallestV4 = 576;
constexpr long kSmallestV6 = 1280;

DatagramBio& self(BIO* bio) { return *static_cast<DatagramBio*>(BIO_get_data(bio)); }

int bio_write(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    if (size <= 0) return 0;
    return self(bio).write({reinterpret_cast<const Byte*>(bytes), static_cast<std::size_t>(size)});
}

int bio_read(BIO* bio, char* into, int size) {
    if (size <= 0) return 0;
    return self(bio).read(bio, {reinterpret_cast<Byte*>(into), static_cast<std::size_t>(size)});
}

long bio_control(BIO* bio, int command, long number, void* object) {
    return self(bio).control(command, number, object);
}

/// One table of functions for every association; nothing in it changes after it was made.
const BIO_METHOD* datagram_method() {
    static const BIO_METHOD* const method =
        make_bio_method("nwp datagrams", bio_write, bio_read, bio_control);
    return method;
}

} // namespace

DatagramBio::DatagramBio(Datagrams& lower, const Address& peer, const Address& to)
    : lower_(lower), peer_(peer), to_(to) {}

BIO* DatagramBio::make() { return make_bio(datagram_method(), this); }

std::optional<Error> DatagramBio::take_send_error() { return std::exchange(send_error_, std::nullopt); }

int DatagramBio::write(ByteView datagram) {
    if (const auto sent = lower_.send(datagram, to_); !sent) send_error_ = sent.error();
    return static_cast<int>(datagram.size());
}

int DatagramBio::read(BIO* bio, Bytes into) {
    BIO_clear_retry_flags(bio);
    const ByteView datagram = std::exchange(offered_, ByteView{});
    if (datagram.empty()) {
        BIO_set_retry_read(bio);
        return -1;
    }
    return static_cast<int>(copy_bytes(into, datagram));
}

long DatagramBio::path_payload(long link_v4, long link_v6) const {
    return peer_.family == Family::ipv6 ? link_v6 - kOverheadV6 : link_v4 - kOverheadV4;
}

long DatagramBio::copy_peer(void* into) const {
    const int family = peer_.family == Family::ipv6 ? AF_INET6 : AF_INET;
    return BIO_ADDR_rawmake(static_cast<BIO_ADDR*>(into), family, peer_.ip, peer_.ip_size(),
                            htons(peer_.port));
}

long DatagramBio::control(int command, long number, void* object) {
    switch (command) {
        case BIO_CTRL_FLUSH: return 1;
        case BIO_CTRL_PENDING: return static_cast<long>(offered_.size());
        case BIO_CTRL_DGRAM_QUERY_MTU: return mtu_ = path_payload(kEthernet, kEthernet);
        case BIO_CTRL_DGRAM_GET_FALLBACK_MTU: return path_payload(kSmallestV4, kSmallestV6);
        case BIO_CTRL_DGRAM_GET_MTU: return mtu_;
        case BIO_CTRL_DGRAM_SET_MTU: return mtu_ = number;
        case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD: return peer_.family == Family::ipv6 ? kOverheadV6 : kOverheadV4;
        case BIO_CTRL_DGRAM_GET_PEER: return copy_peer(object);
        // The peer is fixed, and our loop keeps the time.
        case BIO_CTRL_DGRAM_SET_PEER:
        case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT: return 1;
        default: return 0;
    }
}

} // namespace nwp::net
