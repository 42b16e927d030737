// SPDX-License-Identifier: Apache-2.0
// The host program of the system tests. It says what it did line by line, as JSON; the tests look at that.
#include "base/error.h"
#include "nwp/tls_credentials.h"
#include "ports/posix/posix_host.h"

#include <openssl/evp.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace nwp;
using Words = std::vector<std::string>;

constexpr const char* kUsage =
    "usage: system_host download LINK ADDRESS PORT              reads a stream to its end\n"
    "       system_host upload LINK ADDRESS PORT SIZE           sends so much, and waits for the peer's end\n"
    "       system_host many LINK ADDRESS PORT COUNT            so many sockets at once, each with its own "
    "echo\n"
    "       system_host wait LINK ADDRESS PORT                  recv() until that fails; connects again at "
    "each line\n"
    "       system_host soak LINK ADDRESS PORT COUNT            so many sockets echo for ever, whatever "
    "happens; "
    "input: begin, report, end\n"
    "       system_host resolve LINK                            getaddrinfo() of each line of input\n"
    "       system_host cycles LINK ADDRESS HTTP HTTPS NAME CA  page after page, as many as each line of "
    "input says\n";
constexpr sec_tag_t kCaTag = 1;
constexpr std::size_t kBlock = 256 * 1024;
constexpr int kWorkers = 8;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

class SystemHost {
public:
    explicit SystemHost(const std::string& link) : posix_(settings(link)) {
        const Result<void> started = posix_.start();
        if (!started) throw std::runtime_error(link + ": " + to_string(started.error()));
        await();
        posix_.attach();
    }
    void await() {
        const Result<void> up = posix_.host().await_link(posix_.port().now() + seconds(20));
        if (!up) throw std::runtime_error(std::string("no link: ") + to_string(up.error()));
    }

private:
    static posix::PosixHostSettings settings(const std::string& link) {
        posix::PosixHostSettings settings;
        settings.link = link;
        return settings;
    }

    posix::PosixHost posix_;
};

class Sha256 {
public:
    Sha256() { ::EVP_DigestInit_ex(context_.get(), ::EVP_sha256(), nullptr); }
    void add(const char* bytes, std::size_t size) { ::EVP_DigestUpdate(context_.get(), bytes, size); }
    std::string text() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned size = 0;
        ::EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
        std::string hex;
        for (unsigned i = 0; i < size; ++i) {
            std::array<char, 3> octet{};
            std::snprintf(octet.data(), octet.size(), "%02x", static_cast<unsigned>(digest[i]));
            hex += octet.data();
        }
        return hex;
    }

private:
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_{::EVP_MD_CTX_new(), ::EVP_MD_CTX_free};
};

sockaddr_in address_of(const std::string& address, const std::string& port) {
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
    if (::inet_pton(AF_INET, address.c_str(), &peer.sin_addr) != 1)
        throw std::runtime_error(address + ": no address");
    return peer;
}

