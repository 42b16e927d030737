// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_stream.h"

#include "nwpd/net/tls_context.h"
#include "nwpd/net/tls_engine.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace nwp::net {
namespace {

/// How long close() lets queued data flow to a peer that does not take it, and waits for the peer's own end.
constexpr std::chrono::seconds kLinger{30};
/// The same for a client that a server refused and that is to hear why.
constexpr std::chrono::seconds kLingerRefused{2};
/// How much a peer may still send meanwhile before it is told by RST that nobody reads.
constexpr std::size_t kDiscard = 64 * std::size_t{1024};

} // namespace

/// Waiting and handlers. Two rules keep wake-ups from getting lost: every call that could change what the
/// handlers wait for ends in settle(), at once or posted; and the lower stream is watched whenever the engine
/// is starved, so that key updates, tickets, alerts and the end are taken in also while the application does
/// not read.
struct TlsStream::Impl : std::enable_shared_from_this<TlsStream::Impl> {
    enum class State { made, handshaking, open, failed, closed };

    Impl(boost::asio::io_context& made_on, TlsContexts& shared, std::unique_ptr<Stream> under,
         TlsSettings settings, const Calendar& dates)
        : context(made_on), contexts(shared), calendar(dates), lower(std::move(under)),
          engine(*lower, std::move(settings)) {}

    void begin();
    void advance();
    void finish(Result<void> outcome);
    void on_lower_readable();
    void on_lower_writable();
    void watch_readable();
    void watch_writable();
    void settle();
    void settle_later();
    void settle_reading();
    void settle_writing();
    void end_sending();
    void close(bool abort);
    void linger(std::chrono::seconds limit);
    void go_on_lingering();
    bool discard();
    void end_lingering();
    static void call(std::function<void()>& handler) {
        if (auto once = std::exchange(handler, nullptr)) once();
    }
    Error unusable() const { return state == State::closed ? Error::bad_handle : Error::not_connected; }

    boost::asio::io_context& context;
    TlsContexts& contexts;
    const Calendar& calendar;
    std::unique_ptr<Stream> lower;
    TlsEngine engine; // goes before the stream that it writes to
    State state = State::made;
    std::function<void(Result<void>)> done;
    std::function<void()> readable;
    std::function<void()> writable;
    bool watching_readable = false;
    bool watching_writable = false;
    bool settle_posted = false;
    bool send_ended = false; ///< shutdown_send() was called
    bool fin_sent = false;
    std::optional<boost::asio::steady_timer> lingering;
    std::size_t discarded = 0;
};

// ---- the handshake

void TlsStream::Impl::begin() {
    if (state != State::handshaking) return;
    if (!engine.prepare(contexts, calendar)) return finish(Error::connection_aborted);
    advance();
}

void TlsStream::Impl::advance() {
    const Result<void> step = engine.handshake();
    if (step || step.error() != Error::would_block) return finish(step);
    if (!engine.wants_write()) watch_readable();
    if (engine.pending() || engine.wants_write()) watch_writable();
}

void TlsStream::Impl::finish(Result<void> outcome) {
    state = outcome ? State::open : State::failed;
    // The alert has gone out; nothing else will.
    if (!outcome) static_cast<void>(lower->shutdown_send());
    if (auto once = std::exchange(done, nullptr)) once(outcome);
    settle();
}

// ---- the lower stream

void TlsStream::Impl::watch_readable() {
    if (std::exchange(watching_readable, true)) return;
    lower->wait_readable([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->on_lower_readable();
    });
}

void TlsStream::Impl::watch_writable() {
    if (std::exchange(watching_writable, true)) return;
    lower->wait_writable([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->on_lower_writable();
    });
}

void TlsStream::Impl::on_lower_readable() {
    watching_readable = false;
    if (state == State::handshaking) return advance();
    if (state == State::closed) return go_on_lingering();
    if (state != State::open) return;
    // A waiting application reads for itself; else look what it is.
    if (readable)
        call(readable);
    else
        engine.peek();
    settle();
}

void TlsStream::Impl::on_lower_writable() {
    watching_writable = false;
    const bool read_stopped = engine.wants_write();
    engine.flush();
    if (state == State::handshaking) return advance();
    if (state == State::closed) return go_on_lingering();
    if (state == State::open && read_stopped) engine.peek();
    settle();
}

// ---- keeping the promises

void TlsStream::Impl::settle_later() {
    if (std::exchange(settle_posted, true)) return;
    boost::asio::post(context, [self = shared_from_this()] {
        self->settle_posted = false;
        self->settle();
    });
}

void TlsStream::Impl::settle() {
    if (state == State::failed) {
        call(readable);
        call(writable);
    }
    if (state == State::open) settle_reading();
    if (state == State::open) settle_writing();
}

void TlsStream::Impl::settle_reading() {
    if (!engine.has_answer() && !engine.starved()) engine.peek();
    if (engine.has_answer()) return call(readable);
    if (!engine.wants_write()) watch_readable();
}

