// SPDX-License-Identifier: Apache-2.0
#include "nwp/socket.h"
#include "tools/nwp/commands.h"
#include "tools/nwp/output.h"
#include "tools/nwp/progress.h"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/url/parse.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

namespace nwp::tool {
namespace {

namespace http = boost::beast::http;

struct GetOptions {
    std::string url;
    std::string output;
    int ca_tag = 1;
};

struct Target {
    bool secure = false;
    std::string host;
    std::string port;
    std::string path;
};

Target parse_target(const std::string& text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url || (url->scheme() != "http" && url->scheme() != "https") || url->host().empty()) {
        throw Failure(kUsage, text + ": give a URL such as https://server.example/page.html");
    }
    Target target;
    target.secure = url->scheme() == "https";
    target.host = url->host_address();
    target.port = url->has_port() ? std::string(url->port()) : (target.secure ? "443" : "80");
    target.path = url->encoded_path().empty() ? "/" : std::string(url->encoded_path());
    if (url->has_query()) target.path += '?' + std::string(url->encoded_query());
    return target;
}

/// An offloaded socket that closes itself.
class Socket {
public:
    Socket(int family, int protocol) : number_(nwp_socket(family, SOCK_STREAM, protocol)) {}
    ~Socket() {
        if (number_ >= 0) nwp_close(number_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

std::string verdict_of(int socket) {
    nwp_tls_verdict verdict{};
    socklen_t size = sizeof verdict;
    if (nwp_getsockopt(socket, SOL_TLS, NWP_TLS_VERDICT, &verdict, &size) != 0 || verdict.rules == 0)
        return {};
    std::array<char, 2048> text{};
    nwp_tls_verdict_text(&verdict, text.data(), text.size());
    return std::string("\nTLS refused:\n") + text.data();
}

[[noreturn]] void fail(const std::string& what, int socket) {
    const std::string reason = std::strerror(errno);
    throw Failure(kRefused, what + ": " + reason + verdict_of(socket));
}

void secure(int socket, const Target& target, int ca_tag) {
    const sec_tag_t tags[] = {ca_tag};
    if (nwp_setsockopt(socket, SOL_TLS, TLS_SEC_TAG_LIST, tags, sizeof tags) != 0 ||
        nwp_setsockopt(socket, SOL_TLS, TLS_HOSTNAME, target.host.c_str(),
                       static_cast<socklen_t>(target.host.size())) != 0) {
        fail(target.host, socket);
    }
}

std::unique_ptr<Socket> connect_to(const Target& target, int ca_tag) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = nwp_getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found);
    if (error != 0) throw Failure(kRefused, target.host + ": " + nwp_gai_strerror(error));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, nwp_freeaddrinfo);
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        auto socket =
            std::make_unique<Socket>(address->ai_family, target.secure ? IPPROTO_TLS_1_2 : IPPROTO_TCP);
        if (socket->number() < 0) fail("socket", -1);
        if (target.secure) secure(socket->number(), target, ca_tag);
        if (nwp_connect(socket->number(), address->ai_addr, address->ai_addrlen) == 0) return socket;
        if (address->ai_next == nullptr) fail(target.host, socket->number());
    }
    throw Failure(kRefused, target.host + ": no address");
}

void send_request(int socket, const Target& target) {
    const std::string request = "GET " + target.path + " HTTP/1.1\r\nHost: " + target.host +
                                "\r\nUser-Agent: nwp\r\nConnection: close\r\n\r\n";
    for (std::size_t sent = 0; sent < request.size();) {
        const ssize_t count = nwp_send(socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
        if (count < 0) fail(target.host, socket);
        sent += static_cast<std::size_t>(count);
    }
}

/// The response through Beast's parser; its body goes to `output` as it comes.
class Response {
public:
    Response(std::ostream& output, Progress& progress) : output_(output), progress_(progress) {
        parser_.body_limit(boost::none);
    }
    bool done() const { return parser_.is_done(); }
    unsigned status() const { return parser_.get().result_int(); }
    std::uint64_t size() const { return size_; }

    /// Takes bytes of the stream; what the parser leaves is offered again with more behind it.
    void take(std::string_view bytes) {
        pending_ += bytes;
        while (!pending_.empty() && !parser_.is_done()) {
            std::array<char, 65536> part{};
            parser_.get().body().data = part.data();
            parser_.get().body().size = part.size();
            boost::beast::error_code error;
            const std::size_t used = parser_.put(boost::asio::buffer(pending_), error);
            pending_.erase(0, used);
            deliver(part.data(), part.size());
            if (error == http::error::need_more) return;
            if (error && error != http::error::need_buffer)
                throw Failure(kRefused, "the answer is no HTTP: " + error.message());
            if (used == 0 && !error) return;
        }
    }
    void end() {
        boost::beast::error_code error;
        if (!parser_.is_done()) parser_.put_eof(error);
        if (error || !parser_.is_done()) throw Failure(kRefused, "the answer ends in the middle");
    }

private:
    void deliver(const char* part, std::size_t room) {
        if (!parser_.is_header_done()) return;
        const std::size_t got = room - parser_.get().body().size;
        output_.write(part, static_cast<std::streamsize>(got));
        if (!output_) throw Failure(kRefused, "the output cannot be written");
        size_ += got;
        const auto length = parser_.content_length();
        progress_.show(size_, length ? *length : 0);
    }

    std::ostream& output_;
    Progress& progress_;
    http::parser<false, http::buffer_body> parser_;
    std::string pending_;
    std::uint64_t size_ = 0;
};

void run_get(const Common& common, const GetOptions& options) {
    const Target target = parse_target(options.url);
    std::ofstream file;
    if (!options.output.empty()) {
        file.open(options.output, std::ios::binary | std::ios::trunc);
        if (!file) throw Failure(kUsage, options.output + ": " + std::strerror(errno));
    } else if (common.json) {
        throw Failure(kUsage, "--json needs --output: both would go to standard output");
    }
    Connection connection(common.link);
    connection.attach();
    const auto socket = connect_to(target, options.ca_tag);
    send_request(socket->number(), target);
    Progress progress;
    Response response(options.output.empty() ? std::cout : file, progress);
    std::array<char, 65536> bytes{};
    while (!response.done()) {
        const ssize_t count = nwp_recv(socket->number(), bytes.data(), bytes.size(), 0);
        if (count < 0) fail(target.host, socket->number());
        if (count == 0) break;
        response.take({bytes.data(), static_cast<std::size_t>(count)});
    }
    response.end();
    progress.finish();
    std::cout.flush();
    if (common.json)
        print({{"url", options.url}, {"status", response.status()}, {"bytes", response.size()}}, true);
    if (response.status() >= 400)
        throw Failure(kRefused, options.url + ": the server answers " + std::to_string(response.status()));
}

} // namespace

void declare_get(CLI::App& app, Common& common) {
    const auto options = std::make_shared<GetOptions>();
    auto* get = app.add_subcommand("get", "get a page through the NWP");
    get->add_option("url", options->url, "http:// or https://")->required();
    get->add_option("--ca-tag", options->ca_tag,
                    "sec_tag of the CA that must have signed for the server; 1 unless given");
    get->add_option("-o,--output", options->output, "file to write, instead of standard output")
        ->type_name("FILE");
    get->callback([&common, options] { common.chosen = [&common, options] { run_get(common, *options); }; });
}

} // namespace nwp::tool
