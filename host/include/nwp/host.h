// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/datagram_state.h"
#include "nwp/events.h"
#include "nwp/pending.h"
#include "nwp/socket_slot.h"
#include "wire/socket.h"

namespace nwp {

class DatagramReceiving;
class DatagramSending;
class Host;
namespace request {
class Accept;
class BeginTls;
class CheckRoute;
class ConnectDatagrams;
class Disconnect;
class Listen;
class SetOption;
class ShutDown;
} // namespace request
namespace wire {
struct SocketAccept;
struct SocketAccepted;
} // namespace wire

/// What a host needs for datagram sockets, beside what their users call.
struct DatagramSupport {
    void (*on_part)(Host& host, SocketSlot& slot, ByteView part, bool more);
    Readiness (*readiness)(const Host& host, const SocketSlot& slot);
    Result<std::size_t> (*next_size)(const Host& host, const SocketSlot& slot);
};

/// Everything that may be set; the defaults are those of the contracts.
struct HostSettings {
    Duration open_deadline = seconds(10);
    Duration connect_deadline = seconds(130);
    Duration close_deadline = seconds(10); ///< beside the linger time
    /// How long after its deadline a request without a reply is given up.
    Duration grace = seconds(2);
    /// Differs from power-on to power-on where the system can make it so; keeps hellos apart.
    std::uint32_t nonce_seed = 0;
    /// &Host::kDatagrams: there are datagram sockets, and HostParts has memory for them. An image where
    /// nobody says so does not link them.
    const DatagramSupport* datagrams = nullptr;
};

/// Bytes that the application keeps over a reset of its processor (retained RAM, a file), so that its sockets
/// live on. Any content is allowed: what no host wrote is no token.
constexpr std::size_t kRetainedSize = 32;

/// A socket of an earlier session that lives on in the NWP.
struct AttachedSocket {
    SocketId socket;
    std::uint32_t cookie = 0; ///< as it was given to open()
    Family family{};
    SocketType type{};
    Protocol protocol{};
    bool connected = false;
    bool listening = false;
    std::uint32_t bytes_taken =
        0; ///< of all that was sent, the NWP took so many; the rest is to be sent again
    std::uint32_t bytes_consumed = 0; ///< what follows these comes again
};

struct SocketInfo {
    Family family{};
    SocketType type{};
    Protocol protocol{};
    std::uint32_t cookie = 0;
    bool listening = false;
    bool connected = false; ///< a stream that stands: connected or accepted, and not over
};

struct HostCounters {
    std::uint32_t sessions = 0;     ///< hellos that were answered
    std::uint32_t late_replies = 0; ///< to requests that nobody waits for any more
    std::uint32_t stray_data = 0;   ///< frames for sockets that are closed or not connected
    std::uint32_t broken_rules = 0; ///< messages that decode to nothing, credit overrun
    std::uint32_t unadoptable = 0;  ///< sockets that lived on but found no place here
};

struct HostStatistics : HostCounters {
    session::Counters session; ///< of the present or last session
};

/// One waiting call that may be woken by several things: poll() registers it, then looks, then sleeps.
class Watch {
public:
    /// Woken by that socket only, and by changes of the link.
    explicit Watch(SocketId socket) : socket_(socket) {}
    /// Woken when `concerns` says so; it runs with the lock held and must not call the host.
    explicit Watch(Callback<bool(SocketId)> concerns) : concerns_(concerns) {}
    /// Woken by changes of the link only.
    Watch() = default;

    Waiter waiter; ///< for ports that sleep in a place of their own

private:
    friend class Host;
    Callback<bool(SocketId)> concerns_;
    SocketId socket_;
    Watch* next_ = nullptr;
};

/// Memory from outside; HostStorage makes it.
struct HostParts {
    session::Storage session;
    Span<SocketSlot> sockets;
    Bytes receive;                 ///< divided evenly among the sockets
    Span<DatagramState> datagrams; ///< one for each socket; none: there are no datagram sockets
};

/// The application's end of the link: the session, its sockets, requests and events. No heap, no thread of
/// its own. Every function may be called from every thread, but not from an interrupt, and never waits,
/// except those that say so. Callbacks run on the thread that calls service(), without the lock; they must
/// not wait.
///
/// New calls fail with network_down while the link is not up. When a link is lost everything under way ends
/// with connection_aborted, the sockets answer connection_aborted until they are closed, and the host says
/// hello again by itself.
class Host final : private session::Listener {
public:
    Host(Port& port, link::Link& link, const HostParts& parts, const HostSettings& settings = {});
    ~Host();
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    // ---- The link ----------------------------------------------------------------------------------------

