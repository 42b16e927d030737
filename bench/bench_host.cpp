// SPDX-License-Identifier: Apache-2.0
// The host program of the benchmarks. Each subcommand takes one measurement through the driver, and prints
// one line of JSON; bench/link starts it and what it talks to.
#include "base/error.h"
#include "host/c/attach.h"
#include "nwp/tls_credentials.h"
#include "ports/posix/posix_host.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using namespace nwp;
using Clock = std::chrono::steady_clock;
using Words = std::vector<std::string>;

constexpr const char* kUsage =
    "usage: bench_host download LINK ADDRESS PORT NAME PATH CA   a body over HTTPS, a microcontroller's "
    "buffers\n"
    "       bench_host messages LINK ADDRESS PORT NAME PATH CA   the same, counting what passes on the link\n"
    "       bench_host poll LINK ADDRESS PORT COUNT              so many nwp_poll() with timeout 0\n"
    "       bench_host echo LINK COUNT                           64 bytes there and back, over TCP\n"
    "       bench_host idle LINK ADDRESS PORT NAME CA COUNT      TLS sockets that stay until input ends\n"
    "       bench_host start COUNT SOCKET NWPD ARGUMENT...       from nwpd's start to the answered hello\n";
constexpr sec_tag_t kCaTag = 1;
constexpr std::size_t kEchoSize = 64;
constexpr int kEchoWarmUp = 200;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// A host whose link is up, behind the C interface.
class BenchHost {
public:
    BenchHost(const std::string& link, std::optional<posix::HostSizes> sizes)
        : posix_(settings(link, sizes)) {
        const Result<void> started = posix_.start();
        if (!started) throw std::runtime_error(link + ": " + to_string(started.error()));
        const Result<void> up = posix_.host().await_link(posix_.port().now() + seconds(10));
        if (!up) throw std::runtime_error(link + ": " + to_string(up.error()));
        posix_.attach();
    }

    session::Counters counters() const { return posix_.host().statistics().session; }
    std::size_t frame_memory() const { return posix_.memory().session; }

    /// Waits until the NWP has confirmed that the socket is closed.
    void close_and_confirm(int socket) {
        SocketId id;
        for (std::size_t i = 0; i < c::attached()->sockets.size(); ++i) {
            const c::SocketEntry& entry = c::attached()->sockets[i];
            if (entry.number == socket) id = {static_cast<std::uint16_t>(i), entry.generation};
        }
        if (!id || nwp_close(socket) != 0) fail("close");
        Host& host = posix_.host();
        Watch any{Callback<bool(SocketId)>{[](void*, SocketId) { return true; }, nullptr}};
        auto confirmed = [&host, id] { return !host.closing(id); };
        using Confirmed = decltype(confirmed);
        const Callback<bool()> attempt{[](void* self) { return (*static_cast<Confirmed*>(self))(); },
                                       &confirmed};
        if (!host.block(any, attempt, posix_.port().now() + seconds(10)))
            throw std::runtime_error("no reply to close");
    }

private:
    static posix::PosixHostSettings settings(const std::string& link, std::optional<posix::HostSizes> sizes) {
        posix::PosixHostSettings settings;
        settings.link = link;
        settings.sizes = sizes;
        return settings;
    }

    mutable posix::PosixHost posix_;
};

sockaddr_in address_of(const std::string& address, const std::string& port) {
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
    if (::inet_pton(AF_INET, address.c_str(), &peer.sin_addr) != 1)
        throw std::runtime_error(address + ": no address");
    return peer;
}

int connected(const sockaddr_in& peer, int protocol, const char* name = nullptr) {
    const int socket = nwp_socket(AF_INET, SOCK_STREAM, protocol);
    if (socket < 0) fail("socket");
    if (name != nullptr) {
        const sec_tag_t tags[] = {kCaTag};
        if (nwp_setsockopt(socket, SOL_TLS, TLS_SEC_TAG_LIST, tags, sizeof tags) != 0)
            fail("TLS_SEC_TAG_LIST");
        const auto length = static_cast<socklen_t>(std::strlen(name));
        if (nwp_setsockopt(socket, SOL_TLS, TLS_HOSTNAME, name, length) != 0) fail("TLS_HOSTNAME");
    }
    if (nwp_connect(socket, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) != 0) fail("connect");
    return socket;
}

void add_ca(const std::string& file_name) {
    std::ifstream file(file_name, std::ios::binary);
    const std::string pem{std::istreambuf_iterator<char>(file), {}};
    const int error = tls_credential_add(kCaTag, TLS_CREDENTIAL_CA_CERTIFICATE, pem.data(), pem.size());
    if (error != 0) throw std::runtime_error(file_name + ": " + std::strerror(-error));
}

