// SPDX-License-Identifier: Apache-2.0
// Sockets come and go: open, accept, close. What is done with one is in sockets_calls.cpp.
#include "nwpd/service/sockets_impl.h"

#include "nwpd/service/packet_socket.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace nwp::service {
namespace {

Result<void> check_packets(const Socket::Kind& kind) {
    if (kind.type != SocketType::datagram) return Error::socket_type_not_supported;
    return kind.protocol == Protocol::any ? Result<void>{} : Result<void>{Error::protocol_not_supported};
}

/// What can be opened. Raw sockets are not served.
Result<void> check_kind(const Socket::Kind& kind) {
    const auto [family, type, protocol] = kind;
    if (family == Family::packet) return check_packets(kind);
    if (family != Family::ipv4 && family != Family::ipv6) return Error::family_not_supported;
    if (type == SocketType::raw) return Error::not_permitted;
    if (type != SocketType::stream && type != SocketType::datagram) return Error::socket_type_not_supported;
    // Zephyr: TLS goes with streams, DTLS with datagrams.
    if (is_tls(protocol) && type != SocketType::stream) return Error::wrong_protocol_type;
    if (is_dtls(protocol) && type != SocketType::datagram) return Error::wrong_protocol_type;
    const Protocol plain = type == SocketType::stream ? Protocol::tcp : Protocol::udp;
    if (protocol == Protocol::any || protocol == plain || is_tls(protocol) || is_dtls(protocol)) return {};
    return Error::protocol_not_supported;
}

} // namespace

Socket* Sockets::Impl::find(const Client& client, SocketId socket) const {
    const auto at = entries.find(static_cast<std::uint32_t>(socket));
    if (at == entries.end() || &at->second->client() != &client) return nullptr;
    return at->second.get();
}

Result<StreamSocket*> Sockets::Impl::stream(const Client& client, SocketId socket) const {
    Socket* entry = find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    if (entry->stream() == nullptr) return Error::operation_not_supported;
    return entry->stream();
}

Result<DatagramFlow*> Sockets::Impl::datagrams(const Client& client, SocketId socket) const {
    Socket* entry = find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    if (entry->datagrams() == nullptr) return Error::operation_not_supported;
    return entry->datagrams();
}

std::shared_ptr<ClientPresence> Sockets::Impl::presence_of(const Client& client) {
    auto& presence = presences[&client];
    if (!presence) presence = std::make_shared<ClientPresence>();
    return presence;
}

SocketId Sockets::Impl::next_id() {
    do ++last_id;
    while (last_id == 0 || entries.count(last_id) != 0);
    return SocketId{last_id};
}

Result<void> Sockets::Impl::check_quota(const Client& client) {
    if (presence_of(client)->sockets >= client.policy().socket_limit) return Error::too_many_files_in_system;
    return {};
}

void Sockets::Impl::add(SocketId id, Entry entry) {
    ++presence_of(entry->client())->sockets;
    ++services.totals.sockets;
    if (is_tls(entry->kind().protocol)) ++services.totals.tls_sockets;
    entries.emplace(static_cast<std::uint32_t>(id), std::move(entry));
}

void Sockets::Impl::count_out(const Socket& socket) {
    --services.totals.sockets;
    if (is_tls(socket.kind().protocol)) --services.totals.tls_sockets;
}

Sockets::Impl::Entry Sockets::Impl::take(Client& client, SocketId socket) {
    if (find(client, socket) == nullptr) return nullptr;
    const auto node = entries.extract(static_cast<std::uint32_t>(socket));
    count_out(*node.mapped());
    --presences.at(&client)->sockets;
    return node.mapped();
}

void Sockets::Impl::close_stream(ClosingStream::Parts parts, std::chrono::seconds linger,
                                 std::function<void()> done) {
    const ClosingStream::Limits limits{.linger = linger, .bound = std::max(close_bound, linger)};
    auto place = std::make_shared<std::weak_ptr<ClosingStream>>();
    auto stream = std::make_shared<ClosingStream>(services.context, std::move(parts), limits, std::move(done),
                                                  [weak = weak_from_this(), place] {
                                                      if (auto self = weak.lock())
                                                          self->closing.erase(place->lock());
                                                  });
    *place = stream;
    closing.insert(stream);
    stream->begin();
}

void Sockets::Impl::lease_changed() {
    for (const auto& [id, entry] : entries) entry->lease_changed();
    for (const auto& stream : std::exchange(closing, {})) stream->abort();
}

Sockets::Sockets(boost::asio::io_context& context, Network& network, Credentials& credentials,
                 const net::Calendar& calendar)
    : impl_(std::make_shared<Impl>(context, network, credentials, calendar)) {
    network.on_lease_changed([weak = std::weak_ptr{impl_}] {
        if (auto impl = weak.lock()) impl->lease_changed();
    });
}

