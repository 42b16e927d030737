// SPDX-License-Identifier: Apache-2.0
// How the servers of others are started.
#include "tests/tls/peers.h"

#include "base/expect.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace nwp::tls_matrix {
namespace {

using Words = std::vector<std::string>;

void append(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

/// A port that was free a moment ago: gnutls-serv and nginx cannot choose one themselves.
std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_ANY);
    socklen_t size = sizeof name;
    NWP_EXPECT(::bind(socket, reinterpret_cast<sockaddr*>(&name), size) == 0);
    NWP_EXPECT(::getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size) == 0);
    ::close(socket);
    return ntohs(name.sin_port);
}

Address loopback(unsigned port) { return Address::ipv4(127, 0, 0, 1, static_cast<std::uint16_t>(port)); }

class OpensslServer final : public ServerPeer {
public:
    OpensslServer(const PeerSetup& setup, const std::string& folder) : program_(words(setup), folder) {
        constexpr const char* kReady = "ACCEPT 127.0.0.1:";
        if (!program_.wait_for(kReady)) return;
        program_.wait_for("\n");
        const std::string& out = program_.output();
        port_ = static_cast<unsigned>(std::atoi(out.c_str() + out.find(kReady) + 17));
    }
    Address address() const override { return loopback(port_); }
    std::string request() const override { return "our words\n"; }
    std::string answer() const override { return "its words\n"; }
    std::string heard() const override { return "our words"; }
    std::string resumed() const override { return "Reused session-id"; }
    PeerProgram& program() override { return program_; }
    void answer_now() override { program_.say("its words\n"); }

private:
    static Words words(const PeerSetup& setup) {
        Words words{"env", "OPENSSL_CONF=openssl.cnf", "openssl", "s_server", "-accept", "127.0.0.1:0"};
        append(words, {setup.version == Protocol::tls_1_1   ? "-tls1_1"
                       : setup.version == Protocol::tls_1_2 ? "-tls1_2"
                                                            : "-tls1_3"});
        if (setup.chain.empty())
            append(words, {"-nocert"});
        else
            append(words, {"-cert", "own.pem", "-key", "own.key"});
        if (setup.chain.size() > 1) append(words, {"-cert_chain", "rest.pem"});
        if (!setup.second.empty())
            append(words, {"-servername", kSecondName, "-cert2", "second.pem", "-key2", "second.key"});
        if (!setup.trust.empty())
            append(words, {"-Verify", "3", "-CAfile", "trust.pem", "-verify_return_error"});
        if (setup.alpn) append(words, {"-alpn", kAlpn});
        if (setup.psk) append(words, {"-psk_identity", kPskIdentity, "-psk", kPskHex});
        return words;
    }

    PeerProgram program_;
    unsigned port_ = 0;
};

class GnutlsServer final : public ServerPeer {
public:
    GnutlsServer(const PeerSetup& setup, const std::string& folder) {
        // Somebody else may have taken the port meanwhile.
        for (int attempt = 0; attempt < 5; ++attempt) {
            port_ = free_port();
            program_ = std::make_unique<PeerProgram>(words(setup, port_), folder);
            if (program_->wait_for("port " + std::to_string(port_) + "...done")) return;
        }
    }
    Address address() const override { return loopback(port_); }
    std::string request() const override { return "our words\n"; }
    std::string answer() const override { return "our words\n"; }
    std::string heard() const override { return "received cmd: our words"; }
    std::string resumed() const override { return "This is a resumed session"; }
    PeerProgram& program() override { return *program_; }

private:
    static std::string priority(const PeerSetup& setup) {
        std::string words = setup.weak ? "LEGACY:%VERIFY_ALLOW_BROKEN" : "NORMAL";
        words += setup.version == Protocol::tls_1_1   ? ":-VERS-ALL:+VERS-TLS1.1"
                 : setup.version == Protocol::tls_1_2 ? ":-VERS-ALL:+VERS-TLS1.2"
                                                      : ":-VERS-ALL:+VERS-TLS1.3";
        if (setup.psk) words += ":-KX-ALL:+ECDHE-PSK:+DHE-PSK:+PSK";
        return words;
    }
    static Words words(const PeerSetup& setup, unsigned port) {
        Words words{"gnutls-serv", "--echo", "--port", std::to_string(port), "--priority", priority(setup)};
        if (!setup.chain.empty()) append(words, {"--x509certfile", "chain.pem", "--x509keyfile", "own.key"});
        if (!setup.second.empty())
            append(words, {"--x509certfile", "second.pem", "--x509keyfile", "second.key"});
        if (setup.trust.empty())
            append(words, {"--disable-client-cert"});
        else
            append(words, {"--require-client-cert", "--verify-client-cert", "--x509cafile", "trust.pem"});
        if (setup.alpn) append(words, {"--alpn", kAlpn, "--alpn-fatal"});
        if (setup.psk) append(words, {"--pskpasswd", "psk.txt"});
        return words;
    }

