// SPDX-License-Identifier: Apache-2.0
// HostSession's datagrams both ways (docs/protocol/session.md, Datagrams).
#include "nwpd/dialect/native/host_session.h"

namespace nwp::native {
namespace {

constexpr auto kCost = static_cast<std::uint32_t>(service::Sockets::kDatagramCost);

std::uint32_t cost_of(std::size_t size) { return static_cast<std::uint32_t>(size) + kCost; }

} // namespace

void HostSession::begin_counts_anew(Channel& channel) {
    channel.consumed = 0;
    channel.to_host = {};
    channel.from_host = session::ReceiveCredit{kSendWindow};
    channel.datagrams.emplace(channel.datagrams->from_host.longest());
}

// ---- towards the host

/// One part. A host that is attached anew gets nothing before it gave credit.
Result<void> HostSession::send_datagram_part(Channel& channel) {
    if (!channel.window) return {};
    const auto held = services_.sockets.datagram(client_, channel.socket);
    if (!held) tell_failure(channel);
    if (!held) return {};

    std::optional<std::size_t>& sent = channel.datagrams->sent;
    const std::uint32_t cost = cost_of(held->bytes.size());
    if (!sent && cost > *channel.window) { // it never can
        services_.sockets.consume_datagram(client_, channel.socket, false);
        return {};
    }
    if (!sent && cost > channel.to_host.available()) return {};

    Byte room[32];
    wire::Writer address{room};
    if (!sent) wire::put(address, held->from);
    const Result<std::size_t> taken = attachment_->session.send_datagram(
        static_cast<std::uint16_t>(channel.handle), Bytes{room}.first(address.position()),
        held->bytes.from(sent.value_or(0)));
    if (!taken) return taken.error();
    if (!sent) channel.to_host.take(cost);
    sent = sent.value_or(0) + *taken;
    if (*sent < held->bytes.size()) return {};
    sent.reset();
    services_.sockets.consume_datagram(client_, channel.socket, true);
    return {};
}

bool HostSession::has_more_datagrams(Channel& channel) {
    if (!channel.window) return false;
    const auto held = services_.sockets.datagram(client_, channel.socket);
    if (!held) return channel.failure && !channel.failure_told;
    const std::uint32_t cost = cost_of(held->bytes.size());
    return channel.datagrams->sent || cost > *channel.window || cost <= channel.to_host.available();
}

// ---- from the host

bool HostSession::on_datagram(wire::SocketHandle handle, ByteView part, bool more) {
    Channel* channel = channels_.find(handle);
    if (channel == nullptr) return true; // of a socket that was just closed
    if (!channel->datagrams) return false;

    DatagramAssembly& assembly = channel->datagrams->from_host;
    const bool first = !assembly.under_way();
    const std::size_t before = first ? 0 : assembly.bytes().size();
    const Result<bool> whole = assembly.add(part, more);
    if (!whole) return false;
    const auto came = static_cast<std::uint32_t>(assembly.bytes().size() - before);
    if (!channel->from_host.accept(first ? came + kCost : came)) return false;
    if (!*whole) return true;
    // A socket that cannot send any more lets it go nowhere; what else went wrong comes by SocketProblem.
    static_cast<void>(
        services_.sockets.send_datagram(client_, channel->socket, assembly.bytes(), assembly.to()));
    tell_credit(*channel);
    return true;
}

std::uint32_t HostSession::unfinished_cost(const Channel& channel) {
    if (!channel.datagrams || !channel.datagrams->from_host.under_way()) return 0;
    return cost_of(channel.datagrams->from_host.bytes().size());
}

/// Everything was consumed, and what the host knows of would not hold the longest datagram.
bool HostSession::needs_room(const Channel& channel) {
    const session::ReceiveCredit& credit = channel.from_host;
    return credit.received() == credit.consumed() && credit.limit() != credit.told() &&
           credit.told() - credit.received() < cost_of(channel.datagrams->from_host.longest());
}

} // namespace nwp::native
