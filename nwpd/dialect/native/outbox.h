// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/session.h"

#include <deque>
#include <vector>

namespace nwp::native {

/// Replies, items and events on their way into a session, in order. What the session has no room for waits
/// here: nothing the NWP has to say is lost while the session stands.
class Outbox {
public:
    /// Bytes that may wait for one host, their book-keeping included: a line out of order for a day needs
    /// less.
    static constexpr std::size_t kMostWaiting = std::size_t{2} * 1024 * 1024;

    /// `wake`: something was said, and the session wants to be flushed.
    Outbox(session::Session& session, Callback<void()> wake) : session_(session), wake_(wake) {}
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    template <typename Message>
    void send(session::FrameKind kind, std::uint16_t request, const Message& message) {
        Waiting waiting{kind, request, std::vector<Byte>(sizeof Message::id + wire::size_of(message))};
        wire::Writer writer{waiting.content};
        wire::put(writer, Message::id);
        wire::encode(writer, message);
        send_or_keep(std::move(waiting));
    }

    /// Passes on what waits; true when nothing is left.
    bool drain();
    void clear();
    /// More waits than may: the host takes nothing, and its session is to end. What is said until then is
    /// forgotten.
    bool overflowed() const { return waiting_bytes_ > kMostWaiting; }

private:
    struct Waiting {
        session::FrameKind kind{};
        std::uint16_t request = 0;
        std::vector<Byte> content;

        std::size_t size() const { return sizeof(Waiting) + content.size(); }
    };
    void send_or_keep(Waiting waiting);
    bool pass_on(const Waiting& waiting);

    session::Session& session_;
    Callback<void()> wake_;
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
};

} // namespace nwp::native
