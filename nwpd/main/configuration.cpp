// SPDX-License-Identifier: Apache-2.0
#include "nwpd/main/configuration.h"

#include "base/expect.h"
#include "link/link.h"
#include "nwpd/endpoint/loopback_address.h"
#include "nwpd/wifi/toml_table.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>

namespace nwp::daemon {
namespace {

using wifi::ProblemList;
using wifi::TomlTable;

constexpr std::string_view kFileKeys[] = {"store", "radio", "log", "reattach_s", "client", "endpoint"};
constexpr std::string_view kStoreKeys[] = {"folder"};
constexpr std::string_view kRadioKeys[] = {"kind", "file", "regulatory_db"};
constexpr std::string_view kLogKeys[] = {"level"};
constexpr std::string_view kClientKeys[] = {
    "name",     "sockets",       "allow_unverified", "truncation_hosts",
    "list_all", "allow_tls_1_3", "legacy_warn",      "packets"};
constexpr std::string_view kEndpointKeys[] = {"kind",         "path",   "dialect", "baud",  "frame_room",
                                              "flow_control", "client", "capture", "power", "peer"};
constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error", "off"};

constexpr std::int64_t kLongestReattach = 24LL * 3600;
constexpr std::int64_t kMostSockets = 1024;
constexpr std::int64_t kFastestBaud = 4000000;

constexpr std::string_view kWantedTable = "a table";
constexpr std::string_view kWantedFolder = R"(a folder such as "/var/lib/nwp")";
constexpr std::string_view kWantedKind = R"("simulated" or "none")";
constexpr std::string_view kWantedFile = "the path of a radio file";
constexpr std::string_view kWantedCountries = R"(the path of a file such as "/lib/firmware/regulatory.db")";
constexpr std::string_view kWantedLevel = R"("trace", "debug", "info", "warn", "error" or "off")";
constexpr std::string_view kWantedReattach = "seconds as an integer from 0 to 86400";
constexpr std::string_view kWantedName = "a name as a string";
constexpr std::string_view kWantedSockets = "an integer from 1 to 1024";
constexpr std::string_view kWantedInterface = R"(the name of a TAP interface such as "nwp0")";
constexpr std::string_view kWantedHosts = "an array of host names";
constexpr std::string_view kWantedEndpointKind = R"("unix", "tcp", "tty", "pty" or "framebus")";
constexpr std::string_view kWantedPath = R"(a path such as "/run/nwp.sock")";
constexpr std::string_view kWantedPeer = "the path of the host's socket";
constexpr std::string_view kWantedDialect = R"("native" or "simplelink")";
constexpr std::string_view kWantedPower = R"("always", "dcd", "dsr" or "cts")";
constexpr std::string_view kSimpleLink = "simplelink";
constexpr std::string_view kWantedBaud = "bits a second as an integer from 9600 to 4000000";
constexpr std::string_view kWantedRoom = "bytes as an integer from 64 to 65535";
constexpr std::string_view kWantedCapture = "the path of a file to write";

struct KindName {
    std::string_view name;
    EndpointKind kind;
};
constexpr KindName kKinds[] = {{"unix", EndpointKind::unix_socket},
                               {"tcp", EndpointKind::tcp},
                               {"tty", EndpointKind::terminal},
                               {"pty", EndpointKind::pseudo_terminal},
                               {"framebus", EndpointKind::frame_bus}};

struct PowerName {
    std::string_view name;
    endpoint::PowerSign sign;
};
constexpr PowerName kPowerSigns[] = {{"always", endpoint::PowerSign::always},
                                     {"dcd", endpoint::PowerSign::dcd},
                                     {"dsr", endpoint::PowerSign::dsr},
                                     {"cts", endpoint::PowerSign::cts}};

/// The row of that name; none: nullptr.
template <typename Row, std::size_t Size>
const Row* row_of(const Row (&rows)[Size], std::string_view name) {
    const auto* found =
        std::find_if(std::begin(rows), std::end(rows), [&](const Row& row) { return row.name == name; });
    return found == std::end(rows) ? nullptr : found;
}

std::string give(std::string_view wanted) { return "; give " + std::string(wanted); }

class ConfigurationReader {
public:
    explicit ConfigurationReader(std::string_view file_name) : problems_(file_name) {}