    /// Says hello. Nothing, when it is started already: restart().
    void start();
    /// The same; `retained` (kRetainedSize bytes, or none) is kept and written from now on. If it holds a
    /// token the sockets of that earlier session may live on.
    void start(Bytes retained);
    /// Ends the session without a word, as a lost link would. While another thread is inside service() that
    /// thread does it soon.
    void stop();
    /// stop() and start() without showing a token: the NWP sees a new host.
    void restart();
    LinkState link_state() const;
    /// What the NWP said that it speaks when it last answered a hello; 0.0 before.
    session::Version nwp_version() const;
    /// Waits until the link is up and all sockets that live on are known.
    ///   timed_out, version_mismatch
    Result<void> await_link(Instant until);

    /// Moves bytes, ends what is overdue, runs callbacks. One thread at a time; called while another call of
    /// it runs it does nothing. True: there is more to do at once.
    bool service();
    /// When service() must run even if nothing happens. For whoever runs service(), and right before the
    /// sleep: what comes to be due earlier from now on wakes service_waiter().
    Instant next_deadline();
    /// Woken when service() should run at once. Its `native` is the port's, set before start().
    Waiter& service_waiter() { return service_waiter_; }

    // ---- Sockets -----------------------------------------------------------------------------------------

    /// Asks the NWP for a socket; ready::settled tells when it is there, opened() whether.
    ///   socket_type_not_supported   raw; or a datagram, and the settings say nothing of them
    ///   too_many_files   the host's pool is used up
    ///   would_block      the link has no room for the request right now, or the pool is used up and the NWP
    ///                    has not confirmed a close yet
    ///   network_down
    Result<SocketId> open(Family family, SocketType type, Protocol protocol, std::uint32_t cookie = 0);
    /// What became of open(). would_block: nothing yet. Any other error: what the NWP said
    /// (too_many_files_in_system, protocol_not_supported, ...), timed_out or connection_aborted; then close()
    /// it.
    Result<void> opened(SocketId socket);

    /// As connect() on a non-blocking socket, call by call: in_progress when the attempt began; then already
    /// until it is decided; then once ok or why it failed; then is_connected, or a new attempt.
    /// TLS and DTLS sockets: connection_aborted when TLS refused.
    ///   would_block   no room for the request right now, a datagram is half sent, or the socket is still
    ///   being
    ///                 opened: nothing began
    ///   operation_not_supported   a UDP socket, for which there is request::ConnectDatagrams
    ///   bad_handle, connection_aborted
    Result<void> connect(SocketId socket, const Address& peer);

    /// Takes as much as credit and room allow and returns how much, at least 1.
    ///   would_block, not_connected, broken_pipe, connection_reset, ... as send()
    Result<std::size_t> send(SocketId socket, ByteView bytes);
    /// Copies what came, at least 1 byte; `peek` leaves it there.
    ///   closed         the stream ended in order; everything before was returned
    ///   would_block, not_connected, connection_reset, connection_aborted, ... as recv()
    Result<std::size_t> receive(SocketId socket, Bytes into, bool peek = false);
    /// receive() that leaves what came and passes over the first `skip` bytes of it; 0: there are no more.
    Result<std::size_t> peek(SocketId socket, Bytes into, std::size_t skip);

    /// Whether request::Accept would find a connection: readable, or why not.
    ///   would_block               none waits
    ///   invalid_argument          not listening
    ///   operation_not_supported   a datagram socket
    ///   bad_handle, connection_aborted
    Result<void> acceptable(SocketId socket) const;

    // Datagrams. They are taken and given frame by frame, so that nobody holds the lock for long; between, no
    // other thread's datagram of that socket can come. nwp/datagrams.h has the rest, nwp/listeners.h what
    // servers need.

