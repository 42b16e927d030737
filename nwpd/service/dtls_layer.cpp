// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/dtls_layer.h"

#include "nwpd/net/sockaddr.h"
#include "nwpd/service/datagram_pipe.h"
#include "nwpd/service/steady_time.h"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace nwp::service {
namespace {

/// So many are kept while the vault is asked; a peer says it again anyway.
constexpr std::size_t kMostEarly = 8;
constexpr std::size_t kRecord = 16384; // RFC 6347 4.1

/// A server's peer that never reached the application.
void log_refused(LogLimit& limit, const Address& peer, const Verdict& verdict, const std::string& words) {
    const auto left_out = limit.admit(steady_now());
    if (!left_out) return;
    std::string rules;
    for (unsigned bit = 0; bit < 32; ++bit)
        if ((verdict.rules.bits() >> bit & 1U) != 0)
            rules += std::string{" "} + to_string(static_cast<Rule>(bit));
    spdlog::info("DTLS with {} was refused:{} (alert {}) {}; {} more before it", net::to_text(peer), rules,
                 verdict.alert, words, *left_out);
}

} // namespace

DtlsLayer::DtlsLayer(SocketServices& services, const Client& client, const SocketOptions& options,
                     Protocol protocol, Owner& owner)
    : services_(services), client_(client), options_(options), protocol_(protocol), owner_(owner) {}

DtlsLayer::~DtlsLayer() { drop(); }

// ---- connect

void DtlsLayer::connect(const Address& peer, Duration limit, Done done) {
    end_engine();
    verdict_ = {};
    peer_ = peer;
    state_ = SocketState::connecting;
    connect_done_ = std::move(done);
    connect_until_ = steady_now() + limit;
    begin();
}

void DtlsLayer::drop() {
    end_engine();
    peer_ = {};
    early_.clear();
    finish_connect(Error::cancelled);
    state_ = SocketState::open;
}

void DtlsLayer::finish_connect(Result<void> outcome) {
    if (state_ == SocketState::connecting) state_ = outcome ? SocketState::connected : SocketState::failed;
    if (auto done = std::exchange(connect_done_, nullptr))
        boost::asio::post(services_.context, [done = std::move(done), outcome] { done(outcome); });
}

void DtlsLayer::shake_hands() {
    const Duration left = std::max(connect_until_ - steady_now(), Duration{});
    engine_->handshake({}, left, [weak = weak_from_this(), attempt = attempt_](Result<void> outcome) {
        auto self = weak.lock();
        if (self && self->attempt_ == attempt) self->shaken(outcome);
    });
}

void DtlsLayer::shaken(Result<void> outcome) {
    if (state_ != SocketState::connecting) return;
    const bool required = peer_verify() == PeerVerify::required;
    const bool own_clock = client_.clock_offset() != 0;
    const bool proven = outcome && !is_server() && required && !own_clock && verdict().rules.empty();
    if (proven && services_.date_proven) services_.date_proven();
    if (!outcome) end_engine();
    finish_connect(outcome);
}

// ---- the engine

/// The vault says what the tags name, then the engine is made.
void DtlsLayer::begin() {
    if (std::exchange(beginning_, true)) return;
    services_.credentials.tls_credentials(
        options_.values().tags,
        [weak = weak_from_this(), attempt = ++attempt_](Result<net::TlsCredentials> found) {
            auto self = weak.lock();
            if (self && self->attempt_ == attempt) self->begun(std::move(found));
        });
}

void DtlsLayer::begun(Result<net::TlsCredentials> found) {
    beginning_ = false;
    if (!found) return refused(found.error());
    auto pipe = std::make_unique<DatagramPipe>(owner_, peer_);
    pipe_ = pipe.get();
    engine_ = std::make_unique<net::DtlsDatagrams>(services_.context, services_.tls_contexts, std::move(pipe),
                                                   settings(*found), services_.calendar);
    engine_->on_handshake([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->count();
    });
    watch();
    if (is_server()) serve();
    if (engine_ && state_ == SocketState::connecting) shake_hands();
    call_writable();
}

void DtlsLayer::serve() {
    if (const auto served = engine_->serve(); !served) {
        end_engine();
        ++services_.totals.handshakes_refused;
        return refused(served.error());
    }
    refusal_told_ = false;
    engine_->on_refused([weak = weak_from_this()](const auto& peer, const auto& verdict, const auto& words) {
        if (auto self = weak.lock()) log_refused(self->log_limit_, peer, verdict, words);
    });
    engine_->on_look_up([weak = weak_from_this()](auto answer) {
        if (auto self = weak.lock()) self->look_up_for_handshake(std::move(answer));
    });
    for (const Early& each : std::exchange(early_, {}))
        if (pipe_ != nullptr) pipe_->put(each.from, each.bytes);
}

/// There is no engine: who waits for one hears why.
void DtlsLayer::refused(Error error) {
    early_.clear();
    if (state_ == SocketState::connecting) return finish_connect(error);
    if (!is_server())
        refusal_ = error;
    else if (!std::exchange(refusal_told_, true)) // not for each of a flood
        owner_.on_dtls_problem(error);
    call_writable();
}

void DtlsLayer::look_up_for_handshake(std::function<void(Result<net::DtlsSettings>)> answer) {
    services_.credentials.tls_credentials(
        options_.values().tags,
        [weak = weak_from_this(), answer = std::move(answer)](Result<net::TlsCredentials> found) {
            auto self = weak.lock();
            if (!self) return;
            if (!found) return answer(found.error());
            answer(self->settings(*found));
        });
}

