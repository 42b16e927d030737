// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/datagrams.h"
#include "nwpd/service/dtls_layer.h"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

namespace nwp::service {

/// What DTLS sits on: a datagram socket, with the addresses that its client sees.
class DatagramPipe final : public net::Datagrams {
public:
    /// `peer` unspecified: not connected.
    DatagramPipe(DtlsLayer::Owner& owner, const Address& peer) : owner_(owner), peer_(peer) {}

    /// One that came; it is read at once. Who does not wait for one has no use for it.
    void put(const Address& from, ByteView datagram) {
        if (!readable_) return;
        came_.push_back({from, {datagram.begin(), datagram.end()}});
        tell();
    }
    /// The network says something of one that was sent.
    void fail(Error error) {
        if (!readable_) return;
        error_ = error;
        tell();
    }

    Result<void> send(ByteView datagram, const Address& to) override { return owner_.transmit(datagram, to); }
    Result<net::DatagramInfo> receive(Bytes into) override {
        if (error_ != Error{}) return std::exchange(error_, Error{});
        if (came_.empty()) return Error::would_block;
        const Came first = std::move(came_.front());
        came_.pop_front();
        copy_bytes(into, first.bytes);
        return net::DatagramInfo{std::min(first.bytes.size(), into.size()), first.from};
    }
    /// `handler` is called when something comes; it never does anything but read.
    void wait_readable(std::function<void()> handler) override { readable_ = std::move(handler); }
    void wait_writable(std::function<void()> handler) override { owner_.wait_transmit(std::move(handler)); }
    void close() override { readable_ = nullptr; }
    Address local() const override { return {}; }
    Address peer() const override { return peer_; }

private:
    struct Came {
        Address from;
        std::vector<Byte> bytes;
    };

    void tell() {
        if (auto handler = std::exchange(readable_, nullptr)) handler();
    }

    DtlsLayer::Owner& owner_;
    const Address peer_;
    std::deque<Came> came_;
    Error error_{};
    std::function<void()> readable_;
};

} // namespace nwp::service
