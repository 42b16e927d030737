// SPDX-License-Identifier: Apache-2.0
// An SPI bus whose slave turns exchanges into the packets of a socket, and back.
#include "tests/zephyr/spi_line.h"

#include "link/spi_exchange.h"
#include "tests/zephyr/board.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>
#include <zephyr/drivers/gpio.h>
#include <zephyr/drivers/spi.h>

namespace {

constexpr std::size_t kFrameRoom = 512;
constexpr std::size_t kExchangeRoom = nwp::link::spi_exchange_room(kFrameRoom);

// Never destroyed: its thread outlives main().
struct Slave {
    int socket = -1;
    nwp::Byte storage[nwp::link::spi_storage_room(kFrameRoom)];
    std::optional<nwp::link::SpiExchange> machine; ///< none: nobody drives the line
    std::deque<std::vector<nwp::Byte>> coming;
    unsigned damaged = 0; ///< so many exchanges are still to be
};
Slave& slave = *new Slave;
nwp::shim::SpiTraffic the_traffic;

/// What came from the socket goes towards the machine, and the attention line to where it belongs.
void settle() {
    while (slave.machine && !slave.coming.empty() && slave.machine->send(slave.coming.front())) {
        slave.coming.pop_front();
    }
    nwp::shim::set_pin(SHIM_PIN_attention_gpios, slave.machine && slave.machine->wants_exchange());
}

/// Packets become frames until the socket ends.
void listen(int socket) {
    for (;;) {
        nwp::Byte packet[kFrameRoom];
        const ssize_t size = ::recv(socket, packet, sizeof packet, 0);
        if (size <= 0) break;
        const nwp::shim::Processor running;
        if (slave.socket != socket) break;
        slave.coming.emplace_back(packet, packet + size);
        settle();
    }
    // Not while somebody sends on it.
    const nwp::shim::Processor running;
    if (slave.socket == socket) {
        slave.socket = -1;
        slave.machine.reset();
        settle();
    }
    ::close(socket);
}

/// Exchanges the bytes; those of both ends are damaged if they are to be.
void clock(nwp::ByteView out, nwp::Bytes in) {
    if (!slave.machine) {
        std::fill(in.begin(), in.end(), nwp::Byte{0xFF});
        return;
    }
    const nwp::link::SpiExchange::Exchange views = slave.machine->begin();
    std::copy(views.transmit.begin(), views.transmit.begin() + in.size(), in.begin());
    std::copy(out.begin(), out.end(), views.receive.begin());
    if (slave.damaged != 0 && out.size() > nwp::link::kSpiHeaderSize) { // a frame is in it
        --slave.damaged;
        ++the_traffic.damaged;
        in[in.size() / 2] ^= 0x10;
        views.receive[out.size() / 2] ^= 0x10;
    }
    slave.machine->end(out.size());
    for (auto frame = slave.machine->receive(); frame; frame = slave.machine->receive()) {
        static_cast<void>(::send(slave.socket, frame->data(), frame->size(), MSG_NOSIGNAL));
    }
}

} // namespace

const device shim_bus{"spi", nullptr, true};

namespace nwp::shim {

void plug_line(int packet_socket) {
    if (slave.socket >= 0) ::shutdown(slave.socket, SHUT_RDWR);
    slave.socket = packet_socket;
    slave.coming.clear();
    slave.machine.emplace(slave.storage);
    settle();
    std::thread{[packet_socket] { listen(packet_socket); }}.detach();
}

SpiTraffic spi_traffic() { return the_traffic; }
void damage_exchanges(unsigned count) { slave.damaged = count; }
void fail_transfers(unsigned count) { the_traffic.to_fail = count; }

} // namespace nwp::shim

int spi_transceive_dt(const spi_dt_spec* bus, const spi_buf_set* out, const spi_buf_set* in) {
    if (bus->operation != (SPI_OP_MODE_MASTER | SPI_TRANSFER_MSB | SPI_WORD_SET(8))) return -EINVAL;
    const spi_buf& to = out->buffers[0];
    const spi_buf& from = in->buffers[0];
    if (to.len != from.len || to.len > kExchangeRoom) return -EINVAL;
    if (the_traffic.to_fail != 0) {
        --the_traffic.to_fail;
        ++the_traffic.failed;
        return -EIO;
    }
    ++the_traffic.exchanges;
    clock({static_cast<const nwp::Byte*>(to.buf), to.len}, {static_cast<nwp::Byte*>(from.buf), from.len});
    settle();
    return 0;
}
