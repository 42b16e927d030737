// SPDX-License-Identifier: Apache-2.0
#include "tests/tls/matrix.h"

#include "base/expect.h"
#include "nwpd/net/sockaddr.h"

#include <sys/socket.h>

#include <ctime>

namespace nwp::tls_matrix {

using kit::kDay;

// ---- the certificates

Authorities::Authorities() : today(std::time(nullptr)) {
    root = kit::self_signed(authority("Matrix Root"));
    intermediate = kit::issue(root, authority("Matrix Intermediate"));
    other_root = kit::self_signed(authority("Other Root"));
    other_intermediate = kit::issue(other_root, authority("Other Intermediate"));
}

kit::CertificateOptions Authorities::named(const std::string& name, const std::string& usage) const {
    kit::CertificateOptions options = kit::server_named(name);
    options.extended_key_usage = usage;
    options.key_usage = "digitalSignature";
    options.not_before = today - 30 * kDay;
    options.not_after = today + 30 * kDay;
    return options;
}

kit::CertificateOptions Authorities::authority(const std::string& name) const {
    kit::CertificateOptions options = kit::ca_named(name);
    options.not_before = today - 60 * kDay;
    options.not_after = today + 60 * kDay;
    return options;
}

const Authorities& World::authorities() {
    static const Authorities made;
    return made;
}

// ---- our side

World::World(Peer with, Protocol version) : peer(with) {
    const Authorities& pki = authorities();
    setup.version = version;
    client.ceiling = server.ceiling = version;
    client.host_name = kName;
    client.credentials.trust = kit::trust_of({pki.root});
    server.credentials.trust = std::make_shared<net::Trust>();
    calendar.date = pki.today;
    calendar.earliest = pki.today - 365 * kDay;
}

World::~World() {
    stream.reset();
    kit::run_ready(context);
}

void World::shake_hands(int socket, const net::TlsSettings& settings) {
    outcome.reset();
    stream = std::make_unique<net::TlsStream>(
        context, contexts, std::make_unique<kit::SocketStream>(context, socket), settings, calendar);
    stream->handshake([this](Result<void> result) { outcome = result; });
}

void World::connect(const Address& to, const net::TlsSettings& settings) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const net::SocketAddress name{to};
    NWP_EXPECT(::connect(socket, name.get(), name.size) == 0);
    shake_hands(socket, settings);
}

void World::accept(kit::Listener& listener, const net::TlsSettings& settings) {
    const int socket = listener.accept();
    NWP_EXPECT(socket >= 0);
    shake_hands(socket, settings);
}

bool World::write(std::string_view text) {
    return turning_until([&] {
               const auto wrote = stream->write(as_bytes(text));
               if (wrote) text.remove_prefix(*wrote);
               return text.empty() || (!wrote && wrote.error() != Error::would_block);
           }) &&
           text.empty();
}

std::string World::read_until(std::string_view text) {
    std::string all;
    turning_until([&] {
        Byte buffer[4096];
        const auto got = stream->read(buffer);
        if (got) all += as_text(ByteView{buffer}.first(*got));
        return all.find(text) != std::string::npos || (!got && got.error() != Error::would_block);
    });
    return all;
}

Error World::end() {
    Error said = Error::timed_out;
    turning_until([&] {
        Byte buffer[4096];
        const auto got = stream->read(buffer);
        if (!got) said = got.error();
        return !got && said != Error::would_block;
    });
    return said;
}

std::string World::explain() const {
    if (!stream) return "no stream";
    return kit::text_of(stream->verdict()) + " (" + stream->failure_text() + ")";
}

// ---- who cannot play what

const char* reason_against(Role role, const std::string& row, Peer peer) {
    for (const Exception& each : exceptions())
        if (each.role == role && each.row == row && each.peer == peer) return each.reason;
    return nullptr;
}

std::vector<std::string> row_names(Role role) {
    return role == Role::client ? client_row_names() : server_row_names();
}

} // namespace nwp::tls_matrix
