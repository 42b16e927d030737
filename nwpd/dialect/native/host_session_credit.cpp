// SPDX-License-Identifier: Apache-2.0
// HostSession's stream bytes both ways, and the credit of streams and datagrams.
#include "nwpd/dialect/native/host_session.h"

#include <utility>

namespace nwp::native {

// ---- towards the host

Result<void> HostSession::send_one(Channel& channel) {
    session::Session& session = attachment_->session;
    const Result<ByteView> received = services_.sockets.received(client_, channel.socket);
    if (!received) return {}; // closed meanwhile
    const ByteView unsent = received->from(channel.to_host.sent() - channel.consumed);
    const auto handle = static_cast<std::uint16_t>(channel.handle);

    if (!unsent.empty()) {
        const ByteView allowed = unsent.first(channel.to_host.available());
        if (allowed.empty()) return {};
        const bool last = allowed.size() == unsent.size() && allowed.size() <= session.data_room() &&
                          services_.sockets.ended(client_, channel.socket);
        const Result<std::size_t> sent = session.send_data(handle, allowed, last);
        if (!sent) return sent.error();
        channel.to_host.take(static_cast<std::uint32_t>(*sent));
        channel.end_sent = last;
        return {};
    }
    if (!channel.end_sent && services_.sockets.ended(client_, channel.socket)) {
        const Result<std::size_t> sent = session.send_data(handle, {}, true);
        if (!sent) return sent.error();
        channel.end_sent = true;
        return {};
    }
    tell_failure(channel);
    return {};
}

/// Once, and behind what came before it.
void HostSession::tell_failure(Channel& channel) {
    if (!channel.failure || std::exchange(channel.failure_told, true)) return;
    attachment_->outbox.send(session::FrameKind::event, 0,
                             wire::SocketFailed{channel.handle, *channel.failure});
}

bool HostSession::has_more(Channel& channel) {
    const Result<ByteView> received = services_.sockets.received(client_, channel.socket);
    if (!received) return false;
    if (received->size() > channel.to_host.sent() - channel.consumed) return channel.to_host.available() > 0;
    return (!channel.end_sent && services_.sockets.ended(client_, channel.socket)) ||
           (channel.failure && !channel.failure_told);
}

bool HostSession::on_credit(wire::SocketHandle handle, std::uint32_t limit) {
    Channel* channel = channels_.find(handle);
    if (channel == nullptr) return true; // of a socket that was just closed
    const bool is_higher = static_cast<std::int32_t>(limit - channel->to_host.limit()) > 0;
    if (channel->window && !is_higher) return true; // told again, or an older one
    if (!channel->window) channel->window = limit - channel->consumed;
    // Limits are told in whole frames: one may lie behind what the beginning of TLS has told exactly, and
    // does when the host has not heard yet of having been disconnected.
    const std::uint32_t told = limit - *channel->window;
    const bool behind = static_cast<std::int32_t>(told - channel->consumed) < 0;
    if (!behind && !consume_up_to(*channel, told)) return false;
    channel->to_host.raise(limit);
    if (!channel->datagrams) update_receive_room(*channel);
    queue(*channel);
    return true;
}

/// `consumed`: by the host's application, in total. False: that much never was sent.
bool HostSession::consume_up_to(Channel& channel, std::uint32_t consumed) {
    const std::uint32_t newly = consumed - channel.consumed;
    if (newly > channel.to_host.sent() - channel.consumed) return false;
    if (!channel.datagrams && !services_.sockets.consume(client_, channel.socket, newly)) return true;
    channel.consumed = consumed;
    return true;
}

/// What the host has counts as consumed: the next connection's bytes begin behind it.
void HostSession::disconnected(Channel& channel) {
    channel.failure.reset();
    channel.failure_told = channel.end_sent = false;
    if (channel.datagrams) return;
    channel.consumed = channel.to_host.sent();
    update_receive_room(channel);
}

void HostSession::update_receive_room(Channel& channel) {
    const std::uint32_t room = channel.to_host.limit() - channel.consumed;
    static_cast<void>(services_.sockets.set_receive_room(client_, channel.socket, room));
}

// ---- from the host

bool HostSession::on_data(wire::SocketHandle handle, ByteView bytes) {
    Channel* channel = channels_.find(handle);
    if (channel == nullptr) return true; // of a socket that was just closed
    if (channel->datagrams) return false;
    if (!channel->from_host.accept(static_cast<std::uint32_t>(bytes.size()))) return false;
    // A socket that cannot take bytes any more has said so, or does by SocketFailed; they go nowhere.
    static_cast<void>(services_.sockets.write(client_, channel->socket, bytes));
    tell_credit(*channel);
    return true;
}

void HostSession::tell_credit(Channel& channel) {
    const auto waiting = static_cast<std::uint32_t>(services_.sockets.waiting(client_, channel.socket));
    const std::uint32_t taken = channel.from_host.received() - waiting - unfinished_cost(channel);
    channel.from_host.consume(taken - channel.from_host.consumed());
    if (!attachment_) return;
    session::Session& session = attachment_->session;
    const auto frames = static_cast<std::uint32_t>(session.data_room()) * 2;
    if (!channel.from_host.worth_telling(frames) && !(channel.datagrams && needs_room(channel))) return;
    if (session.send_credit(static_cast<std::uint16_t>(channel.handle), channel.from_host.limit())) {
        channel.from_host.tell();
    } else {
        untold_.insert(channel.handle); // the session is full: pump() tries again
    }
    attachment_->wake();
}

void HostSession::tell_untold_credit() {
    for (const wire::SocketHandle handle : std::exchange(untold_, {})) {
        if (Channel* channel = channels_.find(handle)) tell_credit(*channel);
    }
}

} // namespace nwp::native
