// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/text.h"
#include "nwp/host.h"
#include "tests/kit/manual_clock.h"
#include "tests/kit/pipe_pair.h"
#include "wire/messages.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace nwp::test {

/// The other end of the link: a real Session whose answers a test writes. Without a script it is a friendly
/// NWP that grants everything.
class FakeNwp final : private session::Listener {
public:
    using Answer = std::function<void(const session::Message&)>;

    struct Seen {
        session::FrameKind kind;
        std::uint16_t id;
        std::uint16_t number;
        std::uint32_t deadline_ms;
        kit::Buffer body;
    };

    struct Datagram {
        Address to;
        std::string bytes;
        std::size_t parts = 0;
        bool whole = false;
    };

    explicit FakeNwp(link::Link& link) : session_(session::Role::nwp, link, *this, storage_.storage()) {}

    /// Replaces the friendly answer to requests of that id.
    template <typename Message>
    void on(const Answer& answer) {
        answers_[Message::id] = answer;
    }
    template <typename Message>
    void ignore() {
        on<Message>([](const session::Message&) {});
    }
    template <typename Message>
    void refuse(Error error, std::uint32_t detail = 0) {
        on<Message>([=, this](const session::Message& request) {
            reply(request.request, wire::Failed{error, detail});
        });
    }

    template <typename Message>
    void reply(std::uint16_t number, const Message& message) {
        ASSERT_TRUE(session_.send_reply(number, message));
    }
    template <typename Message>
    void item(std::uint16_t number, const Message& message) {
        ASSERT_TRUE(session_.send_item(number, message));
    }
    template <typename Message>
    void event(const Message& message) {
        ASSERT_TRUE(session_.send_event(message));
    }
    void data(wire::SocketHandle socket, std::string_view text, bool end = false);
    /// In parts where it does not fit into a frame; `cut`: without its last part.
    void datagram(wire::SocketHandle socket, const Address& from, std::string_view bytes, bool cut = false);
    /// The last part of one that was cut.
    void datagram_part(wire::SocketHandle socket, std::string_view bytes) {
        ASSERT_TRUE(session_.send_datagram(static_cast<std::uint16_t>(socket), {}, as_bytes(bytes)));
    }
    void credit(wire::SocketHandle socket, std::uint32_t limit) {
        ASSERT_TRUE(session_.send_credit(static_cast<std::uint16_t>(socket), limit));
    }

    bool service(Instant now) {
        const auto before = session_.counters().frames_in + session_.counters().frames_out;
        if (!silent) session_.service(now);
        return session_.counters().frames_in + session_.counters().frames_out != before;
    }
    Instant next_deadline() const { return silent ? Instant::never() : session_.next_deadline(); }
    const session::Counters& counters() const { return session_.counters(); }

    /// Requests, cancels as they came.
    std::vector<Seen> seen;
    std::size_t count(std::uint16_t id) const;
    template <typename Message>
    Message last() const {
        for (auto one = seen.rbegin(); one != seen.rend(); ++one) {
            if (one->id == Message::id) return *wire::decode<Message>(one->body);
        }
        ADD_FAILURE() << "no such request came";
        return {};
    }

    bool silent = false; ///< neither hears nor speaks, and the link does not say so
    std::uint32_t send_limit = 100000;
    wire::SocketHandle last_handle{};
    std::map<std::uint16_t, std::string> received;            ///< stream bytes by channel
    std::map<std::uint16_t, std::vector<Datagram>> datagrams; ///< whole ones by channel
    std::map<std::uint16_t, std::uint32_t> credit_told;       ///< the host's limits
    std::vector<std::uint16_t> cancelled;
    std::vector<wire::HelloRequest> hellos;
    std::function<void(const wire::HelloRequest&, wire::HelloReply&)> hello_answer;
    std::function<void()> opened; ///< the session stands

private:
    void on_hello(const wire::HelloRequest& hello, wire::HelloReply& reply) override;
    void on_open(const wire::HelloReply&) override {
        if (opened) opened();
    }
    void on_closed(Error) override {}
    void on_message(const session::Message& message) override;
    void on_data(std::uint16_t channel, ByteView bytes, bool) override {
        received[channel] += as_text(bytes);
    }
    void on_datagram(std::uint16_t channel, ByteView part, bool more) override;
    void on_credit(std::uint16_t channel, std::uint32_t limit) override { credit_told[channel] = limit; }
    void on_cancel(std::uint16_t request) override { cancelled.push_back(request); }
    void on_room() override {}

