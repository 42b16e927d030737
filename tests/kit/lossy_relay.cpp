// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/lossy_relay.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <random>
#include <stdexcept>
#include <string>

namespace nwp::kit {
namespace {

constexpr int kLookMs = 20; ///< how often it looks whether it shall end, and gives what is late

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    name.sin_port = htons(port);
    return name;
}

int udp_socket() {
    const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const sockaddr_in any = loopback(0);
    if (made < 0 || ::bind(made, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0)
        throw std::runtime_error("no UDP socket for a relay");
    return made;
}

} // namespace

LossyRelay::LossyRelay(const Address& server, unsigned lost, unsigned late)
    : client_side_(udp_socket()), server_side_(udp_socket()) {
    sockaddr_in own{};
    socklen_t size = sizeof own;
    ::getsockname(client_side_.get(), reinterpret_cast<sockaddr*>(&own), &size);
    port_ = ntohs(own.sin_port);
    thread_ = std::thread([this, port = server.port, lost, late] { run(port, lost, late); });
}

LossyRelay::~LossyRelay() {
    stopping_ = true;
    thread_.join();
}

void LossyRelay::run(std::uint16_t server_port, unsigned lost, unsigned late) {
    struct Way {
        int from;
        int to;
        sockaddr_in target;
        std::optional<std::string> waits;
    };
    Way ways[] = {{client_side_.get(), server_side_.get(), loopback(server_port), {}},
                  {server_side_.get(), client_side_.get(), loopback(0), {}}};
    std::minstd_rand random(20261123);
    const auto happens = [&random](unsigned hundredths) { return random() % 100 < hundredths; };
    const auto give = [](const Way& way, const std::string& bytes) {
        static_cast<void>(::sendto(way.to, bytes.data(), bytes.size(), 0,
                                   reinterpret_cast<const sockaddr*>(&way.target), sizeof way.target));
    };
    while (!stopping_) {
        pollfd set[] = {{ways[0].from, POLLIN, 0}, {ways[1].from, POLLIN, 0}};
        static_cast<void>(::poll(set, 2, kLookMs));
        for (int i = 0; i < 2; ++i) {
            Way& way = ways[i];
            std::string bytes(65536, '\0');
            sockaddr_in from{};
            socklen_t size = sizeof from;
            const ssize_t got = ::recvfrom(way.from, bytes.data(), bytes.size(), MSG_DONTWAIT,
                                           reinterpret_cast<sockaddr*>(&from), &size);
            if (got >= 0) {
                bytes.resize(static_cast<std::size_t>(got));
                if (i == 0) ways[1].target = from;
                if (happens(lost))
                    ++dropped_;
                else if (!way.waits && happens(late))
                    way.waits = bytes;
                else
                    give(way, bytes);
                if (way.waits && *way.waits == bytes) continue;
            }
            if (way.waits) give(way, *way.waits);
            way.waits.reset();
        }
    }
}

} // namespace nwp::kit
