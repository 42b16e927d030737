// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/host_session.h"

#include <sys/random.h>

#include <utility>

namespace nwp::native {
namespace {

/// Stream bytes of one socket that a host may have sent and TCP not yet taken.
constexpr std::uint32_t kSendWindow = 128 * 1024;
static_assert(kSendWindow <= service::Sockets::kSendRoom);

wire::AddressChanged address_message(const std::optional<wifi::Lease>& lease) {
    if (!lease) return {};
    return {lease->address, lease->prefix_length, lease->gateway,
            lease->dns_servers.empty() ? Address{} : lease->dns_servers.front()};
}

} // namespace

HostSession::HostSession(Services& services, service::ClientPolicy policy, std::optional<uid_t> uid)
    : services_(services), client_(std::move(policy), *this), uid_(uid) {
    renew_token();
    services_.wlan.add(client_);
}

HostSession::~HostSession() {
    services_.wlan.remove(client_);
    services_.sockets.close_all(client_);
}

void HostSession::renew_token() {
    // Without random bytes no token may be given out at all.
    NWP_EXPECT(::getrandom(token_.octets, sizeof token_.octets, 0) == sizeof token_.octets);
}

void HostSession::attach(Attachment attachment) {
    attachment_.emplace(attachment);
    channels_.for_each([&](Channel& channel) {
        // Unconsumed bytes come again, once the new host gives credit; what it may send begins where we
        // stand.
        channel.to_host = session::SendCredit{channel.consumed, channel.consumed};
        channel.window.reset();
        channel.end_sent = false;
        channel.failure_told = false;
        queue(channel);
    });
}

void HostSession::detach() {
    attachment_.reset();
    turns_.clear();
    untold_.clear();
    channels_.for_each([&](Channel& channel) {
        channel.queued = false;
        static_cast<void>(services_.sockets.set_receive_room(client_, channel.socket, 0));
    });
}

void HostSession::send_snapshots() {
    for (const service::SocketSummary& summary : services_.sockets.list(client_)) {
        Channel* channel = channels_.find(summary.socket);
        if (channel == nullptr) continue;
        attachment_->outbox.send(session::FrameKind::event, 0,
                                 wire::SocketSnapshot{channel->handle, channel->cookie, summary.family,
                                                      summary.type, summary.protocol,
                                                      static_cast<std::uint8_t>(summary.state), summary.peer,
                                                      channel->from_host.received(), channel->consumed,
                                                      channel->from_host.tell()});
    }
    const service::WlanStatus status = services_.wlan.status();
    on_wifi_changed(status.state, status.cause, 0);
    on_address_changed(status.lease);
}

// ---- bytes towards the host

void HostSession::queue(Channel& channel) {
    if (!attachment_) return;
    if (!channel.queued) {
        channel.queued = true;
        turns_.push_back(channel.handle);
    }
    attachment_->wake();
}

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
    if (channel.failure && !channel.failure_told) {
        channel.failure_told = true;
        attachment_->outbox.send(session::FrameKind::event, 0,
                                 wire::SocketFailed{channel.handle, *channel.failure});
    }
    return {};
}

bool HostSession::has_more(Channel& channel) {
    const Result<ByteView> received = services_.sockets.received(client_, channel.socket);
    if (!received) return false;
    if (received->size() > channel.to_host.sent() - channel.consumed) return channel.to_host.available() > 0;
    return (!channel.end_sent && services_.sockets.ended(client_, channel.socket)) ||
           (channel.failure && !channel.failure_told);
}

void HostSession::pump() {
    if (!attachment_) return;
    tell_untold_credit();
    while (!turns_.empty() && attachment_->outbox.drain()) { // data never overtakes a reply
        Channel* channel = channels_.find(turns_.front());
        if (channel != nullptr && send_one(*channel).error() == Error::would_block) return;
        turns_.pop_front();
        if (channel == nullptr) continue;
        channel->queued = has_more(*channel);
        if (channel->queued) turns_.push_back(channel->handle);
    }
}

bool HostSession::on_credit(wire::SocketHandle handle, std::uint32_t limit) {
    Channel* channel = channels_.find(handle);
    if (channel == nullptr) return true; // of a socket that was just closed
    const bool is_higher = static_cast<std::int32_t>(limit - channel->to_host.limit()) > 0;
    if (channel->window && !is_higher) return true; // told again, or an older one
    if (!channel->window) channel->window = limit - channel->consumed;
    const std::uint32_t consumed = limit - *channel->window;
    const std::uint32_t newly = consumed - channel->consumed;
    if (newly > channel->to_host.sent() - channel->consumed) return false; // consumed what never was sent
    if (!services_.sockets.consume(client_, channel->socket, newly)) return true;
    channel->consumed = consumed;
    channel->to_host.raise(limit);
    update_receive_room(*channel);
    queue(*channel);
    return true;
}

void HostSession::update_receive_room(Channel& channel) {
    const std::uint32_t room = channel.to_host.limit() - channel.consumed;
    static_cast<void>(services_.sockets.set_receive_room(client_, channel.socket, room));
}

// ---- bytes from the host

bool HostSession::on_data(wire::SocketHandle handle, ByteView bytes) {
    Channel* channel = channels_.find(handle);
    if (channel == nullptr) return true; // of a socket that was just closed
    if (!channel->from_host.accept(static_cast<std::uint32_t>(bytes.size()))) return false;
    // A socket that cannot take bytes any more has said so, or does by SocketFailed; they go nowhere.
    static_cast<void>(services_.sockets.write(client_, channel->socket, bytes));
    tell_credit(*channel);
    return true;
}

