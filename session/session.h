// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/callback.h"
#include "base/instant.h"
#include "link/link.h"
#include "session/assembler.h"
#include "session/frame.h"
#include "session/receive_window.h"
#include "session/round_trip.h"
#include "session/transmit_window.h"
#include "wire/general.h"
#include "wire/hello.h"

namespace nwp::session {

enum class Role : std::uint8_t { host, nwp };

/// A message's body, with its two-byte id and, in a request, the four-byte deadline, is at most this long;
/// longer values travel in parts (CredentialWrite). Every peer must take messages of this length.
constexpr std::size_t kMessageRoom = 512;

/// A whole message as it came in. The body dies when the call that gave it returns.
struct Message {
    FrameKind kind{}; ///< request, reply, item or event
    std::uint16_t id = 0;
    std::uint16_t request = 0;     ///< number of the request it belongs to; 0 in an event
    std::uint32_t deadline_ms = 0; ///< requests: the reply comes within this time
    ByteView body;
};

/// What a session tells its owner. All calls come from inside Session::service(); they may call send
/// functions of the session, close() and, for a host, hello(), but neither service() nor flush(): the bytes
/// they were given still lie in the link.
class Listener {
public:
    /// NWP only: a host says hello. Fill error (0 to accept), capabilities, attached, sockets and token of
    /// `reply`; versions, frame room, window, nonce and epoch are the session's. An earlier session was
    /// already told on_closed.
    virtual void on_hello(const wire::HelloRequest& hello, wire::HelloReply& reply) = 0;
    /// The session stands. The NWP sends snapshots now.
    virtual void on_open(const wire::HelloReply& agreed) = 0;
    /// The session is over. What was not acknowledged may or may not have arrived.
    ///   link_reset         the peer began anew; a host says hello again
    ///   link_down          no sign of life, or the link itself says so
    ///   protocol_error     the peer broke the protocol; counted
    ///   version_mismatch   the majors differ; peer_version() has the other's. The host no longer says hello.
    ///                      At the NWP this comes once for each refused hello, also when no session stood.
    ///   any other          host: the NWP refused the hello with this error
    virtual void on_closed(Error why) = 0;
    virtual void on_message(const Message& message) = 0;
    /// Stream bytes in order, each exactly once. `end`: the stream ends behind them.
    virtual void on_data(std::uint16_t channel, ByteView bytes, bool end) = 0;
    virtual void on_credit(std::uint16_t channel, std::uint32_t limit) = 0;
    /// A datagram or a part of one, in order; the parts of one channel follow each other, though frames of
    /// other channels may stand between. `more`: it goes on. The first part begins with the other end's
    /// address (wire::put of an Address).
    virtual void on_datagram(std::uint16_t channel, ByteView part, bool more) = 0;
    /// NWP only: the host no longer wants the reply; it comes all the same, as `cancelled` or as it was.
    virtual void on_cancel(std::uint16_t request) = 0;
    /// There is room again after a send function said would_block.
    virtual void on_room() = 0;

protected:
    ~Listener() = default;
};

/// As wide as the machine counts without effort: 64 bits in the daemon, 32 on a microcontroller.
using Count = std::size_t;

struct Counters {
    Count frames_in = 0;  ///< whole, of this session, doubled ones included
    Count frames_out = 0; ///< resent ones included
    Count bytes_in = 0;   ///< of frames with their headers
    Count bytes_out = 0;
    Count messages_in = 0; ///< requests, replies, items, events, cancels
    Count messages_out = 0;
    Count data_frames_in = 0;
    Count data_frames_out = 0; ///< first sendings
    Count credit_frames_in = 0;
    Count credit_frames_out = 0;
    Count acks_in = 0; ///< ack and probe frames
    Count acks_out = 0;
    Count resent = 0;
    Count doubled = 0;         ///< came again and were dropped
    Count stray = 0;           ///< of another epoch, malformed, or a hello that is none
    Count protocol_errors = 0; ///< sessions that ended for them
};

struct Version {
    std::uint8_t major = 0;
    std::uint8_t minor = 0;
};

/// Memory from outside. `transmit` holds `slots.size()` frames of the link's frame room; at least 2 slots.
/// `early` keeps frames that came too early on a link that loses frames; it may be null: then lost frames
/// cost more resending. `assembly` holds kMessageRoom bytes: also where our frames hold the longest message,
/// a peer with smaller ones sends it in parts.
struct Storage {
    Bytes transmit;
    Span<TransmitSlot> slots;
    EarlyFrames* early = nullptr;
    Bytes assembly;
};

/// Room for early frames.
template <std::size_t FrameRoom, std::size_t Slots>
class EarlyStorage {
public:
    EarlyFrames* early() { return &kept_; }

private:
    Byte frames_[Slots * FrameRoom];
    ReorderSlot slots_[Slots];
    KeptFrames kept_{frames_, slots_};
};
template <std::size_t FrameRoom>
class EarlyStorage<FrameRoom, 0> {
public:
    EarlyFrames* early() { return nullptr; }
};

/// Owns what Storage points to.
template <std::size_t FrameRoom, std::size_t TransmitSlots, std::size_t ReorderSlots>
class SessionStorage : EarlyStorage<FrameRoom, ReorderSlots> {
public:
    SessionStorage() = default;
    SessionStorage(const SessionStorage&) = delete;
    SessionStorage& operator=(const SessionStorage&) = delete;

