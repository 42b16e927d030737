// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nwp::session {

/// How much one direction of one socket may still send. Limits are totals of all bytes since the socket was
/// made, modulo 2^32, so that a limit told twice does no harm.
class SendCredit {
public:
    SendCredit() = default;
    explicit SendCredit(std::uint32_t limit, std::uint32_t sent = 0) : sent_(sent), limit_(limit) {}

    std::uint32_t available() const { return limit_ - sent_; }
    std::uint32_t sent() const { return sent_; }
    std::uint32_t limit() const { return limit_; }
    void take(std::uint32_t count) { sent_ += count; }
    /// A limit that is older than the one known changes nothing.
    void raise(std::uint32_t limit) {
        if (static_cast<std::int32_t>(limit - limit_) > 0) limit_ = limit;
    }

private:
    std::uint32_t sent_ = 0;
    std::uint32_t limit_ = 0;
};

/// The receiving side of the same: `room` bytes may be unconsumed at any time. Limits are told in whole
/// frames of `frame_payload` bytes, as far as the room holds two: else every window would end with a short
/// frame.
class ReceiveCredit {
public:
    ReceiveCredit() = default;
    explicit ReceiveCredit(std::uint32_t room, std::uint32_t consumed = 0, std::uint32_t frame_payload = 1)
        : room_(room >= 2 * frame_payload ? room - room % frame_payload : room),
          step_(room >= 2 * frame_payload ? frame_payload : 1), received_(consumed), consumed_(consumed),
          told_(consumed + room_) {}

    /// False when the peer sent more than it was allowed to: it broke the protocol.
    bool accept(std::uint32_t count) {
        if (count > told_ - received_) return false;
        received_ += count;
        return true;
    }
    void consume(std::uint32_t count) { consumed_ += count; }
    std::uint32_t received() const { return received_; }
    std::uint32_t consumed() const { return consumed_; }
    /// The limit that the peer knows of.
    std::uint32_t told() const { return told_; }
    /// What may be told now: never less than what was.
    std::uint32_t limit() const {
        const std::uint32_t more = consumed_ + room_ - told_;
        return told_ + more - more % step_;
    }

    /// The peer should hear of the new limit: it could send a quarter of the room more than it knows of,
    /// where a quarter holds two whole frames (`frame_payload`), else two frames, or half the room. Keeps
    /// credit frames few and the pipe full; the two frames of data carry the acknowledgement back.
    bool worth_telling(std::uint32_t frame_payload) const {
        const std::uint32_t untold = limit() - told_;
        const std::uint32_t enough = 2 * frame_payload > room_ / 4 ? 2 * frame_payload : room_ / 4;
        return untold != 0 && (untold >= room_ / 2 || untold >= enough);
    }
    /// The peer knows of all room there is, and has used it.
    bool exhausted() const { return received_ == told_ && limit() == told_; }
    bool is_told() const { return limit() == told_; }
    /// The limit to send; from now on the peer counts as told.
    std::uint32_t tell() { return told_ = limit(); }

private:
    std::uint32_t room_ = 0;
    std::uint32_t step_ = 1;
    std::uint32_t received_ = 0;
    std::uint32_t consumed_ = 0;
    std::uint32_t told_ = 0;
};

} // namespace nwp::session
