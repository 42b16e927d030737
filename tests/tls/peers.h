// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/socket_types.h"
#include "tests/kit/pki/pki.h"
#include "tests/tls/peer_program.h"

#include <memory>
#include <string>
#include <vector>

namespace nwp::tls_matrix {

enum class Peer { openssl, gnutls, nginx };
const char* to_string(Peer peer);

constexpr const char* kName = "server.example.test";
constexpr const char* kSecondName = "second.example.test";
constexpr const char* kAlpn = "http/1.1"; ///< the one that nginx speaks without more
constexpr const char* kPskIdentity = "sensor-7";
constexpr const char* kPskHex = "30313233343536373839616263646566";

/// What a peer is told to be.
struct PeerSetup {
    Protocol version = Protocol::tls_1_3; ///< that and no other
    std::vector<kit::Certificate> chain;  ///< its own first; all are sent; empty: none
    std::vector<kit::Certificate> second; ///< a server's for kSecondName
    std::vector<kit::Certificate> trust;  ///< whom it verifies us with; empty: a server asks for nothing
    bool alpn = false;
    bool psk = false;
    /// A client that keeps its session: gnutls-cli connects twice by itself, s_client offers what an earlier
    /// one left in the folder.
    bool resumes = false;
    bool weak = false;               ///< uses what OpenSSL's level 2 refuses
    std::string server_name = kName; ///< that a client asks for
};

/// A TLS server that answers what it hears (nginx: with a page).
class ServerPeer {
public:
    virtual ~ServerPeer() = default;
    virtual Address address() const = 0;
    /// What to send so that it answers with answer(); it prints heard() then.
    virtual std::string request() const = 0;
    virtual std::string answer() const = 0;
    virtual std::string heard() const = 0;
    /// What it prints of a resumed connection, and of one with SNI or ALPN (empty: nothing).
    virtual std::string resumed() const = 0;
    virtual PeerProgram& program() = 0;
    /// A server that has to be told its answer.
    virtual void answer_now() {}
};
std::unique_ptr<ServerPeer> start_server(Peer peer, const PeerSetup& setup, const std::string& folder);

/// A TLS client that connects to `server` and says and prints what it is told.
std::unique_ptr<PeerProgram> start_client(Peer peer, const PeerSetup& setup, const Address& server,
                                          const std::string& folder);
/// What such a client prints once a resumed handshake is done.
const char* client_resumed(Peer peer);

/// Writes the certificates, the own key and what else `setup` needs as files of `folder`.
void write_files(const PeerSetup& setup, const std::string& folder);

} // namespace nwp::tls_matrix
