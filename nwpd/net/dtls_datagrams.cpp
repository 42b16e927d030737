// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_datagrams.h"

#include "nwpd/net/dtls_inbox.h"
#include "nwpd/net/dtls_peers.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace nwp::net {
namespace {

constexpr std::size_t kRecord = 16384;              // RFC 6347 4.1: as RFC 5246 6.2.1
constexpr std::size_t kLongest = 16384 + 2048 + 13; // RFC 6347 4.1: a whole record
/// So many datagrams at a time; then others of the loop have their turn.
constexpr int kBurst = 64;

constexpr Byte kHandshakeMessage = 22; // RFC 5246 6.2.1
constexpr Byte kChangeCipherSpec = 20;
constexpr Byte kAlert = 21;

/// What of the handshake and of alerts leads to nothing is no sign of damage: a flight may come again.
bool counts_when_useless(ByteView datagram) {
    const Byte type = datagram.empty() ? Byte{0} : datagram[0];
    return type != kHandshakeMessage && type != kChangeCipherSpec && type != kAlert;
}

SteadyTime after(Duration limit) {
    constexpr Duration kYear = seconds(std::int64_t{365} * 24 * 3600);
    const Duration bounded = std::clamp(limit, Duration{}, kYear);
    return std::chrono::steady_clock::now() + std::chrono::microseconds{bounded.microseconds()};
}

std::shared_ptr<const DtlsSettings> prepared(DtlsSettings settings) {
    settings.tls.session_cache = false;
    if (!is_dtls(settings.tls.ceiling)) settings.tls.ceiling = Protocol::dtls_1_2;
    return std::make_shared<const DtlsSettings>(std::move(settings));
}

} // namespace

struct DtlsDatagrams::Impl : std::enable_shared_from_this<Impl> {
    /// A connected server's handshake whose ClientHello has not come.
    struct Awaited {
        Address peer;
        SteadyTime limit;
        Done done;
    };

    /// A ClientHello with a cookie that waits for the settings.
    struct Guest {
        Address from;
        HelloRandom random{};
        std::vector<Byte> hello;
    };

    Impl(boost::asio::io_context& on, TlsContexts& shared_contexts, std::unique_ptr<Datagrams> below,
         DtlsSettings how, const Calendar& dates)
        : context(on), contexts(shared_contexts), calendar(dates), lower(std::move(below)),
          settings(prepared(std::move(how))), connected_to(lower->peer()), inbox(settings->receive_room),
          timer(on) {}

    bool serves() const { return settings->tls.role == TlsRole::server; }
    bool is_connected() const { return connected_to.family != Family::unspecified; }
    Address to_lower(const Address& peer) const { return is_connected() ? Address{} : peer; }

    Result<void> serve();
    void handshake(const Address& peer, Duration limit, Done done);
    Error begin(const Address& peer, Duration limit, Done done);
    void answer(Done done, Result<void> outcome);

    Result<void> send(ByteView datagram, const Address& to);
    Result<Address> target(const Address& to) const;
    Result<void> send_to(const Address& peer, ByteView datagram);
    Result<DatagramInfo> receive(Bytes into);

    void watch();
    void on_lower_readable();
    void lower_failed(Error error);
    void route(ByteView datagram, const Address& from);
    void greet(ByteView client_hello, const HelloRandom& random, const Address& from);
    void look_up_for(Guest guest);
    void admit(const Guest& guest);
    std::size_t pump(DtlsPeer& peer);
    void established(DtlsPeer& peer);
    void over(DtlsPeer& peer, Error error);
    void failed(DtlsPeer& peer, Error error);
    void ended(DtlsPeer& peer, Error error);
    void refuse(const Address& peer, const DtlsAssociation& association);
    void evict(DtlsPeer& peer);

    void arm();
    void on_timer();
    void look_at(DtlsPeer& peer, SteadyTime now);
    void look_at_awaited(SteadyTime now);

    void notify();
    void settle();
    void settle_writing();
    void close();

