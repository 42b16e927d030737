// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/stream.h"

#include <openssl/types.h>

#include <optional>
#include <vector>

namespace nwp::net {

/// OpenSSL's view of a lower stream: ciphertext goes straight through, without a memory BIO between.
///
/// What OpenSSL writes is always taken whole, the part for which the stream has no room is kept here: so a
/// record once made is never asked for again, and the application may change its mind about what to send
/// next. A write error is kept, not told to OpenSSL: it must be able to read on for the alert that explains
/// it.
class StreamBio {
public:
    explicit StreamBio(Stream& lower) : lower_(lower) {}
    StreamBio(const StreamBio&) = delete;

    /// A BIO for SSL_set_bio; the caller owns it and frees it before this object goes. Null when out of
    /// memory.
    BIO* make();

    bool pending() const { return !pending_.empty(); }
    /// Writes what is kept, as far as there is room.
    void flush();

    std::optional<Error> write_error() const { return write_error_; }
    std::optional<Error> read_error() const { return read_error_; } ///< not would_block, not closed
    bool at_end() const { return at_end_; }                         ///< FIN was read

    // Called by the BIO.
    int write(BIO* bio, ByteView bytes);
    int read(BIO* bio, Bytes into);

private:
    std::size_t write_through(ByteView bytes);

    Stream& lower_;
    std::vector<Byte> pending_;
    std::optional<Error> write_error_;
    std::optional<Error> read_error_;
    bool at_end_ = false;
};

} // namespace nwp::net
