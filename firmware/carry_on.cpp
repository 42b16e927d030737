// SPDX-License-Identifier: Apache-2.0
//
// Gets a page by HTTPS as http_get does, and resets the processor on the way: what it needs to go on lies in
// memory that a reset leaves alone, and its socket lives on in the network processor. The command line:
//
//   carry_on|HOST|PORT|PATH|SSID|PASSPHRASE|RESETS
#include "firmware/body.h"
#include "firmware/driver_calls.h"
#include "firmware/exit_status.h"
#include "firmware/host_driver.h"
#include "firmware/network.h"
#include "ports/baremetal/cortex_m.h"

namespace {

using namespace nwp;
using firmware::failed;
using firmware::Line;
using firmware::Running;

constexpr std::uint32_t kCookie = 5;
constexpr std::uint32_t kBetweenResets = 9000; // bytes

/// What outlives a reset.
struct Kept {
    static constexpr std::uint32_t kMagic = 0x43415259;

    std::uint32_t magic;
    Byte retained[kRetainedSize];
    std::uint32_t bytes; ///< of the stream, which `body` has seen
    std::uint32_t resets;
    firmware::Body body;
};
[[gnu::section(".noinit")]] alignas(Kept) Byte kept_memory[sizeof(Kept)];

Kept& kept_over_reset() {
    Byte* memory = kept_memory;
    // An earlier run wrote it. The compiler, who knows that nothing in this program did before, must not.
    asm volatile("" : "+r"(memory) : : "memory");
    Kept& kept = *reinterpret_cast<Kept*>(memory);
    if (kept.magic != Kept::kMagic) kept = Kept{Kept::kMagic, {}, 0, 0, {}};
    return kept;
}

/// A secured connection on which the page was asked for.
Result<SocketId> ask(Host& host, const firmware::Words& words, const Address& peer) {
    const auto socket = firmware::open_stream(host, Protocol::tls_1_2, kCookie);
    if (!socket) return socket;
    const auto connected = firmware::connect_secured(host, *socket, peer, words[1]);
    if (!connected) return connected.error();
    const Line request = Line{}.add("GET ").add(words[3]).add(" HTTP/1.0\r\n\r\n");
    const auto sent = firmware::send_all(host, *socket, request.text());
    if (!sent) return sent.error();
    return socket;
}

/// Takes the stream to its end, or to the next reset.
Result<void> carry(Host& host, SocketId socket, Kept& kept, std::uint32_t consumed, std::uint32_t resets) {
    static Byte buffer[512];
    const std::uint32_t reset_at = kept.bytes + kBetweenResets;
    for (;;) {
        const auto got = waited(host, socket, [&] { return host.receive(socket, buffer); });
        if (got.error() == Error::closed) return {};
        if (!got) return got.error();
        // What the network processor did not know to be consumed comes again.
        const std::uint32_t seen = kept.bytes - consumed;
        const std::size_t again = seen < *got ? seen : *got;
        kept.body.add(reinterpret_cast<const char*>(buffer) + again, *got - again);
        consumed += static_cast<std::uint32_t>(*got);
        kept.bytes += static_cast<std::uint32_t>(*got - again);
        if (kept.resets < resets && kept.bytes >= reset_at) {
            ++kept.resets;
            cortex_m::reset();
        }
    }
}

int report(const Running& running, const Kept& kept) {
    Line line;
    line.add("received ").add_number(static_cast<std::uint32_t>(kept.body.size())).add(" bytes, hash ");
    line.add_hex(kept.body.hash()).add(", resets ").add_number(kept.resets);
    running.board.write_line(line.text());
    return firmware::kDone;
}

} // namespace

int main() {
    Kept& kept = kept_over_reset();
    const Running running = firmware::make_host<2, 2048>();
    running.host.start(kept.retained);
    const firmware::Words words;
    if (words.size() != 7) {
        return failed(running, firmware::kBadArguments, "usage",
                      "carry_on|HOST|PORT|PATH|SSID|PASSPHRASE|RESETS");
    }
    const bool goes_on = kept.resets != 0;
    const int unreachable = firmware::reach_network(running, goes_on ? "" : words[4], words[5]);
    if (unreachable != 0) return unreachable;

    Host& host = running.host;
    AttachedSocket lives;
    Result<SocketId> socket = Error::not_found;
    if (goes_on) {
        if (host.attached({&lives, 1}) == 0) {
            return failed(running, firmware::kNoSocket, "after the reset", "the socket is gone");
        }
        socket = lives.socket;
        const auto adopted = host.adopt(lives.socket);
        if (!adopted) return failed(running, firmware::kNoSocket, "adopt", to_string(adopted.error()));
    } else {
        const auto peer = firmware::resolve(host, words[1], words[2]);
        if (!peer) return failed(running, firmware::kUnresolved, words[1], to_string(peer.error()));
        socket = ask(host, words, *peer);
        if (!socket) return failed(running, firmware::kNotConnected, words[1], to_string(socket.error()));
    }
    const auto resets = static_cast<std::uint32_t>(*words[6] - '0');
    const auto carried = carry(host, *socket, kept, lives.bytes_consumed, resets);
    if (!carried) return failed(running, firmware::kTransferFailed, words[1], to_string(carried.error()));
    const auto closed = host.close(*socket);
    if (!closed) return failed(running, firmware::kTransferFailed, "close", to_string(closed.error()));
    return report(running, kept);
}