    session::SessionStorage<4096, 512, 0> storage_;
    session::Session session_;
    std::map<std::uint16_t, Answer> answers_;
    std::uint16_t place_ = 0;
};

/// One thread and manual time, as on bare metal: waiting runs host and NWP. Fails when the lock is misused.
class ManualPort final : public Port {
public:
    explicit ManualPort(kit::ManualClock& clock) : clock_(clock) {}

    Instant now() override { return clock_.now(); }
    bool wait(Waiter& waiter, Lock& lock, Instant until) override;
    void wake(Waiter& waiter) override { waiter.woken = true; }
    void lock() override {
        EXPECT_FALSE(locked) << "the lock is not recursive";
        locked = true;
    }
    void unlock() override {
        EXPECT_TRUE(locked);
        locked = false;
        if (unlocked) std::exchange(unlocked, nullptr)();
    }
    void log(LogLevel, const char* text) override { logged.emplace_back(text); }

    std::function<bool(Instant)>
        turn; ///< one turn of the world; false: nothing moved and time went to the limit
    std::function<void()> unlocked; ///< once: what another thread does when the lock is free
    bool locked = false;
    std::vector<std::string> logged;

private:
    kit::ManualClock& clock_;
};

/// A host and an NWP joined by a perfect pipe, in manual time.
template <std::size_t Sockets = 4, std::size_t BytesEach = 256, std::size_t FrameRoom = 128,
          std::size_t TransmitSlots = 4>
class World {
public:
    explicit World(HostSettings settings = {})
        : host(port, pipe.host(), storage.parts(), settings), nwp(pipe.nwp()) {
        port.turn = [this](Instant until) { return turn(until); };
    }

    /// One turn of both ends; when nothing moved, time goes to what is next, at most to `until`.
    bool turn(Instant until) {
        const auto frames = pipe.frames_sent(kit::End::host) + pipe.frames_sent(kit::End::nwp);
        bool busy = host.service();
        busy = nwp.service(clock.now()) || busy;
        busy = busy || frames != pipe.frames_sent(kit::End::host) + pipe.frames_sent(kit::End::nwp);
        quiet = busy ? 0 : quiet + 1;
        if (quiet < 2) return true; // what the last frame caused is seen before time passes
        quiet = 0;
        const Instant next = earlier(host.next_deadline(), nwp.next_deadline());
        if (clock.now() >= until) return false;
        if (next == Instant::never() && until == Instant::never()) {
            ADD_FAILURE() << "a wait that nothing can end";
            throw std::runtime_error("stuck");
        }
        clock.advance_to(earlier(next, until));
        return true;
    }
    /// Everything that happens without time passing, and then what happens within `time`.
    void run(Duration time = {}) {
        const Instant until = clock.now() + time;
        while (turn(until)) {
        }
    }
    /// `retained`: as start() takes it.
    void up(Bytes retained = {}) {
        host.start(retained);
        ASSERT_TRUE(host.await_link(clock.now() + seconds(5)));
    }
    SocketId socket(Protocol protocol = Protocol::tcp) {
        const auto id = host.open(Family::ipv4, SocketType::stream, protocol);
        EXPECT_TRUE(id);
        run();
        EXPECT_TRUE(host.opened(*id));
        return *id;
    }
    SocketId connected(Protocol protocol = Protocol::tcp) {
        const SocketId id = socket(protocol);
        EXPECT_EQ(host.connect(id, peer).error(), Error::in_progress);
        run();
        EXPECT_TRUE(host.connect(id, peer));
        return id;
    }
    std::string receive(SocketId id, std::size_t most = 1000, bool peek = false) {
        std::string text(most, '\0');
        const auto got = host.receive(id, {reinterpret_cast<Byte*>(text.data()), most}, peek);
        EXPECT_TRUE(got) << to_string(got.error());
        text.resize(got ? *got : 0);
        return text;
    }
    Error receive_error(SocketId id) {
        Byte byte[1];
        return host.receive(id, byte).error();
    }
    Readiness ready(SocketId id) const { return *host.readiness(id); }

    int quiet = 0; ///< turns in which nothing was sent
    const Address peer = Address::ipv4(10, 77, 0, 9, 443);
    kit::ManualClock clock;
    ManualPort port{clock};
    kit::PipePair pipe{{FrameRoom, 64}};
    HostStorage<Sockets, BytesEach, FrameRoom, TransmitSlots, 0> storage;
    Host host;
    FakeNwp nwp;
};

} // namespace nwp::test
