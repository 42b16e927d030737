// SPDX-License-Identifier: Apache-2.0
// A UART whose other end turns the line's bytes into the packets of a socket, and back.
#include "tests/zephyr/board.h"

#include "link/framer.h"

#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>
#include <zephyr/drivers/uart.h>

namespace {

constexpr std::size_t kFrameRoom = 512;

// Never destroyed: its thread outlives main().
struct Line {
    int socket = -1;
    uart_irq_callback_user_data_t callback = nullptr;
    void* data = nullptr;
    bool receives = false;
    bool sends = false;
    std::vector<nwp::Byte> coming; ///< behind `read`: not read yet
    std::size_t read = 0;
    nwp::Byte storage[nwp::link::framer_room(kFrameRoom)];
    nwp::link::Framer framer{storage};
};
Line& line = *new Line;

bool pending() { return line.receives && line.read != line.coming.size(); }

void interrupt() {
    if (line.callback != nullptr) line.callback(&shim_bus, line.data);
}

/// Packets become interrupts until the socket ends.
void listen(int socket) {
    for (;;) {
        nwp::Byte packet[kFrameRoom];
        const ssize_t size = ::recv(socket, packet, sizeof packet, 0);
        if (size <= 0) break;
        const nwp::shim::Processor running;
        if (line.socket != socket) break;
        nwp::Byte encoded[nwp::link::encoded_room(kFrameRoom)];
        const std::size_t count = nwp::link::encode_frame({packet, static_cast<std::size_t>(size)}, encoded);
        line.coming.erase(line.coming.begin(), line.coming.begin() + static_cast<std::ptrdiff_t>(line.read));
        line.read = 0;
        line.coming.insert(line.coming.end(), encoded, encoded + count);
        while (pending()) interrupt(); // it stands as long as the FIFO has bytes
    }
    // Not while somebody sends on it.
    const nwp::shim::Processor running;
    if (line.socket == socket) line.socket = -1;
    ::close(socket);
}

} // namespace

const device shim_bus{"uart", nullptr, true};

namespace nwp::shim {

void plug_line(int packet_socket) {
    if (line.socket >= 0) ::shutdown(line.socket, SHUT_RDWR);
    line.socket = packet_socket;
    std::thread{[packet_socket] { listen(packet_socket); }}.detach();
}

} // namespace nwp::shim

int uart_irq_callback_user_data_set(const device*, uart_irq_callback_user_data_t callback, void* data) {
    line.callback = callback;
    line.data = data;
    return 0;
}
void uart_irq_rx_enable(const device*) {
    line.receives = true;
    while (pending()) interrupt();
}
void uart_irq_rx_disable(const device*) { line.receives = false; }
void uart_irq_tx_enable(const device*) {
    line.sends = true;
    interrupt();
}
void uart_irq_tx_disable(const device*) { line.sends = false; }
int uart_irq_update(const device*) { return 1; }
int uart_irq_is_pending(const device*) { return pending() || line.sends ? 1 : 0; }
int uart_irq_rx_ready(const device*) { return pending() ? 1 : 0; }
int uart_irq_tx_ready(const device*) { return line.sends ? 1 : 0; }

/// Like a FIFO of 16 bytes.
int uart_fifo_read(const device*, std::uint8_t* into, int size) {
    int count = 0;
    while (count < size && count < 16 && line.read != line.coming.size())
        into[count++] = line.coming[line.read++];
    return count;
}

int uart_fifo_fill(const device*, const std::uint8_t* bytes, int size) {
    const int count = size < 16 ? size : 16;
    nwp::ByteView left{bytes, static_cast<std::size_t>(count)};
    while (!left.empty()) {
        left = left.from(line.framer.on_bytes(left));
        const nwp::ByteView frame = line.framer.frame();
        if (!frame.empty()) static_cast<void>(::send(line.socket, frame.data(), frame.size(), MSG_NOSIGNAL));
    }
    return count;
}