/// An offloaded socket that closes itself.
class Socket {
public:
    explicit Socket(int protocol = 0) : number_(nwp_socket(AF_INET, SOCK_STREAM, protocol)) {
        if (number_ < 0) fail("socket");
    }
    ~Socket() { nwp_close(number_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    int number() const { return number_; }
    void trust(const std::string& name) const {
        const sec_tag_t tags[] = {kCaTag};
        if (nwp_setsockopt(number_, SOL_TLS, TLS_SEC_TAG_LIST, tags, sizeof tags) != 0)
            fail("TLS_SEC_TAG_LIST");
        const auto length = static_cast<socklen_t>(name.size());
        if (nwp_setsockopt(number_, SOL_TLS, TLS_HOSTNAME, name.c_str(), length) != 0) fail("TLS_HOSTNAME");
    }
    void connect(const sockaddr_in& peer) const {
        if (nwp_connect(number_, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) != 0) fail("connect");
    }
    void send_all(const char* bytes, std::size_t size) const {
        while (size > 0) {
            const ssize_t sent = nwp_send(number_, bytes, size, 0);
            if (sent < 0) fail("send");
            bytes += sent;
            size -= static_cast<std::size_t>(sent);
        }
    }
    /// 0 at the end of the stream.
    std::size_t receive(std::vector<char>& into) const {
        const ssize_t count = nwp_recv(number_, into.data(), into.size(), 0);
        if (count < 0) fail("recv");
        return static_cast<std::size_t>(count);
    }

private:
    int number_;
};

void say(const std::string& json) {
    std::puts(json.c_str());
    std::fflush(stdout);
}

void download(const Words& words) {
    const SystemHost host(words.at(0));
    const Socket socket;
    socket.connect(address_of(words.at(1), words.at(2)));
    std::vector<char> block(kBlock);
    Sha256 hash;
    std::size_t bytes = 0;
    while (const std::size_t count = socket.receive(block)) {
        if (bytes == 0) say("{\"begun\": true}");
        hash.add(block.data(), count);
        bytes += count;
    }
    say("{\"bytes\": " + std::to_string(bytes) + ", \"sha256\": \"" + hash.text() + "\"}");
}

void upload(const Words& words) {
    const SystemHost host(words.at(0));
    const Socket socket;
    socket.connect(address_of(words.at(1), words.at(2)));
    std::mt19937_64 random{1};
    std::vector<char> block(kBlock);
    Sha256 hash;
    for (std::size_t left = std::stoull(words.at(3)); left > 0;) {
        block[random() % kBlock] = static_cast<char>(random()); // no two blocks are equal
        const std::size_t size = std::min(left, kBlock);
        hash.add(block.data(), size);
        socket.send_all(block.data(), size);
        left -= size;
    }
    if (nwp_shutdown(socket.number(), SHUT_WR) != 0) fail("shutdown");
    while (socket.receive(block) != 0) {
    }
    say("{\"bytes\": " + words.at(3) + ", \"sha256\": \"" + hash.text() + "\"}");
}

void many(const Words& words) {
    const SystemHost host(words.at(0));
    const sockaddr_in peer = address_of(words.at(1), words.at(2));
    std::vector<std::unique_ptr<Socket>> sockets(std::stoul(words.at(3)));
    for (auto& socket : sockets) {
        socket = std::make_unique<Socket>();
        socket->connect(peer);
    }
    std::size_t right = 0;
    const auto text_of = [](std::size_t i) { return "socket " + std::to_string(i) + " speaks"; };
    for (std::size_t i = 0; i < sockets.size(); ++i)
        sockets[i]->send_all(text_of(i).data(), text_of(i).size());
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        std::string echo(text_of(i).size(), '\0');
        const ssize_t count = nwp_recv(sockets[i]->number(), echo.data(), echo.size(), MSG_WAITALL);
        if (count == static_cast<ssize_t>(echo.size()) && echo == text_of(i)) ++right;
    }
    say("{\"open\": " + std::to_string(sockets.size()) + ", \"right\": " + std::to_string(right) + "}");
}

void wait(const Words& words) {
    SystemHost host(words.at(0));
    const sockaddr_in peer = address_of(words.at(1), words.at(2));
    std::string go_on;
    do {
        host.await();
        const Socket socket;
        socket.connect(peer);
        say("{\"connected\": true}");
        char byte = 0;
        const ssize_t count = nwp_recv(socket.number(), &byte, 1, 0);
        say("{\"recv\": " + std::to_string(count) + ", \"errno\": \"" +
            (count < 0 ? ::strerrorname_np(errno) : "") + "\"}");
    } while (std::getline(std::cin, go_on));
}

/// Gets a page, by HTTPS where a name is given; true when it came whole.
bool get_page(const sockaddr_in& peer, const std::string& name) {
    const Socket socket(name.empty() ? 0 : IPPROTO_TLS_1_2);
    if (!name.empty()) socket.trust(name);
    socket.connect(peer);
    constexpr std::string_view kRequest = "GET / HTTP/1.0\r\n\r\n";
    socket.send_all(kRequest.data(), kRequest.size());
    std::vector<char> bytes(4096);
    std::string page;
    while (const std::size_t count = socket.receive(bytes)) page.append(bytes.data(), count);
    return page.compare(0, 12, "HTTP/1.1 200") == 0 && page.ends_with("</html>\n");
}

void cycles(const Words& words) {
    const SystemHost host(words.at(0));
    const sockaddr_in http = address_of(words.at(1), words.at(2));
    const sockaddr_in https = address_of(words.at(1), words.at(3));
    std::ifstream file(words.at(5), std::ios::binary);
    const std::string ca{std::istreambuf_iterator<char>(file), {}};
    if (tls_credential_add(kCaTag, TLS_CREDENTIAL_CA_CERTIFICATE, ca.data(), ca.size()) != 0)
        fail(words.at(5));

    std::string line;
    while (std::getline(std::cin, line)) {
        std::atomic<int> left{std::stoi(line)};
        std::atomic<int> right{0};
        const auto work = [&] {
            try {
                for (int cycle = --left; cycle >= 0; cycle = --left) {
                    const bool secure = cycle % 2 != 0;
                    right += get_page(secure ? https : http, secure ? words.at(4) : "") ? 1 : 0;
                }
            } catch (const std::exception& error) {
                std::fprintf(stderr, "system_host: %s\n", error.what()); // `right` falls short
            }
        };
        std::vector<std::thread> workers;
        for (int i = 0; i < kWorkers; ++i) workers.emplace_back(work);
        for (std::thread& worker : workers) worker.join();
        say("{\"right\": " + std::to_string(right) + "}");
    }
}

/// One socket after the other that sends and compares what comes back.
class Echoer {
public:
    Echoer(const sockaddr_in& peer, unsigned seed) : peer_(peer), random_(seed), thread_([this] { run(); }) {}
    ~Echoer() {
        stopping_ = true;
        thread_.join();
    }
    Echoer(const Echoer&) = delete;
    Echoer& operator=(const Echoer&) = delete;

