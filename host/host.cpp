// SPDX-License-Identifier: Apache-2.0
// The link's life, the service loop, events. sockets.cpp and requests.cpp hold the rest.
#include "nwp/host.h"

#include "wire/messages.h"

namespace nwp {
namespace {

constexpr Duration kPauseAfterRefusal = seconds(5);

constexpr std::uint32_t kCapabilities =
    wire::capability::streams | wire::capability::tls | wire::capability::names |
    wire::capability::credentials | wire::capability::wifi | wire::capability::simulated_radio |
    wire::capability::reattach | wire::capability::listeners | wire::capability::wifi_management;
constexpr std::uint32_t kDatagramCapabilities = wire::capability::datagrams | wire::capability::dtls;

/// For people, without printf: what both sides speak.
class VersionsText {
public:
    explicit VersionsText(session::Version nwp) {
        append("the NWP speaks version ");
        append(nwp.major, ".");
        append(nwp.minor, " of the protocol, this host ");
        append(wire::kMajor, ".");
        append(wire::kMinor, "");
    }
    const char* text() const { return text_; }

private:
    void append(const char* words) {
        while (*words != '\0') *end_++ = *words++;
    }
    void append(std::uint8_t number, const char* behind) {
        if (number >= 10) append(number / 10, "");
        *end_++ = static_cast<char>('0' + number % 10);
        append(behind);
    }

    char text_[80] = {}; // the words, and four numbers of three digits
    char* end_ = text_;
};

} // namespace

Host::Host(Port& port, link::Link& link, const HostParts& parts, const HostSettings& settings)
    : port_(port), slots_(parts.sockets), datagrams_(parts.datagrams), link_(link), settings_(settings),
      session_(session::Role::host, link, *this, parts.session) {
    const std::size_t each = slots_.empty() ? 0 : parts.receive.size() / slots_.size();
    NWP_EXPECT(settings.datagrams == nullptr || datagrams_.size() >= slots_.size());
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        slots_[i].received = ByteRing{parts.receive.sub(i * each, each)};
    }
    link_.on_activity(Callback<void()>::to<&Host::wake_service>(*this));
}

Host::~Host() {
    link_.on_activity({});
    stop();
}

void Host::start() {
    const Lock lock{port_};
    if (started_) return;
    reattach_ = nullptr;
    start_now();
}

void Host::start_now() {
    started_ = true;
    hello_at_ = port_.now();
    wake_service();
}

void Host::stop() {
    Lock lock{port_};
    stop_wanted_ = true;
    start_wanted_ = false;
    if (service_lock_ != nullptr) return wake_service();
    service_lock_ = &lock;
    settle(port_.now());
    service_lock_ = nullptr;
}

void Host::restart() {
    Lock lock{port_};
    stop_wanted_ = start_wanted_ = true;
    wake_service();
}

LinkState Host::link_state() const {
    const Lock lock{port_};
    return state_;
}

session::Version Host::nwp_version() const {
    const Lock lock{port_};
    return session_.peer_version();
}

Result<void> Host::await_link(Instant until) {
    Watch watch;
    struct Try {
        Host& host;
        LinkState seen;
        bool decided() {
            const Lock lock{host.port_};
            seen = host.state_;
            return seen == LinkState::version_mismatch ||
                   (seen == LinkState::up && host.snapshots_left_ == 0);
        }
    } attempt{*this, LinkState::down};
    if (!block(watch, Callback<bool()>::to<&Try::decided>(attempt), until)) return Error::timed_out;
    if (attempt.seen != LinkState::up) return Error::version_mismatch;
    return {};
}

// ---- Service ---------------------------------------------------------------------------------------------

bool Host::service() {
    Lock lock{port_};
    if (service_lock_ != nullptr) return false;
    service_lock_ = &lock;
    const Instant now = port_.now();
    settle(now);
    in_session_ = true;
    bool more = session_.service(now);
    in_session_ = false;
    settle(now);
    if (now >= expiry_) {
        expiry_ = Instant::never();
        expire_requests(now);
        expire_sockets(now);
    }
    if (unsent_ && !full_) {
        unsent_ = false;
        submit_waiting();
        send_waiting_for_sockets();
    }
    if (notify_) call_ready_sockets();
    session_.flush(now);
    session_.set_waiting(somebody_waits(), now);
    service_lock_ = nullptr;
    promised_ = deadline();
    more = more || notify_ || stop_wanted_;
    return more;
}