    /// What HostSettings::datagrams names.
    static const DatagramSupport kDatagrams;
    /// Takes some of `bytes`, which follow those taken before; again until sending.done(), but only once for
    /// an empty datagram. Once begun() the rest must follow, whatever time it takes, or the socket be closed.
    ///   would_block            no credit or room right now, or another thread's datagram is on its way
    ///   message_too_long       longer than UDP allows, or than the NWP's window
    ///   destination_required   no address, and not connected
    ///   broken_pipe            shut down
    ///   operation_not_supported   not a datagram socket
    ///   bad_handle, connection_aborted; an error that waited to be told, once
    Result<std::size_t> send_datagram(SocketId socket, DatagramSending& sending, ByteView bytes);
    /// Copies some of the oldest datagram into `into`, going on where the last call with `receiving` ended: 0
    /// when all is copied, or `into` is empty. Then end_datagram() must follow.
    ///   would_block   none is there, or another thread is copying it
    ///   closed        none is there, and the receiving half is shut
    ///   operation_not_supported   not a datagram socket
    ///   bad_handle, connection_aborted; an error that waited to be told, once
    Result<std::size_t> receive_datagram(SocketId socket, DatagramReceiving& receiving, Bytes into);
    /// `keep`: it stays the oldest (MSG_PEEK).
    Result<void> end_datagram(SocketId socket, DatagramReceiving& receiving, bool keep);
    /// No need to ask with request::CheckRoute.
    bool knows_route(SocketId socket, const Address& to) const;

    /// The present readiness, level-triggered; no link traffic. bad_handle
    Result<Readiness> readiness(SocketId socket) const;
    /// Bytes that receive() would give at once, or of the oldest datagram (FIONREAD).
    ///   invalid_argument   it listens
    ///   bad_handle
    Result<std::size_t> available(SocketId socket) const;
    /// For somebody who waits for more bytes than are there: tells the NWP of all room there is. False: it
    /// has used that up, or there is no such socket, and no more can come before some are received.
    bool make_room(SocketId socket);
    /// SO_ERROR: `error` becomes the one that nobody was told yet, Error{} if there is none. bad_handle
    Result<void> take_error(SocketId socket, Error& error);
    Result<SocketInfo> describe(SocketId socket) const;
    /// An empty callback ends it. bad_handle
    Result<void> on_readiness(SocketId socket, ReadinessCallback callback);

    /// Closes. The id is dead at once: waits on it end with bad_handle, and so do its requests. What was sent
    /// goes out in the background. linger_s: -1 off, 0 reset, else seconds (SO_LINGER). bad_handle The place
    /// is free again when the NWP has confirmed; closing() tells.
    Result<void> close(SocketId socket, std::int32_t linger_s = -1);
    /// The close of this id is not confirmed yet.
    bool closing(SocketId socket) const;

    /// Sockets of an earlier session, in no order; those already adopted are left out. Returns how many there
    /// are, filling `into` as far as it goes.
    std::size_t attached(Span<AttachedSocket> into) const;
    /// The application goes on with it. bad_handle: no such attached socket
    Result<void> adopt(SocketId socket);

    // ---- Requests ----------------------------------------------------------------------------------------

    /// Begins a request. An error: it did not begin, and is not done.
    ///   network_down; bad_handle, connection_aborted, would_block of its socket; what the request's class
    ///   says
    Result<void> begin(Pending& pending);
    /// Asks that it ends soon; it still ends by itself, as cancelled or as it was.
    void cancel(Pending& pending);

    // ---- Waiting: all blocking calls wait here
    // --------------------------------------------------------------

    /// Waits until the request is done and returns its result.
    Result<void> await(Pending& pending);
    /// begin() and await().
    Result<void> perform(Pending& pending);
    /// Calls `attempt` until it says true, sleeping between, at most until `until`. Any function of the host
    /// that does not wait may be tried; `watch` names what may change its mind. An attempt says false only
    /// when it met would_block: what lies there already wakes nobody. False: the time is over, or the port
    /// ended the wait early (a signal on Linux).
    bool block(Watch& watch, Callback<bool()> attempt, Instant until);
    /// The same with a lambda.
    template <typename Attempt>
    bool block(Watch& watch, Instant until, const Attempt& attempt) {
        const auto call = [](void* object) -> bool { return (*static_cast<const Attempt*>(object))(); };
        return block(watch, Callback<bool()>{call, const_cast<Attempt*>(&attempt)}, until);
    }
    /// The same for one socket and a lambda.
    template <typename Attempt>
    bool block(SocketId socket, Instant until, const Attempt& attempt) {
        Watch watch{socket};
        return block(watch, until, attempt);
    }
    /// For calls that sleep outside of the host (kernel descriptors and sockets in one poll): between these
    /// two calls whatever concerns the watch wakes its waiter. Register first, then look, then sleep.
    void watch(Watch& watch);
    void unwatch(Watch& watch);

    // ---- Events ------------------------------------------------------------------------------------------

    /// The listener is told from now on, until removed; the application owns it.
    void add(EventListener& listener);
    /// May be told once more while this call runs, on another thread.
    void remove(EventListener& listener);