/// Where the program said nothing: required of a client, none of a server.
PeerVerify DtlsLayer::peer_verify() const {
    const std::int32_t asked = options_.values().peer_verify;
    if (asked >= 0) return static_cast<PeerVerify>(asked);
    return is_server() ? PeerVerify::none : PeerVerify::required;
}

net::DtlsSettings DtlsLayer::settings(const net::TlsCredentials& credentials) const {
    const SocketOptionValues& values = options_.values();
    net::DtlsSettings settings;
    settings.tls.role = is_server() ? net::TlsRole::server : net::TlsRole::client;
    settings.tls.floor = protocol_;
    settings.tls.ceiling = static_cast<Protocol>(values.version_max);
    settings.tls.cipher_suites = values.cipher_suites;
    settings.tls.alpn = values.alpn;
    settings.tls.client = client_.policy().name;
    settings.tls.clock_offset = client_.clock_offset();
    settings.tls.credentials = credentials;
    settings.timeout_min = milliseconds(values.timeout_min);
    settings.timeout_max = milliseconds(values.timeout_max);
    settings.tls.verify = peer_verify();
    if (is_server()) return settings;
    settings.tls.unverified_allowed = client_.policy().allow_unverified;
    settings.address_is_name = !values.host_name;
    if (values.host_name) settings.tls.host_name = *values.host_name;
    return settings;
}

void DtlsLayer::end_engine() {
    ++attempt_;
    beginning_ = false;
    if (!engine_) return;
    count();
    verdict_ = engine_->verdict();
    pipe_ = nullptr;
    counted_ = {};
    const auto gone = std::exchange(engine_, nullptr); // close_notify may still go through the owner
}

void DtlsLayer::count() {
    if (!engine_) return;
    const net::DtlsCounters& now = engine_->counters();
    SocketTotals& totals = services_.totals;
    totals.handshakes_done += static_cast<std::uint32_t>(now.handshakes_done - counted_.handshakes_done);
    totals.handshakes_refused +=
        static_cast<std::uint32_t>(now.handshakes_failed - counted_.handshakes_failed);
    totals.records_dropped += now.dropped - counted_.dropped;
    totals.datagrams_dropped += now.overflow - counted_.overflow;
    counted_ = now;
}

// ---- datagrams

void DtlsLayer::watch() {
    engine_->wait_readable([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->on_engine_readable();
    });
}

void DtlsLayer::on_engine_readable() {
    std::array<Byte, kRecord> buffer;
    while (engine_) {
        const auto got = engine_->receive(buffer);
        if (got) {
            owner_.on_secured(got->from, ByteView{buffer}.first(got->size));
            continue;
        }
        if (got.error() == Error::would_block) break;
        const bool is_over = engine_->associations() == 0 && peer_.family != Family::unspecified;
        if (is_over && state_ == SocketState::connected) return over(got.error());
        if (is_over) break; // connecting: its `done` hears it
        owner_.on_dtls_problem(got.error());
    }
    count();
    if (engine_) watch();
}

void DtlsLayer::over(Error error) {
    end_engine();
    state_ = SocketState::failed;
    owner_.on_dtls_over(error);
}

void DtlsLayer::arrived(const Address& from, ByteView datagram) {
    if (pipe_ != nullptr) return pipe_->put(from, datagram);
    if (!is_server() || state_ == SocketState::failed || early_.size() >= kMostEarly) return;
    early_.push_back({from, {datagram.begin(), datagram.end()}});
    begin();
}

void DtlsLayer::network_failed(Error error) {
    boost::asio::post(services_.context, [weak = weak_from_this(), error] {
        if (auto self = weak.lock(); self && self->pipe_ != nullptr) self->pipe_->fail(error);
    });
}

Result<void> DtlsLayer::check_route(const Address& to) const {
    if (!is_server()) return {};
    const bool there = engine_ && engine_->facts(to).version != Protocol::any;
    return there ? Result<void>{} : Result<void>{Error::not_connected};
}

Result<void> DtlsLayer::send(ByteView datagram, const Address& to) {
    if (engine_) return engine_->send(datagram, to);
    if (state_ == SocketState::failed) return Error::broken_pipe;
    if (refusal_) return *std::exchange(refusal_, std::nullopt);
    if (is_server()) return Error::not_connected;
    if (to.family == Family::unspecified) return Error::destination_required;
    begin();
    return Error::would_block;
}

void DtlsLayer::wait_writable(std::function<void()> handler) {
    if (engine_) return engine_->wait_writable(std::move(handler));
    writable_ = std::move(handler);
    if (!beginning_) call_writable();
}

void DtlsLayer::call_writable() {
    if (!writable_) return;
    boost::asio::post(services_.context, [handler = std::exchange(writable_, nullptr)] { handler(); });
}

// ---- what came of it

const Verdict& DtlsLayer::verdict() const { return engine_ ? engine_->verdict() : verdict_; }

Result<std::vector<Byte>> DtlsLayer::negotiated(SocketOption option) const {
    const bool known = option == SocketOption::tls_cipher_used || option == SocketOption::tls_version ||
                       option == SocketOption::tls_alpn_selected;
    if (!known) return Error::no_protocol_option;
    const net::DtlsFacts facts = engine_ ? engine_->facts({}) : net::DtlsFacts{};
    if (facts.version == Protocol::any) return Error::not_connected;
    if (option == SocketOption::tls_cipher_used) return option_bytes(facts.cipher_suite);
    if (option == SocketOption::tls_version) return option_bytes(static_cast<std::int32_t>(facts.version));
    return option_bytes(facts.alpn);
}

} // namespace nwp::service
