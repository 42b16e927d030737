// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/channels.h"

#include <algorithm>

namespace nwp::native {
namespace {

constexpr unsigned kPlaceBits = 10;
constexpr std::uint8_t kGenerations = 64;

wire::SocketHandle make_handle(std::size_t place, std::uint8_t generation) {
    return static_cast<wire::SocketHandle>(place | static_cast<std::size_t>(generation) << kPlaceBits);
}

std::size_t place_of(wire::SocketHandle handle) {
    return static_cast<std::uint16_t>(handle) & ((1U << kPlaceBits) - 1);
}

} // namespace

Channel* Channels::add(service::SocketId socket) {
    auto free =
        std::find_if(places_.begin(), places_.end(), [](const Place& place) { return !place.channel; });
    if (free == places_.end()) {
        if (places_.size() == kPlaces) return nullptr;
        free = places_.emplace(places_.end());
    }
    const auto place = static_cast<std::size_t>(free - places_.begin());
    Channel& channel = free->channel.emplace();
    channel.handle = make_handle(place, free->generation);
    channel.socket = socket;
    by_socket_[socket] = channel.handle;
    return &channel;
}

void Channels::remove(wire::SocketHandle handle) {
    const Channel* channel = find(handle);
    if (channel == nullptr) return;
    by_socket_.erase(channel->socket);
    Place& place = places_[place_of(handle)];
    place.channel.reset();
    place.generation = static_cast<std::uint8_t>(place.generation % (kGenerations - 1) + 1); // never 0
}

Channel* Channels::find(wire::SocketHandle handle) {
    const std::size_t place = place_of(handle);
    if (place >= places_.size() || !places_[place].channel) return nullptr;
    Channel& channel = *places_[place].channel;
    return channel.handle == handle ? &channel : nullptr;
}

Channel* Channels::find(service::SocketId socket) {
    const auto found = by_socket_.find(socket);
    return found == by_socket_.end() ? nullptr : find(found->second);
}

} // namespace nwp::native
