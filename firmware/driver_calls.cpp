// SPDX-License-Identifier: Apache-2.0
#include "firmware/driver_calls.h"

#include "nwp/names.h"
#include "nwp/socket_requests.h"

namespace nwp::firmware {
namespace {

ByteView as_bytes(std::string_view text) { return {reinterpret_cast<const Byte*>(text.data()), text.size()}; }

} // namespace

Result<Address> resolve(Host& host, std::string_view name, std::string_view service) {
    ResolvedAddress found;
    ResolveHints hints;
    hints.family = Family::ipv4;
    hints.type = SocketType::stream;
    request::Resolve request{name, service, hints, {&found, 1}};
    const Result<void> resolved = host.perform(request);
    if (!resolved) return resolved.error();
    return found.address;
}

Result<SocketId> open_stream(Host& host, Protocol protocol, std::uint32_t cookie) {
    const auto socket = open_in_turn(host, Family::ipv4, SocketType::stream, protocol, cookie);
    if (!socket) return socket;
    const Result<void> there = waited(host, *socket, [&] { return host.opened(*socket); });
    if (there) return socket;
    static_cast<void>(host.close(*socket));
    return there.error();
}

Result<void> connect_secured(Host& host, SocketId socket, const Address& peer, std::string_view name) {
    const Byte tags[] = {kCaTag, 0, 0, 0};
    request::SetOption tag_list{socket, SocketOption::tls_sec_tag_list, tags};
    request::SetOption host_name{socket, SocketOption::tls_host_name, as_bytes(name)};
    for (Pending* const option : {static_cast<Pending*>(&tag_list), static_cast<Pending*>(&host_name)}) {
        const Result<void> set = host.perform(*option);
        if (!set) return set;
    }
    Result<void> connected = host.connect(socket, peer);
    while (connected.error() == Error::in_progress || connected.error() == Error::already) {
        host.block(socket, Instant::never(), [&] { return host.readiness(socket)->has(ready::settled); });
        connected = host.connect(socket, peer);
    }
    return connected;
}

Result<void> send_all(Host& host, SocketId socket, std::string_view text) {
    for (ByteView left = as_bytes(text); !left.empty();) {
        const auto sent = waited(host, socket, [&] { return host.send(socket, left); });
        if (!sent) return sent.error();
        left = left.from(*sent);
    }
    return {};
}

} // namespace nwp::firmware
