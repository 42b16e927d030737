// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/posix/posix_port.h"
#include "session/session.h"
#include "tests/contract/internet.h"
#include "tests/kit/hex.h"
#include "wire/messages.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

namespace nwp::contract {

/// Host `number` of this process's internet, as a host without a radio says it.
inline Address address_of(std::uint8_t number, std::uint16_t port) {
    const std::uint32_t ip = real_address(number);
    return Address::ipv4(static_cast<Byte>(ip >> 24), static_cast<Byte>(ip >> 16), static_cast<Byte>(ip >> 8),
                         static_cast<Byte>(ip), port);
}

/// A host that speaks the protocol by hand.
class RawHost final : private session::Listener {
public:
    explicit RawHost(link::Link& link) : session_(session::Role::host, link, *this, storage_.storage()) {
        session_.hello(7, 0xFFFFFFFF, nullptr, port_.now());
        EXPECT_TRUE(run_until([this] { return session_.is_open(); }));
    }

    /// Sends a request and returns what `Reply` says; nothing, and error(), when it was refused.
    template <typename Request>
    std::optional<typename Request::Reply> ask(const Request& request) {
        begin(request);
        EXPECT_TRUE(run_until([this] { return answered_; }));
        if (id_ != Request::Reply::id) {
            const auto failed = wire::decode<wire::Failed>({body_.data(), body_.size()});
            error_ = failed ? failed->error : Error::malformed;
            return std::nullopt;
        }
        return *wire::decode<typename Request::Reply>({body_.data(), body_.size()});
    }
    /// Sends a request; its reply is nobody's.
    template <typename Request>
    void begin(const Request& request) {
        answered_ = false;
        error_ = {};
        EXPECT_TRUE(session_.send_request(++number_, 30000, request));
    }
    Error error() const { return error_; }
    session::Session& session() { return session_; }

private:
    template <typename Condition>
    bool run_until(Condition holds) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!holds() && std::chrono::steady_clock::now() < end) {
            session_.service(port_.now());
            std::this_thread::yield();
        }
        return holds();
    }

    void on_hello(const wire::HelloRequest&, wire::HelloReply&) override {}
    void on_open(const wire::HelloReply&) override {}
    void on_closed(Error) override { ADD_FAILURE() << "the session ended"; }
    void on_message(const session::Message& message) override {
        if (message.kind != session::FrameKind::reply || message.request != number_) return;
        answered_ = true;
        id_ = message.id;
        body_ = kit::copied(message.body);
    }
    void on_data(std::uint16_t, ByteView, bool) override {}
    void on_datagram(std::uint16_t, ByteView, bool) override {}
    void on_credit(std::uint16_t, std::uint32_t) override {}
    void on_cancel(std::uint16_t) override {}
    void on_room() override {}

    posix::PosixPort port_;
    session::SessionStorage<4096, 32, 0> storage_;
    session::Session session_;
    std::uint16_t number_ = 0;
    bool answered_ = false;
    std::uint16_t id_ = 0;
    kit::Buffer body_;
    Error error_{};
};

} // namespace nwp::contract
