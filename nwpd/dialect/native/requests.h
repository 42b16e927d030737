// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "nwpd/dialect/native/outbox.h"
#include "wire/general.h"

#include <functional>
#include <map>
#include <memory>

namespace nwp::native {

/// One open request. It is answered once: what comes after the first answer, after its deadline or after its
/// session is dropped, so that whoever works on it need not know.
class Request {
public:
    Request(Outbox& outbox, std::uint16_t number, Instant deadline, Duration limit)
        : outbox_(&outbox), number_(number), deadline_(deadline), limit_(limit) {}

    bool open() const { return outbox_ != nullptr; }
    Instant deadline() const { return deadline_; }
    /// How long the work may take, from when the request came.
    Duration limit() const { return limit_; }

    template <typename Item>
    void item(const Item& item) {
        if (outbox_ != nullptr) outbox_->send(session::FrameKind::item, number_, item);
    }
    template <typename Reply>
    void reply(const Reply& reply) {
        if (Outbox* outbox = close()) outbox->send(session::FrameKind::reply, number_, reply);
    }
    void fail(Error error, std::uint32_t detail = 0) { reply(wire::Failed{error, detail}); }
    /// Done or Failed.
    void finish(const Result<void>& result) {
        if (result)
            reply(wire::Done{});
        else
            fail(result.error());
    }

    /// What ends the work early when the host cancels, the deadline passes or the host goes. At most once
    /// called, and not after the answer.
    void on_cancel(std::function<void()> stop) { stop_ = std::move(stop); }
    /// Ends the work and answers with `error`; a work that answers from inside its stop wins.
    void stop(Error error) {
        if (const auto stop = std::exchange(stop_, nullptr); open() && stop) stop();
        fail(error);
    }
    /// The host is gone: ends the work, answers nobody.
    void abandon() {
        const auto stop = std::exchange(stop_, nullptr);
        if (close() != nullptr && stop) stop();
    }

private:
    Outbox* close() {
        if (outbox_ != nullptr) stop_ = nullptr;
        return std::exchange(outbox_, nullptr);
    }

    Outbox* outbox_; ///< null once answered
    std::uint16_t number_;
    Instant deadline_;
    Duration limit_;
    std::function<void()> stop_;
};

using RequestPointer = std::shared_ptr<Request>;

/// The open requests of one host.
class Requests {
public:
    explicit Requests(Outbox& outbox) : outbox_(outbox) {}
    ~Requests() { abandon_all(); }
    Requests(const Requests&) = delete;
    Requests& operator=(const Requests&) = delete;

    /// Null when this number is still open: the host broke the protocol.
    RequestPointer begin(std::uint16_t number, std::uint32_t deadline_ms, Instant now);
    void cancel(std::uint16_t number);
    /// Answers timed_out where the deadline has passed.
    void expire(Instant now);
    Instant next_deadline() const;
    void abandon_all();
    std::size_t size() const { return open_.size(); }

private:
    void forget_answered();

    Outbox& outbox_;
    std::map<std::uint16_t, RequestPointer> open_;
};

} // namespace nwp::native
