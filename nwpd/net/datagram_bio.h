// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/datagrams.h"

#include <openssl/types.h>

#include <optional>

namespace nwp::net {

/// OpenSSL's view of datagrams to and from one peer: each read is one whole datagram that came in, each write
/// one that goes out (OpenSSL's memory BIO would run them together).
///
/// What the lower datagrams have no room for counts as lost on the way, as RFC 6347 expects of a network: so
/// OpenSSL never waits to write.
class DatagramBio {
public:
    /// `to` as Datagrams::send() takes it: unspecified when `lower` is connected to `peer`.
    DatagramBio(Datagrams& lower, const Address& peer, const Address& to);
    DatagramBio(const DatagramBio&) = delete;

    /// A BIO for SSL_set_bio; the caller owns it and frees it before this object goes. Null when out of
    /// memory.
    BIO* make();

    /// What the next read takes; valid until then, or until the next call. Empty: nothing.
    void offer(ByteView datagram) { offered_ = datagram; }
    /// What became of the datagrams written since the last call: nothing, or the last error.
    std::optional<Error> take_send_error();

    // Called by the BIO.
    int write(ByteView datagram);
    int read(BIO* bio, Bytes into);
    long control(int command, long number, void* object);

private:
    long path_payload(long link_v4, long link_v6) const;
    long copy_peer(void* into) const;

    Datagrams& lower_;
    const Address peer_;
    const Address to_;
    ByteView offered_;
    std::optional<Error> send_error_;
    long mtu_ = 0;
};

} // namespace nwp::net