void send_request(int socket, const std::string& name, const std::string& path) {
    const std::string request = "GET " + path + " HTTP/1.0\r\nHost: " + name + "\r\n\r\n";
    if (nwp_send(socket, request.data(), request.size(), 0) != static_cast<ssize_t>(request.size()))
        fail("send");
}

/// Bytes of the body; the stream is read to its end.
std::size_t read_body(int socket) {
    std::string head;
    std::size_t body = 0;
    std::array<char, 2048> bytes{};
    for (;;) {
        const ssize_t count = nwp_recv(socket, bytes.data(), bytes.size(), 0);
        if (count < 0) fail("recv");
        if (count == 0) break;
        if (body != 0) {
            body += static_cast<std::size_t>(count);
            continue;
        }
        head.append(bytes.data(), static_cast<std::size_t>(count));
        const std::size_t end = head.find("\r\n\r\n");
        if (end != std::string::npos) body = head.size() - end - 4;
    }
    if (head.compare(0, 12, "HTTP/1.1 200") != 0)
        throw std::runtime_error("the server answered " + head.substr(0, 40));
    return body;
}

using Figures = std::map<std::string, double>;

void print(const Figures& figures) {
    const char* separator = "{";
    for (const auto& [name, value] : figures) {
        std::printf("%s\"%s\": %.9g", separator, name.c_str(), value);
        separator = ", ";
    }
    std::puts("}");
    std::fflush(stdout);
}

/// What passed since `before`, both ways.
Figures traffic(const session::Counters& before, const session::Counters& after) {
    const auto sum = [](session::Count in, session::Count out) { return static_cast<double>(in + out); };
    return {
        {"messages", sum(after.messages_in - before.messages_in, after.messages_out - before.messages_out)},
        {"frames", sum(after.frames_in - before.frames_in, after.frames_out - before.frames_out)},
        {"bytes", sum(after.bytes_in - before.bytes_in, after.bytes_out - before.bytes_out)},
        {"data_frames",
         sum(after.data_frames_in - before.data_frames_in, after.data_frames_out - before.data_frames_out)},
        {"credit_frames", sum(after.credit_frames_in - before.credit_frames_in,
                              after.credit_frames_out - before.credit_frames_out)},
        {"acks", sum(after.acks_in - before.acks_in, after.acks_out - before.acks_out)},
        {"resent", static_cast<double>(after.resent - before.resent)},
    };
}

void download(const Words& words) {
    BenchHost host(words.at(0), posix::HostSizes::of_a_microcontroller());
    add_ca(words.at(5));
    const int socket = connected(address_of(words.at(1), words.at(2)), IPPROTO_TLS_1_2, words.at(3).c_str());
    const session::Counters before = host.counters();
    const Clock::time_point begin = Clock::now();
    send_request(socket, words.at(3), words.at(4));
    const std::size_t body = read_body(socket);
    const double took = seconds_since(begin);
    Figures figures = traffic(before, host.counters());
    figures["seconds"] = took;
    figures["body"] = static_cast<double>(body);
    host.close_and_confirm(socket);
    print(figures);
}

void messages(const Words& words) {
    BenchHost host(words.at(0), std::nullopt);
    add_ca(words.at(5));
    const session::Counters before = host.counters();
    const int socket = connected(address_of(words.at(1), words.at(2)), IPPROTO_TLS_1_2, words.at(3).c_str());
    send_request(socket, words.at(3), words.at(4));
    const std::size_t body = read_body(socket);
    host.close_and_confirm(socket);
    Figures figures = traffic(before, host.counters());
    figures["body"] = static_cast<double>(body);
    print(figures);
}

void poll_without_waiting(const Words& words) {
    BenchHost host(words.at(0), std::nullopt);
    pollfd one{connected(address_of(words.at(1), words.at(2)), 0), POLLIN | POLLOUT, 0};
    const session::Counters before = host.counters();
    const int count = std::stoi(words.at(3));
    for (int i = 0; i < count; ++i) {
        if (nwp_poll(&one, 1, 0) != 1 || one.revents != POLLOUT)
            throw std::runtime_error("the socket is not writable");
    }
    const Figures figures = traffic(before, host.counters());
    host.close_and_confirm(one.fd);
    print(figures);
}

/// Gives back what one connection says, until that ends.
class EchoServer {
public:
    EchoServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        address_ = address_of("127.77.0.7", "0");
        socklen_t size = sizeof address_;
        auto* const plain = reinterpret_cast<sockaddr*>(&address_);
        if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 1) != 0) fail("echo server");
        ::getsockname(listener_, plain, &size);
        thread_ = std::thread{[this] { serve(); }};
    }
    ~EchoServer() {
        ::shutdown(listener_, SHUT_RDWR); // where nobody connected
        thread_.join();
        ::close(listener_);
    }
    EchoServer(const EchoServer&) = delete;
    EchoServer& operator=(const EchoServer&) = delete;

    const sockaddr_in& address() const { return address_; }

