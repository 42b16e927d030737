// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/unix_listener.h"

#include "nwpd/endpoint/seqpacket_carrier.h"

#include <sys/socket.h>

#include <utility>

namespace nwp::endpoint {
namespace {

Peer peer_of(int descriptor) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return {};
    return {credentials.uid};
}

} // namespace

UnixListener::UnixListener(boost::asio::io_context& context, std::string path, std::size_t frame_room,
                           OnCarrier on_carrier)
    : path_(std::move(path)),
      socket_(context, [&context, frame_room, on_carrier = std::move(on_carrier)](int accepted) {
          on_carrier(std::make_unique<SeqpacketCarrier>(context, accepted, frame_room), peer_of(accepted));
      }) {}

std::string UnixListener::start() { return socket_.listen_at_path(path_, SOCK_SEQPACKET); }

} // namespace nwp::endpoint
