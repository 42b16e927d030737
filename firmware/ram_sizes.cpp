// SPDX-License-Identifier: Apache-2.0
//
// What the driver needs of RAM, as symbols whose sizes tests/size reads. Never linked into an image.
#include "firmware/driver.h"
#include "ports/baremetal/uart_link.h"

namespace {

using nwp::firmware::kAlpnNames;
using nwp::firmware::kReceiveBytes;
using nwp::firmware::kSockets;
using nwp::firmware::kTransmitSlots;

constexpr std::size_t kFrameRoom = 512;
constexpr std::size_t kRing = 1024;

} // namespace

#define NWP_RAM(name, size)                                                                                  \
    extern "C" char ram_##name[size];                                                                        \
    char ram_##name[size] // NOLINT

NWP_RAM(state_host, sizeof(nwp::Host));
NWP_RAM(state_sockets, sizeof(nwp::SocketSlot) * kSockets);
NWP_RAM(state_c_interface,
        sizeof(nwp::c::SocketEntry) * kSockets + sizeof(nwp::c::Attachment) + sizeof(nwp::c::OwnNumbers));
NWP_RAM(state_transmit_slots, sizeof(nwp::session::TransmitSlot) * kTransmitSlots);
NWP_RAM(state_uart_link, sizeof(nwp::baremetal::UartLink));
NWP_RAM(state_port, sizeof(nwp::baremetal::BaremetalPort));

NWP_RAM(buffer_datagram_states, sizeof(nwp::DatagramState) * kSockets);
NWP_RAM(buffer_receive_bytes, kReceiveBytes* kSockets);
NWP_RAM(buffer_transmit_ring, kFrameRoom* kTransmitSlots);
NWP_RAM(buffer_received_frame, nwp::link::framer_room(kFrameRoom));
NWP_RAM(buffer_encoded_frame, nwp::link::encoded_room(kFrameRoom));
NWP_RAM(buffer_uart_ring, kRing);
NWP_RAM(buffer_message_parts, nwp::session::kMessageRoom);
NWP_RAM(buffer_resolved_names, sizeof(nwp::c::AddressPoolOf<4, 1>));
NWP_RAM(buffer_protocol_names, sizeof(const char*) * kSockets * kAlpnNames);
