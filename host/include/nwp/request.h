// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/pending.h"
#include "wire/general.h"

#include <type_traits>

namespace nwp::request {

constexpr std::uint32_t kDeadlineMs = 10'000;
constexpr std::uint32_t kSlowDeadlineMs = 30'000;     ///< names, joining a network
constexpr std::uint32_t kConnectDeadlineMs = 130'000; ///< handshakes that are no part of Host::connect()

/// Bytes of a value that one message carries, well within session::kMessageRoom: the session's ring must hold
/// it.
constexpr std::size_t kPart = 448;

struct NoItem {};

/// A request with a message and its reply, and with items before the reply where `Item` names them. `Base`:
/// Pending, or what several requests have in common.
template <typename Message, typename Item = NoItem, std::uint32_t DeadlineMs = kDeadlineMs,
          typename Base = Pending>
class Asking : public Base {
protected:
    Asking() : Base(kExchange, &message_) {}
    explicit Asking(SocketId socket) : Base(kExchange, &message_, socket) {
        static_assert(wire::first_is_socket<Message>());
    }
    ~Asking() = default;

    using Reply = typename Message::Reply;
    /// What take() and take_item() get.
    static const Reply& as_reply(const void* reply) { return *static_cast<const Reply*>(reply); }
    static const Item& as_item(const void* item) { return *static_cast<const Item*>(item); }

    Message message_{};

private:
    template <typename Received>
    static constexpr const wire::Code* code_of() {
        static_assert(sizeof(Received) <= kReceivedRoom && wire::begins_as_zeros<Received>());
        return wire::code<Received>();
    }
    static constexpr const wire::Code* item_code() {
        if constexpr (std::is_same_v<Item, NoItem>)
            return nullptr;
        else
            return code_of<Item>();
    }
    static constexpr
        typename Base::Exchange kExchange{wire::code<Message>(), code_of<Reply>(), item_code(), DeadlineMs};
};

} // namespace nwp::request