    boost::asio::io_context& context;
    TlsContexts& contexts;
    const Calendar& calendar;
    std::unique_ptr<Datagrams> lower;
    std::shared_ptr<const DtlsSettings> settings;
    const Address connected_to;
    DtlsCookies cookies;
    std::unique_ptr<DtlsDoor> door; ///< of a server
    DtlsPeers peers;
    std::vector<Awaited> awaited;
    std::vector<Guest> guests;
    LookUp look_up;
    DtlsInbox inbox;
    DtlsCounters counters;
    Verdict verdict;
    Refused on_refused;
    std::optional<Error> pending; ///< for the next send() or receive()
    std::optional<Error> end;     ///< connected: what follows the last datagram
    std::function<void()> readable;
    std::function<void()> writable;
    boost::asio::steady_timer timer;
    bool watching = false;
    bool watching_writable = false;
    bool lower_full = false;
    bool settle_posted = false;
    bool closed = false;
};

// ---- handshakes

Result<void> DtlsDatagrams::Impl::serve() {
    // Who can never prove itself shall not begin to answer.
    DtlsAssociation probe(*lower, settings, {}, {});
    if (!probe.prepare(contexts, calendar, &cookies)) {
        verdict = probe.verdict();
        return Error::connection_aborted;
    }
    door = std::make_unique<DtlsDoor>(*lower, cookies);
    watch();
    return {};
}

void DtlsDatagrams::Impl::answer(Done done, Result<void> outcome) {
    if (done) boost::asio::post(context, [done = std::move(done), outcome] { done(outcome); });
}

void DtlsDatagrams::Impl::handshake(const Address& peer, Duration limit, Done done) {
    if (closed) return answer(std::move(done), Error::not_connected);
    const auto with = target(peer);
    if (!with) return answer(std::move(done), with.error());
    if (DtlsPeer* known = peers.find(*with)) {
        if (!known->handshaking()) return answer(std::move(done), {});
        known->waiting.push_back(std::move(done));
    } else if (serves()) {
        awaited.push_back({*with, after(limit), std::move(done)});
    } else {
        verdict = {};
        if (const Error refused = begin(*with, limit, done); refused != Error{})
            answer(std::move(done), refused);
    }
    arm();
}

/// A client's first flight. No error: it is under way, or `done` will hear otherwise.
Error DtlsDatagrams::Impl::begin(const Address& peer, Duration limit, Done done) {
    if (DtlsPeer* leaving = peers.next_to_go(settings->most_associations)) {
        if (leaving->handshaking()) return Error::no_buffers;
        evict(*leaving);
    }
    std::list<DtlsPeer> made;
    DtlsPeer& one = made.emplace_back(*lower, settings, peer, to_lower(peer));
    if (!one.association.prepare(contexts, calendar, nullptr)) {
        ++counters.handshakes_failed;
        verdict = one.association.verdict();
        return Error::connection_aborted;
    }
    one.limit = after(limit);
    if (done) one.waiting.push_back(std::move(done));
    end.reset();
    peers.add(std::move(made));
    watch();
    pump(one);
    return {};
}

void DtlsDatagrams::Impl::established(DtlsPeer& peer) {
    ++counters.handshakes_done;
    end.reset();
    if (!serves() || !peer.association.verdict().rules.empty()) verdict = peer.association.verdict();
    for (const auto& datagram : std::exchange(peer.unsent, {}))
        static_cast<void>(peer.association.write(datagram)); // without room: lost on the way
    for (auto& done : std::exchange(peer.waiting, {})) answer(std::move(done), {});
    notify();
}

void DtlsDatagrams::Impl::failed(DtlsPeer& peer, Error error) {
    const std::list<DtlsPeer> gone = peers.take(peer);
    ++counters.handshakes_failed;
    verdict = peer.association.verdict();
    const bool unheard = peer.waiting.empty();
    for (auto& done : std::exchange(peer.waiting, {})) answer(std::move(done), error);
    if (unheard) refuse(peer.address, peer.association);
    if (unheard && !serves()) pending = error;
    if (is_connected()) end = Error::not_connected;
    notify();
}