    Storage storage() { return {transmit_, slots_, this->early(), assembly_}; }

private:
    Byte transmit_[TransmitSlots * FrameRoom];
    TransmitSlot slots_[TransmitSlots];
    Byte assembly_[kMessageRoom];
};

/// One conversation over one link: hello, order, acknowledgement and resending where the link loses frames,
/// messages longer than a frame, probes. A pure machine: no clock, no threads, no memory of its own. One
/// thread at a time.
class Session {
public:
    /// Inline, so that an image that only makes hosts holds nothing of what answers a hello.
    Session(Role role, link::Link& link, Listener& listener, const Storage& storage)
        : Session(role, role == Role::nwp ? &Session::on_hello_request : &Session::on_hello_reply, link,
                  listener, storage) {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Host: says hello, and again until answered, for ever. Ends an open session first.
    /// `token` null: no re-attachment. `nonce` differs from the last hello's.
    void hello(std::uint32_t nonce, std::uint32_t capabilities, const wire::Token* token, Instant now);
    /// Ends the session without a word, also to the listener; nothing is sent or taken before the next hello.
    void close();
    bool is_open() const;

    /// Takes everything that came, answers, resends, sends what waits. Call it after the link's activity and
    /// at next_deadline(). Bounded work: `true` when there is more to do at once. What came is acknowledged
    /// by what goes out before the next call, else by that one.
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
    ///   message_too_long   longer than kMessageRoom, or than the whole ring
    template <typename Request>
    Result<void> send_request(std::uint16_t number, std::uint32_t deadline_ms, const Request& request) {
        return send_message(FrameKind::request, number, deadline_ms, &request, wire::code<Request>());
    }
    template <typename Reply>
    Result<void> send_reply(std::uint16_t number, const Reply& reply) {
        return send_message(FrameKind::reply, number, 0, &reply, wire::code<Reply>());
    }
    template <typename Item>
    Result<void> send_item(std::uint16_t number, const Item& item) {
        return send_message(FrameKind::item, number, 0, &item, wire::code<Item>());
    }
    template <typename Event>
    Result<void> send_event(const Event& event) {
        return send_message(FrameKind::event, 0, 0, &event, wire::code<Event>());
    }
    /// `message` is of the struct that `code` was made from. `deadline_ms`: of a request, else 0.
    Result<void> send_message(FrameKind kind, std::uint16_t number, std::uint32_t deadline_ms,
                              const void* message, const wire::Code* code);
    /// A reply, item or event that is encoded already: its id, then its fields.
    Result<void> send_encoded(FrameKind kind, std::uint16_t number, ByteView id_and_body) {
        wire::Reader reader{id_and_body};
        const wire::Code code[] = {static_cast<wire::Code>(reader.number(2)), wire::kRestCode,
                                   wire::kCodeEnd};
        const ByteView body = reader.left();
        return send_message(kind, number, 0, &body, code);
    }
    Result<void> send_cancel(std::uint16_t request);
    Result<void> send_credit(std::uint16_t channel, std::uint32_t limit);
    /// Takes at most one frame's worth of `bytes` and returns how much. `end` travels with the last byte of
    /// `bytes` only. The caller keeps to the channel's credit. The last slots of the ring are kept for
    /// messages.
    Result<std::size_t> send_data(std::uint16_t channel, ByteView bytes, bool end);

    /// Takes at most one frame's worth of a datagram and returns how much of `bytes`; the next call goes on
    /// behind it, until all is taken, and nothing else is sent on this channel between. `address`, encoded,
    /// stands in the first part; empty: this is a later part. `goes_on`: bytes that lie elsewhere follow
    /// these. Credit and the last slots as send_data.
    Result<std::size_t> send_datagram(std::uint16_t channel, ByteView address, ByteView bytes,
                                      bool goes_on = false);

    /// Stream bytes that one data frame holds; after hello, with what both sides agreed on.
    std::size_t data_room() const;
    /// Sequenced frames that are queued or unacknowledged.
    std::size_t in_flight() const;
    const Counters& counters() const { return counters_; }
    /// Of the last hello: what the peer said it speaks.
    Version peer_version() const { return peer_version_; }
    /// Longest frame either side may send in this session.
    std::size_t frame_room() const { return frame_room_; }

private:
    enum class State : std::uint8_t { closed, hello, open };
    using HelloTaker = bool (Session::*)(std::uint16_t id, const FrameHeader& header, ByteView hello);

    Session(Role role, HelloTaker on_hello, link::Link& link, Listener& listener, const Storage& storage);

    // Functions below read the time in now_: those above set it.

    // hello (hello.cpp)
    void say_hello();
    void on_hello_frame(const FrameHeader& header, ByteView body);
    // Each answers false to what is no hello, or not one for this session.
    bool on_hello_request(std::uint16_t id, const FrameHeader& header, ByteView hello);
    bool on_hello_reply(std::uint16_t id, const FrameHeader& header, ByteView hello);
    void answer_hello(const wire::HelloReply& reply);
    void note_hello(const wire::HelloStart& start);
    void keep_hello(std::uint8_t epoch, const void* message, const wire::Code* code);
    void begin(std::uint8_t epoch, std::uint16_t frame_room, std::uint16_t peer_window);
    void end(Error why);

    /// The host's hello, said until answered; the NWP's answer, said again when that hello comes again. It
    /// lies where messages are put together: none is before the other side has it.
    Bytes hello_frame() const { return assembler_.storage(); }

    // what comes in (session.cpp)
    bool take_frames();
    void on_frame(ByteView frame);
    void heard();
    void on_sequenced(const FrameHeader& header, ByteView frame);
    void on_acknowledged(const FrameHeader& header, ByteView bitmap);
    void deliver(const FrameHeader& header, ByteView body);
    void deliver_message(const FrameHeader& header, ByteView part);
    void break_off();
    void run_timers();
    bool watches() const;
    void watch_silence();
    Instant silence_deadline() const;
    Instant tail_deadline() const;
    void tell_room();

    // what goes out (transmit.cpp)
    void queue(FrameKind kind, std::uint8_t flags, std::uint16_t channel, std::size_t body_size);
    Bytes draft_body() const { return transmit_.draft().from(FrameHeader::size).first(data_room()); }
    Error blocked(std::size_t free_slots);
    Error need(std::size_t free_slots);
    Error need_for_data();
    void send_what_waits();
    bool put_on_link(ByteView frame);
    bool send_sequenced();
    bool send_ack();
    void send_probe();
    bool send_unsequenced(FrameKind kind, std::uint8_t flags);
    bool ack_due() const { return ack_at_once_ || (unsaid_ != 0 && now_ >= ack_at_); }
    bool can_send() const {
        return hello_unsent_ || transmit_.next(peer_window_) != TransmitWindow::kNothing;
    }

    // What is small and often looked at comes first: near an object's front it takes short instructions.
    const Role role_;
    const bool reliable_;
    std::uint8_t epoch_ = 0;
    Version peer_version_{};
    std::uint8_t hello_sayings_ = 0; ///< up to 2
    std::uint8_t probes_ = 0;        ///< sent since the last sign of life
    bool link_blocked_ = false;      ///< it said would_block and has not called since
    bool waiting_ = false;           ///< set_waiting()
    // From here to wanted_slots_: close() ends it.
    State state_ = State::closed;
    Error failure_{};             ///< what the link said while sending; told in service()
    std::uint8_t hello_size_ = 0; ///< of hello_frame(); 0: none, or it has served
    std::uint8_t unsaid_ = 0;     ///< frames that came and were not acknowledged
    bool hello_unsent_ = false;   ///< hello_frame() waits for the link, and everything else for it
    bool ack_at_once_ = false;
    bool dropped_ = false;           ///< a frame that came early and found no room: the peer is to hear of it
    bool answer_owed_ = false;       ///< to a probe
    bool watching_ = false;          ///< silence_since_ counts
    std::uint16_t wanted_slots_ = 0; ///< a send function missed them; 0: none did
    std::uint16_t own_room_ = 0;     ///< longest frame that we can hold
    std::uint16_t frame_room_ = 0;
    std::uint16_t peer_window_ = 0;
    std::uint16_t own_window_ = 0; ///< what we can have under way towards us
    link::Link& link_;
    Listener& listener_;
    const HelloTaker on_hello_;
    std::uint32_t nonce_ = 0;          ///< of the last hello
    std::uint32_t previous_nonce_ = 0; ///< NWP: of the one before
    Counters counters_;
    TransmitWindow transmit_;
    ReceiveWindow receive_;
    Assembler assembler_;
    RoundTrip round_trip_;
    Instant now_{};           ///< of the last call that knew the time
    Instant hello_at_{};      ///< host: hello is said again; NWP: the last one was taken
    Instant ack_at_{};        ///< what came is acknowledged by then
    Instant tail_since_{};    ///< last sending or last news of what was sent
    Instant silence_since_{}; ///< last sign of life, or when we began to listen for one
    Duration hello_pause_{};
};

} // namespace nwp::session
