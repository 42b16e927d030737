// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

// The fake internet: servers of this process, on loopback addresses that belong to this process alone. They
// use the system's sockets and wait as long as it takes; they end with their object.

namespace nwp::contract {

/// Happens once; anybody may wait for it.
class Event {
public:
    void happen();
    /// False: it did not within 60 s.
    bool wait();
    bool happened();

private:
    friend class Connection;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool happened_ = false;
};

/// The 127.a.b.0/24 of this process: host `number` of it, in host byte order.
std::uint32_t real_address(std::uint8_t number);

/// A server's end of one connection, on the server's thread for it.
class Connection {
public:
    Connection(int descriptor, const std::atomic<bool>& server_ends)
        : descriptor_(descriptor), server_ends_(server_ends) {}

    void send(std::string_view bytes);
    /// Exactly so many, fewer only at the end.
    std::string receive(std::size_t size);
    /// All there is until the peer ends; `error` 0 or how it ended.
    std::string receive_all(int* error = nullptr);
    void echo();
    void finish(); ///< FIN
    void reset();  ///< RST, at the end of the script
    /// Goes on when it happened, or when the server ends.
    void wait(Event& event);
    int descriptor() const { return descriptor_; }

private:
    const int descriptor_;
    const std::atomic<bool>& server_ends_;
};

struct ServerOptions {
    std::uint8_t address = 10; ///< number of the host it lives on
    int receive_buffer = 0;    ///< bytes; small ones fill up soon. 0: the system's
};

/// Listens on a free port; every connection runs `script` on a thread of its own and is closed behind it.
class Server {
public:
    using Script = std::function<void(Connection&)>;
    explicit Server(Script script, ServerOptions options = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint8_t address() const { return options_.address; }
    std::uint16_t port() const { return port_; }
    /// Until so many connections ran to their end.
    bool wait_served(int count = 1);

private:
    void serve();

    Script script_;
    ServerOptions options_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> ends_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::list<std::thread> threads_;
    std::vector<int> open_;
    int served_ = 0;
    std::thread thread_;
};

/// A port that is taken, but nobody listens: connecting is refused.
class SilentPort {
public:
    SilentPort();
    ~SilentPort();
    SilentPort(const SilentPort&) = delete;
    SilentPort& operator=(const SilentPort&) = delete;

    std::uint8_t address() const { return 10; }
    std::uint16_t port() const { return port_; }

private:
    int descriptor_;
    std::uint16_t port_;
};

/// A server that answers no SYN: attempts to connect stay pending until admit().
class BusyServer {
public:
    BusyServer();
    ~BusyServer();
    BusyServer(const BusyServer&) = delete;
    BusyServer& operator=(const BusyServer&) = delete;

    std::uint8_t address() const { return 10; }
    std::uint16_t port() const { return port_; }
    /// From now on there is room: the pending SYN succeeds when it is repeated, some seconds later.
    void admit();

private:
    int listener_;
    int filler_;
    int accepted_ = -1;
    std::uint16_t port_;
};

/// A client out there that connects to the application.
class Caller {
public:
    /// From host `number` to that port of `real` (host byte order). Throws when it is refused.
    Caller(std::uint32_t real, std::uint16_t port, std::uint8_t number = 10);
    ~Caller();
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

    std::uint8_t address() const { return number_; }
    std::uint16_t port() const { return port_; }
    void send(std::string_view bytes);
    /// Exactly so many, fewer only at the end.
    std::string receive(std::size_t size);
    /// 0 at the end, else how it ended: until then everything is dropped.
    int receive_end();
    void finish();
    /// RST at close().
    void reset();
    void close();

    /// Whether that port takes connections at all.
    static bool is_answered(std::uint32_t real, std::uint16_t port);

private:
    int descriptor_;
    std::uint8_t number_;
    std::uint16_t port_;
};

/// A datagram socket out there, on a free port.
class DatagramPeer {
public:
    explicit DatagramPeer(std::uint8_t number = 10);
    ~DatagramPeer();
    DatagramPeer(const DatagramPeer&) = delete;
    DatagramPeer& operator=(const DatagramPeer&) = delete;

    struct Got {
        std::string bytes;
        std::uint32_t from = 0; ///< real, in host byte order
        std::uint16_t port = 0;
    };
    std::uint8_t address() const { return number_; }
    std::uint16_t port() const { return port_; }
    /// Waits up to 60 s, then throws.
    Got receive();
    /// Nothing comes within that time.
    bool is_silent(int milliseconds);
    void send(const Got& to, std::string_view bytes) { send(to.from, to.port, bytes); }
    void send(std::uint32_t real, std::uint16_t port, std::string_view bytes);

private:
    int descriptor_;
    std::uint8_t number_;
    std::uint16_t port_;
};

/// Bytes in which every position looks different.
std::string pattern(std::size_t size, std::uint32_t seed = 1);
/// Of a stream, piece by piece.
std::uint64_t hash(std::string_view bytes, std::uint64_t so_far = 14695981039346656037U);

} // namespace nwp::contract
