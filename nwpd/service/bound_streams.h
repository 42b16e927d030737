// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tcp_listener.h"
#include "nwpd/service/network.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace nwp::service {

/// The kernel sockets of one bound stream socket: one at each real address that its own address stands for.
/// They listen together, or one of them connects.
class BoundStreams {
public:
    /// A connection that came.
    struct Arrival {
        std::unique_ptr<net::TcpStream> stream;
        Address local; ///< as the lease has it
        Address peer;
        bool loopback = false;
    };

    BoundStreams(boost::asio::io_context& context, Network& network) : context_(context), network_(network) {}
    ~BoundStreams();
    BoundStreams(const BoundStreams&) = delete;
    BoundStreams& operator=(const BoundStreams&) = delete;

    /// Errors as Sockets::bind. Once.
    Result<Address> bind(const Address& local, const net::ListenOptions& options);
    bool is_bound() const { return local_.family != Family::unspecified; }
    /// As the client has it, with its port.
    const Address& local() const { return local_; }

    Result<void> listen(int backlog, const net::TcpOptions& options);
    /// The port stays ours; what waits is reset.
    void stop_listening();
    /// Of what is accepted from now on.
    void set_options(const net::TcpOptions& options);
    /// As TcpListener::accept, from whichever place has one.
    Result<Arrival> accept();
    /// Calls `handler` whenever accept() may have something new to say, until the next call of it.
    void wait_acceptable(std::function<void()> handler);

    /// Makes the socket that leads to `peer` that of `stream`; the others close. None leads there (a real
    /// address of the machine): the kernel chooses.
    ///   invalid_argument   bound to loopback, and the peer is elsewhere
    ///   address_in_use     the port was lost since an earlier attempt
    Result<void> give_to(net::TcpStream& stream, const Address& peer);

    /// Moves along with the addresses that the lease gives us.
    void lease_changed();

private:
    struct Place {
        OwnPlace where;
        std::unique_ptr<net::TcpListener> socket;
        std::optional<Loopback::Registration> registration;
    };

    Result<Place> make(const OwnPlace& where);
    Result<Address> bind_everywhere(const Address& local);
    Result<std::uint16_t> any_free_port(const OwnPlace& place);
    void admit(Place place);
    /// Adds what is missing and drops what is no longer ours.
    Result<void> refresh();
    void drop(Place& place);
    void drop_all();
    Place* place_for(const Address& peer);

    boost::asio::io_context& context_;
    Network& network_;
    Address local_;
    net::ListenOptions options_;
    std::vector<Place> places_;
    bool given_away_ = false; ///< one of them connects: the port is held by that
    bool listening_ = false;
    int backlog_ = 0;
    net::TcpOptions accepted_options_;
    std::function<void()> handler_;
};

} // namespace nwp::service