    HostStatistics statistics() const;

private:
    using Slot = SocketSlot;

    /// What most calls about a socket begin with: the lock, for as long as the call lasts, and the place;
    /// null when it is not there.
    class Named {
    public:
        Named(const Host& host, SocketId socket);
        explicit operator bool() const { return slot_ != nullptr; }
        Slot& operator*() const { return *slot_; }
        Slot* operator->() const { return slot_; }

    private:
        Lock lock_;
        Slot* slot_;
    };

    // session::Listener: on the servicing thread, with the lock held.
    void on_hello(const wire::HelloRequest& hello, wire::HelloReply& reply) override;
    void on_open(const wire::HelloReply& agreed) override;
    void on_closed(Error why) override;
    void on_message(const session::Message& message) override;
    void on_data(std::uint16_t channel, ByteView bytes, bool end) override;
    void on_datagram(std::uint16_t channel, ByteView part, bool more) override;
    void on_credit(std::uint16_t channel, std::uint32_t limit) override;
    void on_cancel(std::uint16_t request) override;
    void on_room() override;

    // Everything below runs with the lock held.

    // The link and events: host.cpp
    void start_now();
    void say_hello(Instant now);
    void lose(LinkState state);
    void break_off(const char* why);
    void settle(Instant now);
    void flush();
    void wake_service() { port_.wake(service_waiter_); }
    Instant deadline() const;
    bool somebody_waits() const;
    void tell(Callback<void(EventListener&)> what);
    void tell_link(const LinkChanged& change);
    void on_event(const session::Message& message);
    void wake_watches(SocketId socket);
    void wake_all_watches();

    // Requests: requests.cpp
    friend class request::Accept;
    friend class request::BeginTls;
    friend class request::CheckRoute;
    friend class request::ConnectDatagrams;
    friend class request::Disconnect;
    friend class request::Listen;
    friend class request::SetOption;
    friend class request::ShutDown;
    void on_reply(const session::Message& message);
    void on_item(const session::Message& message);
    void on_late_reply(const session::Message& message);
    Pending* find_pending(std::uint16_t number) const;
    Error submit(Pending& pending);
    Error send(std::uint16_t& number, Duration deadline, const void* message, const wire::Code* code);
    static Error refusal_in(const session::Message& message, std::uint32_t& detail);
    void remove(Pending& pending);
    void complete(Pending& pending, Error error);
    void complete_all(Error error);
    void end_requests_of(SocketId socket);
    void submit_waiting();
    void expire_requests(Instant now);
    std::uint16_t next_number();
    Instant due(Duration deadline);
    void expires(Instant at) { expiry_ = earlier(expiry_, at); }

    // Sockets: sockets.cpp, socket_link.cpp
    Slot* find(SocketId socket) const;
    Slot* find(wire::SocketHandle handle) const;
    Slot* find_asked(std::uint16_t number) const;
    SocketId id_of(const Slot& slot) const;
    Readiness readiness_of(const Slot& slot) const;
    bool room_for(const Slot& slot) const { return slot.send_credit.available() != 0 && !full_; }
    void changed(Slot& slot);
    Result<std::size_t> send_frame(SocketId socket, ByteView bytes, bool goes_on);
    Result<std::size_t> receive_all(SocketId socket, Bytes into, std::size_t skip, bool peek);
    Result<std::size_t> receive_some(SocketId socket, Bytes into, std::size_t done, bool peek);
    Slot* free_slot() const;
    bool place_is_coming() const;
    void prepare(Slot& slot, Family family, SocketType type, Protocol protocol, std::uint32_t cookie);
    session::ReceiveCredit fresh_credit(const Slot& slot, std::uint32_t consumed) const;
    DatagramState& datagram_of(const Slot& slot) const { return datagrams_[index_of(slot)]; }
    std::size_t index_of(const Slot& slot) const { return static_cast<std::size_t>(&slot - slots_.data()); }
    DatagramState* datagram_state(SocketId socket) const;
    void disconnected(SocketId socket);
    void connect_succeeded(Slot& slot);
    Error may_shut(SocketId socket, Shutdown how);
    void mark_shut(SocketId socket, Shutdown how);
    Error ask(Slot& slot, Slot::Asked asked, Duration deadline, const void* message, const wire::Code* code);
    void asked(Slot& slot, Slot::Asked what, Duration deadline);
    void answered(Slot& slot);
    void set_callback(Slot& slot, ReadinessCallback callback);
    void on_slot_reply(Slot& slot, const session::Message& message);
    void on_opened(Slot& slot, const session::Message& message, Error error);
    void begin_close(Slot& slot);
    void send_close(Slot& slot);
    void close_orphan(wire::SocketHandle handle);
    void release(Slot& slot);
    bool return_credit(Slot& slot);
    void send_waiting_for_sockets();
    void expire_sockets(Instant now);
    void lose_sockets();
    void call_ready_sockets();