    void read(const toml::table& node);
    ProblemList& problems() { return problems_; }
    Configuration& configuration() { return configuration_; }

private:
    void read_radio(const toml::table& node);
    void read_client(const toml::table& node);
    void read_endpoint(const toml::table& node);
    void read_terminal(TomlTable& table, EndpointSettings& endpoint);
    static void read_frame_bus(TomlTable& table, EndpointSettings& endpoint);
    void check_dialect(TomlTable& table, const EndpointSettings& endpoint);
    void check_client_names();
    void read_each(TomlTable& root, std::string_view key,
                   void (ConfigurationReader::*read_one)(const toml::table&));

    ProblemList problems_;
    Configuration configuration_;
    struct ClientUse {
        std::string name;
        unsigned line;
    };
    std::vector<ClientUse> uses_;
};

void ConfigurationReader::read(const toml::table& node) {
    TomlTable root{problems_, node, "", kFileKeys};
    if (const auto* store = root.table("store", kWantedTable)) {
        TomlTable table{problems_, *store, "store", kStoreKeys};
        configuration_.store_folder = table.text("folder", kWantedFolder).value_or("");
    }
    if (const auto* radio = root.table("radio", kWantedTable)) read_radio(*radio);
    if (const auto* log = root.table("log", kWantedTable)) {
        TomlTable table{problems_, *log, "log", kLogKeys};
        configuration_.log_level = table.text("level", kWantedLevel).value_or(configuration_.log_level);
        if (!is_log_level(configuration_.log_level)) {
            table.problem("level", '"' + configuration_.log_level + "\" is no level" + give(kWantedLevel));
        }
    }
    const auto reattach = root.number("reattach_s", 0, kLongestReattach, kWantedReattach);
    if (reattach) configuration_.reattach = seconds(*reattach);
    read_each(root, "client", &ConfigurationReader::read_client);
    read_each(root, "endpoint", &ConfigurationReader::read_endpoint);
    check_client_names();
}

void ConfigurationReader::read_each(TomlTable& root, std::string_view key,
                                    void (ConfigurationReader::*read_one)(const toml::table&)) {
    if (!root.has(key)) return;
    const std::string wanted = "tables [[" + std::string(key) + "]]";
    const toml::array* array = root.array(key, wanted);
    if (array == nullptr) return;
    for (const toml::node& node : *array) {
        if (const toml::table* table = node.as_table())
            (this->*read_one)(*table);
        else
            root.problem(key, node, "is no table" + give(wanted));
    }
}

void ConfigurationReader::read_radio(const toml::table& node) {
    TomlTable table{problems_, node, "radio", kRadioKeys};
    const std::string kind = table.text("kind", kWantedKind).value_or("simulated");
    if (kind != "simulated" && kind != "none") {
        table.problem("kind", '"' + kind + "\" is no kind of radio" + give(kWantedKind));
    }
    configuration_.wired = kind == "none";
    configuration_.radio_file = table.text("file", kWantedFile).value_or("");
    if (const auto path = table.text("regulatory_db", kWantedCountries)) configuration_.regulatory_db = *path;
    for (const char* const key : {"file", "regulatory_db"}) {
        if (configuration_.wired && table.has(key))
            table.problem(key, "has no use without a radio; remove it, or give kind \"simulated\"");
    }
}

/// As the kernel takes them (dev_valid_name): 1 to 15 bytes, no slash, colon or space, neither "." nor "..".
bool is_interface_name(std::string_view name) {
    return !name.empty() && name.size() <= 15 && name != "." && name != ".." &&
           name.find_first_of("/: \t\n\v\f\r") == std::string_view::npos;
}

void read_hosts(TomlTable& table, std::string_view key, std::set<std::string>& into) {
    const toml::array* hosts = table.array(key, kWantedHosts);
    if (hosts == nullptr) return;
    for (const toml::node& host : *hosts) {
        if (const auto* name = host.as_string())
            into.insert(name->get());
        else
            table.problem(key, host, "is no string" + give(kWantedHosts));
    }
}

void ConfigurationReader::read_client(const toml::table& node) {
    TomlTable table{problems_, node, "client", kClientKeys};
    service::ClientPolicy policy;
    if (table.require("name", kWantedName)) policy.name = table.text("name", kWantedName).value_or("");
    for (const service::ClientPolicy& earlier : configuration_.clients) {
        if (earlier.name == policy.name) {
            table.problem("name", '"' + policy.name + "\" stands above already; give each client one table");
        }
    }
    const auto sockets = table.number("sockets", 1, kMostSockets, kWantedSockets);
    if (sockets) policy.socket_limit = static_cast<std::size_t>(*sockets);
    policy.allow_unverified = table.flag("allow_unverified").value_or(false);
    policy.list_all = table.flag("list_all").value_or(false);
    policy.packets = table.text("packets", kWantedInterface).value_or("");
    if (table.has("packets") && !is_interface_name(policy.packets)) {
        table.problem("packets", '"' + policy.packets + "\" names no interface" + give(kWantedInterface));
    }
    policy.allow_tls_1_3 = table.flag("allow_tls_1_3").value_or(false);
    read_hosts(table, "truncation_hosts", policy.truncation_hosts);
    read_hosts(table, "legacy_warn", policy.legacy_warn);
    configuration_.clients.push_back(std::move(policy));
}

void ConfigurationReader::read_endpoint(const toml::table& node) {
    TomlTable table{problems_, node, "endpoint", kEndpointKeys};
    EndpointSettings endpoint;
    const std::string kind = table.text("kind", kWantedEndpointKind).value_or("unix");
    if (const KindName* row = row_of(kKinds, kind))
        endpoint.kind = row->kind;
    else
        table.problem("kind", '"' + kind + "\" is no kind of endpoint" + give(kWantedEndpointKind));
    const std::string dialect = table.text("dialect", kWantedDialect).value_or("native");
    if (dialect == kSimpleLink)
        endpoint.dialect = EndpointDialect::simplelink;
    else if (dialect != "native")
        table.problem("dialect", '"' + dialect + "\" is no dialect of this version" + give(kWantedDialect));
    if (table.require("path", kWantedPath)) {
        const auto path = table.text("path", kWantedPath);
        if (path && path->empty()) table.problem("path", "is empty" + give(kWantedPath));
        endpoint.path = path.value_or("");
    }
    read_terminal(table, endpoint);
    read_frame_bus(table, endpoint);
    check_dialect(table, endpoint);
    const auto room = table.number("frame_room", link::kFrameRoomLeast, link::kFrameRoomMost, kWantedRoom);
    if (room) endpoint.frame_room = static_cast<std::size_t>(*room);
    endpoint.client = table.text("client", kWantedName).value_or(endpoint.client);
    endpoint.capture = table.text("capture", kWantedCapture).value_or("");
    uses_.push_back({endpoint.client, wifi::line_of(node.source())});
    configuration_.endpoints.push_back(std::move(endpoint));
}

void ConfigurationReader::read_terminal(TomlTable& table, EndpointSettings& endpoint) {
    const auto baud = table.number("baud", 9600, kFastestBaud, kWantedBaud);
    if (baud) endpoint.baud = static_cast<unsigned>(*baud);
    const auto flow_control = table.flag("flow_control");
    endpoint.hardware_flow_control = flow_control.value_or(false);
    const auto power = table.text("power", kWantedPower);
    const PowerName* sign = row_of(kPowerSigns, power.value_or("always"));
    if (sign == nullptr)
        table.problem("power", '"' + *power + "\" is no sign of power" + give(kWantedPower));
    else
        endpoint.power = sign->sign;
    if (endpoint.kind == EndpointKind::terminal) return;
    for (const std::string_view key : {"baud", "flow_control", "power"}) {
        if (table.has(key)) table.problem(key, "only a tty has that; remove it");
    }
}

void ConfigurationReader::read_frame_bus(TomlTable& table, EndpointSettings& endpoint) {
    if (endpoint.kind != EndpointKind::frame_bus) {
        if (table.has("peer")) table.problem("peer", "only a framebus has that; remove it");
        return;
    }
    if (table.require("peer", kWantedPeer)) endpoint.peer = table.text("peer", kWantedPeer).value_or("");
    if (table.has("peer") && endpoint.peer.empty()) table.problem("peer", "is empty" + give(kWantedPeer));
    if (table.has("frame_room")) table.problem("frame_room", "that of a framebus is always 1492; remove it");
}

void ConfigurationReader::check_dialect(TomlTable& table, const EndpointSettings& endpoint) {
    if (endpoint.dialect == EndpointDialect::simplelink) {
        if (endpoint.kind == EndpointKind::frame_bus) {
            table.problem("kind", "SimpleLink hosts need a line of bytes; give dialect \"native\"");
            return;
        }
        if (table.has("frame_room")) table.problem("frame_room", "SimpleLink has no frames; remove it");
        if (endpoint.kind != EndpointKind::tcp || endpoint.path.empty()) return;
        const auto error = endpoint::loopback_address(endpoint.path).error;
        if (!error.empty()) table.problem("path", error);
        return;
    }
    if (table.has("power")) table.problem("power", "native hosts say themselves when they begin; remove it");
    if (endpoint.kind == EndpointKind::tcp) {
        table.problem("kind", "native hosts do not come by TCP, where nothing tells who they are; give kind "
                              "\"unix\", or dialect \"simplelink\"");
    }
}

void ConfigurationReader::check_client_names() {
    auto& clients = configuration_.clients;
    const auto has = [&](std::string_view name) {
        return std::any_of(clients.begin(), clients.end(),
                           [&](const auto& client) { return client.name == name; });
    };
    if (!has("default")) {
        clients.emplace_back();
        clients.back().name = "default";
    }
    for (const ClientUse& use : uses_) {
        if (!has(use.name)) {
            problems_.add(use.line, "endpoint.client",
                          "there is no client \"" + use.name + "\"; add a table [[client]] with that name");
        }
    }
}

} // namespace

bool is_log_level(std::string_view text) {
    return std::find(std::begin(kLevels), std::end(kLevels), text) != std::end(kLevels);
}

const service::ClientPolicy& Configuration::policy(std::string_view client) const {
    const auto found = std::find_if(clients.begin(), clients.end(), [&](const service::ClientPolicy& policy) {
        return policy.name == client;
    });
    NWP_EXPECT(found != clients.end()); // reading checked every name
    return *found;
}

std::variant<Configuration, Problems> parse_configuration(std::string_view text, std::string_view file_name) {
    ConfigurationReader reader{file_name};
    try {
        const toml::table root = toml::parse(text, file_name);
        reader.read(root);
    } catch (const toml::parse_error& error) {
        reader.problems().add(wifi::line_of(error.source()), "", std::string(error.description()));
    }
    if (!reader.problems().problems().empty()) return reader.problems().problems();
    return reader.configuration();
}

std::variant<Configuration, Problems> load_configuration(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file.is_open() || file.bad()) {
        ProblemList problems{path};
        problems.add(0, "", "cannot be read; check the path and its permissions");
        return problems.problems();
    }
    return parse_configuration(text, path);
}

