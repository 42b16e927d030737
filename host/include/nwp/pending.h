// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/port.h"
#include "nwp/socket_id.h"
#include "session/session.h"

namespace nwp {

class Host;

/// A request under way, in memory of the caller: make one of the classes of nwp::request, give it to
/// Host::begin() and Host::await(), or to Host::perform() which is both, or set when_done(). Everything that
/// was handed to its constructor (texts, bytes to send, room for answers) must live until it is done. It ends
/// always and exactly once: by the reply, after the deadline and a grace, or when the link is lost. After
/// that it may be begun again. It must not go away between.
class Pending {
public:
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

    /// Any thread. Once true, result() and whatever the request answers may be read.
    bool done() const { return done_.load(std::memory_order_acquire); }

    /// Only when done. What the NWP said, each request names its errors; and for every request:
    ///   timed_out            no reply within the deadline and a grace
    ///   connection_aborted   the link was lost meanwhile
    ///   cancelled            Host::cancel()
    ///   unsupported          this NWP does not know the request
    ///   protocol_error       the NWP's answer breaks the protocol
    Result<void> result() const { return error_ == Error{} ? Result<void>{} : Result<void>{error_}; }

    /// For people and logs: what the NWP said beside its error (802.11 reason, TLS alert, errno), else 0.
    std::uint32_t detail() const { return detail_; }

    /// Before begin(): how long the NWP may take for a reply. 10 s, 30 s for names and joining, unless set.
    void set_deadline(Duration deadline) { deadline_ = deadline; }

    /// Before begin(): runs when done, on the servicing thread, without the lock. It may begin or destroy
    /// requests, this one too. Not together with await().
    void when_done(Callback<void(Pending&)> callback) { when_done_ = callback; }

protected:
    /// What a reply means for the request.
    enum class Next : std::uint8_t {
        done,
        again, ///< send() is to be called once more, for the next part
    };

    explicit Pending(Duration deadline) : deadline_(deadline) {}
    /// About one socket: send() gets its handle, and closing it ends the request.
    Pending(Duration deadline, SocketId socket) : deadline_(deadline), socket_(socket), of_socket_(true) {}
    ~Pending() { NWP_EXPECT(host_ == nullptr); }

    SocketId socket() const { return socket_; }
    /// In send(): it is for a further part, not for the first.
    bool goes_on() const { return goes_on_; }
    Host& host() const { return *host_; }
    /// would_block is an answer to it; to others it breaks the protocol.
    void may_find_nothing() { may_block_ = true; }

private:
    friend class Host;

    /// These run with the lock held. `handle` is that of the request's socket, if it has one. An error of
    /// send() other than would_block ends the request.
    virtual Result<void> send(session::Session& session, std::uint16_t number, std::uint32_t deadline_ms,
                              wire::SocketHandle handle) = 0;
    virtual Result<Next> on_reply(std::uint16_t id, ByteView body) = 0;
    /// On the servicing thread, without the lock, in order. Views die with the call.
    virtual Result<void> on_item(std::uint16_t, ByteView) { return Error::protocol_error; }
    /// It was begun and ends with an error. With the lock held, on the servicing thread.
    virtual void failed(Error) {}

    Pending* next_ = nullptr;
    Host* host_ = nullptr; // while begun and not done
    Duration deadline_;
    Instant ends_at_{};
    Callback<void(Pending&)> when_done_;
    Waiter waiter_;
    std::uint32_t detail_ = 0;
    SocketId socket_;
    wire::SocketHandle handle_{};
    std::uint16_t number_ = 0; // 0: not sent yet
    Error error_{};            // how it ended; before that, how it will end when no reply comes
    bool decided_ = false;     // and also when one comes
    bool of_socket_ = false;
    bool goes_on_ = false;
    bool may_block_ = false;
    std::atomic<bool> done_{false};
};

} // namespace nwp
