// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/posix/file_descriptor.h"
#include "ports/posix/pollable_link.h"

#include <atomic>
#include <string_view>
#include <vector>

namespace nwp::posix {

/// One frame is one packet of a Unix SOCK_SEQPACKET socket: nothing is lost, doubled, reordered or cut.
class UnixLink final : public PollableLink {
public:
    /// The buffer for received frames is made here; nothing is allocated later.
    explicit UnixLink(std::size_t frame_room = link::kFrameRoomMost);

    /// Connects to the socket at `path`; an earlier connection is closed. Does not wait.
    ///   not_found, connection_refused, access_denied, name_too_long, wrong_protocol_type   as connect(2)
    ///   would_block   the listener's backlog is full: try again
    Result<void> connect(std::string_view path);

    /// Uses a connected socket (accepted, or one of a pair) and owns it from here on.
    Result<void> adopt(int fd);

    /// Both ends say link_down from here on.
    void close();

    std::size_t frame_room() const override { return buffer_.size(); }
    Result<void> send(ByteView frame) override;
    /// link_down also when the peer sends a packet longer than frame_room(): it is none of ours.
    Result<ByteView> receive() override;
    void on_activity(Callback<void()> wake) override { wake_ = wake; }
    bool checked() const override { return true; }
    bool reliable() const override { return true; }

    int fd() const override { return fd_.get(); }
    bool wants_write() const override { return wants_write_.load(std::memory_order_relaxed); }
    void on_poll(bool readable, bool writable) override;

private:
    Error down();

    FileDescriptor fd_;
    std::atomic<bool> wants_write_{false};
    Callback<void()> wake_;
    std::vector<Byte> buffer_;
};

} // namespace nwp::posix
