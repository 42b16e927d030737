// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/datagrams.h"

#include <deque>
#include <vector>

namespace nwp::net {

/// Datagrams that came and wait to be received, up to a number of bytes.
class DtlsInbox {
public:
    explicit DtlsInbox(std::size_t room) : room_(room) {}

    bool empty() const { return waiting_.empty(); }
    /// False: no room; the datagram is not kept.
    bool put(ByteView datagram, const Address& from) {
        if (bytes_ + datagram.size() + kEach > room_) return false;
        bytes_ += datagram.size() + kEach;
        waiting_.push_back({from, {datagram.begin(), datagram.end()}});
        return true;
    }
    /// The first one; not empty.
    DatagramInfo take(Bytes into) {
        const Waiting& first = waiting_.front();
        const DatagramInfo info{first.bytes.size(), first.from};
        copy_bytes(into, first.bytes);
        bytes_ -= first.bytes.size() + kEach;
        waiting_.pop_front();
        return info;
    }

private:
    struct Waiting {
        Address from;
        std::vector<Byte> bytes;
    };
    static constexpr std::size_t kEach = sizeof(Waiting); ///< so that small ones have a limit too

    std::size_t room_;
    std::size_t bytes_ = 0;
    std::deque<Waiting> waiting_;
};

} // namespace nwp::net