    // Sockets that outlive a reset: reattach.cpp
    struct Reattach {
        bool (*show)(Host& host, wire::Token& token); ///< false: there is none
        void (*opened)(Host& host, const wire::HelloReply& agreed);
        void (*on_snapshot)(Host& host, const wire::SocketSnapshot& snapshot);
    };
    static const Reattach kReattach;
    void keep_token(const wire::Token& token);
    bool read_token(wire::Token& token);
    void on_snapshot(const wire::SocketSnapshot& snapshot);

    // Servers: listeners.cpp
    void mark_listening(SocketId socket);
    Result<SocketId> reserve(SocketId listener, wire::SocketAccept& message);
    Error settle(SocketId listener, SocketId place, const wire::SocketAccepted& accepted);
    void abandon(SocketId listener, SocketId place, Error error);

    // TLS on a stream that stands: begin_tls.cpp
    Result<std::uint32_t> may_secure(SocketId socket) const;
    void begin_securing(SocketId socket);
    Slot* end_securing(SocketId socket);
    void secured(SocketId socket);
    void securing_failed(SocketId socket, Error error);

    // Datagrams: datagrams.cpp
    void on_part(Slot& slot, ByteView part, bool more);
    Readiness datagram_readiness(const Slot& slot) const;
    Result<std::size_t> next_size(const Slot& slot) const;
    static Error not_datagrams(const Slot& slot, Result<void> told);

    // What is small and often looked at comes first: near an object's front it takes short instructions.
    Port& port_;
    LinkState state_ = LinkState::down;
    bool started_ = false;
    bool show_token_ = false;
    bool stop_wanted_ = false;
    bool start_wanted_ = false;
    bool full_ = false;       // the session has no room; on_room follows
    bool unsent_ = false;     // something waits for room
    bool notify_ = false;     // some slot has its notify set
    bool in_session_ = false; // Session::service() runs: nobody else may flush
    std::uint16_t number_ = 0;
    std::uint16_t snapshots_left_ = 0;
    std::uint16_t waiting_slots_ = 0; // with a request or a callback
    Span<SocketSlot> slots_;
    Span<DatagramState> datagrams_;
    Pending* pending_ = nullptr; // in the order they were begun
    Watch* watches_ = nullptr;
    EventListener* listeners_ = nullptr;
    EventListener* told_next_ = nullptr; // where the walk of tell() goes on
    Lock* service_lock_ = nullptr;       // of service(), which callbacks release
    link::Link& link_;
    Waiter service_waiter_;
    HostCounters counters_;
    std::uint32_t hellos_ = 0;
    const Reattach* reattach_ = nullptr; // null: nothing is retained
    Bytes retained_;
    Instant hello_at_ = Instant::never();
    Instant expiry_ = Instant::never();   // no request ends before
    Instant promised_ = Instant::never(); // service() will be called by then
    HostSettings settings_;
    session::Session session_;
};

/// Owns what a Host needs. `FrameRoom`: that of the link. A microcontroller: HostStorage<8, 2048, 512, 4, 0>.
/// `Datagrams`: there may be datagram sockets (HostSettings::datagrams).
template <std::size_t Sockets, std::size_t BytesEach, std::size_t FrameRoom, std::size_t TransmitSlots,
          std::size_t ReorderSlots, bool Datagrams = true>
class HostStorage {
public:
    HostParts parts() { return {session_.storage(), sockets_, receive_, {datagrams_, kDatagrams}}; }

    static constexpr std::size_t kSocketBytes = sizeof(SocketSlot) * Sockets;
    static constexpr std::size_t kReceiveBytes = Sockets * BytesEach;
    static constexpr std::size_t kSessionBytes =
        sizeof(session::SessionStorage<FrameRoom, TransmitSlots, ReorderSlots>);

private:
    session::SessionStorage<FrameRoom, TransmitSlots, ReorderSlots> session_;
    static constexpr std::size_t kDatagrams = Datagrams ? Sockets : 0;

    SocketSlot sockets_[Sockets];
    DatagramState datagrams_[kDatagrams + (Datagrams ? 0 : 1)];
    Byte receive_[Sockets * BytesEach];
};

} // namespace nwp