void DtlsDatagrams::Impl::ended(DtlsPeer& peer, Error error) {
    const std::list<DtlsPeer> gone = peers.take(peer);
    const bool in_order = error == Error::closed;
    if (!in_order) verdict = peer.association.verdict();
    if (is_connected())
        end = in_order ? Error::not_connected : error;
    else if (!in_order && !serves())
        pending = error;
    notify();
}

void DtlsDatagrams::Impl::refuse(const Address& peer, const DtlsAssociation& association) {
    if (!on_refused) return;
    boost::asio::post(context, [weak = weak_from_this(), peer, why = association.verdict(),
                                words = association.failure_text()] {
        if (auto self = weak.lock(); self && self->on_refused) self->on_refused(peer, why, words);
    });
}

void DtlsDatagrams::Impl::evict(DtlsPeer& peer) {
    ++counters.evicted;
    peer.association.close();
    const std::list<DtlsPeer> gone = peers.take(peer);
    for (auto& done : std::exchange(peer.waiting, {})) answer(std::move(done), Error::no_buffers);
}

// ---- what comes in

void DtlsDatagrams::Impl::watch() {
    if (closed || std::exchange(watching, true)) return;
    lower->wait_readable([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->on_lower_readable();
    });
}

void DtlsDatagrams::Impl::on_lower_readable() {
    watching = false;
    std::array<Byte, kLongest> buffer;
    for (int i = 0; i < kBurst && !closed; ++i) {
        const auto got = lower->receive(buffer);
        if (got)
            route(ByteView{buffer}.first(got->size), is_connected() ? connected_to : got->from);
        else if (got.error() == Error::would_block)
            break;
        else
            lower_failed(got.error());
    }
    watch();
    arm();
}

/// RFC 6347 says nothing of ICMP; a handshake that meets nobody ends as a TCP connect does (contracts 5).
void DtlsDatagrams::Impl::lower_failed(Error error) {
    DtlsPeer* peer = is_connected() ? peers.find(connected_to) : nullptr;
    if (peer != nullptr && peer->handshaking() && !serves()) return failed(*peer, error);
    pending = error;
    notify();
}

void DtlsDatagrams::Impl::route(ByteView datagram, const Address& from) {
    DtlsPeer* peer = peers.find(from);
    const auto random = door ? client_hello_random(datagram) : std::nullopt;
    // RFC 6347 4.2.8: a client that began anew; but one of the association's own hellos may come late.
    if (random && (peer == nullptr || peer->hello != random)) return greet(datagram, *random, from);
    if (peer == nullptr) {
        ++counters.dropped;
        return;
    }
    const bool was_established = !peer->handshaking();
    peer->association.offer(datagram);
    const std::size_t came = pump(*peer);
    if (was_established && came == 0 && counts_when_useless(datagram)) ++counters.dropped;
}

void DtlsDatagrams::Impl::greet(ByteView client_hello, const HelloRandom& random, const Address& from) {
    if (!door->admits(client_hello, from, to_lower(from))) {
        ++counters.hellos_without_cookie;
        return;
    }
    Guest guest{from, random, {client_hello.begin(), client_hello.end()}};
    if (look_up) return look_up_for(std::move(guest));
    admit(guest);
}

/// A peer that repeats itself meanwhile is asked for once.
void DtlsDatagrams::Impl::look_up_for(Guest guest) {
    const bool waits =
        std::any_of(guests.begin(), guests.end(), [&](const Guest& each) { return each.from == guest.from; });
    if (waits || guests.size() >= settings->most_associations) return;
    guests.push_back(std::move(guest));
    look_up([weak = weak_from_this(), from = guests.back().from](Result<DtlsSettings> found) {
        auto self = weak.lock();
        if (!self || self->closed) return;
        const auto at = std::find_if(self->guests.begin(), self->guests.end(),
                                     [&](const Guest& each) { return each.from == from; });
        if (at == self->guests.end()) return;
        const Guest asked = std::move(*at);
        self->guests.erase(at);
        if (!found) {
            ++self->counters.handshakes_failed;
            return;
        }
        self->settings = prepared(std::move(*found));
        self->admit(asked);
        self->arm();
    });
}

