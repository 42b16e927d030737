// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/callback.h"
#include "base/result.h"

namespace nwp::link {

constexpr std::size_t kFrameRoomLeast = 64;
constexpr std::size_t kFrameRoomMost = 65535;

/// Whole frames to and from one peer. One thread at a time, except the callback of on_activity.
class Link {
public:
    /// Largest frame in bytes, header included: 64 to 65,535. Constant for the life of the link.
    virtual std::size_t frame_room() const = 0;

    /// Takes the whole frame or nothing.
    ///   would_block        no room now; the activity callback follows when there is
    ///   link_down          no peer
    ///   message_too_long   longer than frame_room(); or empty
    virtual Result<void> send(ByteView frame) = 0;

    /// The next checked frame. The view dies at the next call of receive() or send().
    ///   would_block   nothing came; the activity callback follows when something does
    ///   link_reset    the peer started anew (told once); what follows belongs to the new peer
    ///   link_down     no peer
    virtual Result<ByteView> receive() = 0;

    /// `wake` runs when receive() or send() may have something new to say. It may run in an interrupt or on
    /// another thread and must only notify. An empty callback ends that.
    virtual void on_activity(Callback<void()> wake) = 0;

    /// Frames arrive right or not at all.
    virtual bool checked() const = 0;

    /// No frame is lost, doubled or reordered. Where this is false the session acknowledges and resends.
    virtual bool reliable() const = 0;

protected:
    ~Link() = default; // never deleted through the base: keeps operator delete out of the image
};

} // namespace nwp::link
