// SPDX-License-Identifier: Apache-2.0
// Requests about sockets: each turns into a call of the service and its answer into a message.
#include "nwpd/dialect/native/host_session.h"

#include "base/expect.h"
#include "wire/reader.h"

namespace nwp::native {
namespace {

/// The form of tls_defer that asks for TLS to begin: how many bytes of the stream the application consumed.
std::optional<std::uint32_t> beginning_of_tls(const wire::SocketOptionSet& set) {
    if (set.option != SocketOption::tls_defer || set.value.size() != 8) return std::nullopt;
    wire::Reader reader{set.value};
    const std::uint64_t off = reader.number(4);
    const auto consumed = static_cast<std::uint32_t>(reader.number(4));
    return off == 0 ? std::optional{consumed} : std::nullopt;
}

} // namespace

Channel* HostSession::find(wire::SocketHandle handle, const RequestPointer& request) {
    Channel* channel = channels_.find(handle);
    if (channel == nullptr) request->fail(Error::bad_handle);
    return channel;
}

/// Of a socket that was just made; there is a place for it.
Channel& HostSession::add_channel(service::SocketId socket, std::uint32_t cookie, std::uint32_t window) {
    Channel* channel = channels_.add(socket);
    NWP_EXPECT(channel != nullptr);
    channel->cookie = cookie;
    channel->window = window;
    channel->to_host = session::SendCredit{window};
    channel->from_host = session::ReceiveCredit{kSendWindow};
    return *channel;
}

void HostSession::on(const wire::SocketOpen& open, const RequestPointer& request) {
    if (channels_.size() == Channels::kPlaces) return request->fail(Error::too_many_files_in_system);
    const Result<service::SocketId> socket =
        services_.sockets.open(client_, open.family, open.type, open.protocol);
    if (!socket) return request->fail(socket.error());
    Channel& channel = add_channel(*socket, open.cookie, open.receive_limit);
    if (open.type == SocketType::datagram)
        channel.datagrams.emplace(longest_datagram(open.family));
    else
        update_receive_room(channel);
    request->reply(wire::SocketOpened{channel.handle, channel.from_host.limit()});
}

void HostSession::on(const wire::SocketConnect& connect, const RequestPointer& request) {
    Channel* channel = find(connect.socket, request);
    if (channel == nullptr) return;
    const service::SocketId socket = channel->socket;
    if (connect.peer.family == Family::unspecified) disconnected(*channel);
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
    Channel* channel = find(set.socket, request);
    if (channel == nullptr) return;
    if (const auto consumed = beginning_of_tls(set)) return begin_tls(*channel, *consumed, request);
    request->finish(services_.sockets.set_option(client_, channel->socket, set.option, set.value));
}

/// What the host got and its application did not take is the NWP's again: its host drops it when the answer
/// comes, which no byte from behind the handshake can overtake.
void HostSession::begin_tls(Channel& channel, std::uint32_t consumed, const RequestPointer& request) {
    if (!consume_up_to(channel, consumed)) return request->fail(Error::invalid_argument);
    const service::SocketId socket = channel.socket;
    const auto begun =
        services_.sockets.begin_tls(client_, socket, request->limit(),
                                    [request](const Result<void>& secured) { request->finish(secured); });
    if (!begun) return request->fail(begun.error());
    channel.consumed = channel.to_host.sent();
    update_receive_room(channel);
    request->on_cancel([this, socket] { services_.sockets.cancel_connect(client_, socket); });
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
    const Channel* channel = find(bind.socket, request);
    if (channel == nullptr) return;
    const Result<Address> bound = services_.sockets.bind(client_, channel->socket, bind.local);
    if (bound)
        request->reply(wire::SocketName{*bound});
    else
        request->fail(bound.error());
}

void HostSession::on(const wire::SocketListen& listen, const RequestPointer& request) {
    const Channel* channel = find(listen.socket, request);
    if (channel == nullptr) return;
    request->finish(services_.sockets.listen(client_, channel->socket, listen.backlog));
}

void HostSession::on(const wire::SocketAccept& accept, const RequestPointer& request) {
    const Channel* listener = find(accept.socket, request);
    if (listener == nullptr) return;
    if (channels_.size() == Channels::kPlaces) return request->fail(Error::too_many_files_in_system);
    const auto accepted = services_.sockets.accept(client_, listener->socket);
    if (!accepted) return request->fail(accepted.error());
    Channel& channel = add_channel(accepted->socket, accept.cookie, accept.receive_limit);
    update_receive_room(channel);
    request->reply(
        wire::SocketAccepted{channel.handle, channel.from_host.limit(), accepted->local, accepted->peer});
}

void HostSession::on(const wire::SocketRouteCheck& check, const RequestPointer& request) {
    const Channel* channel = find(check.socket, request);
    if (channel == nullptr) return;
    request->finish(services_.sockets.check_route(client_, channel->socket, check.peer));
}

} // namespace nwp::native
