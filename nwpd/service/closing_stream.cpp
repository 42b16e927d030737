// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/closing_stream.h"

#include <boost/asio/post.hpp>

#include <array>
#include <utility>

namespace nwp::service {
namespace {

/// The kernel tells nobody when the last byte is acknowledged, so it is asked again.
constexpr std::chrono::milliseconds kLookAgain{10};
/// A peer that sends faster than this is thrown away gets RST in the end, as from a kernel socket.
constexpr std::size_t kDiscardMost = 256 * std::size_t{1024};

} // namespace

ClosingStream::ClosingStream(boost::asio::io_context& context, Parts parts, Limits limits,
                             std::function<void()> done, std::function<void()> gone)
    : context_(context), parts_(std::move(parts)), limits_(limits), done_(std::move(done)),
      gone_(std::move(gone)), linger_timer_(context), bound_timer_(context), look_again_(context) {}

void ClosingStream::begin() {
    bound_timer_.expires_after(limits_.bound);
    bound_timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        if (auto self = weak.lock(); self && !error) self->finish(true);
    });
    if (limits_.linger.count() == 0) {
        tell_done();
    } else {
        linger_timer_.expires_after(limits_.linger);
        linger_timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
            if (auto self = weak.lock(); self && !error) self->tell_done();
        });
    }
    // Not from inside close(): `gone` must find this object where its owner put it.
    boost::asio::post(context_, [weak = weak_from_this()] {
        if (auto self = weak.lock()) self->step();
    });
}

void ClosingStream::abort() {
    ended_ = true;
    parts_.stream->close(true);
    tell_done();
}

void ClosingStream::tell_done() {
    if (done_) boost::asio::post(context_, std::exchange(done_, nullptr));
}

void ClosingStream::wait_for_room() {
    parts_.stream->wait_writable([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->step();
    });
}

void ClosingStream::step() {
    if (ended_) return;
    if (!parts_.queue.empty()) return flush();
    if (!std::exchange(parts_.send_ended, true)) {
        if (!parts_.stream->shutdown_send()) return finish(false); // the peer is gone
        return wait_for_room();                                    // TLS may still hold what it sealed
    }
    discard_received();
    if (limits_.linger.count() == 0 || !done_ || parts_.tcp->unacknowledged() == 0) return finish(false);
    wait_until_acknowledged();
}

void ClosingStream::flush() {
    while (!parts_.queue.empty()) {
        const auto wrote = parts_.stream->write(parts_.queue.front());
        if (!wrote && wrote.error() == Error::would_block) return wait_for_room();
        if (!wrote) return finish(false);
        parts_.queue.drop(*wrote);
    }
    step();
}

void ClosingStream::wait_until_acknowledged() {
    look_again_.expires_after(kLookAgain);
    look_again_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        if (auto self = weak.lock(); self && !error) self->step();
    });
}

void ClosingStream::discard_received() {
    std::array<Byte, 16384> waste;
    for (std::size_t count = 0; count < kDiscardMost;) {
        const auto got = parts_.stream->read(waste);
        if (!got) return;
        count += *got;
    }
}

void ClosingStream::finish(bool abort) {
    if (std::exchange(ended_, true)) return;
    parts_.stream->close(abort);
    tell_done();
    if (auto gone = std::exchange(gone_, nullptr)) gone();
}

} // namespace nwp::service
