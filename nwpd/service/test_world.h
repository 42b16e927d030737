// SPDX-License-Identifier: Apache-2.0
#pragma once

// For the tests of this folder: the services over a store of the test's own, on a loop that the test turns.
// Lease addresses 10.77.0.0/24 lead to 127.0.0.1, port 443 of each to the port a test names.

#include "base/text.h"
#include "nwpd/service/credentials.h"
#include "nwpd/service/network.h"
#include "nwpd/service/sockets.h"
#include "nwpd/wifi/address_map.h"
#include "tests/kit/pki/loop.h"
#include "tests/kit/temporary_folder.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace nwp::service::test {

/// 2026-06-01T00:00:00Z, as tests/kit/pki's certificates have it.
struct FixedCalendar final : net::Calendar {
    std::int64_t now() const override { return date; }
    std::int64_t floor() const override { return earliest; }
    std::int64_t date = 1780272000;
    std::int64_t earliest = 1780272000 - 365 * 86400;
};

/// Writes down what a client is told.
struct Recorder final : ClientListener {
    void on_readable(SocketId socket) override { ++readable[socket]; }
    void on_taken(SocketId socket) override { ++taken[socket]; }
    void on_failed(SocketId socket, Error error) override { failed[socket].push_back(error); }
    void on_acceptable(SocketId socket, std::size_t waiting) override { acceptable[socket] = waiting; }
    void on_problem(SocketId socket, Error error) override { problems[socket].push_back(error); }
    void on_wifi_changed(WifiState state, WifiCause cause, std::uint32_t) override {
        wifi.emplace_back(state, cause);
    }
    void on_address_changed(const std::optional<wifi::Lease>& lease) override { leases.push_back(lease); }
    void on_station_changed(const Bssid& station, bool joined) override {
        stations.emplace_back(station, joined);
    }

    std::map<SocketId, int> readable;
    std::map<SocketId, int> taken;
    std::map<SocketId, std::vector<Error>> failed;
    std::map<SocketId, std::size_t> acceptable; ///< as told last
    std::map<SocketId, std::vector<Error>> problems;
    std::vector<std::pair<WifiState, WifiCause>> wifi;
    std::vector<std::optional<wifi::Lease>> leases;
    std::vector<std::pair<Bssid, bool>> stations;
};

/// A listening TCP socket on a free loopback port; accepted ones block and close with this object.
class TcpPeer {
public:
    /// `receive_buffer` in bytes: small ones fill up soon.
    explicit TcpPeer(int receive_buffer = 0);
    ~TcpPeer();
    TcpPeer(const TcpPeer&) = delete;
    TcpPeer& operator=(const TcpPeer&) = delete;

    std::uint16_t port() const { return port_; }
    int accept();
    void close(int descriptor);
    void reset(int descriptor); ///< RST

private:
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::vector<int> accepted_;
};

/// A kernel socket at a real address of the machine; closes with this object.
class KernelPeer {
public:
    /// `type`: SOCK_STREAM or SOCK_DGRAM.
    explicit KernelPeer(int type, const Address& local = Address::ipv4(127, 77, 0, 9));
    ~KernelPeer();
    KernelPeer(const KernelPeer&) = delete;
    KernelPeer& operator=(const KernelPeer&) = delete;

    int get() const { return socket_; }
    Address local() const;
    /// 0 or the errno.
    int connect(const Address& to) const;
    void send_to(const Address& to, std::string_view bytes) const;
    /// Waits.
    std::string receive_from(Address* from = nullptr) const;
    /// Whether something is there, now or within the time.
    bool readable(int milliseconds) const;

private:
    int socket_;
};

void send_all(int descriptor, std::string_view bytes);
/// Until the end; `end` 0 or the errno.
std::string receive_all(int descriptor, int& end);
std::string receive_exactly(int descriptor, std::size_t size);

/// Bytes in which every position looks different.
std::string pattern(std::size_t size);

class World : public ::testing::Test {
protected:
    World();
    ~World() override;

    static Address server_address() { return Address::ipv4(10, 77, 0, 1, 443); }
    static wifi::Lease lease() {
        wifi::Lease lease;
        lease.address = Address::ipv4(10, 77, 0, 50);
        return lease;
    }
    void lead_to(std::uint16_t port);
    /// 10.77.0.0/24 is 127.77.0.0/24: every address of the network is one of the machine.
    void lead_to_network();
    /// As without a radio: every address is real.
    void lead_nowhere_else();
    SocketId open_datagrams(Client& by, Family family = Family::ipv4);
    SocketId open_stream(Client& by, Family family);
    /// Connects `socket` of `by` to `peer`.
    Result<Address> connect(Client& by, SocketId socket, const Address& peer);
    /// Waits for a datagram and takes it.
    std::string receive_datagram(Client& by, SocketId socket, Address* from = nullptr);
    /// Waits for the next connection.
    AcceptedSocket accept(Client& by, SocketId listener);

    SocketId open(Protocol protocol = Protocol::tcp) { return open(client, protocol); }
    SocketId open(Client& by, Protocol protocol = Protocol::tcp);
    Result<Address> connect(SocketId socket, Duration limit = seconds(20));
    /// Opened and connected.
    SocketId connected(Protocol protocol = Protocol::tcp);
    /// What `done` will say, once it was called.
    std::shared_ptr<std::optional<Result<Address>>> begin_connect(SocketId socket,
                                                                  Duration limit = seconds(20));
    std::shared_ptr<std::optional<Result<void>>> begin_close(SocketId socket, std::int32_t linger_s);
    Result<void> close(SocketId socket, std::int32_t linger_s = -1);
    template <typename Condition>
    bool until(Condition holds) {
        return kit::run_until(context, holds);
    }
    /// The same where `holds` looks at something outside the loop, such as another thread or the peer's end.
    template <typename Condition>
    bool turning_until(Condition holds) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!holds() && std::chrono::steady_clock::now() < end) {
            context.restart();
            context.run_for(std::chrono::milliseconds(5));
            std::this_thread::yield();
        }
        return holds();
    }
    std::string held(SocketId socket);
    /// Takes `size` bytes as they come.
    std::string receive(SocketId socket, std::size_t size);

    kit::TemporaryFolder folder;
    boost::asio::io_context context;
    wifi::AddressMap map{{}};
    net::Resolver resolver{context};
    Network network{map, resolver};
    Credentials credentials;
    FixedCalendar calendar;
    Sockets sockets{context, network, credentials, calendar};
    Recorder told;
    Recorder other_told;
    Client client;
    Client other;
};

} // namespace nwp::service::test
