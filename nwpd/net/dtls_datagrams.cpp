// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_datagrams_impl.h"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace nwp::net {
namespace {

constexpr std::size_t kRecord = 16384; // RFC 6347 4.1: as RFC 5246 6.2.1

} // namespace

// ---- sending and receiving

Result<Address> DtlsDatagrams::Impl::target(const Address& to) const {
    const bool named = to.family != Family::unspecified;
    if (!is_connected() && !named) return Error::destination_required;
    if (!is_connected()) return to;
    if (named && to != connected_to) return Error::is_connected;
    return connected_to;
}

Result<void> DtlsDatagrams::Impl::send(ByteView datagram, const Address& to) {
    if (closed) return Error::not_connected;
    if (pending) return *std::exchange(pending, std::nullopt);
    const auto peer = target(to);
    if (!peer) return peer.error();
    if (datagram.empty()) return Error::invalid_argument;
    if (datagram.size() > kRecord) return Error::message_too_long;
    const auto sent = send_to(*peer, datagram);
    arm();
    return sent;
}

Result<void> DtlsDatagrams::Impl::send_to(const Address& address, ByteView datagram) {
    if (end) return *end;
    DtlsPeer* peer = peers.find(address);
    if (peer == nullptr) {
        if (serves()) return Error::not_connected;
        if (const Error refused = begin(address, settings->handshake_limit, nullptr); refused != Error{})
            return refused;
        peer = peers.find(address);
        if (peer == nullptr) return std::exchange(pending, std::nullopt).value_or(Error::connection_aborted);
    }
    if (peer->handshaking()) {
        if (!peer->keep(datagram)) return Error::would_block;
        return {};
    }
    const auto sent = peer->association.write(datagram);
    if (sent) peers.used(*peer);
    lower_full = !sent && sent.error() == Error::would_block;
    return sent;
}

Result<DatagramInfo> DtlsDatagrams::Impl::receive(Bytes into) {
    if (closed) return Error::not_connected;
    if (pending) return *std::exchange(pending, std::nullopt);
    if (!inbox.empty()) return inbox.take(into);
    return end.value_or(Error::would_block);
}

// ---- handlers

void DtlsDatagrams::Impl::notify() {
    if (std::exchange(settle_posted, true)) return;
    boost::asio::post(context, [self = shared_from_this()] {
        self->settle_posted = false;
        self->settle();
    });
}

void DtlsDatagrams::Impl::settle() {
    if (closed) return;
    if (readable && (pending || end || !inbox.empty())) std::exchange(readable, nullptr)();
    if (!closed && writable) settle_writing();
}

void DtlsDatagrams::Impl::settle_writing() {
    const auto full = [](const DtlsPeer& peer) { return peer.handshaking() && peer.unsent_bytes != 0; };
    // The end of a handshake makes room, whatever that end is.
    if (std::any_of(peers.all().begin(), peers.all().end(), full) && !pending && !end) return;
    if (!lower_full) return std::exchange(writable, nullptr)();
    if (std::exchange(watching_writable, true)) return;
    lower->wait_writable([weak = weak_from_this()] {
        auto self = weak.lock();
        if (!self) return;
        self->watching_writable = self->lower_full = false;
        self->settle();
    });
}

void DtlsDatagrams::Impl::close() {
    if (std::exchange(closed, true)) return;
    readable = nullptr;
    writable = nullptr;
    on_refused = nullptr;
    on_handshake = nullptr;
    look_up = nullptr;
    timer.cancel();
    for (DtlsPeer& peer : peers.all()) {
        peer.association.close();
        for (auto& done : std::exchange(peer.waiting, {})) answer(std::move(done), Error::cancelled);
    }
    for (auto& each : awaited) answer(std::exchange(each.done, nullptr), Error::cancelled);
    awaited.clear();
    peers.all().clear();
    lower->close();
}

// ---- the datagrams

DtlsDatagrams::DtlsDatagrams(boost::asio::io_context& context, TlsContexts& contexts,
                             std::unique_ptr<Datagrams> lower, DtlsSettings settings,
                             const Calendar& calendar)
    : impl_(std::make_shared<Impl>(context, contexts, std::move(lower), std::move(settings), calendar)) {}

DtlsDatagrams::~DtlsDatagrams() {
    for (DtlsPeer& peer : impl_->peers.all()) peer.waiting.clear();
    impl_->awaited.clear();
    impl_->close();
}

Result<void> DtlsDatagrams::serve() { return impl_->serve(); }
void DtlsDatagrams::handshake(const Address& peer, Duration limit, Done done) {
    impl_->handshake(peer, limit, std::move(done));
}
void DtlsDatagrams::renew(DtlsSettings settings) { impl_->settings = prepared(std::move(settings)); }
void DtlsDatagrams::on_look_up(LookUp look_up) { impl_->look_up = std::move(look_up); }
void DtlsDatagrams::on_refused(Refused handler) { impl_->on_refused = std::move(handler); }

void DtlsDatagrams::on_handshake(std::function<void()> handler) { impl_->on_handshake = std::move(handler); }

const Verdict& DtlsDatagrams::verdict() const { return impl_->verdict; }
const DtlsCounters& DtlsDatagrams::counters() const { return impl_->counters; }
std::size_t DtlsDatagrams::associations() const { return impl_->peers.size(); }

DtlsFacts DtlsDatagrams::facts(const Address& peer) const {
    const auto& all = impl_->peers.all();
    const auto found = std::find_if(all.begin(), all.end(), [&](const DtlsPeer& each) {
        return peer.family == Family::unspecified || each.address == peer;
    });
    return found == all.end() ? DtlsFacts{} : found->association.facts();
}

Result<void> DtlsDatagrams::send(ByteView datagram, const Address& to) { return impl_->send(datagram, to); }
Result<DatagramInfo> DtlsDatagrams::receive(Bytes into) { return impl_->receive(into); }

void DtlsDatagrams::wait_readable(std::function<void()> handler) {
    if (impl_->closed) return;
    impl_->readable = std::move(handler);
    impl_->watch();
    impl_->notify();
}

void DtlsDatagrams::wait_writable(std::function<void()> handler) {
    if (impl_->closed) return;
    impl_->writable = std::move(handler);
    impl_->notify();
}

void DtlsDatagrams::close() { impl_->close(); }
Address DtlsDatagrams::local() const { return impl_->lower->local(); }
Address DtlsDatagrams::peer() const { return impl_->connected_to; }

} // namespace nwp::net
