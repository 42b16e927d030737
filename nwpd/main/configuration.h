// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "nwpd/endpoint/modem_pin.h"
#include "nwpd/service/client.h"
#include "nwpd/wifi/radio_file.h"
#include "nwpd/wifi/regulatory_database.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nwp::daemon {

enum class EndpointKind : std::uint8_t { unix_socket, tcp, terminal, pseudo_terminal, frame_bus };

/// What hosts speak there.
enum class EndpointDialect : std::uint8_t { native, simplelink };

/// One place where hosts connect.
struct EndpointSettings {
    EndpointKind kind = EndpointKind::unix_socket;
    EndpointDialect dialect = EndpointDialect::native;
    std::string path;                                        ///< tcp: an address of the loopback with a port
    std::string peer;                                        ///< frame bus: the host's end
    std::size_t frame_room = 0;                              ///< native: bytes; 0: what suits the kind
    unsigned baud = 0;                                       ///< terminals; 0: what suits the dialect
    bool hardware_flow_control = false;                      ///< terminals: RTS/CTS
    endpoint::PowerSign power = endpoint::PowerSign::always; ///< SimpleLink on a terminal
    std::string client = "default";                          ///< whose policy holds for hosts here
    std::string capture; ///< pcapng file that every frame or message is written to; empty: none
};

/// What nwpd.toml says. docs/configuration.md describes the format.
struct Configuration {
    std::string store_folder;
    bool wired = false;     ///< radio = none
    std::string radio_file; ///< empty: the built-in one
    std::string regulatory_db = wifi::RegulatoryDatabase::kPath;
    std::vector<wifi::PortMapping> ports; ///< instead of the ports of every map entry that is not direct
    std::string log_level = "info";
    Duration reattach = seconds(60);
    std::vector<service::ClientPolicy> clients; ///< "default" is always there
    std::vector<EndpointSettings> endpoints;

    /// The policy of that name; "default" must exist.
    const service::ClientPolicy& policy(std::string_view client) const;
};

using Problems = wifi::RadioFileProblems;

/// The file, or everything that is wrong with it (at least one problem), each with line and key.
std::variant<Configuration, Problems> parse_configuration(std::string_view text, std::string_view file_name);
std::variant<Configuration, Problems> load_configuration(const std::string& path);

/// The configuration that nwpd uses when it is given none.
std::string_view default_configuration();

/// trace, debug, info, warn, error, off.
bool is_log_level(std::string_view text);

/// "unix:PATH", "tty:PATH", "tty:PATH:BAUD", "pty:PATH", "framebus:PATH:PEER": an endpoint on the command
/// line. The same but the last with
/// "simplelink+" in front, and "simplelink+tcp:ADDRESS:PORT", for SimpleLink hosts. Nothing when it is none.
std::optional<EndpointSettings> parse_endpoint(std::string_view text);

/// Every key of the format with the table it lies in, for the document's test.
std::vector<std::string> configuration_keys();

} // namespace nwp::daemon
