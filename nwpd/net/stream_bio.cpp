// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/stream_bio.h"

#include "nwpd/net/own_bio.h"

#include <cstddef>

namespace nwp::net {
namespace {

/// A peer that asks for key updates and never reads could otherwise fill the memory with our answers.
constexpr std::size_t kPendingLimit = 64 * std::size_t{1024};

StreamBio& self(BIO* bio) { return *static_cast<StreamBio*>(BIO_get_data(bio)); }

int bio_write(BIO* bio, const char* bytes, int size) {
    if (size <= 0) return 0;
    return self(bio).write(bio, {reinterpret_cast<const Byte*>(bytes), static_cast<std::size_t>(size)});
}

int bio_read(BIO* bio, char* into, int size) {
    if (size <= 0) return 0;
    return self(bio).read(bio, {reinterpret_cast<Byte*>(into), static_cast<std::size_t>(size)});
}

long bio_control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return self(bio).at_end() ? 1 : 0;
    return 0;
}

/// One table of functions for every stream; nothing in it changes after it was made.
const BIO_METHOD* stream_method() {
    static const BIO_METHOD* const method = make_bio_method("nwp stream", bio_write, bio_read, bio_control);
    return method;
}

} // namespace

BIO* StreamBio::make() { return make_bio(stream_method(), this); }

std::size_t StreamBio::write_through(ByteView bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size() && !write_error_) {
        const auto wrote = lower_.write(bytes.from(sent));
        if (wrote) {
            sent += *wrote;
            continue;
        }
        if (wrote.error() == Error::would_block) break;
        write_error_ = wrote.error();
    }
    return write_error_ ? bytes.size() : sent; // after an error everything goes nowhere
}

int StreamBio::write(BIO* bio, ByteView bytes) {
    BIO_clear_retry_flags(bio);
    if (pending_.size() >= kPendingLimit) {
        BIO_set_retry_write(bio);
        return -1;
    }
    const ByteView rest = pending_.empty() ? bytes.from(write_through(bytes)) : bytes;
    pending_.insert(pending_.end(), rest.begin(), rest.end());
    return static_cast<int>(bytes.size());
}

void StreamBio::flush() {
    if (pending_.empty()) return;
    const std::size_t sent = write_through(pending_);
    if (sent == pending_.size())
        std::vector<Byte>{}.swap(pending_); // an idle stream keeps no buffer
    else
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(sent));
}

int StreamBio::read(BIO* bio, Bytes into) {
    BIO_clear_retry_flags(bio);
    const auto got = lower_.read(into);
    if (got) return static_cast<int>(*got);
    if (got.error() == Error::would_block)
        BIO_set_retry_read(bio);
    else if (got.error() == Error::closed)
        at_end_ = true;
    else
        read_error_ = got.error();
    return at_end_ ? 0 : -1;
}

} // namespace nwp::net
