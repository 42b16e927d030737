// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/pending.h"
#include "wire/general.h"

namespace nwp::request {

constexpr Duration kDeadline = seconds(10);
constexpr Duration kSlowDeadline = seconds(30);     ///< names, joining a network
constexpr Duration kConnectDeadline = seconds(130); ///< handshakes that are no part of Host::connect()

/// Bytes of a value that one message carries, well within session::kMessageRoom: the session's ring must hold
/// it.
constexpr std::size_t kPart = 448;

/// A request of one message and its reply; take() keeps what the reply says.
template <typename Message>
class Asking : public Pending {
protected:
    using Reply = typename Message::Reply;

    explicit Asking(Duration deadline = kDeadline) : Pending(deadline) {}
    Asking(Duration deadline, SocketId socket) : Pending(deadline, socket) {}
    ~Asking() = default;

    Result<void> send(session::Session& session, std::uint16_t number, std::uint32_t deadline_ms,
                      wire::SocketHandle) override {
        return session.send_request(number, deadline_ms, message_);
    }
    Result<Next> on_reply(std::uint16_t id, ByteView body) override {
        if (id != Reply::id) return Error::protocol_error;
        const Result<Reply> reply = wire::decode<Reply>(body);
        if (!reply) return Error::protocol_error;
        return take(*reply);
    }
    virtual Result<Next> take(const Reply&) { return Next::done; }

    Message message_{};
};

} // namespace nwp::request