std::string_view default_configuration() {
    return R"toml(# nwpd without a configuration file. docs/configuration.md describes every key.
reattach_s = 60

[store]
folder = "/var/lib/nwp"

[radio]
kind = "simulated"

[log]
level = "info"

[[endpoint]]
kind = "unix"
path = "/run/nwp.sock"
dialect = "native"
)toml";
}

std::optional<EndpointSettings> parse_endpoint(std::string_view text) {
    EndpointSettings endpoint;
    if (const auto plus = text.find('+'); text.substr(0, plus) == kSimpleLink && plus != text.npos) {
        endpoint.dialect = EndpointDialect::simplelink;
        text = text.substr(plus + 1);
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const KindName* row = row_of(kKinds, text.substr(0, colon));
    if (row == nullptr) return std::nullopt;
    endpoint.kind = row->kind;
    const EndpointDialect refused =
        row->kind == EndpointKind::frame_bus ? EndpointDialect::simplelink : EndpointDialect::native;
    const bool of_one_dialect = row->kind == EndpointKind::tcp || row->kind == EndpointKind::frame_bus;
    if (of_one_dialect && endpoint.dialect == refused) return std::nullopt;

    std::string_view path = text.substr(colon + 1);
    const auto behind = path.rfind(':');
    if (endpoint.kind == EndpointKind::terminal && behind != std::string_view::npos) {
        const std::string_view baud = path.substr(behind + 1);
        const auto [end, error] = std::from_chars(baud.data(), baud.data() + baud.size(), endpoint.baud);
        const bool whole = error == std::errc{} && end == baud.data() + baud.size();
        if (!whole || endpoint.baud == 0) return std::nullopt;
        path = path.substr(0, behind);
    }
    if (endpoint.kind == EndpointKind::frame_bus) {
        if (behind == std::string_view::npos || behind + 1 == path.size()) return std::nullopt;
        endpoint.peer = path.substr(behind + 1);
        path = path.substr(0, behind);
    }
    if (path.empty()) return std::nullopt;
    endpoint.path = path;
    return endpoint;
}

std::vector<std::string> configuration_keys() {
    std::vector<std::string> keys;
    const auto add = [&](std::string_view table, Span<const std::string_view> names) {
        for (const std::string_view name : names) {
            keys.push_back(table.empty() ? std::string(name) : std::string(table) + '.' + std::string(name));
        }
    };
    add("", kFileKeys);
    add("store", kStoreKeys);
    add("radio", kRadioKeys);
    add("log", kLogKeys);
    add("client", kClientKeys);
    add("endpoint", kEndpointKeys);
    return keys;
}

} // namespace nwp::daemon
