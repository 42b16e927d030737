// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/baseline/stream.h"

struct tcp_pcb;
struct pbuf;

/// lwIP on this processor, its frames over an Ethernet interface. One of each in a program: lwIP is global.
namespace nwp::baseline::lwip_stack {

/// Starts lwIP and waits for an address by DHCP. Name servers are asked at the gateway, on this port.
void join(std::uint16_t dns_port);

/// An IPv4 address, as lwIP has it: in network order.
struct Address {
    std::uint32_t network_order = 0;
};

/// The first IPv4 address of a name.
Address resolve(const char* name);

/// A TCP connection. What goes wrong ends the program with its reason.
class Tcp final : public Stream {
public:
    Tcp(Address address, std::uint16_t port);
    Tcp(const Tcp&) = delete;
    Tcp& operator=(const Tcp&) = delete;

    int send(const std::uint8_t* bytes, std::size_t size) override;
    int receive(std::uint8_t* into, std::size_t room) override;
    void wait() override;
    void close();

private:
    static std::int8_t on_connected(void* self, tcp_pcb* connection, std::int8_t result);
    static std::int8_t on_received(void* self, tcp_pcb* connection, pbuf* bytes, std::int8_t result);
    static void on_error(void* self, std::int8_t reason);

    tcp_pcb* connection_;
    pbuf* received_ = nullptr;
    std::uint32_t heard_ms_ = 0;
    bool connected_ = false;
    bool finished_ = false;
};

} // namespace nwp::baseline::lwip_stack