/// What was put off because service() was running, or because callbacks of the session may not do it.
void Host::settle(Instant now) {
    if (stop_wanted_) {
        stop_wanted_ = false;
        session_.close();
        started_ = show_token_ = false;
        hello_at_ = Instant::never();
        lose(LinkState::down);
        if (start_wanted_) {
            start_wanted_ = false;
            started_ = true;
            hello_at_ = now;
        }
    }
    if (started_ && now >= hello_at_) say_hello(now);
}

/// After send functions, on any thread.
void Host::flush() {
    if (service_lock_ == nullptr) {
        const Instant now = port_.now();
        session_.flush(now);
        session_.set_waiting(somebody_waits(), now);
    }
    // While service() runs with its lock released, it flushes itself, but may have gone to sleep already.
    const Instant next = deadline();
    if (next >= promised_) return;
    promised_ = next;
    wake_service();
}

Instant Host::next_deadline() {
    const Lock lock{port_};
    // Not later than was promised when service() ended: whoever began to wait since relies on it, unwoken.
    promised_ = earlier(promised_, deadline());
    return promised_;
}

Instant Host::deadline() const {
    if (stop_wanted_ || notify_ || (unsent_ && !full_)) return Instant{};
    return earlier(earlier(session_.next_deadline(), expiry_), hello_at_);
}

bool Host::somebody_waits() const {
    return pending_ != nullptr || watches_ != nullptr || waiting_slots_ != 0;
}

// ---- Hello ------------------------------------------------------------------------------------------------

void Host::say_hello(Instant now) {
    hello_at_ = Instant::never();
    ++hellos_;
    wire::Token token;
    if (show_token_) show_token_ = reattach_->show(*this, token);
    full_ = false;
    const std::uint32_t more = settings_.datagrams != nullptr ? kDatagramCapabilities : 0;
    session_.hello(settings_.nonce_seed + hellos_, kCapabilities | more, show_token_ ? &token : nullptr, now);
}

void Host::on_open(const wire::HelloReply& agreed) {
    show_token_ = false;
    if (reattach_ != nullptr) reattach_->opened(*this, agreed);
    full_ = false;
    state_ = LinkState::up;
    ++counters_.sessions;
    wake_all_watches();
    tell_link({state_, agreed.attached != 0, agreed.major, agreed.minor});
}

void Host::on_closed(Error why) {
    const bool refused = why != Error::link_reset && why != Error::link_down && why != Error::protocol_error;
    if (why == Error::protocol_error) ++counters_.broken_rules;
    const Instant now = port_.now();
    hello_at_ = refused ? now + kPauseAfterRefusal : now;
    lose(why == Error::version_mismatch ? LinkState::version_mismatch : LinkState::down);
}

void Host::lose(LinkState state) {
    const bool told = state_ == state;
    state_ = state;
    snapshots_left_ = 0;
    full_ = unsent_ = false;
    lose_sockets();
    wake_all_watches();
    complete_all(Error::connection_aborted);
    if (told) return;
    const session::Version peer = session_.peer_version();
    const bool mismatch = state == LinkState::version_mismatch;
    if (mismatch) port_.log(LogLevel::error, VersionsText{peer}.text());
    tell_link(
        {state, false, mismatch ? peer.major : std::uint8_t{0}, mismatch ? peer.minor : std::uint8_t{0}});
}

/// The NWP broke a rule that it must keep: nothing it says can be relied on any more.
void Host::break_off(const char* why) {
    port_.log(LogLevel::error, why);
    ++counters_.broken_rules;
    session_.close();
    hello_at_ = port_.now();
    lose(LinkState::down);
}

void Host::on_hello(const wire::HelloRequest&, wire::HelloReply&) {} // a host is never greeted
void Host::on_cancel(std::uint16_t) {}                               // nor does it get requests

void Host::on_room() {
    full_ = false;
    for (Slot& slot : slots_) {
        const SocketState::Phase phase = slot.state.phase();
        if (phase == SocketState::Phase::connected || phase == SocketState::Phase::datagram) changed(slot);
    }
    wake_all_watches();
}

void Host::on_message(const session::Message& message) {
    switch (message.kind) {
        case session::FrameKind::reply: return on_reply(message);
        case session::FrameKind::item: return on_item(message);
        case session::FrameKind::event: return on_event(message);
        default: return;
    }
}

// ---- Events -----------------------------------------------------------------------------------------------

namespace {

union EventRoom {
    EventRoom() : bytes{} {}
    Byte bytes[kReceivedRoom];
    wire::SocketFailed failed;
    wire::SocketSnapshot snapshot;
    wire::SocketAcceptable acceptable;
    wire::SocketProblem problem;
    wire::WifiChanged wifi;
    wire::AddressChanged address;
};

constexpr const wire::Code* kEvents[] = {
    wire::code<wire::SocketFailed>(),     wire::code<wire::SocketSnapshot>(),
    wire::code<wire::SocketAcceptable>(), wire::code<wire::SocketProblem>(),
    wire::code<wire::WifiChanged>(),      wire::code<wire::AddressChanged>(),
};

} // namespace

