// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stream.h"

#include "lwip/tcp.h"

/// lwIP on this processor, its frames over an Ethernet interface. One of each in a program: lwIP is global.
namespace lwip_stack {

/// Starts lwIP and waits for an address by DHCP. Name servers are asked at the gateway, on this port.
void join(std::uint16_t dns_port);

/// The first IPv4 address of a name.
ip_addr_t resolve(const char* name);

/// A TCP connection. What goes wrong ends the program with its reason.
class Tcp final : public Stream {
public:
    Tcp(const ip_addr_t& address, std::uint16_t port);
    Tcp(const Tcp&) = delete;
    Tcp& operator=(const Tcp&) = delete;

    int send(const std::uint8_t* bytes, std::size_t size) override;
    int receive(std::uint8_t* into, std::size_t room) override;
    void wait() override;
    void close();

private:
    static err_t on_connected(void* self, tcp_pcb* connection, err_t result);
    static err_t on_received(void* self, tcp_pcb* connection, pbuf* bytes, err_t result);
    static void on_error(void* self, err_t reason);

    tcp_pcb* connection_;
    pbuf* received_ = nullptr;
    bool connected_ = false;
    bool finished_ = false;
};

} // namespace lwip_stack
