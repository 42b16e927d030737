// SPDX-License-Identifier: Apache-2.0
// A host that makes one BSD call for each line of its input and says as JSON what came of it.
#include "base/error.h"
#include "nwp/socket.h"
#include "ports/posix/posix_host.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

using namespace nwp;

constexpr const char* kUsage = "usage: call_host LINK    then one call a line:\n"
                               "       await             until the link is up\n"
                               "       stream            makes the socket that the other calls are for\n"
                               "       datagrams, tls    the same\n"
                               "       set OPTION INT, get OPTION, host NAME, verdict    of SOL_TLS\n"
                               "       say WORDS         sends a line\n"
                               "       hear              receives a line\n"
                               "       connect ADDRESS PORT, bind ADDRESS PORT, port, listen, accept (the "
                               "calls are for the new one then),\n"
                               "       send TEXT, sendto ADDRESS PORT SIZE, recv COUNT, shutdown, close\n";
constexpr int kBacklog = 8;

sockaddr_in read_address(std::istream& in) {
    std::string address;
    std::uint16_t port = 0;
    in >> address >> port;
    sockaddr_in read{};
    read.sin_family = AF_INET;
    read.sin_port = htons(port);
    if (::inet_pton(AF_INET, address.c_str(), &read.sin_addr) != 1) {
        throw std::runtime_error(address + ": no address");
    }
    return read;
}

const sockaddr* pointer_to(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

class CallHost {
public:
    explicit CallHost(const std::string& link) : posix_(settings(link)) {
        const Result<void> started = posix_.start();
        if (!started) throw std::runtime_error(link + ": " + to_string(started.error()));
        await();
        posix_.attach();
    }

    void make(const std::string& line) {
        std::istringstream in(line);
        std::string name;
        in >> name;
        text_.clear();
        const ssize_t result = calls_.at(name)(in);
        const std::string error = result < 0 ? ::strerrorname_np(errno) : "";
        std::cout << R"({"call": ")" << name << R"(", "result": )" << result << R"(, "errno": ")" << error
                  << R"(", "text": ")" << text_ << "\"}" << std::endl;
    }

private:
    using Call = std::function<ssize_t(std::istream&)>;

    static posix::PosixHostSettings settings(const std::string& link) {
        posix::PosixHostSettings settings;
        settings.link = link;
        return settings;
    }

    ssize_t await() {
        const Result<void> up = posix_.host().await_link(posix_.port().now() + seconds(20));
        if (!up) throw std::runtime_error(std::string("no link: ") + to_string(up.error()));
        return 0;
    }
    ssize_t open(int type, int protocol = 0) {
        socket_ = nwp_socket(AF_INET, type, protocol);
        return std::min(socket_, 0);
    }
    ssize_t set(std::istream& in) const {
        int option = 0;
        int value = 0;
        in >> option >> value;
        return nwp_setsockopt(socket_, SOL_TLS, option, &value, sizeof value);
    }
    ssize_t get(std::istream& in) const {
        int option = 0;
        in >> option;
        int value = 0;
        socklen_t size = sizeof value;
        const int result = nwp_getsockopt(socket_, SOL_TLS, option, &value, &size);
        return result < 0 ? result : value;
    }
    ssize_t set_host(std::istream& in) const {
        std::string name;
        in >> name;
        return nwp_setsockopt(socket_, SOL_TLS, TLS_HOSTNAME, name.c_str(),
                              static_cast<socklen_t>(name.size()));
    }
    /// Its rules.
    ssize_t verdict() const {
        nwp_tls_verdict verdict{};
        socklen_t size = sizeof verdict;
        const int result = nwp_getsockopt(socket_, SOL_TLS, NWP_TLS_VERDICT, &verdict, &size);
        return result < 0 ? result : static_cast<ssize_t>(verdict.rules);
    }
    ssize_t accept() {
        const int accepted = nwp_accept(socket_, nullptr, nullptr);
        if (accepted >= 0) nwp_close(std::exchange(socket_, accepted));
        return std::min(accepted, 0);
    }
    ssize_t port() const {
        sockaddr_in own{};
        socklen_t size = sizeof own;
        const int result = nwp_getsockname(socket_, reinterpret_cast<sockaddr*>(&own), &size);
        return result < 0 ? result : ntohs(own.sin_port);
    }
    ssize_t send(std::istream& in) const {
        std::string text;
        in >> text;
        return nwp_send(socket_, text.data(), text.size(), 0);
    }
    ssize_t send_to(std::istream& in) const {
        const sockaddr_in peer = read_address(in);
        std::size_t size = 0;
        in >> size;
        const std::string text(size, 'x');
        return nwp_sendto(socket_, text.data(), text.size(), 0, pointer_to(peer), sizeof peer);
    }
    ssize_t say(std::istream& in) const {
        std::string line;
        std::getline(in >> std::ws, line);
        line += "\r\n";
        return nwp_send(socket_, line.data(), line.size(), 0);
    }
    /// Reads no byte beyond the line.
    ssize_t hear() {
        char byte = 0;
        while (byte != '\n') {
            const ssize_t count = nwp_recv(socket_, &byte, 1, 0);
            if (count <= 0) return count;
            if (byte != '\r' && byte != '\n') text_ += byte;
        }
        return static_cast<ssize_t>(text_.size());
    }
    ssize_t receive(std::istream& in) {
        std::size_t most = 0;
        in >> most;
        text_.resize(most);
        const ssize_t count = nwp_recv(socket_, text_.data(), text_.size(), 0);
        text_.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        return count;
    }

    posix::PosixHost posix_;
    int socket_ = -1;
    std::string text_; ///< what was received; tests send plain letters
    const std::map<std::string, Call> calls_ = {
        {"await", [this](std::istream&) { return await(); }},
        {"stream", [this](std::istream&) { return open(SOCK_STREAM); }},
        {"datagrams", [this](std::istream&) { return open(SOCK_DGRAM); }},
        {"tls", [this](std::istream&) { return open(SOCK_STREAM, IPPROTO_TLS_1_2); }},
        {"set", [this](std::istream& in) { return set(in); }},
        {"get", [this](std::istream& in) { return get(in); }},
        {"host", [this](std::istream& in) { return set_host(in); }},
        {"verdict", [this](std::istream&) { return verdict(); }},
        {"connect",
         [this](std::istream& in) {
             const sockaddr_in peer = read_address(in);
             return nwp_connect(socket_, pointer_to(peer), sizeof peer);
         }},
        {"bind",
         [this](std::istream& in) {
             const sockaddr_in own = read_address(in);
             return nwp_bind(socket_, pointer_to(own), sizeof own);
         }},
        {"port", [this](std::istream&) { return port(); }},
        {"listen", [this](std::istream&) { return nwp_listen(socket_, kBacklog); }},
        {"accept", [this](std::istream&) { return accept(); }},
        {"send", [this](std::istream& in) { return send(in); }},
        {"sendto", [this](std::istream& in) { return send_to(in); }},
        {"say", [this](std::istream& in) { return say(in); }},
        {"hear", [this](std::istream&) { return hear(); }},
        {"recv", [this](std::istream& in) { return receive(in); }},
        {"shutdown", [this](std::istream&) { return nwp_shutdown(socket_, SHUT_WR); }},
        {"close", [this](std::istream&) { return nwp_close(socket_); }},
    };
};

} // namespace

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    CallHost host(argv[1]);
    std::string line;
    while (std::getline(std::cin, line)) host.make(line);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "call_host: %s\n", error.what());
    return 1;
}