    std::atomic<unsigned> right{0}; ///< since somebody set it to 0
    std::atomic<unsigned> wrong{0};
    std::atomic<unsigned> broken{0}; ///< sockets that ended, or did not come about

private:
    void run() {
        while (!stopping_) {
            try {
                const Socket socket;
                socket.connect(peer_);
                while (!stopping_) echo(socket);
            } catch (const std::exception&) {
                ++broken;
                std::this_thread::sleep_for(std::chrono::milliseconds(100)); // not to ask without pause
            }
        }
    }
    void echo(const Socket& socket) {
        std::string text(1 + random_() % kLongest, '\0');
        for (char& character : text) character = static_cast<char>(random_());
        socket.send_all(text.data(), text.size());
        std::string back;
        std::vector<char> some(kLongest);
        while (back.size() < text.size()) {
            const std::size_t count = socket.receive(some);
            if (count == 0) throw std::runtime_error("the peer ended");
            back.append(some.data(), count);
        }
        ++(back == text ? right : wrong);
    }

    static constexpr std::size_t kLongest = 600;

    sockaddr_in peer_;
    std::mt19937 random_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

void soak(const Words& words) {
    const SystemHost host(words.at(0));
    const sockaddr_in peer = address_of(words.at(1), words.at(2));
    std::vector<std::unique_ptr<Echoer>> echoers;
    for (unsigned i = 0; i < std::stoul(words.at(3)); ++i)
        echoers.push_back(std::make_unique<Echoer>(peer, i));
    say("{\"begun\": true}");
    std::string line;
    while (std::getline(std::cin, line) && line != "end") {
        std::size_t alive = 0;
        unsigned wrong = 0;
        unsigned broken = 0;
        for (const auto& echoer : echoers) {
            if (line == "begin") echoer->right = 0;
            alive += echoer->right > 1 ? 1 : 0; // the first may have been under way
            wrong += echoer->wrong;
            broken += echoer->broken;
        }
        say("{\"alive\": " + std::to_string(alive) + ", \"wrong\": " + std::to_string(wrong) +
            ", \"broken\": " + std::to_string(broken) + "}");
    }
}

const std::map<int, const char*> kLookupErrors = {
    {0, "0"},
    {EAI_AGAIN, "EAI_AGAIN"},
    {EAI_FAIL, "EAI_FAIL"},
    {EAI_NONAME, "EAI_NONAME"},
    {EAI_NODATA, "EAI_NODATA"},
    {EAI_MEMORY, "EAI_MEMORY"},
};

void resolve(const Words& words) {
    const SystemHost host(words.at(0));
    say("{\"begun\": true}");
    for (std::string name; std::getline(std::cin, name);) {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* list = nullptr;
        const auto error = kLookupErrors.find(nwp_getaddrinfo(name.c_str(), "80", &hints, &list));
        std::string addresses;
        for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
            char text[INET6_ADDRSTRLEN] = {};
            nwp_getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
            addresses += (addresses.empty() ? "\"" : ", \"") + std::string(text) + '"';
        }
        nwp_freeaddrinfo(list);
        say(std::string("{\"error\": \"") + (error != kLookupErrors.end() ? error->second : "another") +
            "\", \"addresses\": [" + addresses + "]}");
    }
}

struct Command {
    std::size_t words;
    void (*run)(const Words&);
};
const std::map<std::string, Command> kCommands = {
    {"download", {3, download}}, {"upload", {4, upload}}, {"many", {4, many}},      {"wait", {3, wait}},
    {"soak", {4, soak}},         {"cycles", {6, cycles}}, {"resolve", {1, resolve}}};

} // namespace

int main(int argc, char** argv) try {
    const Words words(argv + std::min(argc, 2), argv + argc);
    const auto command = argc > 1 ? kCommands.find(argv[1]) : kCommands.end();
    if (command == kCommands.end() || words.size() != command->second.words) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    command->second.run(words);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "system_host: %s\n", error.what());
    return 1;
}