/// Others are for who knows them.
void Host::on_event(const session::Message& message) {
    EventRoom event;
    const wire::Code* const* code = kEvents;
    while (**code != message.id) {
        if (++code != std::end(kEvents)) continue;
        session::Message other = message;
        return tell({[](void* object, EventListener& listener) {
                         const auto& what = *static_cast<const session::Message*>(object);
                         listener.on_event(what.id, what.body);
                     },
                     &other});
    }
    if (!wire::decode(message.body, &event, *code)) {
        ++counters_.broken_rules;
        return;
    }
    switch (message.id) {
        case wire::SocketSnapshot::id:
            if (snapshots_left_ != 0) return reattach_->on_snapshot(*this, event.snapshot);
            ++counters_.broken_rules;
            return;
        case wire::WifiChanged::id:
            return tell({[](void* object, EventListener& listener) {
                             listener.on_wifi(*static_cast<const WifiChanged*>(object));
                         },
                         &event});
        case wire::AddressChanged::id:
            for (DatagramState& state : datagrams_) state.forget_routes();
            return tell({[](void* object, EventListener& listener) {
                             listener.on_address(*static_cast<const AddressChanged*>(object));
                         },
                         &event});
        default: break;
    }
    // The others begin with the socket they are about.
    Slot* const slot = find(event.failed.socket);
    if (slot == nullptr) return;
    if (message.id == wire::SocketAcceptable::id) slot->waiting = event.acceptable.waiting;
    if (message.id == wire::SocketFailed::id) slot->state.failed(event.failed.error);
    if (message.id != wire::SocketAcceptable::id) slot->state.problem(event.problem.error);
    changed(*slot);
}

void Host::tell_link(const LinkChanged& change) {
    tell({[](void* object, EventListener& listener) {
              listener.on_link(*static_cast<const LinkChanged*>(object));
          },
          const_cast<LinkChanged*>(&change)});
}

void Host::tell(Callback<void(EventListener&)> what) {
    for (EventListener* listener = listeners_; listener != nullptr; listener = told_next_) {
        told_next_ = listener->next_;
        service_lock_->release();
        what(*listener);
        service_lock_->take();
    }
}

void Host::add(EventListener& listener) {
    const Lock lock{port_};
    listener.next_ = listeners_;
    listeners_ = &listener;
}

void Host::remove(EventListener& listener) {
    const Lock lock{port_};
    if (told_next_ == &listener) told_next_ = listener.next_;
    for (EventListener** at = &listeners_; *at != nullptr; at = &(*at)->next_) {
        if (*at != &listener) continue;
        *at = listener.next_;
        return;
    }
}

// ---- Waiting ----------------------------------------------------------------------------------------------

bool Host::block(Watch& watch, Callback<bool()> attempt, Instant until) {
    if (attempt()) return true;
    if (port_.now() >= until) return false;
    this->watch(watch);
    bool met = attempt();
    while (!met) {
        bool woken = false;
        {
            Lock lock{port_};
            woken = port_.wait(watch.waiter, lock, until);
        }
        met = attempt();
        if (!woken) break;
    }
    unwatch(watch);
    return met;
}

void Host::watch(Watch& watch) {
    const Lock lock{port_};
    watch.next_ = watches_;
    watches_ = &watch;
    flush(); // silence is probed from now on
}

void Host::unwatch(Watch& watch) {
    const Lock lock{port_};
    for (Watch** at = &watches_; *at != nullptr; at = &(*at)->next_) {
        if (*at != &watch) continue;
        *at = watch.next_;
        break;
    }
    // service() says it otherwise; nothing is due earlier for it.
    if (service_lock_ == nullptr) session_.set_waiting(somebody_waits(), port_.now());
}

void Host::wake_watches(SocketId socket) {
    for (Watch* watch = watches_; watch != nullptr; watch = watch->next_) {
        if (watch->concerns_ ? watch->concerns_(socket) : watch->socket_ == socket) port_.wake(watch->waiter);
    }
}

void Host::wake_all_watches() {
    for (Watch* watch = watches_; watch != nullptr; watch = watch->next_) port_.wake(watch->waiter);
}

HostStatistics Host::statistics() const {
    const Lock lock{port_};
    HostStatistics now;
    static_cast<HostCounters&>(now) = counters_;
    now.session = session_.counters();
    return now;
}

} // namespace nwp
