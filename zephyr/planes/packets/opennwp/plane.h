// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/packets.h"

#include <optional>

struct net_if;
struct net_pkt;

namespace nwp::zephyr {

/// What the driver has beside its link and its host: here an Ethernet for Zephyr's own stack. The interface
/// can be used while the packet socket is there and the network processor has a network.
class Plane {
public:
    static constexpr std::size_t kSockets = 1;
    /// 14 of header, 1500 behind it, and what the host keeps of each.
    static constexpr std::size_t kReceiveBytes = CONFIG_OPENNWP_FRAMES * (14 + 1500 + 32);

    Plane(Host& host, Port& port) : host_(host), port_(port), socket_(host) {}
    /// The interface is there, and the link not yet.
    void take_interface(net_if* interface);
    /// On the driver's thread.
    void set_network(bool there);
    /// Sends a whole frame; waits while the link has no room. Not on the driver's thread. 0, or a negative
    /// errno.
    int send(net_pkt& packet);

private:
    enum class Phase : std::uint8_t { closed, opening, asking, open };

    void open();
    void on_ready(SocketId socket, Readiness readiness);
    void ask_address();
    void on_address(Pending& request);
    /// False: an error, and no frame was taken.
    bool take_frame(std::size_t size);
    void refused(Error why);

    Host& host_;
    Port& port_;
    PacketSocket socket_;
    net_if* interface_ = nullptr;
    std::optional<request::GetOption> asked_;
    Byte hardware_address_[6] = {};
    Phase phase_ = Phase::closed;
    bool network_ = false;
};

} // namespace nwp::zephyr
