// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "link/link.h"
#include "session/frame.h"
#include "wire/general.h"
#include "wire/hello.h"

namespace nwp::session {

enum class Role : std::uint8_t { host, nwp };

/// A message's body, with its two-byte id and, in a request, the four-byte deadline, is at most this long;
/// longer values travel in parts (CredentialWrite). Every peer must take messages of this length.
constexpr std::size_t kMessageRoom = 512;
/// At most this many frames of one direction are unacknowledged; more than half the room of the sequence
/// numbers would be ambiguous, and the acknowledgement's bitmap has this many bits.
constexpr std::size_t kWindowMost = 128;

/// A whole message as it came in. The body dies when the call that gave it returns.
struct Message {
    FrameKind kind{}; ///< request, reply, item or event
    std::uint16_t id = 0;
    std::uint16_t request = 0;     ///< number of the request it belongs to; 0 in an event
    std::uint32_t deadline_ms = 0; ///< requests: the reply comes within this time
    ByteView body;
};

/// What a session tells its owner. All calls come from inside Session::service(); they may call send
/// functions of the session, not service().
class Listener {
public:
    /// NWP only: a host says hello. Fill error (0 to accept), capabilities, attached, sockets and token of
    /// `reply`; versions, frame room, window, nonce and epoch are the session's. An earlier session was
    /// already told on_closed.
    virtual void on_hello(const wire::HelloRequest& hello, wire::HelloReply& reply) = 0;
    /// The session stands. The NWP sends snapshots now.
    virtual void on_open(const wire::HelloReply& agreed) = 0;
    /// The session is over: link_reset (the peer began anew), link_down, version_mismatch (host: the answer
    /// to hello; `agreed` of the refusal was given to on_open never). What was not acknowledged may or may
    /// not have arrived.
    virtual void on_closed(Error why) = 0;
    virtual void on_message(const Message& message) = 0;
    /// Stream bytes in order, each exactly once. `end`: the stream ends behind them.
    virtual void on_data(std::uint16_t channel, ByteView bytes, bool end) = 0;
    virtual void on_credit(std::uint16_t channel, std::uint32_t limit) = 0;
    /// NWP only: the host no longer wants the reply; it comes all the same, as `cancelled` or as it was.
    virtual void on_cancel(std::uint16_t request) = 0;
    /// There is room again after a send function said would_block.
    virtual void on_room() = 0;

protected:
    ~Listener() = default;
};

struct Counters {
    std::uint64_t frames_in = 0;  ///< whole, of this session, doubled ones included
    std::uint64_t frames_out = 0; ///< resent ones included
    std::uint64_t bytes_in = 0;   ///< of frames with their headers
    std::uint64_t bytes_out = 0;
    std::uint64_t messages_in = 0; ///< requests, replies, items, events, cancels
    std::uint64_t messages_out = 0;
    std::uint64_t data_frames_in = 0;
    std::uint64_t data_frames_out = 0; ///< first sendings
    std::uint64_t credit_frames_in = 0;
    std::uint64_t credit_frames_out = 0;
    std::uint64_t acks_in = 0; ///< ack and probe frames
    std::uint64_t acks_out = 0;
    std::uint64_t resent = 0;
    std::uint64_t doubled = 0; ///< came again and were dropped
    std::uint64_t stray = 0;   ///< of another epoch, or malformed
};

/// What one transmit slot or one kept out-of-order frame needs beside its bytes.
struct TransmitSlot {
    std::uint16_t size = 0; ///< of the frame; 0 = free
    std::uint16_t sequence = 0;
    std::uint32_t sent_order = 0; ///< counts every sending, resendings too; 0 = not sent yet
    Instant sent_at{};
    bool acknowledged = false;
};
struct ReorderSlot {
    std::uint16_t size = 0; ///< 0 = free
    std::uint16_t sequence = 0;
};

/// Memory from outside. `transmit` holds `slots.size()` frames of the link's frame room; at least 2 slots.
/// `reorder` holds frames that came too early on a link that loses frames; it may be empty: then lost frames
/// cost more resending. `assembly` (kMessageRoom bytes) may be empty when the frame room holds the longest
/// message anyway.
struct Storage {
    Bytes transmit;
    Span<TransmitSlot> slots;
    Bytes reorder;
    Span<ReorderSlot> reorder_slots;
    Bytes assembly;
};

/// Owns what Storage points to.
template <std::size_t FrameRoom, std::size_t TransmitSlots, std::size_t ReorderSlots>
class SessionStorage {
public:
    Storage storage() {
        return {transmit_,
                slots_,
                {reorder_, ReorderSlots * FrameRoom},
                {reorder_slots_, ReorderSlots},
                assembly_};
    }

private:
    Byte transmit_[TransmitSlots * FrameRoom];
    TransmitSlot slots_[TransmitSlots];
    Byte reorder_[ReorderSlots * FrameRoom + 1];
    ReorderSlot reorder_slots_[ReorderSlots + 1];
    Byte assembly_[FrameRoom >= kMessageRoom + FrameHeader::size ? 1 : kMessageRoom];
};

/// One conversation over one link: hello, order, acknowledgement and resending where the link loses frames,
/// messages longer than a frame, probes. A pure machine: no clock, no threads, no memory of its own. One
/// thread at a time.
class Session {
public:
    Session(Role role, link::Link& link, Listener& listener, const Storage& storage);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Host: says hello, and again until answered, for ever. Ends an open session first.
    /// `token` null: no re-attachment. `nonce` differs from the last hello's.
    void hello(std::uint32_t nonce, std::uint32_t capabilities, const wire::Token* token, Instant now);
    /// Ends the session without a word; nothing is sent or taken before the next hello.
    void close();
    bool is_open() const;