void DtlsDatagrams::Impl::admit(const Guest& guest) {
    const Address& from = guest.from;
    // RFC 6347 4.2.8: the cookie shows that the association's peer itself begins anew.
    if (DtlsPeer* former = peers.find(from)) evict(*former);
    if (DtlsPeer* leaving = peers.next_to_go(settings->most_associations)) evict(*leaving);

    std::list<DtlsPeer> made;
    DtlsPeer& one = made.emplace_back(*lower, settings, from, to_lower(from));
    one.hello = guest.random;
    one.limit = after(settings->handshake_limit);
    for (auto& each : awaited)
        if (each.peer == from) {
            one.limit = each.limit;
            one.waiting.push_back(std::move(each.done));
        }
    std::erase_if(awaited, [&](const Awaited& each) { return each.peer == from; });
    peers.add(std::move(made));
    if (!one.association.prepare(contexts, calendar, &cookies)) return failed(one, Error::connection_aborted);
    // OpenSSL asks for the cookie again. It holds, if the settings did not come a minute later.
    if (!one.association.greet(guest.hello)) return failed(one, Error::connection_aborted);
    pump(one);
}

/// Goes on with what was offered; returns how many datagrams came out. The peer may be gone afterwards.
std::size_t DtlsDatagrams::Impl::pump(DtlsPeer& peer) {
    std::array<Byte, kRecord> buffer;
    bool established_before = peer.association.was_established();
    std::size_t came = 0;
    for (;;) {
        const auto got = peer.association.read(buffer);
        if (!std::exchange(established_before, peer.association.was_established()) && established_before)
            established(peer);
        if (!got) {
            if (came != 0) peers.used(peer);
            if (got.error() != Error::would_block) over(peer, got.error());
            return came;
        }
        ++came;
        if (!inbox.put(ByteView{buffer}.first(*got), peer.address)) ++counters.overflow;
        notify();
    }
}

void DtlsDatagrams::Impl::over(DtlsPeer& peer, Error error) {
    if (peer.association.was_established())
        ended(peer, error);
    else
        failed(peer, error);
}

// ---- time

void DtlsDatagrams::Impl::arm() {
    std::optional<SteadyTime> next;
    const auto consider = [&next](std::optional<SteadyTime> when) {
        if (when) next = next ? std::min(*next, *when) : *when;
    };
    for (const DtlsPeer& peer : peers.all()) consider(peer.next_look());
    for (const Awaited& each : awaited) consider(each.limit);
    timer.cancel();
    if (!next || closed) return;
    timer.expires_at(*next);
    timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        auto self = weak.lock();
        if (self && !error) self->on_timer();
    });
}

void DtlsDatagrams::Impl::on_timer() {
    if (closed) return;
    const SteadyTime now = std::chrono::steady_clock::now();
    auto& all = peers.all();
    for (auto at = all.begin(); at != all.end();) look_at(*at++, now); // it may take this one out
    look_at_awaited(now);
    arm();
}

void DtlsDatagrams::Impl::look_at(DtlsPeer& peer, SteadyTime now) {
    if (peer.handshaking() && now >= peer.limit) {
        peer.association.time_out();
        return failed(peer, Error::timed_out);
    }
    if (const auto sent = peer.association.on_timer(); !sent) failed(peer, sent.error());
}

void DtlsDatagrams::Impl::look_at_awaited(SteadyTime now) {
    for (auto& each : awaited) {
        if (now < each.limit) continue;
        verdict.rules.add(Rule::timed_out);
        answer(std::exchange(each.done, nullptr), Error::timed_out);
    }
    std::erase_if(awaited, [now](const Awaited& each) { return now >= each.limit; });
}

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
