// SPDX-License-Identifier: Apache-2.0
// A host program that may be killed at any moment: it writes a page into a file and, started again with the
// token that its predecessor kept, goes on where that one ended. It says what it does line by line, as JSON.
#include "base/text.h"
#include "nwp/socket_requests.h"
#include "nwp/tls_credentials.h"
#include "nwp/waited.h"
#include "ports/posix/posix_host.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace nwp;
using Words = std::vector<std::string>;

constexpr const char* kUsage =
    "usage: carrying_host get LINK TOKEN_FILE ROOM OUTPUT ADDRESS PORT NAME CA PATH   a page by HTTPS, begun "
    "or gone on\n"
    "       carrying_host look LINK TOKEN_FILE     how many sockets live on; waits for a line\n";
constexpr std::uint32_t kCookie = 20221;
constexpr std::int32_t kCaTag = 1;
constexpr std::size_t kProgress = std::size_t{1} << 20;
constexpr std::size_t kMostSockets = 16;

void say(const std::string& json) {
    std::puts(json.c_str());
    std::fflush(stdout);
}

void require(const Result<void>& result, const char* what) {
    if (!result) throw std::runtime_error(std::string(what) + ": " + to_string(result.error()));
}

posix::PosixHostSettings settings_for(const Words& words, std::size_t room) {
    posix::PosixHostSettings settings;
    settings.link = words.at(0);
    settings.token_file = words.at(1);
    settings.sizes =
        settings.link.rfind("tty:", 0) == 0 ? posix::HostSizes::for_serial_line() : posix::HostSizes{};
    settings.sizes->receive_bytes = room;
    return settings;
}

/// The link is up and says how many sockets of its predecessor live on.
class CarryingHost {
public:
    CarryingHost(const Words& words, std::size_t room) : posix_(settings_for(words, room)) {
        require(posix_.start(), "start");
        require(posix_.host().await_link(posix_.port().now() + seconds(20)), "no link");
        posix_.attach();
        count_ = posix_.host().attached(sockets_);
        say("{\"attached\": " + std::to_string(count_) + "}");
    }

    Host& host() { return posix_.host(); }
    /// Null: none.
    const AttachedSocket* attached() const {
        const auto* const found =
            std::find_if(sockets_.begin(), sockets_.end(), [](const AttachedSocket& socket) {
                return socket.socket && socket.cookie == kCookie && socket.connected;
            });
        return found != sockets_.end() ? found : nullptr;
    }

private:
    posix::PosixHost posix_;
    std::array<AttachedSocket, kMostSockets> sockets_{};
    std::size_t count_ = 0;
};

SocketId open_tls(Host& host) {
    const Result<SocketId> socket = host.open(Family::ipv4, SocketType::stream, Protocol::tls_1_2, kCookie);
    if (!socket) throw std::runtime_error(std::string("socket: ") + to_string(socket.error()));
    require(waited(host, *socket, [&] { return host.opened(*socket); }), "socket");
    return *socket;
}

void trust(Host& host, SocketId socket, const std::string& name, const std::string& ca_file) {
    std::ifstream file(ca_file, std::ios::binary);
    const std::string ca{std::istreambuf_iterator<char>(file), {}};
    if (tls_credential_add(kCaTag, TLS_CREDENTIAL_CA_CERTIFICATE, ca.data(), ca.size()) != 0)
        throw std::runtime_error(ca_file + " is no CA");
    const std::array<Byte, 4> tags{kCaTag, 0, 0, 0};
    request::SetOption tag_list{socket, SocketOption::tls_sec_tag_list, tags};
    require(host.perform(tag_list), "TLS_SEC_TAG_LIST");
    request::SetOption host_name{socket, SocketOption::tls_host_name, as_bytes(name)};
    require(host.perform(host_name), "TLS_HOSTNAME");
}

void ask_for_page(Host& host, SocketId socket, const Words& words) {
    trust(host, socket, words.at(6), words.at(7));
    in_addr ip{};
    if (::inet_pton(AF_INET, words.at(4).c_str(), &ip) != 1)
        throw std::runtime_error(words.at(4) + ": no address");
    const auto* const octets = reinterpret_cast<const Byte*>(&ip);
    const Address peer = Address::ipv4(octets[0], octets[1], octets[2], octets[3],
                                       static_cast<std::uint16_t>(std::stoi(words.at(5))));
    Result<void> connected = host.connect(socket, peer);
    while (connected.error() == Error::in_progress || connected.error() == Error::already) {
        host.block(socket, Instant::never(), [&] { return host.readiness(socket)->has(ready::settled); });
        connected = host.connect(socket, peer);
    }
    require(connected, "connect");
    const std::string request = "GET " + words.at(8) + " HTTP/1.0\r\n\r\n";
    const Result<std::size_t> sent =
        waited(host, socket, [&] { return host.send(socket, as_bytes(request)); });
    if (!sent || *sent != request.size()) throw std::runtime_error("the request did not go out");
}

/// Bytes count as consumed only once they are in the file: what a killed program had not written comes again.
void carry_to_end(Host& host, SocketId socket, int file) {
    std::vector<Byte> block(std::size_t{64} * 1024);
    std::size_t bytes = 0;
    std::size_t told = 0;
    for (;;) {
        const Result<std::size_t> there =
            waited(host, socket, [&] { return host.receive(socket, block, true); });
        if (there.error() == Error::closed) return;
        if (!there) throw std::runtime_error(std::string("recv: ") + to_string(there.error()));
        if (::write(file, block.data(), *there) != static_cast<ssize_t>(*there))
            throw std::runtime_error("the file takes no more");
        static_cast<void>(host.receive(socket, Bytes{block}.first(*there)));
        bytes += *there;
        if (bytes < told) continue;
        say("{\"bytes\": " + std::to_string(bytes) + "}");
        told = bytes + kProgress;
    }
}

void get(const Words& words) {
    CarryingHost carrying(words, std::stoul(words.at(2)));
    Host& host = carrying.host();
    const int file = ::open(words.at(3).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error(words.at(3) + ": " + std::strerror(errno));
    SocketId socket;
    if (const AttachedSocket* lives = carrying.attached()) {
        socket = lives->socket;
        require(host.adopt(socket), "adopt");
        const off_t size = ::lseek(file, 0, SEEK_END);
        if (size < static_cast<off_t>(lives->bytes_consumed)) throw std::runtime_error("bytes are missing");
        if (::ftruncate(file, lives->bytes_consumed) != 0) throw std::runtime_error("ftruncate");
        ::lseek(file, lives->bytes_consumed, SEEK_SET);
    } else {
        if (::ftruncate(file, 0) != 0) throw std::runtime_error("ftruncate");
        socket = open_tls(host);
        ask_for_page(host, socket, words);
    }
    carry_to_end(host, socket, file);
    ::close(file);
    say("{\"done\": true}");
}

void look(const Words& words) {
    const CarryingHost carrying(words, 2048);
    std::string line;
    std::getline(std::cin, line);
}

} // namespace

int main(int argc, char** argv) try {
    const std::string command = argc > 1 ? argv[1] : "";
    const Words words(argv + std::min(argc, 2), argv + argc);
    if (command == "get" && words.size() == 9) {
        get(words);
    } else if (command == "look" && words.size() == 2) {
        look(words);
    } else {
        std::fputs(kUsage, stderr);
        return 2;
    }
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "carrying_host: %s\n", error.what());
    return 1;
}
