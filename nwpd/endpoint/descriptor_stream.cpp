// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/descriptor_stream.h"

#include "base/expect.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace nwp::endpoint {
namespace {

constexpr std::size_t kChunk = std::size_t{16} * 1024;

bool is_socket(int descriptor) {
    struct stat what {};
    return ::fstat(descriptor, &what) == 0 && S_ISSOCK(what.st_mode);
}

} // namespace

DescriptorStream::DescriptorStream(boost::asio::io_context& context, int descriptor, Listener& listener)
    : watch_(context, descriptor), listener_(&listener), socket_(is_socket(descriptor)), incoming_(kChunk) {
    watch_.set_wake(Callback<void()>::to<&DescriptorStream::on_wake>(*this));
    watch_.want_read();
}

std::ptrdiff_t DescriptorStream::fill() {
    while (true) {
        const ssize_t count = ::read(descriptor(), incoming_.data(), incoming_.size());
        if (count >= 0 || errno != EINTR) return count;
    }
}

ByteView DescriptorStream::read() {
    if (!read_ahead_.empty()) return std::exchange(read_ahead_, {});
    const std::ptrdiff_t count = fill();
    if (count > 0) return ByteView{incoming_}.first(static_cast<std::size_t>(count));
    hungry_ = true;
    if (count < 0 && errno == EAGAIN) watch_.want_read();
    return {};
}

std::vector<Byte> DescriptorStream::take_all(std::size_t most) {
    std::vector<Byte> all;
    for (ByteView bytes = read(); !bytes.empty(); bytes = read()) {
        all.insert(all.end(), bytes.begin(), bytes.end());
        if (all.size() >= most) break;
    }
    return all;
}

void DescriptorStream::put_back(std::vector<Byte> bytes) {
    NWP_EXPECT(!has_read_ahead());
    put_back_ = std::move(bytes);
    read_ahead_ = put_back_;
}

void DescriptorStream::take_input() {
    if (has_read_ahead()) return;
    const std::ptrdiff_t count = fill();
    if (count < 0 && errno == EAGAIN) watch_.want_read();
    if (count <= 0) return; // the end: whoever made the descriptor watches for it
    read_ahead_ = ByteView{incoming_}.first(static_cast<std::size_t>(count));
    hungry_ = false;
    listener_->on_input();
}

std::ptrdiff_t DescriptorStream::put(ByteView bytes) {
    while (true) {
        const ssize_t count = socket_ ? ::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                      : ::write(descriptor(), bytes.data(), bytes.size());
        if (count >= 0 || errno != EINTR) return count;
    }
}

void DescriptorStream::write(ByteView bytes) {
    outgoing_.insert(outgoing_.end(), bytes.begin(), bytes.end());
    if (unsent() == bytes.size()) send_waiting(); // else the descriptor has no room
}

void DescriptorStream::send_waiting() {
    while (unsent() != 0) {
        const std::ptrdiff_t count = put(ByteView{outgoing_}.from(sent_));
        if (count < 0 && errno == EAGAIN) {
            outgoing_.erase(outgoing_.begin(), outgoing_.begin() + static_cast<std::ptrdiff_t>(sent_));
            sent_ = 0;
            return watch_.want_write();
        }
        if (count < 0) return drop_unsent();
        sent_ += static_cast<std::size_t>(count);
    }
    drop_unsent();
}

void DescriptorStream::drop_unsent() {
    outgoing_.clear();
    sent_ = 0;
}

void DescriptorStream::on_wake() {
    if (unsent() != 0) {
        send_waiting();
        if (unsent() == 0) listener_->on_drained();
    }
    if (hungry_) take_input();
}

} // namespace nwp::endpoint
