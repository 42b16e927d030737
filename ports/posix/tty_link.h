// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "link/framer.h"
#include "ports/posix/file_descriptor.h"
#include "ports/posix/pollable_link.h"

#include <atomic>
#include <string>
#include <vector>

namespace nwp::posix {

struct TtySettings {
    unsigned baud = 921600;       ///< bits per second; 8 data bits, no parity, 1 stop bit
    bool hardware_flow = false;   ///< RTS/CTS
    std::size_t frame_room = 512; ///< both ends of the line use the same
};

/// Frames on a serial line or pseudo-terminal, by the Framer: checked, but a damaged frame is lost.
class TtyLink final : public PollableLink {
public:
    /// Buffers are made here; nothing is allocated later.
    explicit TtyLink(TtySettings settings = {});

    /// Opens the terminal at `path` and sets it up; an earlier one is closed. Input that waited there is
    /// dropped.
    ///   not_found, access_denied, no_device   as open(2)
    ///   invalid_argument                      not a terminal, or no such baud rate
    Result<void> open(const std::string& path);

    /// Uses an open terminal (or the controlling side of a pseudo-terminal) and owns it from here on.
    Result<void> adopt(int fd);

    void close();

    std::size_t frame_room() const override { return settings_.frame_room; }
    Result<void> send(ByteView frame) override;
    Result<ByteView> receive() override;
    void on_activity(Callback<void()> wake) override { wake_ = wake; }
    bool checked() const override { return true; }
    bool reliable() const override { return false; }

    int fd() const override { return fd_.get(); }
    bool wants_write() const override { return wants_write_.load(std::memory_order_relaxed); }
    void on_poll(bool readable, bool writable) override;

    const link::FramerCounters& counters() const { return framer_.counters(); }

private:
    Result<void> set_up(int fd);
    Error down();
    bool flush();
    bool make_room(std::size_t size);
    link::Lead lead();

    TtySettings settings_;
    FileDescriptor fd_;
    std::atomic<bool> wants_write_{false};
    bool sender_waits_ = false;
    Callback<void()> wake_;

    std::vector<Byte> output_; ///< encoded; [output_begin_, output_end_) waits to be written
    std::size_t output_begin_ = 0;
    std::size_t output_end_ = 0;
    Instant last_frame_;

    std::vector<Byte> input_;
    ByteView unread_; ///< of input_
    std::vector<Byte> frame_;
    link::Framer framer_;
};

} // namespace nwp::posix