void HostSession::tell_credit(Channel& channel) {
    const auto waiting = static_cast<std::uint32_t>(services_.sockets.waiting(client_, channel.socket));
    const std::uint32_t taken = channel.from_host.received() - waiting;
    channel.from_host.consume(taken - channel.from_host.consumed());
    if (!attachment_) return;
    session::Session& session = attachment_->session;
    if (!channel.from_host.worth_telling(static_cast<std::uint32_t>(session.data_room()) * 4)) return;
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

// ---- what the service tells

void HostSession::on_readable(service::SocketId socket) {
    if (Channel* channel = channels_.find(socket)) queue(*channel);
}

void HostSession::on_taken(service::SocketId socket) {
    if (Channel* channel = channels_.find(socket)) tell_credit(*channel);
}

void HostSession::on_failed(service::SocketId socket, Error error) {
    Channel* channel = channels_.find(socket);
    if (channel == nullptr) return;
    channel->failure = error;
    channel->failure_told = false;
    queue(*channel);
}

void HostSession::on_wifi_changed(WifiState state, WifiCause cause, std::uint32_t detail) {
    if (!attachment_) return;
    attachment_->outbox.send(session::FrameKind::event, 0, wire::WifiChanged{state, cause, detail});
}

void HostSession::on_address_changed(const std::optional<wifi::Lease>& lease) {
    if (!attachment_) return;
    attachment_->outbox.send(session::FrameKind::event, 0, address_message(lease));
}

// ---- requests

Channel* HostSession::find(wire::SocketHandle handle, const RequestPointer& request) {
    Channel* channel = channels_.find(handle);
    if (channel == nullptr) request->fail(Error::bad_handle);
    return channel;
}

void HostSession::on(const wire::SocketOpen& open, const RequestPointer& request) {
    const Result<service::SocketId> socket =
        services_.sockets.open(client_, open.family, open.type, open.protocol);
    if (!socket) return request->fail(socket.error());
    Channel* channel = channels_.add(*socket);
    if (channel == nullptr) {
        services_.sockets.close(client_, *socket, -1, [](const Result<void>&) {});
        return request->fail(Error::too_many_files_in_system);
    }
    channel->cookie = open.cookie;
    channel->window = open.receive_limit;
    channel->to_host = session::SendCredit{open.receive_limit};
    channel->from_host = session::ReceiveCredit{kSendWindow};
    update_receive_room(*channel);
    request->reply(wire::SocketOpened{channel->handle, channel->from_host.limit()});
}

void HostSession::on(const wire::SocketConnect& connect, const RequestPointer& request) {
    const Channel* channel = find(connect.socket, request);
    if (channel == nullptr) return;
    const service::SocketId socket = channel->socket;
    request->on_cancel([this, socket] { services_.sockets.cancel_connect(client_, socket); });
    services_.sockets.connect(client_, socket, connect.peer, request->limit(),
                              [request](const Result<Address>& local) {
                                  if (local)
                                      request->reply(wire::SocketConnected{*local});
                                  else
                                      request->fail(local.error());
                              });
}

void HostSession::on(const wire::SocketOptionSet& set, const RequestPointer& request) {
    const Channel* channel = find(set.socket, request);
    if (channel == nullptr) return;
    request->finish(services_.sockets.set_option(client_, channel->socket, set.option, set.value));
}

void HostSession::on(const wire::SocketOptionGet& get, const RequestPointer& request) {
    const Channel* channel = find(get.socket, request);
    if (channel == nullptr) return;
    const auto value = services_.sockets.get_option(client_, channel->socket, get.option);
    if (value)
        request->reply(wire::SocketOptionValue{*value});
    else
        request->fail(value.error());
}

void HostSession::on(const wire::SocketShutdown& shutdown, const RequestPointer& request) {
    const Channel* channel = find(shutdown.socket, request);
    if (channel == nullptr) return;
    request->finish(services_.sockets.shutdown(client_, channel->socket, shutdown.how));
}

void HostSession::on(const wire::SocketClose& close, const RequestPointer& request) {
    const Channel* channel = find(close.socket, request);
    if (channel == nullptr) return;
    const service::SocketId socket = channel->socket;
    channels_.remove(close.socket); // from here on nothing is sent for this handle
    services_.sockets.close(client_, socket, close.linger_s,
                            [request](const Result<void>& closed) { request->finish(closed); });
}

void HostSession::on(const wire::SocketNameGet& get, const RequestPointer& request) {
    const Channel* channel = find(get.socket, request);
    if (channel == nullptr) return;
    const Result<Address> address = get.peer != 0 ? services_.sockets.peer(client_, channel->socket)
                                                  : services_.sockets.local(client_, channel->socket);
    if (address)
        request->reply(wire::SocketName{*address});
    else
        request->fail(address.error());
}

void HostSession::on(const wire::SocketVerdictGet& get, const RequestPointer& request) {
    const Channel* channel = find(get.socket, request);
    if (channel == nullptr) return;
    const Result<Verdict> verdict = services_.sockets.verdict(client_, channel->socket);
    if (!verdict) return request->fail(verdict.error());
    request->reply(
        wire::SocketVerdict{verdict->rules, verdict->depth, verdict->alert, verdict->subject.view()});
}

void HostSession::on(const wire::SocketBind& bind, const RequestPointer& request) {
    if (find(bind.socket, request) != nullptr) request->fail(Error::unsupported);
}

void HostSession::on(const wire::SocketListen& listen, const RequestPointer& request) {
    if (find(listen.socket, request) != nullptr) request->fail(Error::unsupported);
}

void HostSession::on(const wire::SocketAccept& accept, const RequestPointer& request) {
    if (find(accept.socket, request) != nullptr) request->fail(Error::unsupported);
}

void HostSession::on(const wire::SocketRouteCheck& check, const RequestPointer& request) {
    if (find(check.socket, request) != nullptr) request->fail(Error::unsupported);
}

} // namespace nwp::native