private:
    void serve() const {
        const int peer = ::accept(listener_, nullptr, nullptr);
        std::array<char, 4096> bytes{};
        for (;;) {
            const ssize_t count = ::recv(peer, bytes.data(), bytes.size(), 0);
            if (count <= 0 ||
                ::send(peer, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) != count)
                break;
        }
        ::close(peer);
    }

    int listener_;
    sockaddr_in address_{};
    std::thread thread_;
};

double percentile(std::vector<double>& values, double share) {
    const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + place, values.end());
    return values[static_cast<std::size_t>(place)];
}

void echo_once(int socket) {
    std::array<char, kEchoSize> bytes{};
    if (nwp_send(socket, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(kEchoSize)) fail("send");
    if (nwp_recv(socket, bytes.data(), bytes.size(), MSG_WAITALL) != static_cast<ssize_t>(kEchoSize))
        fail("recv");
}

void echo(const Words& words) {
    BenchHost host(words.at(0), std::nullopt);
    const EchoServer server;
    const int socket = connected(server.address(), 0);
    const int on = 1;
    if (nwp_setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) fail("TCP_NODELAY");
    std::vector<double> times(static_cast<std::size_t>(std::stoi(words.at(1))));
    for (int i = 0; i < kEchoWarmUp; ++i) echo_once(socket);
    for (double& time : times) {
        const Clock::time_point begin = Clock::now();
        echo_once(socket);
        time = seconds_since(begin) * 1e6;
    }
    host.close_and_confirm(socket);
    print({{"p10_us", percentile(times, 0.1)},
           {"p50_us", percentile(times, 0.5)},
           {"p99_us", percentile(times, 0.99)}});
}

void idle(const Words& words) {
    const BenchHost host(words.at(0), std::nullopt);
    add_ca(words.at(4));
    const sockaddr_in peer = address_of(words.at(1), words.at(2));
    // The first one makes what all of them share.
    std::vector<int> sockets{connected(peer, IPPROTO_TLS_1_2, words.at(3).c_str())};
    print({{"open", 1}});
    char go_on = 0;
    if (::read(STDIN_FILENO, &go_on, 1) != 1) return;
    const auto count = static_cast<std::size_t>(std::stoi(words.at(5)));
    while (sockets.size() < count + 1)
        sockets.push_back(connected(peer, IPPROTO_TLS_1_2, words.at(3).c_str()));
    print({{"open", static_cast<double>(sockets.size())}});
    while (::read(STDIN_FILENO, &go_on, 1) == 1) {
    }
    for (const int socket : sockets) nwp_close(socket);
}

/// nwpd as a child process, started when it is ready for hosts.
class Child {
public:
    explicit Child(Words words) {
        int ready[2];
        if (::pipe(ready) != 0) fail("pipe");
        words.insert(words.begin() + 1, {"--ready-fd", std::to_string(ready[1])});
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        ::fcntl(ready[0], F_SETFD, FD_CLOEXEC);
        const int error = ::posix_spawn(&pid_, arguments[0], nullptr, nullptr, arguments.data(), environ);
        ::close(ready[1]);
        if (error != 0) throw std::runtime_error(words[0] + ": " + std::strerror(error));
        char byte = 0;
        const ssize_t got = ::read(ready[0], &byte, 1);
        ::close(ready[0]);
        if (got != 1) throw std::runtime_error(words[0] + " did not start");
    }
    ~Child() {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

private:
    pid_t pid_ = -1;
};

void start(const Words& words) {
    std::vector<double> times(static_cast<std::size_t>(std::stoi(words.at(0))));
    for (double& time : times) {
        const Clock::time_point begin = Clock::now();
        const Child nwpd(Words(words.begin() + 2, words.end()));
        const BenchHost host("unix:" + words.at(1), std::nullopt);
        time = seconds_since(begin) * 1e3;
    }
    print({{"p50_ms", percentile(times, 0.5)}, {"most_ms", percentile(times, 1)}});
}

struct Command {
    std::size_t words;
    void (*run)(const Words&);
};
const std::map<std::string, Command> kCommands = {
    {"download", {6, download}}, {"messages", {6, messages}}, {"poll", {4, poll_without_waiting}},
    {"echo", {2, echo}},         {"idle", {6, idle}},         {"start", {3, start}},
};

} // namespace

int main(int argc, char** argv) try {
    const Words words(argv + std::min(argc, 2), argv + argc);
    const auto command = argc > 1 ? kCommands.find(argv[1]) : kCommands.end();
    if (command == kCommands.end() || words.size() < command->second.words) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    command->second.run(words);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench_host: %s\n", error.what());
    return 1;
}