void TlsStream::Impl::settle_writing() {
    if (engine.pending() || engine.wants_write()) return watch_writable();
    end_sending();
    call(writable);
}

void TlsStream::Impl::end_sending() {
    if (!send_ended || std::exchange(fin_sent, true)) return;
    static_cast<void>(lower->shutdown_send()); // the peer may be gone by now; reading tells
}

// ---- closing

void TlsStream::Impl::close(bool abort) {
    if (state == State::closed) return;
    const bool was_open = state == State::open;
    const bool refused = state == State::failed && engine.is_server();
    state = State::closed;
    readable = nullptr;
    writable = nullptr;
    if (abort || (!was_open && !refused)) return lower->close(abort);

    if (was_open) engine.notify_close();
    linger(was_open ? kLinger : kLingerRefused);
}

/// Lets queued data out, then FIN, then waits for the peer's end: a kernel socket that is closed over unread
/// bytes, and be it session tickets that no application ever sees, answers RST, which takes our last data
/// from the peer.
void TlsStream::Impl::linger(std::chrono::seconds limit) {
    lingering.emplace(context, limit);
    // The timer keeps this object, and is what lets it go: a stream whose context ends first is freed
    // with it.
    lingering->async_wait([self = shared_from_this()](boost::system::error_code error) {
        if (!error) self->lower->close(true);
    });
    go_on_lingering();
}

void TlsStream::Impl::go_on_lingering() {
    if (engine.pending()) return watch_writable();
    send_ended = true;
    end_sending();
    if (discard())
        watch_readable();
    else
        end_lingering();
}

/// True while the peer has not ended and not sent too much.
bool TlsStream::Impl::discard() {
    Byte buffer[4096];
    while (discarded < kDiscard) {
        const auto got = lower->read(buffer);
        if (!got) return got.error() == Error::would_block;
        discarded += *got;
    }
    return false;
}

void TlsStream::Impl::end_lingering() {
    lower->close(false);
    lingering.reset();
}

// ---- the stream

TlsStream::TlsStream(boost::asio::io_context& context, TlsContexts& contexts, std::unique_ptr<Stream> lower,
                     TlsSettings settings, const Calendar& calendar)
    : impl_(std::make_shared<Impl>(context, contexts, std::move(lower), std::move(settings), calendar)) {}

TlsStream::~TlsStream() {
    impl_->done = nullptr;
    impl_->close(false);
}

void TlsStream::handshake(std::function<void(Result<void>)> done) {
    NWP_EXPECT(impl_->state == Impl::State::made);
    impl_->state = Impl::State::handshaking;
    impl_->done = std::move(done);
    boost::asio::post(impl_->context, [self = impl_] { self->begin(); });
}

const Verdict& TlsStream::verdict() const { return impl_->engine.verdict(); }
Protocol TlsStream::version() const { return impl_->engine.version(); }
std::int32_t TlsStream::cipher_suite() const { return impl_->engine.cipher_suite(); }
std::string TlsStream::alpn_selected() const { return impl_->engine.alpn_selected(); }
bool TlsStream::resumed() const { return impl_->engine.resumed(); }
std::string TlsStream::server_name() const { return impl_->engine.server_name(); }
std::vector<Byte> TlsStream::peer_certificate() const { return impl_->engine.peer_certificate(); }
std::string TlsStream::failure_text() const { return impl_->engine.failure_text(); }

Result<std::size_t> TlsStream::read(Bytes into) {
    if (impl_->state != Impl::State::open) return impl_->unusable();
    const auto got = impl_->engine.read(into);
    impl_->settle_later();
    return got;
}

Result<std::size_t> TlsStream::write(ByteView bytes) {
    if (impl_->state != Impl::State::open) return impl_->unusable();
    const auto wrote = impl_->engine.write(bytes);
    if (!wrote || impl_->engine.pending()) impl_->settle_later();
    return wrote;
}

void TlsStream::wait_readable(std::function<void()> handler) {
    if (impl_->state == Impl::State::closed) return;
    impl_->readable = std::move(handler);
    impl_->settle_later();
}

void TlsStream::wait_writable(std::function<void()> handler) {
    if (impl_->state == Impl::State::closed) return;
    impl_->writable = std::move(handler);
    impl_->settle_later();
}

Result<void> TlsStream::shutdown_send() {
    if (impl_->state != Impl::State::open) return impl_->unusable();
    impl_->engine.notify_close();
    impl_->engine.flush();
    impl_->send_ended = true;
    if (!impl_->engine.pending()) impl_->end_sending();
    impl_->settle_later();
    return {};
}

void TlsStream::close(bool abort) {
    impl_->close(abort);
    if (auto call = std::exchange(impl_->done, nullptr))
        boost::asio::post(impl_->context, [call = std::move(call)] { call(Error::cancelled); });
}

Address TlsStream::local() const { return impl_->lower->local(); }
Address TlsStream::peer() const { return impl_->lower->peer(); }

} // namespace nwp::net
