// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/text.h"
#include "ports/posix/posix_port.h"
#include "session/session.h"
#include "tests/contract/internet.h"
#include "tests/kit/hex.h"
#include "wire/messages.h"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace nwp::contract {

/// Host `number` of this process's internet, as a host without a radio says it.
inline Address address_of(std::uint8_t number, std::uint16_t port) {
    const std::uint32_t ip = real_address(number);
    return Address::ipv4(static_cast<Byte>(ip >> 24), static_cast<Byte>(ip >> 16), static_cast<Byte>(ip >> 8),
                         static_cast<Byte>(ip), port);
}

/// A host that speaks the protocol by hand and writes down what it hears.
class RawHost final : private session::Listener {
public:
    struct Datagram {
        Address from;
        std::string bytes;
        int parts = 1;
    };

    explicit RawHost(link::Link& link) : session_(session::Role::host, link, *this, storage_.storage()) {}

    void say_hello(const wire::Token* show = nullptr) {
        static std::uint32_t nonce = 0;
        session_.hello(++nonce, 0xFFFFFFFF, show, port_.now());
        EXPECT_TRUE(until([this] { return session_.is_open(); }));
    }
    template <typename Condition>
    bool until(Condition holds) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!holds() && std::chrono::steady_clock::now() < end) {
            session_.service(port_.now());
            std::this_thread::yield();
        }
        return holds();
    }
    /// The answer; nothing, and error(), where it was refused.
    template <typename Request>
    std::optional<typename Request::Reply> ask(const Request& request) {
        begin(request);
        EXPECT_TRUE(until([this] { return replied_; }));
        const ByteView body{body_.data(), body_.size()};
        if (id_ == Request::Reply::id) {
            kept_ = body_; // views inside the answer live until the next one
            return *wire::decode<typename Request::Reply>({kept_.data(), kept_.size()});
        }
        const auto failed = wire::decode<wire::Failed>(body);
        error_ = failed ? failed->error : Error::malformed;
        return std::nullopt;
    }
    /// Sends a request; its reply is nobody's.
    template <typename Request>
    void begin(const Request& request) {
        replied_ = false;
        error_ = {};
        EXPECT_TRUE(session_.send_request(++number_, 30000, request));
    }
    Error error() const { return error_; }
    template <typename Request>
    Error refusal(const Request& request) {
        EXPECT_FALSE(ask(request));
        return error_;
    }

    /// A whole datagram in as many parts as it takes.
    void send(wire::SocketHandle socket, const Address& to, std::string_view bytes) {
        Byte room[32];
        wire::Writer address{room};
        wire::put(address, to);
        ByteView head = Bytes{room}.first(address.position());
        ByteView left = as_bytes(bytes);
        do {
            const auto taken = session_.send_datagram(static_cast<std::uint16_t>(socket), head, left);
            if (!taken) {
                session_.service(port_.now());
                continue;
            }
            left = left.from(*taken);
            head = {};
        } while (!left.empty() || !head.empty());
        session_.flush(port_.now());
    }
    void give_credit(wire::SocketHandle socket, std::uint32_t limit) {
        EXPECT_TRUE(session_.send_credit(static_cast<std::uint16_t>(socket), limit));
        session_.flush(port_.now());
    }
    session::Session& session() { return session_; }

    wire::HelloReply agreed;
    bool closed = false;
    std::map<std::uint16_t, std::deque<Datagram>> datagrams;
    std::map<std::uint16_t, std::uint32_t> credit;
    std::deque<wire::SocketAcceptable> acceptable;
    std::deque<wire::SocketProblem> problems;
    std::vector<wire::SocketSnapshot> snapshots;
    std::vector<std::uint16_t> events; ///< ids, in order
    std::map<std::uint16_t, std::string> data;

private:
    void on_hello(const wire::HelloRequest&, wire::HelloReply&) override {}
    void on_open(const wire::HelloReply& reply) override { agreed = reply; }
    void on_closed(Error) override { closed = true; }
    void on_message(const session::Message& message) override {
        if (message.kind == session::FrameKind::reply) {
            if (message.request != number_) return;
            replied_ = true;
            id_ = message.id;
            body_ = kit::copied(message.body);
            return;
        }
        events.push_back(message.id);
        note(acceptable, message);
        note(problems, message);
        note(snapshots, message);
    }
    template <typename Events>
    void note(Events& events_of_a_kind, const session::Message& message) {
        using Told = typename Events::value_type;
        if (message.id == Told::id) events_of_a_kind.push_back(*wire::decode<Told>(message.body));
    }
    void on_data(std::uint16_t channel, ByteView bytes, bool) override { data[channel] += as_text(bytes); }
    void on_datagram(std::uint16_t channel, ByteView part, bool more) override {
        auto& all = datagrams[channel];
        if (!under_way_[channel]) {
            wire::Reader reader{part};
            Datagram datagram;
            wire::get(reader, datagram.from);
            EXPECT_TRUE(reader.ok());
            datagram.bytes = as_text(reader.left());
            unfinished_[channel] = datagram;
        } else {
            unfinished_[channel].bytes += as_text(part);
            ++unfinished_[channel].parts;
        }
        under_way_[channel] = more;
        if (!more) all.push_back(unfinished_[channel]);
    }
    void on_credit(std::uint16_t channel, std::uint32_t limit) override { credit[channel] = limit; }
    void on_cancel(std::uint16_t) override {}
    void on_room() override {}

    posix::PosixPort port_;
    session::SessionStorage<4096, 64, 0> storage_;
    session::Session session_;
    std::uint16_t number_ = 0;
    bool replied_ = false;
    std::uint16_t id_ = 0;
    kit::Buffer body_;
    kit::Buffer kept_;
    Error error_{};
    std::map<std::uint16_t, bool> under_way_;
    std::map<std::uint16_t, Datagram> unfinished_;
};

} // namespace nwp::contract
