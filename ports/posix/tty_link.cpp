// SPDX-License-Identifier: Apache-2.0
#include "ports/posix/tty_link.h"

#include "base/expect.h"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace nwp::posix {
namespace {

struct Speed {
    unsigned baud;
    speed_t constant;
};

constexpr Speed kSpeeds[] = {
    {9600, B9600},       {19200, B19200},     {38400, B38400},     {57600, B57600},     {115200, B115200},
    {230400, B230400},   {460800, B460800},   {500000, B500000},   {576000, B576000},   {921600, B921600},
    {1000000, B1000000}, {1152000, B1152000}, {1500000, B1500000}, {2000000, B2000000}, {2500000, B2500000},
    {3000000, B3000000}, {3500000, B3500000}, {4000000, B4000000},
};

const Speed* find_speed(unsigned baud) {
    for (const Speed& speed : kSpeeds) {
        if (speed.baud == baud) return &speed;
    }
    return nullptr;
}

constexpr std::size_t kInputSize = 4096; // what a terminal gives at most in one read

/// After so long without a frame there may be noise on the line.
constexpr Duration kIdle = milliseconds(10);

Instant now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return Instant{static_cast<std::int64_t>(time.tv_sec) * 1000000 + time.tv_nsec / 1000};
}

} // namespace

TtyLink::TtyLink(TtySettings settings)
    : settings_(settings), output_(2 * link::encoded_room(settings.frame_room)), input_(kInputSize),
      frame_(link::framer_room(settings.frame_room)), framer_(frame_) {
    NWP_EXPECT(settings.frame_room >= link::kFrameRoomLeast && settings.frame_room <= link::kFrameRoomMost);
}

Result<void> TtyLink::open(const std::string& path) {
    close();
    FileDescriptor terminal{::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    if (terminal.get() < 0) return system_error(errno);
    if (auto ready = set_up(terminal.get()); !ready) return ready.error();
    ::tcflush(terminal.get(), TCIFLUSH);
    fd_.reset(terminal.release());
    return {};
}

Result<void> TtyLink::adopt(int fd) {
    close();
    FileDescriptor terminal{fd};
    if (!make_nonblocking(fd)) return system_error(errno);
    if (auto ready = set_up(fd); !ready) return ready.error();
    fd_.reset(terminal.release());
    return {};
}

Result<void> TtyLink::set_up(int fd) {
    const Speed* speed = find_speed(settings_.baud);
    if (speed == nullptr) return Error::invalid_argument;
    termios terminal{};
    if (::tcgetattr(fd, &terminal) != 0) return system_error(errno);
    ::cfmakeraw(&terminal);
    terminal.c_cflag |= CLOCAL | CREAD; // no modem lines
    terminal.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
    if (settings_.hardware_flow) terminal.c_cflag |= CRTSCTS;
    terminal.c_cc[VMIN] = 1; // with 0 an empty line and a hang-up would both read as 0
    terminal.c_cc[VTIME] = 0;
    ::cfsetispeed(&terminal, speed->constant);
    ::cfsetospeed(&terminal, speed->constant);
    if (::tcsetattr(fd, TCSANOW, &terminal) != 0) return system_error(errno);
    return {};
}

void TtyLink::close() {
    fd_.reset();
    wants_write_ = false;
    sender_waits_ = false;
    output_begin_ = output_end_ = 0;
    last_frame_ = {};
    unread_ = {};
    framer_.restart();
}

Error TtyLink::down() {
    close();
    return Error::link_down;
}

Result<void> TtyLink::send(ByteView frame) {
    if (frame.empty() || frame.size() > frame_room()) return Error::message_too_long;
    if (fd_.get() < 0) return Error::link_down;
    if (!make_room(link::encoded_room(frame.size()))) {
        if (fd_.get() < 0) return Error::link_down;
        sender_waits_ = true;
        return Error::would_block;
    }
    output_end_ += link::encode_frame(frame, Bytes{output_}.from(output_end_), lead());
    flush(); // a line that breaks here is told by the next call: the frame was taken
    return {};
}

/// A delimiter first when noise may have come since the last frame.
link::Lead TtyLink::lead() {
    const Instant time = now();
    const bool idle = time > last_frame_ + kIdle;
    last_frame_ = time;
    return idle ? link::Lead::delimiter : link::Lead::none;
}

bool TtyLink::make_room(std::size_t size) {
    if (output_.size() - output_end_ >= size) return true;
    if (!flush()) return false;
    std::memmove(output_.data(), output_.data() + output_begin_, output_end_ - output_begin_);
    output_end_ -= output_begin_;
    output_begin_ = 0;
    return output_.size() - output_end_ >= size;
}

/// Writes what the terminal takes. False: the terminal is gone.
bool TtyLink::flush() {
    while (output_begin_ != output_end_) {
        const ssize_t count = ::write(fd_.get(), output_.data() + output_begin_, output_end_ - output_begin_);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno != EAGAIN) {
            close();
            return false;
        }
        if (count <= 0) break;
        output_begin_ += static_cast<std::size_t>(count);
    }
    const bool waits = output_begin_ != output_end_;
    if (!waits) output_begin_ = output_end_ = 0;
    if (!wants_write_.exchange(waits) && waits && wake_) wake_();
    return true;
}

Result<ByteView> TtyLink::receive() {
    while (fd_.get() >= 0) {
        while (!unread_.empty()) {
            unread_ = unread_.from(framer_.on_bytes(unread_));
            if (!framer_.frame().empty()) return framer_.frame();
        }
        const ssize_t count = ::read(fd_.get(), input_.data(), input_.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return Error::would_block;
        if (count <= 0) break; // 0 or EIO: hung up
        unread_ = ByteView{input_}.first(static_cast<std::size_t>(count));
    }
    return down();
}

void TtyLink::on_poll(bool readable, bool writable) {
    bool changed = readable;
    if (writable && fd_.get() >= 0) {
        changed = !flush() || changed;
        if (sender_waits_ && !wants_write()) {
            sender_waits_ = false;
            changed = true;
        }
    }
    if (changed && wake_) wake_();
}

} // namespace nwp::posix
