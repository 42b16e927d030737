// SPDX-License-Identifier: Apache-2.0
#pragma once

// For the tests of this folder: datagrams through memory, over a network that loses, doubles and reorders as
// the test says.

#include "nwpd/net/datagrams.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace nwp::net {

/// Orders addresses, so that they can be keys.
struct AddressOrder {
    bool operator()(const Address& a, const Address& b) const {
        if (a.port != b.port) return a.port < b.port;
        return std::memcmp(a.ip, b.ip, sizeof a.ip) < 0;
    }
};

/// In hundredths.
struct NetFaults {
    unsigned lost = 0;
    unsigned doubled = 0;
    unsigned late = 0; ///< delivered behind the next one or the next few
};

class NetDatagrams;

class DatagramNet {
public:
    explicit DatagramNet(boost::asio::io_context& context) : context_(context) {}
    DatagramNet(const DatagramNet&) = delete;

    /// An end at 192.0.2.1 with the next port; `to`: connected.
    std::unique_ptr<NetDatagrams> open(const Address& to = {});
    std::unique_ptr<NetDatagrams> open_at(const Address& own, const Address& to = {});

    void carry(const Address& from, const Address& to, ByteView datagram);
    /// Delivers as if `from` had sent it, whatever the faults are.
    void deliver(const Address& from, const Address& to, std::vector<Byte> datagram);

    NetFaults faults;
    /// Sees every datagram before the faults; false: it is lost.
    std::function<bool(const Address& from, const Address& to, std::vector<Byte>& datagram)> inspect;
    std::size_t carried = 0;

    void add(NetDatagrams& end);
    void remove(const NetDatagrams& end);
    Address next_address() { return Address::ipv4(192, 0, 2, 1, ++port_); }
    boost::asio::io_context& context() { return context_; }

private:
    struct OnTheWay {
        Address from;
        Address to;
        std::vector<Byte> bytes;
    };
    bool happens(unsigned hundredths) { return random_() % 100 < hundredths; }
    void release_late();

    boost::asio::io_context& context_;
    std::map<Address, NetDatagrams*, AddressOrder> ends_;
    std::vector<OnTheWay> late_;
    std::mt19937 random_{20261123};
    std::uint16_t port_ = 1000;
};

class NetDatagrams final : public Datagrams {
public:
    NetDatagrams(DatagramNet& net, const Address& own, const Address& to) : net_(net), own_(own), to_(to) {
        net_.add(*this);
    }
    ~NetDatagrams() override { close(); }

    Result<void> send(ByteView datagram, const Address& to) override {
        const Address& target = to.family != Family::unspecified ? to : to_;
        if (target.family == Family::unspecified) return Error::destination_required;
        if (send_error != Error{}) return send_error;
        net_.carry(own_, target, datagram);
        return {};
    }
    Result<DatagramInfo> receive(Bytes into) override {
        if (receive_error != Error{}) return std::exchange(receive_error, Error{});
        if (came_.empty()) return Error::would_block;
        const auto [from, bytes] = std::move(came_.front());
        came_.pop_front();
        copy_bytes(into, bytes);
        return DatagramInfo{bytes.size(), from};
    }
    void wait_readable(std::function<void()> handler) override {
        readable_ = std::move(handler);
        tell();
    }
    void wait_writable(std::function<void()> handler) override {
        writable_ = std::move(handler);
        if (send_error == Error{}) allow_sending();
    }
    void close() override {
        if (std::exchange(closed_, true)) return;
        readable_ = nullptr;
        writable_ = nullptr;
        net_.remove(*this);
    }
    Address local() const override { return own_; }
    Address peer() const override { return to_; }

    /// As if ICMP had come in.
    void fail_next_receive(Error error) {
        receive_error = error;
        tell();
    }
    void allow_sending() {
        send_error = Error{};
        boost::asio::post(net_.context(), [handler = std::exchange(writable_, nullptr)] {
            if (handler) handler();
        });
    }
    void put(const Address& from, std::vector<Byte> bytes) {
        if (to_.family != Family::unspecified && from != to_) return;
        came_.emplace_back(from, std::move(bytes));
        tell();
    }

    Error send_error{};
    Error receive_error{};

private:
    void tell() {
        const bool something = !came_.empty() || receive_error != Error{};
        if (!something || !readable_) return;
        boost::asio::post(net_.context(), [handler = std::exchange(readable_, nullptr)] { handler(); });
    }

    DatagramNet& net_;
    const Address own_;
    const Address to_;
    std::deque<std::pair<Address, std::vector<Byte>>> came_;
    std::function<void()> readable_;
    std::function<void()> writable_;
    bool closed_ = false;
};

inline std::unique_ptr<NetDatagrams> DatagramNet::open(const Address& to) {
    return open_at(next_address(), to);
}
inline std::unique_ptr<NetDatagrams> DatagramNet::open_at(const Address& own, const Address& to) {
    return std::make_unique<NetDatagrams>(*this, own, to);
}
inline void DatagramNet::add(NetDatagrams& end) { ends_[end.local()] = &end; }
inline void DatagramNet::remove(const NetDatagrams& end) { ends_.erase(end.local()); }

inline void DatagramNet::carry(const Address& from, const Address& to, ByteView datagram) {
    ++carried;
    std::vector<Byte> bytes(datagram.begin(), datagram.end());
    if (inspect && !inspect(from, to, bytes)) return;
    if (happens(faults.lost)) return;
    const bool doubled = happens(faults.doubled);
    if (happens(faults.late)) {
        late_.push_back({from, to, bytes});
        if (!doubled) return;
    } else if (doubled) {
        deliver(from, to, bytes);
    }
    deliver(from, to, std::move(bytes));
    if (!happens(50)) release_late();
}

inline void DatagramNet::release_late() {
    for (auto& each : std::exchange(late_, {})) deliver(each.from, each.to, std::move(each.bytes));
}

inline void DatagramNet::deliver(const Address& from, const Address& to, std::vector<Byte> datagram) {
    boost::asio::post(context_, [this, from, to, bytes = std::move(datagram)]() mutable {
        if (const auto end = ends_.find(to); end != ends_.end()) end->second->put(from, std::move(bytes));
    });
}

} // namespace nwp::net
