// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/native/datagram_assembly.h"
#include "nwpd/service/client.h"
#include "session/credit.h"
#include "wire/socket.h"

#include <optional>
#include <unordered_map>
#include <vector>

namespace nwp::native {

/// What the dialect knows of one socket beside what the service knows.
struct Channel {
    wire::SocketHandle handle{};
    service::SocketId socket{};
    std::uint32_t cookie = 0;
    session::SendCredit to_host;      ///< bytes towards the host
    session::ReceiveCredit from_host; ///< bytes from the host
    std::uint32_t consumed = 0;       ///< of to_host, by the host's application
    std::optional<std::uint32_t>
        window; ///< the host's receive room; unknown until a re-attached host gives credit
    bool end_sent = false;
    bool queued = false;          ///< waits in the pump for its turn
    std::optional<Error> failure; ///< to be told behind the data
    bool failure_told = false;

    /// Only on a datagram socket.
    struct Datagrams {
        explicit Datagrams(std::size_t longest) : from_host(longest) {}
        DatagramAssembly from_host;
        std::optional<std::size_t> sent; ///< of the one that is under way to the host
    };
    std::optional<Datagrams> datagrams;
};

/// Handles of one host: a place and its generation, so that a late frame never reaches a successor.
class Channels {
public:
    static constexpr std::size_t kPlaces = 1024;

    /// Null when every place is taken.
    Channel* add(service::SocketId socket);
    void remove(wire::SocketHandle handle);
    Channel* find(wire::SocketHandle handle);
    Channel* find(service::SocketId socket);
    std::size_t size() const { return by_socket_.size(); }

    template <typename Visit>
    void for_each(Visit&& visit) {
        for (Place& place : places_) {
            if (place.channel) visit(*place.channel);
        }
    }

private:
    struct Place {
        std::uint8_t generation = 1;
        std::optional<Channel> channel;
    };
    std::vector<Place> places_;
    std::unordered_map<service::SocketId, wire::SocketHandle> by_socket_;
};

} // namespace nwp::native
