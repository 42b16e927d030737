// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tcp.h"

#include "nwpd/net/errno_map.h"
#include "nwpd/net/kernel_socket.h"
#include "nwpd/net/sockaddr.h"

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace nwp::net {

Result<void> apply_tcp_options(int socket, const TcpOptions& options) {
    const struct {
        int level;
        int name;
        std::optional<int> value;
    } wanted[] = {{IPPROTO_TCP, TCP_NODELAY, options.no_delay ? 1 : 0},
                  {SOL_SOCKET, SO_KEEPALIVE, options.keep_alive ? 1 : 0},
                  {IPPROTO_TCP, TCP_KEEPIDLE, options.keep_alive_time},
                  {IPPROTO_TCP, TCP_KEEPINTVL, options.keep_alive_time},
                  {SOL_SOCKET, SO_RCVBUF, options.receive_buffer},
                  {SOL_SOCKET, SO_SNDBUF, options.send_buffer}};
    for (const auto& option : wanted) {
        if (!option.value) continue;
        if (auto set = set_kernel_option(socket, option.level, option.name, *option.value); !set) return set;
    }
    return options.hop_limit ? set_hop_limit(socket, *options.hop_limit) : Result<void>{};
}

using Descriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

struct TcpStream::Impl : std::enable_shared_from_this<TcpStream::Impl> {
    enum class Direction { read, write };
    enum class State { made, connecting, connected, failed, closed };

    /// One direction's waiting handler; `armed` while the reactor watches for it.
    struct Waiting {
        std::function<void()> handler;
        bool armed = false;
    };

    Impl(boost::asio::io_context& made_on, Gate& under)
        : context(made_on), gate(under), descriptor(made_on) {}
    ~Impl() { leave_gate(); }

    void begin_connect();
    void finish_connect();
    void connected_as(Result<void> outcome);
    Result<void> adopt(int made);
    Result<void> open_socket();
    void wait(Direction direction);
    void ready(Direction direction);
    void listen_to_gate();
    void leave_gate();
    void gate_opened();
    void close(bool abort);
    Error unusable() const { return state == State::closed ? Error::bad_handle : Error::not_connected; }
    Waiting& waiting(Direction direction) { return direction == Direction::read ? reading : writing; }

    boost::asio::io_context& context;
    Gate& gate;
    Descriptor descriptor;
    State state = State::made;
    bool begun = false; ///< the kernel was told to connect
    TcpOptions options;
    Address peer;
    Address bind_to;
    std::function<void(Result<void>)> done;
    Waiting reading;
    Waiting writing;
    std::optional<Gate::Registration> registration; ///< only while something waits for the gate
};

// ---- the gate

void TcpStream::Impl::listen_to_gate() {
    if (registration) return;
    registration = gate.add([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->gate_opened();
    });
}

void TcpStream::Impl::leave_gate() {
    if (!registration) return;
    gate.remove(*registration);
    registration.reset();
}

void TcpStream::Impl::gate_opened() {
    leave_gate();
    if (state == State::connecting) {
        if (!begun)
            boost::asio::post(context, [self = shared_from_this()] { self->begin_connect(); });
        else if (!writing.armed)
            wait(Direction::write);
        return;
    }
    if (reading.handler) wait(Direction::read);
    if (writing.handler) wait(Direction::write);
}

// ---- readiness

void TcpStream::Impl::wait(Direction direction) {
    if (!gate.open()) return listen_to_gate();

    Waiting& side = waiting(direction);
    if (side.armed) return;
    side.armed = true;
    const auto kind = direction == Direction::read ? Descriptor::wait_read : Descriptor::wait_write;
    descriptor.async_wait(kind, [self = shared_from_this(), direction](boost::system::error_code error) {
        self->waiting(direction).armed = false;
        if (error != boost::asio::error::operation_aborted) self->ready(direction);
    });
}

void TcpStream::Impl::ready(Direction direction) {
    if (state == State::closed) return;
    if (!gate.open()) return listen_to_gate();
    if (state == State::connecting) return finish_connect();

    if (auto handler = std::exchange(waiting(direction).handler, nullptr)) handler();
}

// ---- connecting

Result<void> TcpStream::Impl::adopt(int made) {
    boost::system::error_code error;
    descriptor.assign(made, error);
    if (!error) return {};
    ::close(made);
    return error_from_errno(error.value());
}

Result<void> TcpStream::Impl::open_socket() {
    if (!descriptor.is_open()) {
        const auto made = make_kernel_socket(peer.family, SOCK_STREAM);
        if (!made) return made.error();
        if (auto adopted = adopt(*made); !adopted) return adopted;
        if (bind_to.family != Family::unspecified)
            if (auto bound = bind_kernel_socket(*made, bind_to); !bound) return bound;
    }
    const int made = descriptor.native_handle();
    if (auto set = apply_tcp_options(made, options); !set) return set;

    const SocketAddress to{peer};
    if (::connect(made, to.get(), to.size) != 0) return last_error();
    return {};
}

void TcpStream::Impl::begin_connect() {
    if (state != State::connecting) return;
    if (!gate.open()) return listen_to_gate();

    if (std::exchange(begun, true)) return;
    const Result<void> outcome = open_socket();
    if (!outcome && outcome.error() != Error::in_progress) return connected_as(outcome);
    wait(Direction::write);
}

void TcpStream::Impl::finish_connect() {
    int pending = 0;
    socklen_t size = sizeof pending;
    if (getsockopt(descriptor.native_handle(), SOL_SOCKET, SO_ERROR, &pending, &size) != 0)
        return connected_as(last_error());
    if (pending != 0) return connected_as(error_from_errno(pending));
    connected_as({});
}

void TcpStream::Impl::connected_as(Result<void> outcome) {
    state = outcome ? State::connected : State::failed;
    boost::system::error_code ignored;
    if (!outcome) descriptor.close(ignored);
    if (auto call = std::exchange(done, nullptr)) call(outcome);
}

void TcpStream::Impl::close(bool abort) {
    leave_gate();
    reading.handler = nullptr;
    writing.handler = nullptr;
    state = State::closed;
    if (!descriptor.is_open()) return;

    const linger reset{.l_onoff = 1, .l_linger = 0}; // close() then sends RST
    if (abort) setsockopt(descriptor.native_handle(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    boost::system::error_code ignored;
    descriptor.close(ignored);
}

// ---- the stream

TcpStream::TcpStream(boost::asio::io_context& context, Gate& gate)
    : impl_(std::make_shared<Impl>(context, gate)) {}

TcpStream::TcpStream(boost::asio::io_context& context, Gate& gate, int accepted, const Address& peer)
    : TcpStream(context, gate) {
    impl_->peer = peer;
    impl_->state = impl_->adopt(accepted) ? Impl::State::connected : Impl::State::failed;
}

Result<void> TcpStream::use_socket(int bound) {
    NWP_EXPECT(impl_->state == Impl::State::made && !impl_->descriptor.is_open());
    return impl_->adopt(bound);
}

TcpStream::~TcpStream() {
    impl_->done = nullptr;
    impl_->close(false);
}

void TcpStream::connect(const Address& peer, const Address& bind_to, std::function<void(Result<void>)> done) {
    NWP_EXPECT(impl_->state == Impl::State::made);
    impl_->state = Impl::State::connecting;
    impl_->peer = peer;
    impl_->bind_to = bind_to;
    impl_->done = std::move(done);
    boost::asio::post(impl_->context, [self = impl_] { self->begin_connect(); });
}

Result<void> TcpStream::set_options(const TcpOptions& options) {
    impl_->options = options;
    if (!impl_->descriptor.is_open()) return {};
    return apply_tcp_options(impl_->descriptor.native_handle(), options);
}

std::size_t TcpStream::unacknowledged() const {
    int count = 0;
    if (impl_->state != Impl::State::connected) return 0;
    if (ioctl(impl_->descriptor.native_handle(), SIOCOUTQ, &count) != 0) return 0;
    return static_cast<std::size_t>(count);
}

Result<std::size_t> TcpStream::read(Bytes into) {
    if (impl_->state != Impl::State::connected) return impl_->unusable();
    if (!impl_->gate.open()) return Error::would_block;
    if (into.empty()) return std::size_t{0}; // recv() would answer 0, which elsewhere means the end

    const ssize_t count = recv(impl_->descriptor.native_handle(), into.data(), into.size(), 0);
    if (count < 0) return last_error();
    if (count == 0) return Error::closed;
    const auto size = static_cast<std::size_t>(count);
    impl_->gate.count_received(size);
    return size;
}

Result<std::size_t> TcpStream::write(ByteView bytes) {
    if (impl_->state != Impl::State::connected) return impl_->unusable();
    if (!impl_->gate.open()) return Error::would_block;
    if (bytes.empty()) return std::size_t{0};

    const ssize_t count = send(impl_->descriptor.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) return last_error();
    const auto size = static_cast<std::size_t>(count);
    impl_->gate.count_sent(size);
    return size;
}

void TcpStream::wait_readable(std::function<void()> handler) {
    if (impl_->state != Impl::State::connected) return;
    impl_->reading.handler = std::move(handler);
    impl_->wait(Impl::Direction::read);
}

void TcpStream::wait_writable(std::function<void()> handler) {
    if (impl_->state != Impl::State::connected) return;
    impl_->writing.handler = std::move(handler);
    impl_->wait(Impl::Direction::write);
}

Result<void> TcpStream::shutdown_send() {
    if (impl_->state != Impl::State::connected) return impl_->unusable();
    if (::shutdown(impl_->descriptor.native_handle(), SHUT_WR) != 0) return last_error();
    return {};
}

void TcpStream::close(bool abort) {
    impl_->close(abort);
    if (auto call = std::exchange(impl_->done, nullptr))
        boost::asio::post(impl_->context, [call = std::move(call)] { call(Error::cancelled); });
}

Address TcpStream::local() const {
    return impl_->descriptor.is_open() ? local_of(impl_->descriptor.native_handle()) : Address{};
}

Address TcpStream::peer() const { return impl_->peer; }

} // namespace nwp::net
