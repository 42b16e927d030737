// SPDX-License-Identifier: Apache-2.0
// SocketSilo: sockets come, get an address, and go. What connects, accepts, receives, sends, selects and sets
// options is in socket_silo_*.cpp.
#include "nwpd/dialect/simplelink/socket_silo.h"

#include "nwpd/dialect/simplelink/socket_address.h"
#include "nwpd/dialect/simplelink/socket_errors.h"
#include "nwpd/service/socket_options.h"

#include <chrono>
#include <utility>

namespace nwp::simplelink {
namespace {

struct Kind {
    nwp::Family family{};
    bool is_tls = false;
    nwp::Protocol protocol{};
};

/// Rules that break while data flow, and not before.
RuleSet of_the_stream(RuleSet rules) {
    RuleSet broken;
    for (const Rule rule : {Rule::peer_alert, Rule::truncated, Rule::bad_record})
        if (rules.has(rule)) broken.add(rule);
    return broken;
}

/// What a host asked for, in the service's words.
///   operation_not_supported   the transceiver: this radio sends no raw frames
///   not_permitted             raw sockets
///   family_not_supported, wrong_protocol_type, protocol_not_supported
Result<Kind> kind_of(const SocketOpen& command) {
    Kind kind;
    switch (command.domain) {
        case Family::ipv4: kind.family = nwp::Family::ipv4; break;
        case Family::ipv6: kind.family = nwp::Family::ipv6; break;
        case Family::transceiver:
        case Family::packet: return Error::operation_not_supported;
        default: return Error::family_not_supported;
    }
    if (command.type == SocketType::raw) return Error::not_permitted;
    const bool is_stream = command.type == SocketType::stream;
    if (!is_stream && command.type != SocketType::datagram) return Error::wrong_protocol_type;
    // TLS may begin later on every stream.
    kind.protocol = is_stream ? nwp::Protocol::tls_1_2 : nwp::Protocol::udp;
    switch (command.protocol) {
        case Protocol::any: return kind;
        case Protocol::tcp: return is_stream ? Result<Kind>{kind} : Error::wrong_protocol_type;
        case Protocol::udp: return is_stream ? Error::wrong_protocol_type : Result<Kind>{kind};
        case Protocol::tls:
            if (!is_stream) return Error::wrong_protocol_type;
            kind.is_tls = true;
            return kind;
        default: return Error::protocol_not_supported;
    }
}

} // namespace

SocketSilo::SocketSilo(const Power& power)
    : board_(power.board), client_(power.client), sockets_(power.board.services.sockets), out_(power.out),
      select_timer_(power.board.loop) {}

SocketSilo::~SocketSilo() { sockets_.close_all(client_); }

bool SocketSilo::take(const HostMessage& message) {
    using Commands = Messages<SocketOpen, SocketClose, SocketBind, SocketBindV6, SocketListen, SocketAccept,
                              SocketConnect, SocketConnectV6, SocketSelect, SocketOptionSet, SocketOptionGet,
                              SocketReceive, SocketReceiveFrom, SocketSend, SocketSendTo, SocketSendToV6>;
    return route(Commands{}, message, out_, *this);
}

SocketSilo::Entry SocketSilo::find(std::uint8_t descriptor) const {
    if (descriptor >= kSockets) return nullptr;
    const Entry& entry = entries_[descriptor];
    return entry && entry->state != SocketEntry::State::closing ? entry : nullptr;
}

SocketSilo::Entry SocketSilo::find(service::SocketId id) const {
    for (const Entry& entry : entries_)
        if (entry && entry->id == id && entry->state != SocketEntry::State::closing) return entry;
    return nullptr;
}

std::optional<std::uint8_t> SocketSilo::free_descriptor() const {
    std::optional<std::uint8_t> longest_free;
    for (std::uint8_t i = 0; i < kSockets; ++i)
        if (!entries_[i] && (!longest_free || freed_[i] < freed_[*longest_free])) longest_free = i;
    return longest_free;
}

template <typename Response>
void SocketSilo::answer(Result<void> outcome, std::uint8_t descriptor) {
    answer<Response>(outcome ? std::int16_t{code::success} : socket_code(outcome.error()), descriptor);
}

// ---- open

void SocketSilo::on(const SocketOpen& command, ByteView) {
    const auto kind = kind_of(command);
    if (!kind) return answer<SocketOpenResponse>(socket_code(kind.error()), 0);
    const auto descriptor = free_descriptor();
    if (!descriptor) return answer<SocketOpenResponse>(code::bsd_ensock, 0);
    const auto type =
        command.type == SocketType::stream ? nwp::SocketType::stream : nwp::SocketType::datagram;
    const auto id = sockets_.open(client_, kind->family, type, kind->protocol);
    if (!id) return answer<SocketOpenResponse>(socket_code(id.error()), 0);
    const Entry entry = add(*descriptor, *id, kind->family, command.type, kind->is_tls);
    prepare(*entry);
    answer<SocketOpenResponse>(code::success, *descriptor);
}

SocketSilo::Entry SocketSilo::add(std::uint8_t descriptor, service::SocketId id, nwp::Family family,
                                  SocketType type, bool is_tls) {
    auto entry = std::make_shared<SocketEntry>(board_.loop, descriptor);
    entry->id = id;
    entry->family = family;
    entry->type = type;
    entry->secures_at_once = entry->is_tls = is_tls;
    entries_[descriptor] = entry;
    return entry;
}

/// What this chip does on every socket without being told.
void SocketSilo::prepare(SocketEntry& entry) {
    const auto set = [&](SocketOption option, bool on) {
        static_cast<void>(sockets_.set_option(client_, entry.id, option, service::option_bytes(on ? 1 : 0)));
    };
    if (!entry.is_stream()) return set(SocketOption::broadcast, true);
    // Drivers keep SO_REUSEADDR to themselves, and a chip that was off remembers no TIME-WAIT: the port of
    // a server that closed first is free for the next.
    set(SocketOption::reuse_address, true);
    set(SocketOption::keep_alive, entry.settings.keep_alive != 0);
    static_cast<void>(sockets_.set_keep_alive_time(client_, entry.id, entry.settings.keep_alive_time));
    set(SocketOption::tls_defer, !entry.secures_at_once);
    static_cast<void>(sockets_.set_receive_room(client_, entry.id, entry.settings.receive_buffer));
}

// ---- bind and listen

void SocketSilo::on(const SocketBind& command, ByteView) { bind(command.descriptor, address_in(command)); }

void SocketSilo::on(const SocketBindV6& command, ByteView) { bind(command.descriptor, address_in(command)); }

void SocketSilo::bind(std::uint8_t descriptor, const Address& address) {
    const Entry entry = find(descriptor);
    if (!entry) return answer<SocketBindResponse>(code::bsd_ebadf, descriptor);
    auto bound = sockets_.bind(client_, entry->id, address);
    // The driver's own socket, with which one of its threads wakes another that selects. It speaks to itself
    // alone, so it needs no port of this NWP, which several chips share.
    const bool is_control =
        !entry->is_stream() && address == Address::ipv4(0, 0, 0, 0, SocketEntry::kControlPort);
    if (is_control && bound.error() == Error::address_in_use) bound = address;
    if (bound) entry->wakes_select = is_control;
    answer<SocketBindResponse>(bound ? Result<void>{} : bound.error(), descriptor);
}

void SocketSilo::on(const SocketListen& command, ByteView) {
    const Entry entry = find(command.descriptor);
    if (!entry) return answer_listen(code::bsd_ebadf);
    if (!entry->is_tls) return listen(*entry, command.backlog);
    // What the files hold is told here and not with the first client.
    with_tls(entry, true,
             [this, weak = std::weak_ptr{entry}, backlog = command.backlog](std::int16_t status) {
                 if (status != code::success) return answer_listen(status);
                 listen(*weak.lock(), backlog); // open: else there is no success
             });
}

void SocketSilo::listen(SocketEntry& entry, std::uint8_t backlog) {
    const auto listens = sockets_.listen(client_, entry.id, backlog);
    if (listens) entry.state = SocketEntry::State::listening;
    answer_listen(listens ? std::int16_t{code::success} : socket_code(listens.error()));
}

void SocketSilo::answer_listen(std::int16_t status) {
    SocketListenResponse response;
    response.status = status;
    out_.respond(response);
}

// ---- close

void SocketSilo::on(const SocketClose& command, ByteView) {
    const std::uint8_t descriptor = command.descriptor;
    const Entry entry = find(descriptor);
    if (!entry) return answer<SocketCloseResponse>(code::bsd_ebadf, descriptor);

    entry->state = SocketEntry::State::closing; // its number is taken until the host hears 0x1010
    complete_outstanding(*entry, code::bsd_ebadf);
    give_buffers(entry->sends.settle(0));
    out_.set_non_blocking(descriptor, false);
    out_.set_tx_failure(descriptor, false);
    answer<SocketCloseResponse>(code::success, descriptor);

    const std::int32_t linger = entry->settings.linger();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{linger};
    sockets_.close(client_, entry->id, linger, [this, descriptor, linger, deadline](Result<void>) {
        const bool in_time = linger <= 0 || std::chrono::steady_clock::now() < deadline;
        closed(descriptor, in_time ? code::success : code::bsd_eclose);
    });
    check_select();
}

void SocketSilo::complete_outstanding(SocketEntry& entry, std::int16_t status) {
    if (entry.connect_waits) complete_connect(entry, status);
    if (entry.accept_waits) complete_accept(entry, status, {});
    if (entry.receive) complete_receive(entry, status);
    if (entry.starts_tls) complete_start_tls(entry, status, false);
}

void SocketSilo::closed(std::uint8_t descriptor, std::int16_t status) {
    entries_[descriptor].reset();
    freed_[descriptor] = ++closed_;
    SocketClosed event;
    event.status = status;
    event.descriptor = descriptor;
    out_.complete(event);
}

// ---- what the service tells

void SocketSilo::on_readable(service::SocketId socket) {
    if (const Entry entry = find(socket)) try_receive(*entry);
    check_select();
}

void SocketSilo::on_taken(service::SocketId socket) {
    if (const Entry entry = find(socket)) settle(*entry);
    out_.flush_credit();
    check_select();
}

void SocketSilo::on_failed(service::SocketId socket, Error error) {
    const Entry entry = find(socket);
    if (!entry) return;
    auto verdict = sockets_.verdict(client_, socket);
    entry->state = SocketEntry::State::failed;
    entry->failure = socket_code(error);
    if (verdict) verdict->rules = of_the_stream(verdict->rules);
    if (verdict && !verdict->rules.empty()) entry->failure = tls_code(*verdict, true);
    if (entry->sends.buffers() > 0) send_failed(*entry, entry->failure);
    give_buffers(entry->sends.settle(0));
    try_receive(*entry);
    out_.flush_credit();
    check_select();
}

void SocketSilo::on_acceptable(service::SocketId socket) {
    const Entry entry = find(socket);
    if (entry && entry->accept_waits) accept(*entry);
    check_select();
}

void SocketSilo::on_refused(service::SocketId socket, const Verdict& verdict) {
    const Entry entry = find(socket);
    if (!entry) return;
    SocketEvent event;
    event.descriptor = entry->descriptor;
    event.type = SocketEventType::accept_failed;
    event.value = tls_code(verdict, !entry->settings.tls.ca_file.empty());
    out_.tell(event);
}

void SocketSilo::on_problem(service::SocketId socket, Error error) {
    if (const Entry entry = find(socket)) send_failed(*entry, socket_code(error));
}

} // namespace nwp::simplelink
