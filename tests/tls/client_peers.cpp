// SPDX-License-Identifier: Apache-2.0
// How the clients of others are started, and the files that peers need.
#include "tests/tls/peers.h"

#include <filesystem>
#include <fstream>

namespace nwp::tls_matrix {
namespace {

using Words = std::vector<std::string>;

void append(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

std::string pem_of(const std::vector<kit::Certificate>& certificates, std::size_t from = 0) {
    std::string text;
    for (std::size_t i = from; i < certificates.size(); ++i) text += certificates[i].pem();
    return text;
}

void write(const std::string& folder, const char* name, const std::string& text) {
    std::ofstream(folder + "/" + name) << text;
}

Words openssl_words(const PeerSetup& setup, const Address& server, const std::string& folder) {
    Words words{"env",         "OPENSSL_CONF=openssl.cnf",
                "openssl",     "s_client",
                "-connect",    "127.0.0.1:" + std::to_string(server.port),
                "-servername", setup.server_name};
    append(words, {setup.version == Protocol::tls_1_1   ? "-tls1_1"
                   : setup.version == Protocol::tls_1_2 ? "-tls1_2"
                                                        : "-tls1_3"});
    if (!setup.trust.empty())
        append(words,
               {"-CAfile", "trust.pem", "-verify_hostname", setup.server_name, "-verify_return_error"});
    if (!setup.chain.empty()) append(words, {"-cert", "own.pem", "-key", "own.key"});
    if (setup.chain.size() > 1) append(words, {"-cert_chain", "rest.pem"});
    if (setup.alpn) append(words, {"-alpn", kAlpn});
    if (setup.psk) append(words, {"-psk_identity", kPskIdentity, "-psk", kPskHex});
    if (setup.psk && setup.version == Protocol::tls_1_2) append(words, {"-cipher", "PSK"});
    if (setup.resumes) append(words, {"-sess_out", "session.pem"});
    if (setup.resumes && std::filesystem::exists(folder + "/session.pem"))
        append(words, {"-sess_in", "session.pem"});
    return words;
}

std::string gnutls_priority(const PeerSetup& setup) {
    std::string words = setup.weak ? "LEGACY:%VERIFY_ALLOW_BROKEN" : "NORMAL";
    words += setup.version == Protocol::tls_1_1   ? ":-VERS-ALL:+VERS-TLS1.1"
             : setup.version == Protocol::tls_1_2 ? ":-VERS-ALL:+VERS-TLS1.2"
                                                  : ":-VERS-ALL:+VERS-TLS1.3";
    // TLS 1.2: gnutls-cli 3.7 ends with SIGSEGV when it prints the parameters of (EC)DHE-PSK, whoever serves.
    if (setup.psk) words += setup.version == Protocol::tls_1_2 ? ":-KX-ALL:+PSK" : ":-KX-ALL:+ECDHE-PSK:+PSK";
    return words;
}

Words gnutls_words(const PeerSetup& setup, const Address& server) {
    Words words{"gnutls-cli",     "127.0.0.1",       "--port",     std::to_string(server.port),
                "--sni-hostname", setup.server_name, "--priority", gnutls_priority(setup)};
    if (setup.trust.empty())
        append(words, {"--insecure"});
    else
        append(words, {"--x509cafile", "trust.pem", "--verify-hostname", setup.server_name});
    if (!setup.chain.empty()) append(words, {"--x509certfile", "chain.pem", "--x509keyfile", "own.key"});
    if (setup.alpn) append(words, {"--alpn", kAlpn});
    if (setup.psk) append(words, {"--pskusername", kPskIdentity, "--pskkey", kPskHex});
    if (setup.resumes) append(words, {"--resume", "--waitresumption"});
    return words;
}

} // namespace

const char* to_string(Peer peer) {
    switch (peer) {
        case Peer::openssl: return "openssl";
        case Peer::gnutls: return "gnutls";
        case Peer::nginx: return "nginx";
    }
    return "";
}

const char* client_resumed(Peer peer) {
    return peer == Peer::openssl ? "\nReused, " : "This is a resumed session";
}

void write_files(const PeerSetup& setup, const std::string& folder) {
    // What the system's own file says must not decide; level 0 takes everything that OpenSSL can do.
    write(folder, "openssl.cnf",
          std::string(
              "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = default\n[default]\n") +
              (setup.weak ? "CipherString = ALL:@SECLEVEL=0\nMinProtocol = TLSv1\n"
                          : "CipherString = DEFAULT:PSK:@SECLEVEL=2\n"));
    write(folder, "psk.txt", std::string{kPskIdentity} + ":" + kPskHex + "\n");
    write(folder, "trust.pem", pem_of(setup.trust));
    write(folder, "chain.pem", pem_of(setup.chain));
    write(folder, "rest.pem", pem_of(setup.chain, 1));
    if (!setup.chain.empty()) {
        write(folder, "own.pem", setup.chain.front().pem());
        write(folder, "own.key", setup.chain.front().key_pem());
    }
    if (!setup.second.empty()) {
        write(folder, "second.pem", pem_of(setup.second));
        write(folder, "second.key", setup.second.front().key_pem());
    }
}

std::unique_ptr<PeerProgram> start_client(Peer peer, const PeerSetup& setup, const Address& server,
                                          const std::string& folder) {
    write_files(setup, folder);
    return std::make_unique<PeerProgram>(
        peer == Peer::openssl ? openssl_words(setup, server, folder) : gnutls_words(setup, server), folder);
}

} // namespace nwp::tls_matrix
