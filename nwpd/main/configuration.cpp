// SPDX-License-Identifier: Apache-2.0
#include "nwpd/main/configuration.h"

#include "base/expect.h"
#include "link/link.h"
#include "nwpd/wifi/toml_table.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace nwp::daemon {
namespace {

using wifi::ProblemList;
using wifi::TomlTable;

constexpr std::string_view kFileKeys[] = {"store", "radio", "log", "reattach_s", "client", "endpoint"};
constexpr std::string_view kStoreKeys[] = {"folder"};
constexpr std::string_view kRadioKeys[] = {"kind", "file"};
constexpr std::string_view kLogKeys[] = {"level"};
constexpr std::string_view kClientKeys[] = {"name", "sockets", "allow_unverified", "truncation_hosts",
                                            "list_all"};
constexpr std::string_view kEndpointKeys[] = {"kind",       "path",         "dialect", "baud",
                                              "frame_room", "flow_control", "client",  "capture"};
constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error", "off"};

constexpr std::int64_t kLongestReattach = 24LL * 3600;
constexpr std::int64_t kMostSockets = 1024;
constexpr std::int64_t kFastestBaud = 4000000;

constexpr std::string_view kWantedTable = "a table";
constexpr std::string_view kWantedFolder = R"(a folder such as "/var/lib/nwp")";
constexpr std::string_view kWantedKind = R"("simulated" or "none")";
constexpr std::string_view kWantedFile = "the path of a radio file";
constexpr std::string_view kWantedLevel = R"("trace", "debug", "info", "warn", "error" or "off")";
constexpr std::string_view kWantedReattach = "seconds as an integer from 0 to 86400";
constexpr std::string_view kWantedName = "a name as a string";
constexpr std::string_view kWantedSockets = "an integer from 1 to 1024";
constexpr std::string_view kWantedHosts = "an array of host names";
constexpr std::string_view kWantedEndpointKind = R"("unix", "tty" or "pty")";
constexpr std::string_view kWantedPath = R"(a path such as "/run/nwp.sock")";
constexpr std::string_view kWantedDialect = R"("native")";
constexpr std::string_view kWantedBaud = "bits a second as an integer from 9600 to 4000000";
constexpr std::string_view kWantedRoom = "bytes as an integer from 64 to 65535";
constexpr std::string_view kWantedCapture = "the path of a file to write";

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
    if (configuration_.wired && table.has("file")) {
        table.problem("file",
                      "a radio file has no use without a radio; remove it, or give kind \"simulated\"");
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
    if (const toml::array* hosts = table.array("truncation_hosts", kWantedHosts)) {
        for (const toml::node& host : *hosts) {
            if (const auto* name = host.as_string())
                policy.truncation_hosts.insert(name->get());
            else
                table.problem("truncation_hosts", host, "is no string" + give(kWantedHosts));
        }
    }
    configuration_.clients.push_back(std::move(policy));
}

void ConfigurationReader::read_endpoint(const toml::table& node) {
    TomlTable table{problems_, node, "endpoint", kEndpointKeys};
    EndpointSettings endpoint;
    const std::string kind = table.text("kind", kWantedEndpointKind).value_or("unix");
    if (kind == "tty")
        endpoint.kind = EndpointKind::terminal;
    else if (kind == "pty")
        endpoint.kind = EndpointKind::pseudo_terminal;
    else if (kind != "unix") {
        table.problem("kind", '"' + kind + "\" is no kind of endpoint" + give(kWantedEndpointKind));
    }
    if (table.require("path", kWantedPath)) {
        const auto path = table.text("path", kWantedPath);
        if (path && path->empty()) table.problem("path", "is empty" + give(kWantedPath));
        endpoint.path = path.value_or("");
    }
    const std::string dialect = table.text("dialect", kWantedDialect).value_or("native");
    if (dialect != "native") {
        table.problem("dialect", '"' + dialect + "\" is no dialect of this version" + give(kWantedDialect));
    }
    const auto baud = table.number("baud", 9600, kFastestBaud, kWantedBaud);
    if (baud) endpoint.baud = static_cast<unsigned>(*baud);
    const auto flow_control = table.flag("flow_control");
    endpoint.hardware_flow_control = flow_control.value_or(false);
    if ((baud || flow_control) && endpoint.kind != EndpointKind::terminal) {
        table.problem(baud ? "baud" : "flow_control", "only a tty has that; remove it");
    }
    const auto room = table.number("frame_room", link::kFrameRoomLeast, link::kFrameRoomMost, kWantedRoom);
    if (room) endpoint.frame_room = static_cast<std::size_t>(*room);
    endpoint.client = table.text("client", kWantedName).value_or(endpoint.client);
    endpoint.capture = table.text("capture", kWantedCapture).value_or("");
    uses_.push_back({endpoint.client, wifi::line_of(node.source())});
    configuration_.endpoints.push_back(std::move(endpoint));
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
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon + 1 == text.size()) return std::nullopt;
    const std::string_view kind = text.substr(0, colon);
    std::string_view path = text.substr(colon + 1);
    EndpointSettings endpoint;
    if (kind == "pty")
        endpoint.kind = EndpointKind::pseudo_terminal;
    else if (kind == "tty")
        endpoint.kind = EndpointKind::terminal;
    else if (kind != "unix")
        return std::nullopt;
    const auto behind = path.rfind(':');
    if (endpoint.kind == EndpointKind::terminal && behind != std::string_view::npos) {
        const std::string_view baud = path.substr(behind + 1);
        const auto [end, error] = std::from_chars(baud.data(), baud.data() + baud.size(), endpoint.baud);
        if (error != std::errc{} || end != baud.data() + baud.size()) return std::nullopt;
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
