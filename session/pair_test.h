// SPDX-License-Identifier: Apache-2.0
#pragma once

// For the tests of this folder: two sessions over a pair of links in manual time, and listeners that
// remember what they heard.

#include "session/session.h"
#include "tests/kit/hex.h"
#include "tests/kit/link_pair.h"
#include "tests/kit/manual_clock.h"

#include <functional>
#include <string>
#include <vector>

namespace nwp::session {

struct HeardMessage {
    FrameKind kind{};
    std::uint16_t id = 0;
    std::uint16_t request = 0;
    std::uint32_t deadline_ms = 0;
    kit::Buffer body;
};

/// Remembers everything; answers hellos with what the test has put into `answer`.
class Recorder : public Listener {
public:
    virtual ~Recorder() = default;

    void on_hello(const wire::HelloRequest& hello, wire::HelloReply& reply) override {
        hellos.push_back(hello);
        reply.error = answer.error;
        reply.capabilities = answer.capabilities;
        reply.attached = answer.attached;
        reply.sockets = answer.sockets;
        reply.token = answer.token;
    }
    void on_open(const wire::HelloReply& agreed) override { opened.push_back(agreed); }
    void on_closed(Error why) override { closed.push_back(why); }
    void on_message(const Message& message) override {
        messages.push_back(
            {message.kind, message.id, message.request, message.deadline_ms, kit::copied(message.body)});
    }
    void on_data(std::uint16_t channel, ByteView bytes, bool end) override {
        data_channel = channel;
        data.insert(data.end(), bytes.begin(), bytes.end());
        ends += end ? 1 : 0;
    }
    void on_datagram(std::uint16_t channel, ByteView part, bool more) override {
        datagram_parts.push_back({channel, kit::copied(part), more});
    }
    void on_credit(std::uint16_t channel, std::uint32_t limit) override {
        credits.emplace_back(channel, limit);
    }
    void on_cancel(std::uint16_t request) override { cancels.push_back(request); }
    void on_room() override {
        ++rooms;
        if (when_room) when_room();
    }

    wire::HelloReply answer;
    std::vector<wire::HelloRequest> hellos;
    std::vector<wire::HelloReply> opened;
    std::vector<Error> closed;
    std::vector<HeardMessage> messages;
    struct DatagramPart {
        std::uint16_t channel;
        std::vector<Byte> bytes;
        bool more;
    };
    std::vector<DatagramPart> datagram_parts;
    std::uint16_t data_channel = 0;
    kit::Buffer data;
    int ends = 0;
    std::vector<std::pair<std::uint16_t, std::uint32_t>> credits;
    std::vector<std::uint16_t> cancels;
    int rooms = 0;
    std::function<void()> when_room;
};

/// Frames come from the test and go to it.
class ScriptedLink final : public link::Link {
public:
    explicit ScriptedLink(bool is_reliable, std::size_t room = 512) : reliable_(is_reliable), room_(room) {}

    std::size_t frame_room() const override { return room_; }
    Result<void> send(ByteView frame) override {
        if (down) return Error::link_down;
        if (full) return Error::would_block;
        sent.push_back(kit::copied(frame));
        return {};
    }
    Result<ByteView> receive() override {
        if (down) return Error::link_down;
        if (coming.empty()) return Error::would_block;
        current_ = coming.front();
        coming.erase(coming.begin());
        return ByteView{current_};
    }
    void on_activity(Callback<void()>) override {}
    bool checked() const override { return true; }
    bool reliable() const override { return reliable_; }

    /// The frames that were sent since the last call.
    std::vector<kit::Buffer> take() { return std::exchange(sent, {}); }

    std::vector<kit::Buffer> coming;
    std::vector<kit::Buffer> sent;
    bool full = false;
    bool down = false;

private:
    bool reliable_;
    std::size_t room_;
    kit::Buffer current_;
};

/// A host and an NWP over `links`. Time passes only in the calls of this class.
template <std::size_t FrameRoom = 512, std::size_t Slots = 16, std::size_t Reorder = 15,
          std::size_t NwpFrameRoom = FrameRoom>
class Pair {
public:
    explicit Pair(kit::LinkPair& pair)
        : links(pair), host(Role::host, pair.host(), host_heard, host_storage_.storage()),
          nwp(Role::nwp, pair.nwp(), nwp_heard, nwp_storage_.storage()) {
        pair.host().on_activity(Callback<void()>::to<&Pair::wake>(*this));
        pair.nwp().on_activity(Callback<void()>::to<&Pair::wake>(*this));
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    ~Pair() {
        links.host().on_activity({});
        links.nwp().on_activity({});
    }

    Instant now() const { return clock_.now(); }

    /// Everything that is due now happens; then time goes on to whatever is next, until `done` or `limit`.
    bool run_until(const std::function<bool()>& done, Duration limit = seconds(60)) {
        const Instant end = clock_.now() + limit;
        for (;;) {
            settle();
            if (done()) return true;
            const Instant next =
                earlier(links.next_event(), earlier(host.next_deadline(), nwp.next_deadline()));
            if (next > end) {
                clock_.advance_to(end);
                settle();
                return done();
            }
            clock_.advance_to(next);
        }
    }
    void run_for(Duration time) {
        run_until([] { return false; }, time);
    }
    /// Says hello and waits until both sides have a session.
    bool open(std::uint32_t nonce = 1) {
        const auto host_before = host_heard.opened.size();
        host.hello(nonce, 0, nullptr, now());
        return run_until([&] { return host_heard.opened.size() > host_before; });
    }

    kit::LinkPair& links;
    Recorder host_heard;
    Recorder nwp_heard;

private:
    void wake() { woken_ = true; }
    void settle() {
        for (int round = 0; round < 1000; ++round) {
            woken_ = false;
            links.advance_to(now());
            const bool host_more = host.service(now());
            const bool nwp_more = nwp.service(now());
            if (!host_more && !nwp_more && !woken_) return;
        }
    }

    bool woken_ = false;
    kit::ManualClock clock_;
    SessionStorage<FrameRoom, Slots, Reorder> host_storage_;
    SessionStorage<NwpFrameRoom, Slots, Reorder> nwp_storage_;

public:
    Session host;
    Session nwp;
};

} // namespace nwp::session
