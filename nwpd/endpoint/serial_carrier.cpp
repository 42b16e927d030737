// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/serial_carrier.h"

#include <unistd.h>

namespace nwp::endpoint {
namespace {

constexpr std::size_t kReadSize = 4096;

} // namespace

SerialCarrier::SerialCarrier(boost::asio::io_context& context, int descriptor, std::size_t frame_room)
    : watch_(context, descriptor), frame_room_(frame_room), frame_(link::framer_room(frame_room)),
      framer_(frame_), incoming_(kReadSize), outgoing_(link::encoded_room(frame_room)) {}

bool SerialCarrier::drain() {
    while (!unsent_.empty()) {
        const ssize_t count = ::write(watch_.descriptor(), unsent_.data(), unsent_.size());
        if (count <= 0) {
            watch_.want_write();
            return false;
        }
        unsent_ = unsent_.from(static_cast<std::size_t>(count));
    }
    return true;
}

Result<void> SerialCarrier::send(ByteView frame) {
    if (!drain()) return Error::would_block;
    // Always with a leading delimiter: noise on an idle line costs no frame, and it is one byte in hundreds.
    const std::size_t size = link::encode_frame(frame, outgoing_, link::Lead::delimiter);
    unsent_ = ByteView{outgoing_}.first(size);
    drain();
    return {};
}

bool SerialCarrier::refill() {
    const ssize_t count = ::read(watch_.descriptor(), incoming_.data(), incoming_.size());
    if (count <= 0) {
        watch_.want_read();
        return false;
    }
    unread_ = ByteView{incoming_}.first(static_cast<std::size_t>(count));
    return true;
}

Result<ByteView> SerialCarrier::receive() {
    drain(); // a rest that waits for room goes out although nobody sends
    while (!unread_.empty() || refill()) {
        unread_ = unread_.from(framer_.on_bytes(unread_));
        if (!framer_.frame().empty()) return framer_.frame();
    }
    return Error::would_block; // a line has no close: the host may be gone, or silent
}

void SerialCarrier::on_activity(Callback<void()> wake) {
    watch_.set_wake(wake);
    if (wake) watch_.want_read();
}

std::uint64_t SerialCarrier::broken_frames() const {
    const link::FramerCounters& seen = framer_.counters();
    return std::uint64_t{seen.bad_check} + seen.bad_code + seen.too_long + seen.too_short;
}

} // namespace nwp::endpoint
