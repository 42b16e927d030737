// SPDX-License-Identifier: Apache-2.0
//
// http_get.c in C++: resources close themselves, what goes wrong is an exception. Built twice as well:
// http_get_cpp_kernel with the kernel's sockets, http_get_cpp with -DHTTPS and -include nwp/posix.h. The CA
// certificate comes from NWP_CA_FILE (its bytes), from NWP_CA_NAME (a file stored in the network processor),
// or is there from last time.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <netdb.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

static std::runtime_error failed(const std::string& what, const std::string& why = {}) {
    return std::runtime_error{what + ": " + std::strerror(errno) + why};
}

#if defined(HTTPS)

#include <nwp/tls_credentials.h>

namespace {

constexpr const char* kDefaultPort = "443";
constexpr int kProtocol = IPPROTO_TLS_1_2;
constexpr sec_tag_t kCaCertificate = 1;

/// What is to be stored: nothing when the certificate is there from last time.
std::optional<std::string> ca_certificate() {
    if (const char* const file_name = std::getenv("NWP_CA_FILE")) {
        std::ifstream file{file_name, std::ios::binary};
        if (!file) throw failed(file_name);
        return std::string{std::istreambuf_iterator<char>{file}, {}}; // Method 1
    }
    if (const char* const stored_name = std::getenv("NWP_CA_NAME")) return stored_name; // Method 2
    return std::nullopt;
}

void secure(int sock, const std::string& host) {
    if (const std::optional<std::string> value = ca_certificate()) {
        errno =
            -tls_credential_add(kCaCertificate, TLS_CREDENTIAL_CA_CERTIFICATE, value->data(), value->size());
        if (errno != 0) throw failed("CA certificate");
    }
    if (setsockopt(sock, SOL_TLS, TLS_SEC_TAG_LIST, &kCaCertificate, sizeof kCaCertificate) != 0 ||
        setsockopt(sock, SOL_TLS, TLS_HOSTNAME, host.c_str(), static_cast<socklen_t>(host.size())) != 0) {
        throw failed("TLS options");
    }
}

/// Why TLS refused, in words; empty if it did not.
std::string explanation(int sock) {
    nwp_tls_verdict verdict{};
    socklen_t size = sizeof verdict;
    if (getsockopt(sock, SOL_TLS, NWP_TLS_VERDICT, &verdict, &size) != 0 || verdict.rules == 0) return {};
    char text[1024];
    nwp_tls_verdict_text(&verdict, text, sizeof text);
    return std::string{"\nTLS refused:\n"} + text;
}

} // namespace

#else

namespace {

constexpr const char* kDefaultPort = "80";
constexpr int kProtocol = IPPROTO_TCP;
void secure(int, const std::string&) {}
std::string explanation(int) { return {}; }

} // namespace

#endif

namespace {

class Socket {
public:
    Socket(const addrinfo& address, const std::string& host)
        : number_(socket(address.ai_family, address.ai_socktype, kProtocol)) {
        if (number_ < 0) throw failed("socket");
        try {
            secure(number_, host);
            if (connect(number_, address.ai_addr, address.ai_addrlen) != 0) throw failure(host);
        } catch (...) {
            close(number_);
            throw;
        }
    }
    ~Socket() { close(number_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    void send_all(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t sent = send(number_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent < 0) throw failure("send");
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// Empty when the server has closed.
    std::string_view receive(char* into, std::size_t size) const {
        const ssize_t received = recv(number_, into, size, 0);
        if (received < 0) throw failure("recv");
        return {into, static_cast<std::size_t>(received)};
    }

private:
    std::runtime_error failure(const std::string& what) const {
        const int error = errno;
        const std::string why = explanation(number_);
        errno = error;
        return failed(what, why);
    }

    int number_;
};

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

Addresses resolve(const std::string& host, const std::string& port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
    if (error == EAI_SYSTEM) throw failed(host);
    if (error != 0) throw std::runtime_error{host + ": " + gai_strerror(error)};
    return {list, [](addrinfo* all) { freeaddrinfo(all); }};
}

std::unique_ptr<Socket> connect_to(const std::string& host, const std::string& port) {
    const Addresses addresses = resolve(host, port);
    for (const addrinfo* address = addresses.get();; address = address->ai_next) {
        try {
            return std::make_unique<Socket>(*address, host);
        } catch (const std::runtime_error&) {
            if (address->ai_next == nullptr) throw;
        }
    }
}

void get(const std::string& host, const std::string& port, const std::string& path) {
    const std::unique_ptr<Socket> socket = connect_to(host, port);
    socket->send_all("GET " + path + " HTTP/1.0\r\nHost: " + host + "\r\n\r\n");
    char response[4096];
    for (;;) {
        const std::string_view part = socket->receive(response, sizeof response);
        if (part.empty()) break;
        std::cout << part;
    }
    if (!std::cout.flush()) throw std::runtime_error{"standard output: cannot write"};
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argc > 4) {
        std::cerr << "usage: " << argv[0] << " HOST [PORT [PATH]]\n";
        return 2;
    }
    try {
        get(argv[1], argc > 2 ? argv[2] : kDefaultPort, argc > 3 ? argv[3] : "/");
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << problem.what() << '\n';
        return 1;
    }
}