Sockets::~Sockets() = default;

void Sockets::on_date_proven(std::function<void()> listener) {
    impl_->services.date_proven = std::move(listener);
}

void Sockets::set_close_bound(Duration bound) {
    impl_->close_bound = std::chrono::seconds{bound.milliseconds() / 1000};
}

void Sockets::set_handshake_limit(Duration limit) {
    impl_->services.handshake_limit = std::chrono::milliseconds{limit.milliseconds()};
}

Result<SocketId> Sockets::open(Client& client, Family family, SocketType type, Protocol protocol) {
    const Socket::Kind kind{family, type, protocol};
    if (auto served = check_kind(kind); !served) return served.error();
    if (auto free = impl_->check_quota(client); !free) return free.error();

    const SocketId id = impl_->next_id();
    const auto presence = impl_->presence_of(client);
    if (family == Family::packet) {
        auto entry = std::make_shared<PacketSocket>(impl_->services, client, presence, id, kind);
        if (auto opened = entry->open(); !opened) return opened.error();
        impl_->add(id, std::move(entry));
    } else if (type == SocketType::stream)
        impl_->add(id, std::make_shared<StreamSocket>(impl_->services, client, presence, id, kind));
    else
        impl_->add(id, std::make_shared<DatagramSocket>(impl_->services, client, presence, id, kind));
    return id;
}

Result<AcceptedSocket> Sockets::accept(Client& client, SocketId socket) {
    const auto listener = impl_->stream(client, socket);
    if (!listener) return listener.error();
    if ((*listener)->acceptable() > 0)
        if (auto free = impl_->check_quota(client); !free) return free.error();
    auto arrival = (*listener)->take_arrival();
    if (!arrival) return arrival.error();

    const SocketId id = impl_->next_id();
    const AcceptedSocket accepted{id, arrival->local, arrival->peer};
    auto entry = std::make_shared<StreamSocket>(**listener, id);
    entry->become(std::move(*arrival));
    impl_->add(id, std::move(entry));
    return accepted;
}

void Sockets::close(Client& client, SocketId socket, std::int32_t linger_s,
                    std::function<void(Result<void>)> done) {
    const auto answer = [presence = std::weak_ptr{impl_->presence_of(client)},
                         done = std::move(done)](Result<void> outcome) {
        if (!presence.expired()) done(outcome);
    };
    const Impl::Entry entry = impl_->take(client, socket);
    if (!entry) return boost::asio::post(impl_->services.context, [answer] { answer(Error::bad_handle); });

    std::optional<ClosingStream::Parts> parts;
    if (entry->stream() != nullptr) parts = entry->stream()->release();
    if (parts && linger_s == 0) {
        parts->stream->close(true);
        parts.reset();
    }
    if (!parts) return boost::asio::post(impl_->services.context, [answer] { answer({}); });
    impl_->close_stream(std::move(*parts), std::chrono::seconds{std::max(linger_s, 0)},
                        [answer] { answer({}); });
}

void Sockets::close_all(Client& client) {
    impl_->presences.erase(&client); // answers under way find nobody
    for (auto at = impl_->entries.begin(); at != impl_->entries.end();) {
        if (&at->second->client() != &client) {
            ++at;
            continue;
        }
        const Impl::Entry entry = std::exchange(at->second, nullptr);
        at = impl_->entries.erase(at);
        impl_->count_out(*entry);
        if (entry->stream() == nullptr) continue;
        if (auto parts = entry->stream()->release()) impl_->close_stream(std::move(*parts), {}, nullptr);
    }
}

std::vector<SocketSummary> Sockets::list(Client& client) const {
    std::vector<SocketSummary> sockets;
    for (const auto& [id, entry] : impl_->entries)
        if (&entry->client() == &client) sockets.push_back(entry->summary());
    std::sort(sockets.begin(), sockets.end(),
              [](const SocketSummary& a, const SocketSummary& b) { return a.socket < b.socket; });
    return sockets;
}

std::vector<SocketDetails> Sockets::list_all() const {
    std::vector<SocketDetails> sockets;
    sockets.reserve(impl_->entries.size());
    for (const auto& [id, entry] : impl_->entries) sockets.push_back(entry->details());
    std::sort(sockets.begin(), sockets.end(), [](const SocketDetails& a, const SocketDetails& b) {
        return a.summary.socket < b.summary.socket;
    });
    return sockets;
}

SocketTotals Sockets::totals() const { return impl_->services.totals; }

} // namespace nwp::service
