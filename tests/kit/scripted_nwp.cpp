// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/scripted_nwp.h"

#include <cstdlib>
#include <ctime>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nwp::kit {
namespace {

Instant now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return Instant{static_cast<std::int64_t>(time.tv_sec) * 1000000 + time.tv_nsec / 1000};
}

void check(bool good) {
    if (!good) std::abort(); // a test's own mistake
}

constexpr std::size_t kPart = 32 * 1024;

} // namespace

ScriptedNwp::ScriptedNwp(bool reliable)
    : declared_(link_, reliable), session_(session::Role::nwp, declared_, *this, storage_.storage()),
      bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    mend_line();
    thread_ = std::thread{[this] { run(); }};
}

ScriptedNwp::~ScriptedNwp() {
    {
        const std::lock_guard<std::mutex> guard{mutex_};
        stopping_ = true;
    }
    wake();
    thread_.join();
    if (host_end_ >= 0) ::close(host_end_);
    ::close(bell_);
}

void ScriptedNwp::wake() {
    const std::uint64_t one = 1;
    check(::write(bell_, &one, sizeof one) == sizeof one);
}

void ScriptedNwp::mend_line() {
    const std::lock_guard<std::mutex> guard{mutex_};
    int ends[2];
    check(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    check(link_.adopt(ends[0]).ok());
    if (host_end_ >= 0) ::close(host_end_);
    host_end_ = ends[1];
    if (thread_.joinable()) wake();
}

void ScriptedNwp::plug_in(int fd) {
    const std::lock_guard<std::mutex> guard{mutex_};
    check(link_.adopt(fd).ok());
    wake();
}

int ScriptedNwp::take_host_end() {
    const std::lock_guard<std::mutex> guard{mutex_};
    return std::exchange(host_end_, -1);
}

void ScriptedNwp::cut_line() {
    const std::lock_guard<std::mutex> guard{mutex_};
    link_.close();
    wake();
}

void ScriptedNwp::freeze(bool on) {
    const std::lock_guard<std::mutex> guard{mutex_};
    frozen_ = on;
    wake();
}

void ScriptedNwp::speak(const std::string& text) {
    const std::lock_guard<std::mutex> guard{mutex_};
    for (auto& [channel, peer] : peers_) {
        if (peer.port == peer::speaks_later) peer.waiting += text;
    }
    wake();
}

void ScriptedNwp::call_in(std::uint16_t count) {
    const std::lock_guard<std::mutex> guard{mutex_};
    for (auto& [channel, peer] : peers_) {
        if (!peer.listening) continue;
        peer.callers = static_cast<std::uint16_t>(peer.callers + count);
        check(session_
                  .send_event(wire::SocketAcceptable{static_cast<wire::SocketHandle>(channel), peer.callers})
                  .ok());
    }
    wake();
}

void ScriptedNwp::grant_packets(bool granted) {
    const std::lock_guard<std::mutex> guard{mutex_};
    packets_granted_ = granted;
}

bool ScriptedNwp::send_frame(const std::string& frame) {
    const std::lock_guard<std::mutex> guard{mutex_};
    bool sent = false;
    for (auto& [channel, peer] : peers_) {
        if (peer.packets) sent = send_datagram(channel, peer, {}, as_bytes(frame));
    }
    wake();
    return sent;
}

std::vector<std::string> ScriptedNwp::frames() {
    const std::lock_guard<std::mutex> guard{mutex_};
    return frames_;
}

void ScriptedNwp::answer_names_with(std::vector<wire::ResolvedAddress> addresses, std::string canonical) {
    const std::lock_guard<std::mutex> guard{mutex_};
    names_ = std::move(addresses);
    canonical_ = std::move(canonical);
}

std::map<SocketOption, std::string> ScriptedNwp::options() {
    const std::lock_guard<std::mutex> guard{mutex_};
    return options_;
}

std::string ScriptedNwp::credential(std::int32_t tag, CredentialType type) {
    const std::lock_guard<std::mutex> guard{mutex_};
    return credentials_[{tag, type}];
}

std::int32_t ScriptedNwp::last_linger() {
    const std::lock_guard<std::mutex> guard{mutex_};
    return last_linger_;
}

bool ScriptedNwp::last_hello_had_token() {
    const std::lock_guard<std::mutex> guard{mutex_};
    return had_token_;
}

std::size_t ScriptedNwp::open_sockets() {
    const std::lock_guard<std::mutex> guard{mutex_};
    return peers_.size();
}

std::size_t ScriptedNwp::messages() {
    const std::lock_guard<std::mutex> guard{mutex_};
    return messages_;
}

// ---- The thread -------------------------------------------------------------------------------------------

void ScriptedNwp::run() {
    std::unique_lock<std::mutex> guard{mutex_};
    while (!stopping_) {
        Instant until = Instant::never();
        pollfd set[] = {{-1, POLLIN, 0}, {bell_, POLLIN, 0}};
        if (!frozen_) {
            bool more = session_.service(now());
            pump();
            session_.flush(now());
            more = more && link_.fd() >= 0;
            until = more ? Instant{} : session_.next_deadline();
            set[0].fd = link_.fd();
            set[0].events = static_cast<short>(POLLIN | (link_.wants_write() ? POLLOUT : 0));
        }
        guard.unlock();
        const Duration left = until - now();
        const std::int64_t pause = left < Duration{} ? 0 : left.milliseconds() + 1;
        ::poll(set, 2, until == Instant::never() ? -1 : static_cast<int>(pause < 60000 ? pause : 60000));
        std::uint64_t rings = 0;
        if (set[1].revents != 0) check(::read(bell_, &rings, sizeof rings) == sizeof rings);
        guard.lock();
        if (set[0].revents != 0 && !frozen_) {
            link_.on_poll((set[0].revents & ~POLLOUT) != 0, (set[0].revents & POLLOUT) != 0);
        }
    }
}

void ScriptedNwp::pump() {
    bool progress = true;
    while (progress && session_.is_open()) {
        progress = false;
        for (auto& [channel, peer] : peers_) progress = pump(channel, peer) || progress;
    }
}

/// A frame at most; true when one went.
bool ScriptedNwp::pump(std::uint16_t channel, Peer& peer) {
    if (!peer.connected || peer.finished) return false;
    while (peer.port == peer::pours && peer.waiting.size() < kPart) {
        peer.waiting += static_cast<char>(peer.poured++ % 251);
    }
    const std::size_t size = std::min<std::size_t>(peer.waiting.size(), peer.send.available());
    const bool end = peer.finishing && size == peer.waiting.size();
    if (size != 0 || end) {
        const Result<std::size_t> sent = session_.send_data(channel, as_bytes(peer.waiting).first(size), end);
        if (!sent) return false;
        peer.send.take(static_cast<std::uint32_t>(*sent));
        peer.waiting.erase(0, *sent);
        peer.finished = end && *sent == size;
        return true;
    }
    if (peer.reset && peer.waiting.empty()) {
        wire::SocketFailed failed;
        failed.socket = static_cast<wire::SocketHandle>(channel);
        failed.error = Error::connection_reset;
        if (!session_.send_event(failed)) return false;
        peer.finished = true;
    }
    return false;
}

// ---- What the host says -----------------------------------------------------------------------------------

void ScriptedNwp::on_hello(const wire::HelloRequest& hello, wire::HelloReply& reply) {
    had_token_ = hello.has_token != 0;
    reply.capabilities = 0x3FF;
}
void ScriptedNwp::on_open(const wire::HelloReply&) { peers_.clear(); }
void ScriptedNwp::on_closed(Error) { peers_.clear(); }
void ScriptedNwp::on_cancel(std::uint16_t) {}

void ScriptedNwp::on_credit(std::uint16_t channel, std::uint32_t limit) {
    const auto found = peers_.find(channel);
    if (found != peers_.end()) found->second.send.raise(limit);
}

void ScriptedNwp::on_data(std::uint16_t channel, ByteView bytes, bool end) {
    const auto found = peers_.find(channel);
    if (found == peers_.end()) return;
    Peer& peer = found->second;
    check(peer.receive.accept(static_cast<std::uint32_t>(bytes.size())));
    if (peer.port == peer::echoes || peer.port == peer::speaks_later) peer.waiting += as_text(bytes);
    if (end) peer.finishing = true;
    if (peer.port == peer::takes_nothing) return;
    peer.receive.consume(static_cast<std::uint32_t>(bytes.size()));
    if (peer.receive.worth_telling(static_cast<std::uint32_t>(session_.data_room()))) {
        static_cast<void>(session_.send_credit(channel, peer.receive.tell()));
    }
}

template <typename Reply>
void ScriptedNwp::reply(const Reply& reply) {
    check(session_.send_reply(number_, reply).ok());
}

void ScriptedNwp::on_datagram(std::uint16_t channel, ByteView part, bool more) {
    const auto found = peers_.find(channel);
    if (found == peers_.end()) return;
    Peer& peer = found->second;
    ByteView bytes = part;
    if (!peer.arriving) {
        wire::Reader reader{part};
        wire::get(reader, peer.arriving_to);
        check(reader.ok());
        bytes = reader.left();
        peer.arriving_bytes.clear();
        check(peer.receive.accept(32));
        peer.receive.consume(32);
    }
    check(peer.receive.accept(static_cast<std::uint32_t>(bytes.size())));
    peer.receive.consume(static_cast<std::uint32_t>(bytes.size()));
    peer.arriving_bytes += as_text(bytes);
    peer.arriving = more;
    if (more) return;
    static_cast<void>(session_.send_credit(channel, peer.receive.tell()));
    if (peer.packets) return frames_.push_back(peer.arriving_bytes);
    answer_datagram(channel, peer);
}

/// From where it went to.
void ScriptedNwp::answer_datagram(std::uint16_t channel, Peer& peer) {
    Address from = peer.arriving_to;
    if (from.family == Family::unspecified) from = Address::ipv4(10, 77, 0, 80, peer.port);
    if (from.port == peer::refuses) {
        check(session_
                  .send_event(wire::SocketProblem{static_cast<wire::SocketHandle>(channel),
                                                  Error::connection_refused})
                  .ok());
        return;
    }
    if (from.port != peer::discards) send_datagram(channel, peer, from, as_bytes(peer.arriving_bytes));
}

/// False: there is no credit for it.
bool ScriptedNwp::send_datagram(std::uint16_t channel, Peer& peer, const Address& from, ByteView bytes) {
    const auto cost = static_cast<std::uint32_t>(bytes.size()) + 32;
    if (peer.send.available() < cost) return false;
    peer.send.take(cost);
    Byte encoded[32];
    wire::Writer writer{encoded};
    wire::put(writer, from);
    ByteView address{encoded, writer.written()};
    do {
        const Result<std::size_t> sent = session_.send_datagram(channel, address, bytes);
        check(sent.ok());
        bytes = bytes.from(*sent);
        address = {};
    } while (!bytes.empty());
    return true;
}

void ScriptedNwp::connect_datagrams(Peer& peer, const wire::SocketConnect& request) {
    if (request.peer.port == peer::unreachable) return fail(Error::network_unreachable);
    peer.port = request.peer.port;
    peer.connected = request.peer.family != Family::unspecified;
    wire::SocketConnected connected;
    connected.local = Address::ipv4(10, 77, 0, 2, 50000);
    reply(connected);
}

void ScriptedNwp::accept(const wire::SocketAccept& request) {
    Peer& listener = peers_[static_cast<std::uint16_t>(request.socket)];
    if (!listener.listening) return fail(Error::invalid_argument);
    if (listener.callers == 0) return fail(Error::would_block);
    --listener.callers;
    const std::uint16_t channel = next_channel_++;
    Peer peer;
    peer.port = peer::echoes;
    peer.connected = true;
    peer.send = session::SendCredit{request.receive_limit};
    peer.receive = session::ReceiveCredit{kWindow};
    peers_[channel] = peer;
    wire::SocketAccepted accepted;
    accepted.socket = static_cast<wire::SocketHandle>(channel);
    accepted.send_limit = kWindow;
    accepted.local = Address::ipv4(10, 77, 0, 2, 50001);
    accepted.peer = Address::ipv4(10, 77, 0, 30, 40000);
    reply(accepted);
}

void ScriptedNwp::connect(const wire::SocketConnect& request) {
    Peer& peer = peers_[static_cast<std::uint16_t>(request.socket)];
    if (peer.datagrams) return connect_datagrams(peer, request);
    peer.port = request.peer.port;
    if (peer.port == peer::refuses) return fail(Error::connection_refused);
    if (peer.port == peer::distrusted) return fail(Error::connection_aborted);
    if (peer.port == peer::silent) return;
    peer.connected = true;
    peer.reset = peer.port == peer::resets;
    if (peer.reset) peer.waiting = "abc";
    if (peer.port == peer::greets) {
        peer.waiting = "hello";
        peer.finishing = true;
    }
    wire::SocketConnected connected;
    connected.local = Address::ipv4(10, 77, 0, 2, 50000);
    reply(connected);
}

struct ScriptedNwp::Router {
    ScriptedNwp& nwp;

    void on(const wire::Echo& request) { nwp.reply(request); }
    void on(const wire::SocketOpen& request) {
        const bool packets = request.family == Family::packet;
        if (packets && !nwp.packets_granted_) return nwp.fail(Error::not_permitted);
        const std::uint16_t channel = nwp.next_channel_++;
        Peer peer;
        peer.send = session::SendCredit{request.receive_limit};
        peer.receive = session::ReceiveCredit{kWindow};
        peer.datagrams = request.type == SocketType::datagram;
        peer.packets = packets;
        nwp.peers_[channel] = peer;
        wire::SocketOpened opened;
        opened.socket = static_cast<wire::SocketHandle>(channel);
        opened.send_limit = kWindow;
        nwp.reply(opened);
    }
    void on(const wire::SocketConnect& request) { nwp.connect(request); }
    void on(const wire::SocketBind& request) {
        if (request.local.port == peer::refuses) return nwp.fail(Error::address_in_use);
        wire::SocketName name;
        name.address = request.local;
        if (name.address.port == 0) name.address.port = 50001;
        nwp.reply(name);
    }
    void on(const wire::SocketListen& request) {
        nwp.peers_[static_cast<std::uint16_t>(request.socket)].listening = true;
        nwp.reply(wire::Done{});
    }
    void on(const wire::SocketAccept& request) { nwp.accept(request); }
    void on(const wire::SocketRouteCheck& request) {
        const bool way = request.peer.port != peer::unreachable;
        return way ? nwp.reply(wire::Done{}) : nwp.fail(Error::network_unreachable);
    }
    void on(const wire::SocketOptionSet& request) {
        nwp.options_[request.option] = std::string{as_text(request.value)};
        nwp.reply(wire::Done{});
    }
    void on(const wire::SocketOptionGet& request) {
        if (request.option == SocketOption::hardware_address) {
            wire::SocketOptionValue address;
            address.value = kHardwareAddress;
            return nwp.reply(address);
        }
        const auto found = nwp.options_.find(request.option);
        if (found == nwp.options_.end()) return nwp.fail(Error::not_connected);
        wire::SocketOptionValue value;
        value.value = as_bytes(found->second);
        nwp.reply(value);
    }
    void on(const wire::SocketShutdown& request) {
        const auto found = nwp.peers_.find(static_cast<std::uint16_t>(request.socket));
        if (found != nwp.peers_.end() && request.how != Shutdown::receive) found->second.finishing = true;
        nwp.reply(wire::Done{});
    }
    void on(const wire::SocketClose& request) {
        nwp.peers_.erase(static_cast<std::uint16_t>(request.socket));
        nwp.last_linger_ = request.linger_s;
        nwp.reply(wire::Done{});
    }
    void on(const wire::SocketNameGet& request) {
        const auto found = nwp.peers_.find(static_cast<std::uint16_t>(request.socket));
        const bool connected = found != nwp.peers_.end() && found->second.connected;
        if (request.peer != 0 && !connected) return nwp.fail(Error::not_connected);
        wire::SocketName name;
        name.address = request.peer != 0 ? Address::ipv4(10, 77, 0, 80, found->second.port)
                       : connected       ? Address::ipv4(10, 77, 0, 2, 50000)
                                         : Address::ipv4(0, 0, 0, 0);
        nwp.reply(name);
    }
    void on(const wire::SocketVerdictGet&) {
        wire::SocketVerdict verdict;
        verdict.rules.add(Rule::wrong_host_name);
        verdict.rules.add(Rule::expired);
        verdict.alert = 42;
        verdict.subject = "CN=www.nwp.test";
        nwp.reply(verdict);
    }
    void on(const wire::Resolve& request) {
        if (request.node == "nowhere") return nwp.fail(Error::name_not_found);
        for (const wire::ResolvedAddress& address : nwp.names_) {
            check(nwp.session_.send_item(nwp.number_, address).ok());
        }
        wire::Resolved resolved;
        resolved.count = static_cast<std::uint8_t>(nwp.names_.size());
        resolved.canonical = nwp.canonical_;
        nwp.reply(resolved);
    }
    void on(const wire::CredentialWrite& request) {
        if (request.offset == 0) nwp.uploading_.clear();
        nwp.uploading_ += as_text(request.part);
        if (nwp.uploading_.size() < request.total) return nwp.reply(wire::Done{});
        auto& stored = nwp.credentials_[{request.tag, request.type}];
        if (!stored.empty() && stored != nwp.uploading_) return nwp.fail(Error::exists);
        stored = nwp.uploading_;
        nwp.reply(wire::Done{});
    }
    void on(const wire::CredentialRead& request) {
        const auto found = nwp.credentials_.find({request.tag, request.type});
        if (found == nwp.credentials_.end()) return nwp.fail(Error::not_found);
        if (request.type == CredentialType::private_key) return nwp.fail(Error::access_denied);
        wire::CredentialPart part;
        part.total = static_cast<std::uint32_t>(found->second.size());
        part.part = as_bytes(found->second).sub(request.offset, std::min<std::size_t>(request.room, 256));
        nwp.reply(part);
    }
    void on(const wire::CredentialDelete& request) {
        const bool there = nwp.credentials_.erase({request.tag, request.type}) != 0;
        return there ? nwp.reply(wire::Done{}) : nwp.fail(Error::not_found);
    }
    template <typename Message>
    void on(const Message&) {
        nwp.fail(Error::unsupported);
    }
};

void ScriptedNwp::on_message(const session::Message& message) {
    ++messages_;
    number_ = message.request;
    Router router{*this};
    check(wire::route(wire::Requests{}, message.id, message.body, router).ok());
}

} // namespace nwp::kit
