// SPDX-License-Identifier: Apache-2.0
//
// A host with an Ethernet of its own, as a TCP/IP stack on this side would have it: prints its MTU, and
// sends frames back to whom they came from. The command line:
//
//   packet_echo|SSID|PASSPHRASE|FRAMES
//
// It ends after so many frames (one digit) of EtherType 88B5, for experiments (IEEE 802); others it passes
// over.
#include "firmware/driver_calls.h"
#include "firmware/exit_status.h"
#include "firmware/host_driver.h"
#include "firmware/network.h"
#include "firmware/text.h"
#include "nwp/packets.h"
#include "nwp/waited.h"

#include <cstring>

namespace {

using namespace nwp;
using firmware::failed;
using firmware::Line;
using firmware::Running;

constexpr std::size_t kAddress = 6; // bytes
constexpr std::size_t kLongestFrame = 1500 + 2 * kAddress + 2;
constexpr std::size_t kUnread = 2 * (kLongestFrame + 32); // the driver holds so many bytes

Byte frame[kLongestFrame];

/// Whether it was one to send back. The receiver's address stands before the sender's.
bool turn_round(Bytes bytes, const Byte (&own)[kAddress]) {
    const bool ours =
        bytes.size() >= 2 * kAddress + 2 && bytes[2 * kAddress] == 0x88 && bytes[2 * kAddress + 1] == 0xB5;
    if (!ours) return false;
    std::memcpy(bytes.data(), bytes.data() + kAddress, kAddress);
    std::memcpy(bytes.data() + kAddress, own, kAddress);
    return true;
}

Result<void> echo(Host& host, PacketSocket& packets, const Byte (&own)[kAddress], std::uint32_t frames) {
    while (frames != 0) {
        const auto size = waited(host, packets.socket(), [&] { return packets.receive(frame); });
        if (!size) return size.error();
        if (!turn_round(Bytes{frame}.first(*size), own)) continue;
        const auto sent =
            waited(host, packets.socket(), [&] { return packets.send(ByteView{frame}.first(*size)); });
        if (!sent) return sent;
        --frames;
    }
    return {};
}

} // namespace

int main() {
    HostSettings settings;
    settings.datagrams = &Host::kDatagrams;
    const Running running = firmware::start_host<1, kUnread>(settings);
    const firmware::Words words;
    if (words.size() != 4) {
        return failed(running, firmware::kBadArguments, "usage", "packet_echo|SSID|PASSPHRASE|FRAMES");
    }
    const int unreachable = firmware::reach_network(running, words[1], words[2]);
    if (unreachable != 0) return unreachable;

    PacketSocket packets{running.host};
    const auto opened = packets.open();
    if (!opened) return failed(running, firmware::kNoSocket, "packets", to_string(opened.error()));
    const auto is = packets.interface();
    if (!is) return failed(running, firmware::kNoSocket, "interface", to_string(is.error()));
    running.board.write_line(Line{}.add("MTU ").add_number(is->mtu).text());

    const std::uint32_t frames = static_cast<std::uint32_t>(*words[3] - '0');
    const auto echoed = echo(running.host, packets, is->hardware_address, frames);
    packets.close();
    if (!echoed) return failed(running, firmware::kTransferFailed, "packets", to_string(echoed.error()));
    return firmware::kDone;
}