    /// Takes everything that came, answers, resends, sends what waits. Call it after the link's activity and
    /// at next_deadline(). Bounded work: `true` when there is more to do at once.
    bool service(Instant now);
    /// Sends what waits, without taking what came; call it after send functions.
    void flush(Instant now);
    Instant next_deadline() const;

    /// Host: somebody waits for something. Then silence is probed: a probe after 1 s, three unanswered end
    /// the session with link_down. On a link that loses frames unacknowledged frames count as waiting.
    void set_waiting(bool waiting, Instant now);

    /// All of these queue the whole thing or nothing and never wait:
    ///   would_block   no room in the transmit ring; on_room follows
    ///   link_down     no session
    ///   message_too_long   longer than kMessageRoom
    template <typename Request>
    Result<void> send_request(std::uint16_t number, std::uint32_t deadline_ms, const Request& request) {
        return send_message(FrameKind::request, number, deadline_ms, encoder(request));
    }
    template <typename Reply>
    Result<void> send_reply(std::uint16_t number, const Reply& reply) {
        return send_message(FrameKind::reply, number, 0, encoder(reply));
    }
    template <typename Item>
    Result<void> send_item(std::uint16_t number, const Item& item) {
        return send_message(FrameKind::item, number, 0, encoder(item));
    }
    template <typename Event>
    Result<void> send_event(const Event& event) {
        return send_message(FrameKind::event, 0, 0, encoder(event));
    }
    /// A reply, item or event that is encoded already: its id, then its fields.
    Result<void> send_encoded(FrameKind kind, std::uint16_t number, ByteView id_and_body) {
        return send_message(
            kind, number, 0,
            {[](void* object, wire::Writer& writer) { writer.bytes(*static_cast<const ByteView*>(object)); },
             &id_and_body});
    }
    Result<void> send_cancel(std::uint16_t request);
    Result<void> send_credit(std::uint16_t channel, std::uint32_t limit);
    /// Takes at most one frame's worth of `bytes` and returns how much. `end` travels with the last byte of
    /// `bytes` only. The caller keeps to the channel's credit. The last slots of the ring are kept for
    /// messages.
    Result<std::size_t> send_data(std::uint16_t channel, ByteView bytes, bool end);

    /// Stream bytes that one data frame holds; after hello, with what both sides agreed on.
    std::size_t data_room() const;
    /// Sequenced frames that are queued or unacknowledged.
    std::size_t in_flight() const;
    const Counters& counters() const;

private:
    using Encoder = Callback<void(wire::Writer&)>;

    template <typename M>
    static Encoder encoder(const M& message) {
        return {[](void* object, wire::Writer& writer) {
                    wire::put(writer, M::id);
                    wire::encode(writer, *static_cast<const M*>(object));
                },
                const_cast<M*>(&message)};
    }
    Result<void> send_message(FrameKind kind, std::uint16_t number, std::uint32_t deadline_ms,
                              Encoder encode);

    // The implementation's own members follow here.
};

} // namespace nwp::session
