// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/native/channels.h"
#include "nwpd/dialect/native/requests.h"
#include "nwpd/service/services.h"
#include "wire/hello.h"
#include "wire/server_socket.h"
#include "wire/wifi.h"

#include <sys/types.h>

#include <deque>
#include <optional>
#include <set>

namespace nwp::native {

/// What of a host outlives its link: its sockets, its client of the service, its token. While it is attached
/// to a front end bytes flow; while it is not, its sockets are read no further.
class HostSession final : public service::ClientListener {
public:
    /// What a front end lends while it is attached.
    struct Attachment {
        session::Session& session;
        Outbox& outbox;
        Callback<void()> wake; ///< there is something to send
    };

    HostSession(service::Services& services, service::ClientPolicy policy, std::optional<uid_t> uid);
    ~HostSession();

    const wire::Token& token() const { return token_; }
    std::optional<uid_t> uid() const { return uid_; }
    std::size_t socket_count() const { return channels_.size(); }
    service::Client& client() { return client_; }

    /// A new token; the old one opens nothing any more.
    void renew_token();
    void attach(Attachment attachment);
    void detach();
    /// Sends a SocketSnapshot for each socket and the Wi-Fi and address events of this moment.
    void send_snapshots();

    /// Sends what the session takes of what the sockets received; sockets take turns, a frame each.
    void pump();
    /// False when the host broke the protocol: more than its credit.
    bool on_data(wire::SocketHandle handle, ByteView bytes);
    /// False when the host broke the protocol: no datagram socket, more than its credit, longer than can be.
    bool on_datagram(wire::SocketHandle handle, ByteView part, bool more);
    bool on_credit(wire::SocketHandle handle, std::uint32_t limit);

    void on(const wire::SocketOpen& open, const RequestPointer& request);
    void on(const wire::SocketConnect& connect, const RequestPointer& request);
    void on(const wire::SocketOptionSet& set, const RequestPointer& request);
    void on(const wire::SocketOptionGet& get, const RequestPointer& request);
    void on(const wire::SocketShutdown& shutdown, const RequestPointer& request);
    void on(const wire::SocketClose& close, const RequestPointer& request);
    void on(const wire::SocketNameGet& get, const RequestPointer& request);
    void on(const wire::SocketVerdictGet& get, const RequestPointer& request);
    void on(const wire::SocketBind& bind, const RequestPointer& request);
    void on(const wire::SocketListen& listen, const RequestPointer& request);
    void on(const wire::SocketAccept& accept, const RequestPointer& request);
    void on(const wire::SocketRouteCheck& check, const RequestPointer& request);

    void on_readable(service::SocketId socket) override;
    void on_taken(service::SocketId socket) override;
    void on_failed(service::SocketId socket, Error error) override;
    void on_acceptable(service::SocketId socket, std::size_t waiting) override;
    void on_problem(service::SocketId socket, Error error) override;
    void on_wifi_changed(WifiState state, WifiCause cause, std::uint32_t detail) override;
    void on_station_changed(const Bssid& station, bool joined) override;
    void on_address_changed(const std::optional<wifi::Lease>& lease) override;

private:
    /// Bytes of one socket that a host may have sent and the network not yet taken.
    static constexpr std::uint32_t kSendWindow = 128 * 1024;
    static_assert(kSendWindow <= service::Sockets::kSendRoom);

    /// The channel, or null after the request was answered with bad_handle.
    Channel* find(wire::SocketHandle handle, const RequestPointer& request);
    Channel& add_channel(service::SocketId socket, std::uint32_t cookie, std::uint32_t window);
    void queue(Channel& channel);
    /// One frame of this channel. would_block: the session is full.
    Result<void> send_turn(Channel& channel);
    Result<void> send_one(Channel& channel);
    bool has_more(Channel& channel);
    Result<void> send_datagram_part(Channel& channel);
    bool has_more_datagrams(Channel& channel);
    static void begin_counts_anew(Channel& channel);
    static bool needs_room(const Channel& channel);
    static std::uint32_t unfinished_cost(const Channel& channel);
    void tell_credit(Channel& channel);
    void tell_untold_credit();
    void update_receive_room(Channel& channel);
    bool consume_up_to(Channel& channel, std::uint32_t consumed);
    void begin_tls(Channel& channel, std::uint32_t consumed, const RequestPointer& request);
    void disconnected(Channel& channel);
    void tell_failure(Channel& channel);

    service::Services& services_;
    service::Client client_;
    std::optional<uid_t> uid_;
    wire::Token token_{};
    Channels channels_;
    std::deque<wire::SocketHandle> turns_; ///< sockets with something to send
    std::set<wire::SocketHandle> untold_;  ///< sockets whose credit the session had no room for
    std::optional<Attachment> attachment_;
};

} // namespace nwp::native
