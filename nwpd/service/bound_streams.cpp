// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/bound_streams.h"

#include "nwpd/service/mapped_address.h"

#include <algorithm>
#include <utility>

namespace nwp::service {
namespace {

/// So often a port that the kernel chose for one place may be taken at another.
constexpr int kPortAttempts = 16;

} // namespace

BoundStreams::~BoundStreams() { drop_all(); }

// ---- binding

Result<BoundStreams::Place> BoundStreams::make(const OwnPlace& where) {
    auto socket = std::make_unique<net::TcpListener>(context_, network_.gate_for(where.seen));
    // The kernel's IPV6_V6ONLY would refuse the IPv4-mapped address behind ::1.
    net::ListenOptions options = options_;
    options.ipv6_only = options.ipv6_only && network_.is_wired();
    if (auto bound = socket->bind(where.real, options); !bound) return bound.error();
    Place place{where, std::move(socket), {}};
    place.where.real.port = place.socket->local().port;
    if (where.seen.port == 0) place.where.seen.port = place.where.real.port;
    return place;
}

Result<std::uint16_t> BoundStreams::any_free_port(const OwnPlace& place) {
    const auto made = make(place);
    if (!made) return made.error();
    return made->where.seen.port;
}

Result<Address> BoundStreams::bind_everywhere(const Address& local) {
    const auto wanted = network_.own_places(local, options_.ipv6_only);
    if (!wanted) return wanted.error();
    for (const OwnPlace& where : *wanted) {
        auto place = make(where);
        // Where the machine does not have the lease's address, nobody could reach it there.
        if (!place && place.error() == Error::address_not_available && wanted->size() > 1) continue;
        if (!place) {
            drop_all();
            return place.error();
        }
        admit(std::move(*place));
    }
    return with_port(local, places_.empty() ? local.port : places_.front().where.seen.port);
}

Result<Address> BoundStreams::bind(const Address& local, const net::ListenOptions& options) {
    options_ = options;
    const auto places = network_.own_places(local, options.ipv6_only);
    if (!places) return places.error();

    Result<Address> bound = Error::address_in_use;
    const bool choose = local.port == 0 && places->size() > 1;
    for (int left = choose ? kPortAttempts : 1; left > 0 && bound.error() == Error::address_in_use; --left) {
        Result<std::uint16_t> port = local.port;
        if (choose) port = any_free_port(places->front());
        if (!port) return port.error();
        bound = bind_everywhere(with_port(local, *port));
    }
    if (bound) local_ = *bound;
    return bound;
}

void BoundStreams::admit(Place place) {
    if (place.where.loopback)
        place.registration = network_.loopback().add(SocketType::stream, place.where.seen, place.where.real);
    places_.push_back(std::move(place));
}

void BoundStreams::drop(Place& place) {
    if (place.registration) network_.loopback().remove(*place.registration);
    place.registration.reset();
    place.socket.reset();
}

void BoundStreams::drop_all() {
    for (Place& place : places_) drop(place);
    places_.clear();
}

Result<void> BoundStreams::refresh() {
    given_away_ = false;
    const auto wanted = network_.own_places(local_, options_.ipv6_only);
    const std::vector<OwnPlace> places = wanted ? *wanted : std::vector<OwnPlace>{};
    const auto same = [](const Address& real) {
        return [real](const auto& other) { return other.real == real; };
    };
    std::erase_if(places_, [&](Place& place) {
        const bool gone = std::none_of(places.begin(), places.end(), same(place.where.real));
        if (gone) drop(place);
        return gone;
    });
    Result<void> outcome;
    for (const OwnPlace& where : places) {
        const auto is_there = [&](const Place& place) { return place.where.real == where.real; };
        if (std::any_of(places_.begin(), places_.end(), is_there)) continue;
        auto place = make(where);
        if (place && listening_) {
            static_cast<void>(place->socket->set_options(accepted_options_));
            if (auto listens = place->socket->listen(backlog_); !listens) place = listens.error();
        }
        if (!place) {
            outcome = place.error();
            continue;
        }
        admit(std::move(*place));
    }
    return outcome;
}

void BoundStreams::lease_changed() {
    if (!is_bound() || given_away_) return;
    static_cast<void>(refresh()); // a place that is taken stays away until the next change
    if (listening_ && handler_) wait_acceptable(handler_);
}

// ---- listening

Result<void> BoundStreams::listen(int backlog, const net::TcpOptions& options) {
    if (places_.empty())
        if (auto again = refresh(); !again) return again;
    accepted_options_ = options;
    backlog_ = backlog;
    for (Place& place : places_) {
        if (auto set = place.socket->set_options(options); !set) return set;
        if (auto listens = place.socket->listen(backlog); !listens) return listens;
    }
    listening_ = true;
    return {};
}

void BoundStreams::stop_listening() {
    listening_ = false;
    handler_ = nullptr;
    drop_all();
    static_cast<void>(refresh()); // if the port is lost the next listen() or connect() says so
}

void BoundStreams::set_options(const net::TcpOptions& options) {
    accepted_options_ = options;
    for (Place& place : places_) static_cast<void>(place.socket->set_options(options));
}

Result<BoundStreams::Arrival> BoundStreams::accept() {
    Error error = Error::would_block;
    for (Place& place : places_) {
        auto stream = place.socket->accept();
        if (!stream) {
            if (stream.error() != Error::would_block) error = stream.error();
            continue;
        }
        Arrival arrival;
        arrival.stream = std::move(*stream);
        arrival.loopback = place.where.loopback;
        arrival.local = network_.is_wired() ? arrival.stream->local() : place.where.seen;
        const Address real = arrival.stream->peer();
        const auto peer = network_.seen_peer(real, SocketType::stream);
        arrival.peer = peer ? *peer : real;
        return arrival;
    }
    return error;
}

void BoundStreams::wait_acceptable(std::function<void()> handler) {
    handler_ = std::move(handler);
    for (Place& place : places_) place.socket->wait_acceptable(handler_);
}

// ---- connecting

BoundStreams::Place* BoundStreams::place_for(const Address& peer) {
    if (network_.is_wired()) return places_.empty() ? nullptr : &places_.front();
    const Address source = network_.real_source(peer);
    const auto exact = std::find_if(places_.begin(), places_.end(), [&](const Place& place) {
        return with_port(place.where.real, 0) == source;
    });
    if (exact != places_.end()) return &*exact;
    // As on Linux an address of the network reaches loopback, too.
    const bool to_loopback = network_.is_own_loopback(peer);
    const auto other = std::find_if(places_.begin(), places_.end(),
                                    [&](const Place& place) { return to_loopback && !place.where.loopback; });
    return other == places_.end() ? nullptr : &*other;
}

Result<void> BoundStreams::give_to(net::TcpStream& stream, const Address& peer) {
    if (places_.empty())
        if (auto again = refresh(); !again) return again;
    if (network_.is_own_loopback(local_) && !is_any(local_) && !network_.is_own_loopback(peer))
        return Error::invalid_argument;
    Place* place = place_for(peer);
    const int kernel = place == nullptr ? -1 : place->socket->release();
    drop_all();
    given_away_ = true;
    return kernel < 0 ? Result<void>{} : stream.use_socket(kernel);
}

} // namespace nwp::service
