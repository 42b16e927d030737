// SPDX-License-Identifier: Apache-2.0
#include "firmware/baseline/driver_ethernet.h"

#include "firmware/baseline/program.h"
#include "firmware/baseline/stream.h"
#include "firmware/exit_status.h"
#include "nwp/packets.h"

#include <new>

namespace nwp::baseline::ethernet {
namespace {

/// What use() makes; it is never destroyed.
struct Wire {
    firmware::Running running;
    PacketSocket socket;
};
alignas(Wire) Byte memory[sizeof(Wire)];

Wire& wire() { return *std::launder(reinterpret_cast<Wire*>(memory)); }

} // namespace

void use(const firmware::Running& running) { new (memory) Wire{running, PacketSocket{running.host}}; }

void start(std::uint8_t (&address)[6]) {
    const Result<void> opened = wire().socket.open();
    if (!opened) fail(firmware::kNoSocket, to_string(opened.error()));
    const Result<PacketSocket::Interface> interface = wire().socket.interface();
    if (!interface) fail(firmware::kNoSocket, to_string(interface.error()));
    copy_bytes(address, interface->hardware_address);
}

void send(const std::uint8_t* frame, std::size_t bytes) {
    Result<void> sent;
    const Instant until = wire().running.port.now() + nwp::milliseconds(kPatienceMs);
    const bool in_time = wire().running.host.block(wire().socket.socket(), until, [&] {
        sent = wire().socket.send({frame, bytes});
        return sent.error() != Error::would_block;
    });
    if (!in_time) fail(firmware::kTransferFailed, "the network processor takes no frame");
    // What the interface did not take is lost, as on any Ethernet.
    if (sent.error() == Error::connection_aborted) fail(firmware::kTransferFailed, to_string(sent.error()));
}

std::size_t waiting() {
    const Result<std::size_t> size = wire().running.host.available(wire().socket.socket());
    return size ? *size : 0;
}

void receive(std::uint32_t* words, std::size_t bytes) {
    const Result<std::size_t> size = wire().socket.receive({reinterpret_cast<Byte*>(words), bytes});
    if (!size) fail(firmware::kTransferFailed, to_string(size.error()));
}

void sleep(Instant until) {
    wire().running.host.block(wire().socket.socket(), until, [] { return waiting() != 0; });
}

} // namespace nwp::baseline::ethernet
