// SPDX-License-Identifier: Apache-2.0
#include "firmware/baseline/lwip_stack.h"

#include "firmware/baseline/ethernet.h"
#include "firmware/baseline/program.h"
#include "firmware/exit_status.h"
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"

#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>

#include <algorithm>
#include <cstring>

std::uint16_t baseline_dns_port;

extern "C" u32_t sys_now() { return nwp::baseline::milliseconds(); }

namespace nwp::baseline {
namespace {

struct netif interface;
std::uint32_t gather[ethernet::kFrameWords];

err_t send_frame(struct netif*, pbuf* frame) {
    const void* bytes = frame->payload;
    if (frame->next != nullptr) {
        pbuf_copy_partial(frame, gather, frame->tot_len, 0);
        bytes = gather;
    }
    ethernet::send(static_cast<const std::uint8_t*>(bytes), frame->tot_len);
    return ERR_OK;
}

err_t prepare(struct netif* mine) {
    std::uint8_t address[6];
    ethernet::start(address);
    mine->name[0] = 'e';
    mine->name[1] = 'n';
    mine->mtu = 1500;
    mine->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_LINK_UP;
    mine->output = etharp_output;
    mine->linkoutput = send_frame;
    mine->hwaddr_len = sizeof address;
    std::memcpy(mine->hwaddr, address, sizeof address);
    return ERR_OK;
}

void take_frame(std::size_t bytes) {
    if (bytes > ethernet::kLargestFrame) fail(firmware::kNoWifi, "a frame is too long");
    // A buffer of the pool has room for the CRC too, and lwIP takes the length from its headers.
    pbuf* frame = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(bytes), PBUF_POOL);
    if (frame == nullptr) {
        ethernet::receive(gather, bytes); // dropped: TCP sends it again
        return;
    }
    ethernet::receive(static_cast<std::uint32_t*>(frame->payload), bytes);
    if (interface.input(frame, &interface) != ERR_OK) pbuf_free(frame);
}

void work() {
    while (const std::size_t bytes = ethernet::waiting()) take_frame(bytes);
    sys_check_timeouts();
}

// Sleeps until there is a frame or lwIP has something to do.
void wait_and_work() {
    const Duration limit = nwp::milliseconds(std::min<std::uint32_t>(sys_timeouts_sleeptime(), kPatienceMs));
    ethernet::sleep(mps2::board().now() + limit);
    work();
}

// Waits until `done` or, at kPatienceMs, ends the program with `why`.
template <typename Done>
void wait_until(Done done, int status, const char* why) {
    const std::uint32_t begin = milliseconds();
    while (!done()) {
        if (milliseconds() - begin > kPatienceMs) fail(status, why);
        wait_and_work();
    }
}

struct Answer {
    ip_addr_t address;
    bool came;
};

void on_answer(const char*, const ip_addr_t* address, void* context) {
    Answer& answer = *static_cast<Answer*>(context);
    answer.came = true;
    if (address == nullptr) fail(firmware::kUnresolved, "the name does not resolve");
    answer.address = *address;
}

} // namespace

namespace lwip_stack {

void join(std::uint16_t dns_port) {
    baseline_dns_port = dns_port;
    lwip_init();
    netif_add(&interface, nullptr, nullptr, nullptr, nullptr, prepare, ethernet_input);
    netif_set_default(&interface);
    netif_set_up(&interface);
    dhcp_start(&interface);
    wait_until([] { return dhcp_supplied_address(&interface) != 0; }, firmware::kNoWifi, "no address");
    dns_setserver(0, netif_ip_gw4(&interface));
}

Address resolve(const char* name) {
    Answer answer{};
    const err_t result = dns_gethostbyname(name, &answer.address, on_answer, &answer);
    if (result == ERR_OK) return {answer.address.addr};
    if (result != ERR_INPROGRESS) fail(firmware::kUnresolved, "the name does not resolve", result);
    wait_until([&answer] { return answer.came; }, firmware::kUnresolved, "no answer from the name server");
    return {answer.address.addr};
}

Tcp::Tcp(Address address, std::uint16_t port) : connection_(tcp_new()) {
    if (connection_ == nullptr) fail(firmware::kNotConnected, "no memory for a connection");
    tcp_arg(connection_, this);
    tcp_recv(connection_, on_received);
    tcp_err(connection_, on_error);
    tcp_nagle_disable(connection_);
    const ip_addr_t to{address.network_order};
    const err_t result = tcp_connect(connection_, &to, port, on_connected);
    if (result != ERR_OK) fail(firmware::kNotConnected, "connect", result);
    wait_until([this] { return connected_; }, firmware::kNotConnected, "the server does not answer");
    heard_ms_ = milliseconds();
}

err_t Tcp::on_connected(void* self, tcp_pcb*, err_t) {
    static_cast<Tcp*>(self)->connected_ = true;
    return ERR_OK;
}

err_t Tcp::on_received(void* self, tcp_pcb*, pbuf* bytes, err_t) {
    Tcp& tcp = *static_cast<Tcp*>(self);
    if (bytes == nullptr) {
        tcp.finished_ = true;
    } else if (tcp.received_ == nullptr) {
        tcp.received_ = bytes;
    } else {
        pbuf_cat(tcp.received_, bytes);
    }
    return ERR_OK;
}

void Tcp::on_error(void*, err_t reason) { fail(firmware::kTransferFailed, "the connection broke", reason); }

int Tcp::send(const std::uint8_t* bytes, std::size_t size) {
    const std::size_t room = std::min<std::size_t>(size, tcp_sndbuf(connection_));
    if (room == 0) return 0;
    if (tcp_write(connection_, bytes, static_cast<u16_t>(room), TCP_WRITE_FLAG_COPY) != ERR_OK) return 0;
    tcp_output(connection_);
    return static_cast<int>(room);
}

int Tcp::receive(std::uint8_t* into, std::size_t room) {
    if (received_ == nullptr) return finished_ ? kFinished : 0;
    const u16_t most = static_cast<u16_t>(std::min<std::size_t>(room, UINT16_MAX));
    const u16_t came = pbuf_copy_partial(received_, into, most, 0);
    received_ = pbuf_free_header(received_, came);
    tcp_recved(connection_, came);
    return came;
}

void Tcp::wait() {
    wait_and_work();
    if (received_ != nullptr) heard_ms_ = milliseconds();
    if (milliseconds() - heard_ms_ > kPatienceMs) fail(firmware::kTransferFailed, "the peer is silent");
}

void Tcp::close() {
    if (received_ != nullptr) pbuf_free(received_);
    tcp_recv(connection_, nullptr);
    tcp_err(connection_, nullptr);
    if (tcp_close(connection_) != ERR_OK) fail(firmware::kTransferFailed, "close");
    work();
}

} // namespace lwip_stack

} // namespace nwp::baseline
