// SPDX-License-Identifier: Apache-2.0
#include "nwp/socket_list.h"
#include "tools/nwp/cipher_names.h"
#include "tools/nwp/commands.h"
#include "tools/nwp/output.h"
#include "tools/nwp/values.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

namespace nwp::tool {
namespace {

namespace json = boost::json;

constexpr auto kRedrawPause = std::chrono::seconds(1);
constexpr const char* kClearScreen = "\033[H\033[J"; // ECMA-48: cursor to the corner, erase to the end

const char* state_name(std::uint8_t state) {
    constexpr const char* kStates[] = {"open", "connecting", "connected", "failed", "listening"};
    return state < std::size(kStates) ? kStates[state] : "unknown";
}

const char* protocol_name(const wire::SocketEntry& socket) {
    if (is_tls(socket.protocol)) return "tls";
    if (is_dtls(socket.protocol)) return "dtls";
    switch (socket.type) {
        case SocketType::stream: return "tcp";
        case SocketType::datagram: return "udp";
        case SocketType::raw: return "raw";
    }
    return "unknown";
}

json::value version_name(Protocol version) {
    switch (version) {
        case Protocol::tls_1_0: return "TLS 1.0";
        case Protocol::tls_1_1: return "TLS 1.1";
        case Protocol::tls_1_2: return "TLS 1.2";
        case Protocol::tls_1_3: return "TLS 1.3";
        case Protocol::dtls_1_0: return "DTLS 1.0";
        case Protocol::dtls_1_2: return "DTLS 1.2";
        default: return nullptr;
    }
}

json::value end_of(const Address& address) {
    if (address.family == Family::unspecified) return nullptr;
    return json::value(endpoint_text(address));
}

struct Rows {
    json::array rows;
    void add(const wire::SocketEntry& socket) {
        const bool secure = socket.tls_cipher != 0;
        rows.push_back(
            json::object{{"client", printable(socket.client)},
                         {"protocol", protocol_name(socket)},
                         {"state", state_name(socket.state)},
                         {"local", end_of(socket.local)},
                         {"peer", end_of(socket.peer)},
                         {"tls_version", version_name(socket.tls_version)},
                         {"tls_cipher", secure ? json::value(cipher_name(socket.tls_cipher)) : nullptr},
                         {"bytes_in", socket.bytes_in},
                         {"bytes_out", socket.bytes_out},
                         {"unread", socket.unread},
                         {"unsent", socket.unsent},
                         {"credit", socket.credit}});
    }
};

json::object list(Connection& connection) {
    Rows found;
    request::ListSockets list{true, Callback<void(const wire::SocketEntry&)>::to<&Rows::add>(found)};
    const Result<void> listed = connection.host().perform(list);
    if (!listed && listed.error() == Error::access_denied) {
        throw Failure(kRefused,
                      "sockets: the sockets of other clients are for root, for the user that nwpd runs "
                      "as, and for clients with list_all in nwpd's configuration");
    }
    if (!listed)
        throw Failure(listed.error() == Error::network_down ? kNoLink : kRefused,
                      "sockets: " + describe(listed.error()));
    return {{"sockets", std::move(found.rows)}};
}

void run_sockets(const Common& common, bool watch) {
    Connection connection(common.link);
    const bool redraw = watch && !common.json && ::isatty(STDOUT_FILENO) == 1;
    while (true) {
        const json::object sockets = list(connection);
        if (redraw) std::fputs(kClearScreen, stdout);
        print(sockets, common.json);
        if (std::fflush(stdout) != 0) throw Failure(kRefused, "sockets: the output cannot be written");
        if (!watch) return;
        std::this_thread::sleep_for(kRedrawPause);
    }
}

} // namespace

void declare_sockets(CLI::App& app, Common& common) {
    const auto watch = std::make_shared<bool>(false);
    auto* sockets = app.add_subcommand("sockets", "list the sockets of the NWP, whoever has them");
    sockets->add_flag("--watch", *watch, "list them again each second, until interrupted");
    sockets->callback(
        [&common, watch] { common.chosen = [&common, watch] { run_sockets(common, *watch); }; });
}

} // namespace nwp::tool
