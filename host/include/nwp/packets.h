// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/datagrams.h"
#include "nwp/host.h"

namespace nwp {

/// An Ethernet of this host's own, which ends at an interface that the network processor's configuration
/// names: for a TCP/IP stack on this side. It is a datagram socket whose datagrams are frames, whole and
/// without their CRC: HostSettings::datagrams must be set, and everything of Host that is said of datagram
/// sockets holds (readiness, credit, take_error, re-attachment).
///
/// Frames pass only while Wi-Fi is joined and there is an address (EventListener); others are lost, as on an
/// Ethernet without carrier. What the host has no credit for waits in the NWP, and is lost when that is full.
class PacketSocket {
public:
    explicit PacketSocket(Host& host) : host_(host) {}
    PacketSocket(const PacketSocket&) = delete;
    PacketSocket& operator=(const PacketSocket&) = delete;

    /// Opens and waits until it is there, at most as long as HostSettings::open_deadline says. After an error
    /// there is no socket.
    ///   not_permitted         the configuration grants none, or the interface belongs to another
    ///   no_device             the interface is not there
    ///   address_in_use        another socket has it
    ///   family_not_supported  the NWP is older than packet sockets
    ///   as Host::open(), Host::opened()
    Result<void> open(std::uint32_t cookie = 0);
    /// The same in two steps that do not wait: it begins; ready::settled of socket() tells that opened()
    /// knows what became of it. Errors of Host::open().
    Result<void> begin_open(std::uint32_t cookie = 0);
    /// would_block: nothing yet. After any other error, of those of open(), there is no socket.
    Result<void> opened();
    /// Goes on with one that lives on, of AttachedSocket with Family::packet. bad_handle
    Result<void> adopt(SocketId socket);
    /// Nothing where it is not open.
    void close();

    /// For Host's functions; names nothing before open().
    SocketId socket() const { return socket_; }

    /// Takes a whole frame: header, then content. Waits only for room for the rest of one that has begun: not
    /// from a callback.
    ///   would_block        no credit or room right now; ready::writable tells when
    ///   message_too_long   longer than the NWP's window ever lets pass
    ///   as Host::send_datagram(). What is wrong with the frame for the interface (too long for its MTU, no
    ///   header, the interface is down) comes later, by Host::take_error() or the next call.
    Result<void> send(ByteView frame);
    /// Takes the oldest frame and returns its length; what `into` has no room for is lost.
    ///   as Host::receive_datagram()
    Result<std::size_t> receive(Bytes into);

    struct Interface {
        Byte hardware_address[6]; ///< this host's own; the same as long as the interface is there
        std::uint32_t mtu;        ///< bytes of a frame behind its header of 14
    };
    /// Waits for the NWP's answer. Errors of request::GetOption.
    Result<Interface> interface();

private:
    Host& host_;
    SocketId socket_;
};

} // namespace nwp
