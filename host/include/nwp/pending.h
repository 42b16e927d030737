// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/port.h"
#include "nwp/socket_id.h"
#include "session/session.h"

namespace nwp {

class Host;

/// Longest struct of a reply or an item.
constexpr std::size_t kReceivedRoom = 192;

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
    /// Which messages travel for a request.
    struct Exchange {
        const wire::Code* request;
        const wire::Code* reply;
        const wire::Code* item;    ///< null: it has none
        std::uint32_t deadline_ms; ///< unless set_deadline() says another
    };

    /// `message` is the request's, inside the derived class.
    Pending(const Exchange& exchange, void* message);
    /// About one socket, whose handle the message begins with: closing the socket ends the request.
    Pending(const Exchange& exchange, void* message, SocketId socket);
    /// Inline: elsewhere it would cost every class between this and a request a table of virtual functions.
    ~Pending() { NWP_EXPECT(host_ == nullptr); }

    SocketId socket() const { return socket_; }
    Host& host() const { return *host_; }
    /// In prepare(): it is for a further part, not for the first.
    bool goes_on() const { return goes_on_; }
    /// In take(): prepare() is to be called once more, for the next part.
    void again() { again_ = true; }
    /// would_block is an answer to it; to others it breaks the protocol.
    void may_find_nothing() { may_block_ = true; }

private:
    friend class Host;

    /// With the lock held: completes the message, each time before it is sent; it may be that it cannot be
    /// sent yet. An error ends the request.
    virtual Error prepare() { return Error{}; }
    /// With the lock held. `reply` is of the struct that the exchange names; its views die with the call.
    virtual Error take(const void*) { return Error{}; }
    /// On the servicing thread, without the lock, in order; as take().
    virtual void take_item(const void*) {}
    /// It was prepared and ends with an error. With the lock held.
    virtual void failed(Error) {}

    std::atomic<bool> done_{false};
    Error error_{};        // how it ended; before that, how it will end when no reply comes
    bool decided_ = false; // and also when one comes
    bool of_socket_ = false;
    bool goes_on_ = false;
    bool again_ = false;
    bool may_block_ = false;
    std::uint16_t number_ = 0; // 0: not sent yet
    SocketId socket_;
    const Exchange& exchange_;
    void* const message_at_;
    Pending* next_ = nullptr;
    Host* host_ = nullptr; // while begun and not done
    std::uint32_t detail_ = 0;
    Waiter waiter_;
    Callback<void(Pending&)> when_done_;
    Duration deadline_;
    Instant ends_at_{};
};

} // namespace nwp
