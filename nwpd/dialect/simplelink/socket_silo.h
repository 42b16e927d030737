// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/verdict.h"
#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "nwpd/dialect/simplelink/socket_entry.h"
#include "nwpd/service/alarm.h"
#include "simplelink/socket.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace nwp::simplelink {

/// The 16 sockets of a chip: BSD calls as commands, each answered at once; what takes time ends in an event.
/// Every RECV, ACCEPT, CONNECT, SELECT and CLOSE that was begun ends in exactly one, and none comes unasked:
/// that hangs the host (facts 5.6).
class SocketSilo final : public SiloHandler {
public:
    explicit SocketSilo(const Power& power);
    ~SocketSilo() override; ///< closes all sockets

    bool take(const HostMessage& message) override;

    // Those calls of service::ClientListener that are about sockets.
    void on_readable(service::SocketId socket);
    void on_taken(service::SocketId socket);
    void on_failed(service::SocketId socket, Error error);
    void on_acceptable(service::SocketId socket);
    void on_refused(service::SocketId socket, const Verdict& verdict);
    void on_problem(service::SocketId socket, Error error);

    void on(const SocketOpen& command, ByteView payload);
    void on(const SocketClose& command, ByteView payload);
    void on(const SocketBind& command, ByteView payload);
    void on(const SocketBindV6& command, ByteView payload);
    void on(const SocketListen& command, ByteView payload);
    void on(const SocketAccept& command, ByteView payload);
    void on(const SocketConnect& command, ByteView payload);
    void on(const SocketConnectV6& command, ByteView payload);
    void on(const SocketSelect& command, ByteView payload);
    void on(const SocketOptionSet& command, ByteView payload);
    void on(const SocketOptionGet& command, ByteView payload);
    void on(const SocketReceive& command, ByteView payload);
    void on(const SocketReceiveFrom& command, ByteView payload);
    void on(const SocketSend& command, ByteView payload);
    void on(const SocketSendTo& command, ByteView payload);
    void on(const SocketSendToV6& command, ByteView payload);

private:
    using Entry = std::shared_ptr<SocketEntry>;

    /// The socket of that number; null: none is open.
    Entry find(std::uint8_t descriptor) const;
    Entry find(service::SocketId id) const;
    std::optional<std::uint8_t> free_descriptor() const;
    bool is_non_blocking(const SocketEntry& entry) const { return out_.non_blocking(entry.descriptor); }
    Entry add(std::uint8_t descriptor, service::SocketId id, nwp::Family family, SocketType type,
              bool is_tls);

    template <typename Response>
    void answer(std::int16_t status, std::uint8_t descriptor) {
        Response response;
        response.status = status;
        response.descriptor = descriptor;
        out_.respond(response);
    }
    template <typename Response>
    void answer(Result<void> outcome, std::uint8_t descriptor);

    void prepare(SocketEntry& entry);
    void listen(SocketEntry& entry, std::uint8_t backlog);
    void answer_listen(std::int16_t status);
    void bind(std::uint8_t descriptor, const Address& address);
    void complete_outstanding(SocketEntry& entry, std::int16_t status);
    void closed(std::uint8_t descriptor, std::int16_t status);

    void connect(std::uint8_t descriptor, const Address& peer);
    void begin_connect(const Entry& entry, const Address& peer);
    void connect_transport(const Entry& entry);
    void connect_ended(SocketEntry& entry, Result<void> outcome);
    void finish_connect(SocketEntry& entry, std::int16_t status, bool is_up);
    void complete_connect(SocketEntry& entry, std::int16_t status);

    void accept(SocketEntry& listener);
    void complete_accept(SocketEntry& listener, std::int16_t status, const Address& peer);

    void receive(std::uint8_t descriptor, const PendingReceive& request);
    void try_receive(SocketEntry& entry);
    void receive_stream(SocketEntry& entry);
    void receive_datagram(SocketEntry& entry);
    void receive_wake(SocketEntry& entry);
    void wait_receive(const Entry& entry);
    void complete_receive(SocketEntry& entry, std::int16_t status, ByteView data, const Address& from);
    void complete_receive(SocketEntry& entry, std::int16_t status);
    /// The 0x100A or 0x100B of a request, whoever made it.
    void tell_received(std::uint8_t descriptor, const PendingReceive& request, std::int16_t status,
                       ByteView data, const Address& from);

    void send(std::uint8_t descriptor, std::uint16_t length, ByteView payload, const Address* to);
    Result<void> write(SocketEntry& entry, ByteView data, const Address* to);
    bool wake(SocketEntry& entry, ByteView data, const Address* to);
    void settle(SocketEntry& entry);
    void give_buffers(std::size_t count);
    void send_failed(const SocketEntry& entry, std::int16_t status);
    void tell_send_failed(const SocketEntry& entry, std::int16_t status);

    bool is_readable(unsigned index) const;
    bool is_writable(unsigned index) const;
    void check_select();
    void complete_select(std::uint16_t readable, std::uint16_t writable);

    Result<void> apply_option(SocketEntry& entry, OptionName name, ByteView value);
    Result<void> change_group(SocketEntry& entry, OptionName name, ByteView value);
    Result<std::vector<Byte>> read_option(const SocketEntry& entry, OptionName name);

    bool is_tolerated(const SocketEntry& entry) const;
    std::int16_t set_up_tls(SocketEntry& entry, bool is_server);
    void with_tls(const Entry& entry, bool is_server, std::function<void(std::int16_t)> next);
    std::int16_t tls_outcome(SocketEntry& entry, Result<void> outcome);
    bool stays_connected(const SocketEntry& entry, std::int16_t status) const;
    void renew(SocketEntry& entry);
    std::int16_t start_tls(const Entry& entry);
    void tls_started(const Entry& entry, std::int16_t status);
    void complete_start_tls(SocketEntry& entry, std::int16_t status, bool is_secured);
    Result<std::vector<Byte>> tls_connection(const SocketEntry& entry);

    Board& board_;
    service::Client& client_;
    service::Sockets& sockets_;
    Outbox& out_;
    std::array<Entry, kSockets> entries_;
    /// When each number became free, counted in closes. The one that is free the longest goes next: a thread
    /// of TI's host that closes still holds its number for a moment after 0x1010, and another thread that
    /// connected under the same one would wait there without end.
    std::array<std::uint64_t, kSockets> freed_{};
    std::uint64_t closed_ = 0;

    struct Select {
        std::uint16_t read = 0;
        std::uint16_t write = 0;
    };
    std::optional<Select> select_; ///< the one that is outstanding
    service::Alarm select_timer_;
};

} // namespace nwp::simplelink
