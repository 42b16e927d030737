// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/host.h"

namespace nwp::baseline {

/// Some bytes of a connection, in memory of a pool: handed over full, given back empty.
struct Buffer {
    Buffer* next = nullptr;
    std::uint16_t begin = 0;
    std::uint16_t end = 0;
    Byte bytes[512];
};

/// What happens on a connection. Runs while the driver is serviced; must not wait.
class TcpUser {
public:
    virtual void on_connected() = 0;
    /// Its bytes are the user's until it gives the buffer back.
    virtual void on_received(Buffer& buffer) = 0;
    virtual void on_room() = 0;     ///< send() may take more
    virtual void on_finished() = 0; ///< the peer has no more; send() works on
    virtual void on_broken(Error why) = 0;

protected:
    ~TcpUser() = default;
};

/// A TCP connection in the network processor by calls that return at once and callbacks that hand over
/// buffers, as Zephyr's offload of net_context has them. One thread.
class OffloadedTcp {
public:
    OffloadedTcp(Host& host, TcpUser& user);
    OffloadedTcp(const OffloadedTcp&) = delete;
    OffloadedTcp& operator=(const OffloadedTcp&) = delete;

    /// on_connected or on_broken follows. Errors of Host::open().
    Result<void> connect(const Address& peer);
    /// Errors of Host::send(); would_block: on_room follows.
    Result<std::size_t> send(ByteView bytes);
    /// What waits for a buffer is handed over at once.
    void give_back(Buffer& buffer);
    Result<void> close();

    SocketId socket() const { return socket_; }

private:
    enum class Phase : std::uint8_t { opening, connecting, connected, over };

    void on_ready(SocketId socket, Readiness readiness);
    void connect_on();
    void receive();
    void break_off(Error why);

    static constexpr std::size_t kBuffers = 4;

    Host& host_;
    TcpUser& user_;
    Address peer_;
    SocketId socket_;
    Phase phase_ = Phase::opening;
    bool handing_over_ = false;
    bool finished_ = false; ///< the peer has no more; what is sent still goes
    Buffer* free_ = nullptr;
    Buffer buffers_[kBuffers];
};

} // namespace nwp::baseline
