// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/sockets.h"

#include "nwpd/service/stream_socket.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace nwp::service {
namespace {

/// What can be opened. Datagrams, DTLS, raw sockets and listeners are not served.
Result<void> check_kind(Family family, SocketType type, Protocol protocol) {
    if (family != Family::ipv4 && family != Family::ipv6) return Error::family_not_supported;
    if (type == SocketType::raw) return Error::not_permitted;
    if (type != SocketType::stream && type != SocketType::datagram) return Error::socket_type_not_supported;
    // Zephyr: TLS goes with streams, DTLS with datagrams.
    if (is_tls(protocol) && type != SocketType::stream) return Error::wrong_protocol_type;
    if (is_dtls(protocol) && type != SocketType::datagram) return Error::wrong_protocol_type;
    if (type == SocketType::datagram) return Error::protocol_not_supported;
    if (protocol == Protocol::any || protocol == Protocol::tcp || is_tls(protocol)) return {};
    return Error::protocol_not_supported;
}

} // namespace

struct Sockets::Impl : std::enable_shared_from_this<Sockets::Impl> {
    using Entry = std::shared_ptr<StreamSocket>;

    Impl(boost::asio::io_context& context, Network& network, Credentials& credentials,
         const net::Calendar& calendar)
        : services{context, network, credentials, calendar, net::TlsContexts{}, {}, {}, {}} {}

    StreamSocket* find(const Client& client, SocketId socket) const;
    std::shared_ptr<ClientPresence> presence_of(const Client& client);
    SocketId next_id();
    Entry take(Client& client, SocketId socket);
    void close_stream(ClosingStream::Parts parts, std::chrono::seconds linger, std::function<void()> done);
    void lease_changed();

    SocketServices services;
    std::unordered_map<std::uint32_t, Entry> entries;
    std::unordered_map<const Client*, std::shared_ptr<ClientPresence>> presences;
    std::unordered_set<std::shared_ptr<ClosingStream>> closing;
    std::uint32_t last_id = 0;
    std::chrono::seconds close_bound{30};
};

StreamSocket* Sockets::Impl::find(const Client& client, SocketId socket) const {
    const auto at = entries.find(static_cast<std::uint32_t>(socket));
    if (at == entries.end() || &at->second->client() != &client) return nullptr;
    return at->second.get();
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

Sockets::Impl::Entry Sockets::Impl::take(Client& client, SocketId socket) {
    if (find(client, socket) == nullptr) return nullptr;
    const auto node = entries.extract(static_cast<std::uint32_t>(socket));
    --services.totals.sockets;
    if (is_tls(node.mapped()->summary().protocol)) --services.totals.tls_sockets;
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

Result<SocketId> Sockets::open(Client& client, Family family, SocketType type, Protocol protocol) {
    if (auto kind = check_kind(family, type, protocol); !kind) return kind.error();
    const auto presence = impl_->presence_of(client);
    if (presence->sockets >= client.policy().socket_limit) return Error::too_many_files_in_system;

    const SocketId id = impl_->next_id();
    const StreamSocket::Kind kind{family, protocol};
    impl_->entries.emplace(static_cast<std::uint32_t>(id),
                           std::make_shared<StreamSocket>(impl_->services, client, presence, id, kind));
    ++presence->sockets;
    ++impl_->services.totals.sockets;
    if (is_tls(protocol)) ++impl_->services.totals.tls_sockets;
    return id;
}

void Sockets::connect(Client& client, SocketId socket, const Address& peer, Duration limit,
                      std::function<void(Result<Address>)> done) {
    if (StreamSocket* entry = impl_->find(client, socket))
        return entry->connect(peer, limit, std::move(done));
    boost::asio::post(impl_->services.context,
                      [presence = std::weak_ptr{impl_->presence_of(client)}, done = std::move(done)] {
                          if (!presence.expired()) done(Error::bad_handle);
                      });
}

void Sockets::cancel_connect(Client& client, SocketId socket) {
    if (StreamSocket* entry = impl_->find(client, socket)) entry->cancel_connect();
}

Result<void> Sockets::set_option(Client& client, SocketId socket, SocketOption option, ByteView value) {
    StreamSocket* entry = impl_->find(client, socket);
    return entry == nullptr ? Error::bad_handle : entry->set_option(option, value);
}

Result<std::vector<Byte>> Sockets::get_option(Client& client, SocketId socket, SocketOption option) {
    StreamSocket* entry = impl_->find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    return entry->get_option(option);
}

Result<ByteView> Sockets::received(Client& client, SocketId socket) {
    StreamSocket* entry = impl_->find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    return entry->received();
}

bool Sockets::ended(Client& client, SocketId socket) {
    StreamSocket* entry = impl_->find(client, socket);
    return entry != nullptr && entry->ended();
}

Result<void> Sockets::consume(Client& client, SocketId socket, std::size_t count) {
    StreamSocket* entry = impl_->find(client, socket);
    return entry == nullptr ? Error::bad_handle : entry->consume(count);
}

Result<void> Sockets::drop_received(Client& client, SocketId socket, std::size_t keep) {
    StreamSocket* entry = impl_->find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    entry->drop_received(keep);
    return {};
}

Result<void> Sockets::set_receive_room(Client& client, SocketId socket, std::size_t bytes) {
    StreamSocket* entry = impl_->find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    entry->set_receive_room(bytes);
    return {};
}

Result<void> Sockets::write(Client& client, SocketId socket, ByteView bytes) {
    StreamSocket* entry = impl_->find(client, socket);
    return entry == nullptr ? Error::bad_handle : entry->write(bytes);
}

std::size_t Sockets::waiting(Client& client, SocketId socket) {
    StreamSocket* entry = impl_->find(client, socket);
    return entry == nullptr ? 0 : entry->waiting();
}

Result<void> Sockets::shutdown(Client& client, SocketId socket, Shutdown how) {
    StreamSocket* entry = impl_->find(client, socket);
    return entry == nullptr ? Error::bad_handle : entry->shutdown(how);
}

void Sockets::close(Client& client, SocketId socket, std::int32_t linger_s,
                    std::function<void(Result<void>)> done) {
    const auto answer = [presence = std::weak_ptr{impl_->presence_of(client)},
                         done = std::move(done)](Result<void> outcome) {
        if (!presence.expired()) done(outcome);
    };
    const Impl::Entry entry = impl_->take(client, socket);
    if (!entry) return boost::asio::post(impl_->services.context, [answer] { answer(Error::bad_handle); });

    auto parts = entry->release();
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
        --impl_->services.totals.sockets;
        if (is_tls(entry->summary().protocol)) --impl_->services.totals.tls_sockets;
        if (auto parts = entry->release()) impl_->close_stream(std::move(*parts), {}, nullptr);
    }
}

Result<Address> Sockets::local(Client& client, SocketId socket) {
    StreamSocket* entry = impl_->find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    return entry->local();
}

Result<Address> Sockets::peer(Client& client, SocketId socket) {
    StreamSocket* entry = impl_->find(client, socket);
    return entry == nullptr ? Error::bad_handle : entry->peer();
}

Result<Verdict> Sockets::verdict(Client& client, SocketId socket) {
    StreamSocket* entry = impl_->find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    return entry->verdict();
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
