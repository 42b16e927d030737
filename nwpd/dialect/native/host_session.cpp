// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/host_session.h"

#include <sys/random.h>

#include <algorithm>
#include <utility>

namespace nwp::native {
namespace {

wire::AddressChanged address_message(const std::optional<wifi::Lease>& lease) {
    if (!lease) return {};
    return {lease->address, lease->prefix_length, lease->gateway,
            lease->dns_servers.empty() ? Address{} : lease->dns_servers.front()};
}

} // namespace

HostSession::HostSession(service::Services& services, service::ClientPolicy policy, std::optional<uid_t> uid)
    : services_(services), client_(std::move(policy), *this), uid_(uid) {
    renew_token();
    services_.wlan.add(client_);
}

HostSession::~HostSession() {
    services_.wlan.remove(client_);
    services_.sockets.close_all(client_);
}

void HostSession::renew_token() {
    // Without random bytes no token may be given out at all.
    NWP_EXPECT(::getrandom(token_.octets, sizeof token_.octets, 0) == sizeof token_.octets);
}

void HostSession::attach(Attachment attachment) {
    attachment_.emplace(attachment);
    channels_.for_each([&](Channel& channel) {
        // Unconsumed bytes come again, once the new host gives credit; what it may send begins where we
        // stand.
        channel.to_host = session::SendCredit{channel.consumed, channel.consumed};
        channel.window.reset();
        channel.end_sent = false;
        channel.failure_told = false;
        if (channel.datagrams) begin_counts_anew(channel);
        queue(channel);
    });
}

void HostSession::detach() {
    attachment_.reset();
    turns_.clear();
    untold_.clear();
    channels_.for_each([&](Channel& channel) {
        channel.queued = false;
        // Datagrams go on coming into their queue, which has an end of its own.
        if (!channel.datagrams)
            static_cast<void>(services_.sockets.set_receive_room(client_, channel.socket, 0));
    });
}

void HostSession::send_snapshots() {
    const std::vector<service::SocketSummary> sockets = services_.sockets.list(client_);
    for (const service::SocketSummary& summary : sockets) {
        Channel* channel = channels_.find(summary.socket);
        if (channel == nullptr) continue;
        attachment_->outbox.send(session::FrameKind::event, 0,
                                 wire::SocketSnapshot{channel->handle, channel->cookie, summary.family,
                                                      summary.type, summary.protocol,
                                                      static_cast<std::uint8_t>(summary.state), summary.peer,
                                                      channel->from_host.received(), channel->consumed,
                                                      channel->from_host.tell()});
    }
    for (const service::SocketSummary& summary : sockets) {
        const std::size_t waiting = services_.sockets.acceptable(client_, summary.socket);
        if (waiting > 0) on_acceptable(summary.socket, waiting);
    }
    const service::WlanStatus status = services_.wlan.status();
    on_wifi_changed(status.state, status.cause, 0);
    on_address_changed(status.lease);
}

// ---- turns

void HostSession::queue(Channel& channel) {
    if (!attachment_) return;
    if (!channel.queued) {
        channel.queued = true;
        turns_.push_back(channel.handle);
    }
    attachment_->wake();
}

Result<void> HostSession::send_turn(Channel& channel) {
    return channel.datagrams ? send_datagram_part(channel) : send_one(channel);
}

void HostSession::pump() {
    if (!attachment_) return;
    tell_untold_credit();
    while (!turns_.empty() && attachment_->outbox.drain()) { // data never overtakes a reply
        Channel* channel = channels_.find(turns_.front());
        if (channel != nullptr && send_turn(*channel).error() == Error::would_block) return;
        turns_.pop_front();
        if (channel == nullptr) continue;
        channel->queued = channel->datagrams ? has_more_datagrams(*channel) : has_more(*channel);
        if (channel->queued) turns_.push_back(channel->handle);
    }
}

// ---- what the service tells

void HostSession::on_readable(service::SocketId socket) {
    if (Channel* channel = channels_.find(socket)) queue(*channel);
}

void HostSession::on_taken(service::SocketId socket) {
    if (Channel* channel = channels_.find(socket)) tell_credit(*channel);
}

void HostSession::on_failed(service::SocketId socket, Error error) {
    Channel* channel = channels_.find(socket);
    if (channel == nullptr) return;
    channel->failure = error;
    channel->failure_told = false;
    queue(*channel);
}

void HostSession::on_acceptable(service::SocketId socket, std::size_t waiting) {
    const Channel* channel = channels_.find(socket);
    if (!attachment_ || channel == nullptr) return;
    const auto count = static_cast<std::uint16_t>(std::min<std::size_t>(waiting, UINT16_MAX));
    attachment_->outbox.send(session::FrameKind::event, 0, wire::SocketAcceptable{channel->handle, count});
}

void HostSession::on_problem(service::SocketId socket, Error error) {
    const Channel* channel = channels_.find(socket);
    if (!attachment_ || channel == nullptr) return;
    attachment_->outbox.send(session::FrameKind::event, 0, wire::SocketProblem{channel->handle, error});
}

void HostSession::on_wifi_changed(WifiState state, WifiCause cause, std::uint32_t detail) {
    if (!attachment_) return;
    attachment_->outbox.send(session::FrameKind::event, 0, wire::WifiChanged{state, cause, detail});
}

void HostSession::on_station_changed(const Bssid& station, bool joined) {
    if (!attachment_) return;
    const auto change = wire::WifiStationChanged{station, static_cast<std::uint8_t>(joined ? 1 : 0)};
    attachment_->outbox.send(session::FrameKind::event, 0, change);
}

void HostSession::on_address_changed(const std::optional<wifi::Lease>& lease) {
    if (!attachment_) return;
    attachment_->outbox.send(session::FrameKind::event, 0, address_message(lease));
}

} // namespace nwp::native
