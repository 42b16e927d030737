// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_datagrams_impl.h"

#include "base/ip_text.h"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace nwp::net {

std::shared_ptr<const DtlsSettings> prepared(DtlsSettings settings) {
    settings.tls.session_cache = false;
    if (!is_dtls(settings.tls.ceiling)) settings.tls.ceiling = Protocol::dtls_1_2;
    return std::make_shared<const DtlsSettings>(std::move(settings));
}

SteadyTime after(Duration limit) {
    constexpr Duration kYear = seconds(std::int64_t{365} * 24 * 3600);
    const Duration bounded = std::clamp(limit, Duration{}, kYear);
    return std::chrono::steady_clock::now() + std::chrono::microseconds{bounded.microseconds()};
}

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

std::shared_ptr<const DtlsSettings> DtlsDatagrams::Impl::settings_for(const Address& peer) const {
    if (!settings->address_is_name) return settings;
    auto own = std::make_shared<DtlsSettings>(*settings);
    own->tls.host_name = ip_text(peer).view();
    return own;
}

void DtlsDatagrams::Impl::tell_handshake() {
    boost::asio::post(context, [weak = weak_from_this()] {
        if (auto self = weak.lock(); self && self->on_handshake) self->on_handshake();
    });
}

/// A client's first flight. No error: it is under way, or `done` will hear otherwise.
Error DtlsDatagrams::Impl::begin(const Address& peer, Duration limit, Done done) {
    if (DtlsPeer* leaving = peers.next_to_go(settings->most_associations)) {
        if (leaving->handshaking()) return Error::no_buffers;
        evict(*leaving);
    }
    std::list<DtlsPeer> made;
    DtlsPeer& one = made.emplace_back(*lower, settings_for(peer), peer, to_lower(peer));
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
    tell_handshake();
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
    tell_handshake();
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

} // namespace nwp::net
