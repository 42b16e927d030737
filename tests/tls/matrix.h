// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tls_context.h"
#include "nwpd/net/tls_stream.h"
#include "tests/kit/pki/loop.h"
#include "tests/kit/pki/socket_stream.h"
#include "tests/kit/pki/tls_fixture.h"
#include "tests/kit/temporary_folder.h"
#include "tests/tls/peers.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <tuple>

namespace nwp::tls_matrix {

enum class Role { client, server }; ///< ours

/// A row that a peer cannot play, and why.
struct Exception {
    Role role;
    const char* row;
    Peer peer;
    const char* reason;
};
const std::vector<Exception>& exceptions();
/// Null: it can.
const char* reason_against(Role role, const std::string& row, Peer peer);

/// Certificates that hold today, as the programs of others look at today's date: everything that rows need.
struct Authorities {
    Authorities();
    kit::CertificateOptions named(const std::string& name, const std::string& usage) const;
    kit::CertificateOptions authority(const std::string& name) const;
    /// A leaf of the root's, changed as the row wants.
    template <typename Change>
    kit::Certificate leaf(const std::string& usage, Change change) const {
        kit::CertificateOptions options = named(kName, usage);
        change(options);
        return kit::issue(root, options);
    }
    kit::Certificate leaf(const std::string& usage) const {
        return leaf(usage, [](kit::CertificateOptions&) {});
    }
    std::vector<kit::Certificate> chain_of_three(const std::string& usage) const {
        return {kit::issue(intermediate, named(kName, usage)), intermediate, root};
    }

    std::int64_t today;
    kit::Certificate root;
    kit::Certificate intermediate;
    kit::Certificate other_root; ///< that nobody trusts
    kit::Certificate other_intermediate;
};

/// One row with one peer and one version: what both sides are told, and our side of it.
class World {
public:
    World(Peer with, Protocol version);
    ~World();

    void connect(const Address& server, const net::TlsSettings& settings);
    void accept(kit::Listener& listener, const net::TlsSettings& settings);
    bool shaken() {
        return turning_until([this] { return outcome.has_value(); });
    }
    /// Turns our loop and waits for something outside it.
    template <typename Condition>
    bool turning_until(Condition holds) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!holds() && std::chrono::steady_clock::now() < end) {
            context.restart();
            context.run_for(std::chrono::milliseconds(5));
        }
        return holds();
    }
    bool write(std::string_view text);
    /// Everything that came until `text` did, or the end.
    std::string read_until(std::string_view text);
    /// How reading ends.
    Error end();
    std::string explain() const;

    Peer peer;
    kit::TemporaryFolder folder;
    PeerSetup setup;
    net::TlsClientSettings client;
    net::TlsServerSettings server;
    kit::FixedCalendar calendar;
    boost::asio::io_context context;
    net::TlsContexts contexts;
    std::unique_ptr<net::TlsStream> stream;
    std::optional<Result<void>> outcome;

    static const Authorities& authorities();

private:
    void shake_hands(int socket, const net::TlsSettings& settings);
};

constexpr const char* kServerUsage = "serverAuth"; // extended key usage, RFC 5280 section 4.2.1.12
constexpr const char* kClientUsage = "clientAuth";

/// What both are told. `pki`: World::authorities().
using Arrange = void (*)(World& world, const Authorities& pki);

struct GoodRow {
    const char* name;
    Arrange arrange;
};

struct RefusedRow {
    const char* name;
    RuleSet rules;
    Arrange arrange;
};

/// The rows `kRows` with every peer and both versions; a name for each.
using Parameter = std::tuple<std::size_t, Peer, Protocol>;
inline std::string name_of(const char* row, const Parameter& parameter) {
    return std::string{row} + "_with_" + to_string(std::get<1>(parameter)) +
           (std::get<2>(parameter) == Protocol::tls_1_3 ? "_1_3" : "_1_2");
}

/// The names of the rows, for the test of the exceptions.
std::vector<std::string> row_names(Role role);
std::vector<std::string> client_row_names();
std::vector<std::string> server_row_names();

} // namespace nwp::tls_matrix