    std::unique_ptr<PeerProgram> program_;
    unsigned port_ = 0;
};

class NginxServer final : public ServerPeer {
public:
    NginxServer(const PeerSetup& setup, const std::string& folder) {
        for (int attempt = 0; attempt < 5; ++attempt) {
            port_ = free_port();
            std::ofstream(folder + "/nginx.conf") << configuration(setup, folder);
            program_ = std::make_unique<PeerProgram>(
                Words{"env", "OPENSSL_CONF=openssl.cnf", "nginx", "-p", folder, "-c", folder + "/nginx.conf"},
                folder);
            if (program_->wait_for("start worker processes") || program_->wait_for("worker process started"))
                return;
        }
    }
    Address address() const override { return loopback(port_); }
    std::string request() const override { return "GET /our-words HTTP/1.0\r\n\r\n"; }
    std::string answer() const override { return "HTTP/1.1 200 OK\r\n"; }
    std::string heard() const override { return "/our-words"; }
    std::string resumed() const override { return "reused=r"; }
    PeerProgram& program() override { return *program_; }

private:
    std::string configuration(const PeerSetup& setup, const std::string& folder) const {
        const std::string version = setup.version == Protocol::tls_1_1   ? "TLSv1.1"
                                    : setup.version == Protocol::tls_1_2 ? "TLSv1.2"
                                                                         : "TLSv1.3";
        std::string text = "daemon off;\npid nginx.pid;\nerror_log stderr notice;\nworker_processes 1;\n"
                           "events { worker_connections 32; }\nhttp {\n"
                           "log_format words 'reused=$ssl_session_reused sni=$ssl_server_name "
                           "alpn=$ssl_alpn_protocol verify=$ssl_client_verify $request';\n"
                           "access_log /dev/stderr words;\n";
        for (const char* name : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
            text += std::string{name} + "_temp_path " + folder + "/temp;\n";
        text += "ssl_session_cache shared:sessions:1m;\nssl_protocols " + version + ";\n";
        if (setup.weak) text += "ssl_ciphers ALL:@SECLEVEL=0;\n";
        if (!setup.trust.empty()) text += "ssl_verify_client on;\nssl_client_certificate trust.pem;\n";
        text += server("default_server", kName, "chain.pem", "own.key");
        if (!setup.second.empty()) text += server("", kSecondName, "second.pem", "second.key");
        return text + "}\n";
    }
    std::string server(const std::string& options, const std::string& name, const std::string& chain,
                       const std::string& key) const {
        return "server { listen 127.0.0.1:" + std::to_string(port_) + " ssl " + options + "; server_name " +
               name + "; ssl_certificate " + chain + "; ssl_certificate_key " + key +
               "; return 200 done; }\n";
    }

    std::unique_ptr<PeerProgram> program_;
    unsigned port_ = 0;
};

} // namespace

std::unique_ptr<ServerPeer> start_server(Peer peer, const PeerSetup& setup, const std::string& folder) {
    write_files(setup, folder);
    switch (peer) {
        case Peer::openssl: return std::make_unique<OpensslServer>(setup, folder);
        case Peer::gnutls: return std::make_unique<GnutlsServer>(setup, folder);
        case Peer::nginx: return std::make_unique<NginxServer>(setup, folder);
    }
    return nullptr;
}

} // namespace nwp::tls_matrix
