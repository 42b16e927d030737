// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/radio_file.h"

#include "nwpd/wifi/air_device_reader.h"
#include "nwpd/wifi/toml_table.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace nwp::wifi {

namespace {

constexpr std::size_t kMaxFileSize = std::size_t{1024} * 1024;
constexpr std::size_t kMaxAccessPoints = 256;
constexpr std::size_t kMaxMapEntries = 256;
constexpr std::size_t kMaxDevices = 256;
constexpr std::size_t kMaxDnsServers = 4;
constexpr std::uint16_t kDnsPort = 53;

constexpr std::string_view kFileKeys[] = {"access_point", "timing", "map", "station", "p2p_peer"};
constexpr std::string_view kAccessPointKeys[] = {"ssid",     "bssid",      "channel", "rssi",
                                                 "security", "passphrase", "lease"};
constexpr std::string_view kLeaseKeys[] = {"address", "prefix", "gateway", "dns"};
constexpr std::string_view kTimingKeys[] = {"scan_result_ms", "join_ms", "lease_ms"};
constexpr std::string_view kMapKeys[] = {"network", "to", "direct", "ports"};

constexpr std::string_view kWantedSsid = "the network's name as a string of 1 to 32 bytes";
constexpr std::string_view kWantedBssid = R"(six octets such as "02:00:00:00:00:01")";
constexpr std::string_view kWantedChannel = "an integer from 1 to 233";
constexpr std::string_view kWantedRssi = "dBm as an integer from -127 to -1";
constexpr std::string_view kWantedSecurity = R"("open", "wpa2-psk" or "wpa3-sae")";
constexpr std::string_view kWantedPassphrase = "a string of 8 to 63 printable ASCII characters";
constexpr std::string_view kWantedLease = "a table with address, prefix, gateway and dns";
constexpr std::string_view kWantedAddress = R"(the station's IP address such as "10.77.0.2")";
constexpr std::string_view kWantedGateway = R"(an IP address of the lease's network such as "10.77.0.1")";
constexpr std::string_view kWantedDns = R"(an array of at most 4 IP addresses such as ["10.77.0.1"])";
constexpr std::string_view kWantedTime = "milliseconds as an integer from 0 to 60000";
constexpr std::string_view kWantedNetwork = R"(a network without host bits such as "10.77.0.0/24")";
constexpr std::string_view kWantedTo =
    R"(a network of the same prefix length such as "127.77.0.0/24", or one address)";
constexpr std::string_view kWantedPorts =
    "a table of lease port = real port such as { 53 = 5353, 443 = 8443 }";
constexpr std::string_view kWantedPort = "an integer from 1 to 65535";

std::string quoted(std::string_view text) { return '"' + std::string{text} + '"'; }

std::string quoted(const Address& address) { return quoted(ip_text(address).view()); }

std::string wanted(std::string_view what) { return "; give " + std::string{what}; }

bool is_unicast(const Address& address) {
    if (is_loopback(address)) return false;
    if (address.family == Family::ipv4) return address.ip[0] != 0 && address.ip[0] < 224; // RFC 6890 2.2.2
    return address.ip[0] != 0xff;                                                         // RFC 4291 2.7
}

/// The network's own name or its broadcast address, which no host can have (RFC 1122 3.2.1.3, RFC 3021).
bool is_reserved_in(const IpNetwork& network, const Address& address) {
    if (address.family != Family::ipv4 || network.prefix_length >= 31) return false;
    if (address == network.base) return true;
    constexpr Byte kOnes[4] = {255, 255, 255, 255};
    return equal(combined(network, Address::ipv4(kOnes[0], kOnes[1], kOnes[2], kOnes[3])).ip_bytes(),
                 address.ip_bytes());
}

/// Networks that AddressMap never looks up: an entry for one would be dead.
bool is_never_mapped(const IpNetwork& network) {
    const auto within = [&](const char* text) {
        const auto whole = parse_network(text);
        return network.prefix_length >= whole->prefix_length && whole->contains(network.base);
    };
    return within("127.0.0.0/8") || within("::/127") || within("::ffff:0.0.0.0/96");
}

class RadioFileReader {
public:
    explicit RadioFileReader(std::string_view file_name) : problems_(file_name) {}

    std::variant<RadioFile, RadioFileProblems> read(const toml::table& root);
    ProblemList& problems() { return problems_; }

private:
    void read_timing(const toml::table& node);
    void read_access_point(const toml::table& node);
    void read_ssid(TomlTable& table, WifiNetwork& network);
    void read_bssid(TomlTable& table, WifiNetwork& network);
    void read_security(TomlTable& table, AccessPoint& access_point);
    std::optional<Lease> read_lease(const toml::table& node);
    void read_dns(TomlTable& table, Lease& lease);
    void read_map_entry(const toml::table& node);
    void read_station_entry(const toml::table& node) { read_station(problems_, node, file_.devices); }
    void read_peer_entry(const toml::table& node) { read_peer(problems_, node, file_.devices); }
    void read_target(TomlTable& table, MapEntry& entry);
    void read_ports(TomlTable& table, MapEntry& entry);
    void check_dns_routes();

    /// Calls (this->*read)(table) for each table of the array `key`.
    void read_each(TomlTable& root, std::string_view key, std::size_t most,
                   void (RadioFileReader::*read_one)(const toml::table&));

    struct DnsSource {
        Address server;
        unsigned line;
    };

    ProblemList problems_;
    RadioFile file_;
    std::vector<DnsSource> dns_sources_;
};

std::variant<RadioFile, RadioFileProblems> RadioFileReader::read(const toml::table& node) {
    TomlTable root{problems_, node, "", kFileKeys};
    if (const auto* timing = root.table("timing", "a table [timing]")) read_timing(*timing);

    root.require("access_point", "at least one table [[access_point]]");
    read_each(root, "access_point", kMaxAccessPoints, &RadioFileReader::read_access_point);

    if (root.has("map")) {
        read_each(root, "map", kMaxMapEntries, &RadioFileReader::read_map_entry);
    } else {
        file_.map.push_back({*parse_network("10.77.0.0/24"), *parse_network("127.77.0.0/24"), false, {}});
    }
    if (root.has("station")) read_each(root, "station", kMaxDevices, &RadioFileReader::read_station_entry);
    if (root.has("p2p_peer")) read_each(root, "p2p_peer", kMaxDevices, &RadioFileReader::read_peer_entry);
    // Routes mean something only when all entries were understood.
    if (problems_.problems().empty()) check_dns_routes();
    if (problems_.problems().empty()) return std::move(file_);

    std::stable_sort(problems_.problems().begin(), problems_.problems().end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    return std::move(problems_.problems());
}

void RadioFileReader::read_each(TomlTable& root, std::string_view key, std::size_t most,
                                void (RadioFileReader::*read_one)(const toml::table&)) {
    const std::string tables = "tables [[" + std::string{key} + "]]";
    const toml::array* array = root.array(key, tables);
    if (array == nullptr) return;
    if (array->empty()) root.problem(key, "is empty; give " + tables);
    if (array->size() > most) {
        root.problem(key, "stands " + std::to_string(array->size()) + " times; give at most " +
                              std::to_string(most));
        return;
    }
    for (const toml::node& element : *array) {
        if (const auto* table = element.as_table()) {
            (this->*read_one)(*table);
        } else {
            root.problem(key, element,
                         "is an array of " + std::string{describe(element.type())} + "; give " + tables);
        }
    }
}

void RadioFileReader::read_timing(const toml::table& node) {
    TomlTable table{problems_, node, "timing", kTimingKeys};
    const auto read = [&](std::string_view key, Duration& into) {
        if (const auto value = table.number(key, 0, 60000, kWantedTime)) into = milliseconds(*value);
    };
    read("scan_result_ms", file_.timing.scan_result);
    read("join_ms", file_.timing.join);
    read("lease_ms", file_.timing.lease);
}

void RadioFileReader::read_access_point(const toml::table& node) {
    TomlTable table{problems_, node, "access_point", kAccessPointKeys};
    AccessPoint access_point;
    read_ssid(table, access_point.network);
    read_bssid(table, access_point.network);
    table.require("channel", kWantedChannel);
    if (const auto channel = table.number("channel", 1, 233, kWantedChannel)) {
        access_point.network.channel = static_cast<std::uint8_t>(*channel);
    }
    table.require("rssi", kWantedRssi);
    if (const auto rssi = table.number("rssi", -127, -1, kWantedRssi)) {
        access_point.network.rssi_dbm = static_cast<std::int8_t>(*rssi);
    }
    read_security(table, access_point);
    if (const auto* lease = table.table("lease", kWantedLease)) access_point.lease = read_lease(*lease);
    file_.access_points.push_back(std::move(access_point));
}

void RadioFileReader::read_ssid(TomlTable& table, WifiNetwork& network) {
    table.require("ssid", kWantedSsid);
    const auto ssid = table.text("ssid", kWantedSsid);
    if (!ssid) return;
    if (ssid->empty() || ssid->size() > Ssid::capacity) {
        table.problem("ssid", "has " + std::to_string(ssid->size()) + " bytes" + wanted(kWantedSsid));
        return;
    }
    network.ssid.assign(*ssid);
}

void RadioFileReader::read_bssid(TomlTable& table, WifiNetwork& network) {
    table.require("bssid", kWantedBssid);
    const auto text = table.text("bssid", kWantedBssid);
    if (!text) return;
    const auto bssid = parse_bssid(*text);
    if (!bssid) return table.problem("bssid", quoted(*text) + " is no BSSID" + wanted(kWantedBssid));

    // IEEE 802 8.2.2: the lowest bit of the first octet marks a group.
    if (*bssid == Bssid{} || (bssid->octets[0] & 1U) != 0) {
        return table.problem("bssid", quoted(*text) +
                                          " is no address of one station; give one whose first octet is "
                                          "even, and not all zero");
    }
    const bool taken = std::any_of(file_.access_points.begin(), file_.access_points.end(),
                                   [&](const AccessPoint& other) { return other.network.bssid == *bssid; });
    if (taken) return table.problem("bssid", quoted(*text) + " stands twice; give each access point its own");
    network.bssid = *bssid;
}

void RadioFileReader::read_security(TomlTable& table, AccessPoint& access_point) {
    constexpr WifiSecurity kAll[] = {WifiSecurity::open, WifiSecurity::wpa2_psk, WifiSecurity::wpa3_sae};
    table.require("security", kWantedSecurity);
    const auto passphrase = table.text("passphrase", kWantedPassphrase);
    const auto name = table.text("security", kWantedSecurity);
    if (!name) return;

    const auto* security = std::find_if(std::begin(kAll), std::end(kAll),
                                        [&](WifiSecurity each) { return *name == to_string(each); });
    if (security == std::end(kAll)) {
        return table.problem("security", quoted(*name) + " is unknown" + wanted(kWantedSecurity));
    }
    access_point.network.security = *security;
    if (*security == WifiSecurity::open) {
        if (table.has("passphrase")) table.problem("passphrase", "an open network has none; remove it");
        return;
    }
    if (!table.require("passphrase", kWantedPassphrase) || !passphrase) return;
    if (!passphrase_fits(*security, *passphrase)) {
        // The value stays out of the message: messages end in logs.
        const char* also = *security == WifiSecurity::wpa2_psk ? ", or 64 hexadecimal digits" : "";
        return table.problem("passphrase", "does not fit " + *name + " (" +
                                               std::to_string(passphrase->size()) + " bytes)" +
                                               wanted(kWantedPassphrase) + also);
    }
    access_point.passphrase.assign(*passphrase);
}

/// Reads an address that one host can have; port 0.
std::optional<Address> read_unicast(TomlTable& table, std::string_view key, std::string_view what) {
    const auto text = table.text(key, what);
    if (!text) return {};
    const auto address = parse_ip(*text);
    if (address && is_unicast(*address)) return *address;
    table.problem(key, quoted(*text) + (address ? " cannot be a host's address" : " is no IP address") +
                           wanted(what));
    return {};
}

std::optional<Lease> RadioFileReader::read_lease(const toml::table& node) {
    TomlTable table{problems_, node, "access_point.lease", kLeaseKeys};
    Lease lease;
    if (!table.require("address", kWantedAddress)) return {};
    const auto address = read_unicast(table, "address", kWantedAddress);
    if (!address) return {};
    lease.address = *address;

    const int longest = address->family == Family::ipv4 ? 32 : 128;
    const std::string wanted_prefix = "an integer from 1 to " + std::to_string(longest);
    lease.prefix_length = address->family == Family::ipv4 ? 24 : 64;
    if (const auto prefix = table.number("prefix", 1, longest, wanted_prefix)) {
        lease.prefix_length = static_cast<std::uint8_t>(*prefix);
    }
    const IpNetwork network = network_of(lease.address, lease.prefix_length);
    if (is_reserved_in(network, lease.address)) {
        table.problem("address", quoted(lease.address) + " is the network or broadcast address of " +
                                     to_string(network) + "; give another address or another prefix");
    }
    if (const auto gateway = read_unicast(table, "gateway", kWantedGateway)) {
        if (!network.contains(*gateway) || *gateway == *address) {
            table.problem("gateway", quoted(*gateway) + " is no neighbour of " + quoted(*address) + " in " +
                                         to_string(network) + wanted(kWantedGateway));
        }
        lease.gateway = *gateway;
    }
    read_dns(table, lease);
    return lease;
}

void RadioFileReader::read_dns(TomlTable& table, Lease& lease) {
    const toml::array* servers = table.array("dns", kWantedDns);
    if (servers == nullptr) return;
    if (servers->size() > kMaxDnsServers) {
        return table.problem("dns",
                             "lists " + std::to_string(servers->size()) + " servers" + wanted(kWantedDns));
    }
    for (const toml::node& node : *servers) {
        const auto text = node.value_exact<std::string>();
        if (!text) {
            table.problem("dns", node, "lists " + std::string{describe(node.type())} + wanted(kWantedDns));
            continue;
        }
        auto server = parse_ip(*text);
        if (!server || !is_unicast(*server)) {
            table.problem("dns", node, quoted(*text) + " is no host's IP address" + wanted(kWantedDns));
            continue;
        }
        server->port = kDnsPort;
        lease.dns_servers.push_back(*server);
        dns_sources_.push_back({*server, line_of(node.source())});
    }
}

void RadioFileReader::read_map_entry(const toml::table& node) {
    TomlTable table{problems_, node, "map", kMapKeys};
    MapEntry entry;
    table.require("network", kWantedNetwork);
    const auto text = table.text("network", kWantedNetwork);
    if (!text) return;
    const auto network = parse_network(*text);
    if (!network) {
        const char* what = network.error() == Error::domain_error ? " has host bits set" : " is no network";
        return table.problem("network", quoted(*text) + what + wanted(kWantedNetwork));
    }
    if (is_never_mapped(*network)) {
        return table.problem("network", quoted(*text) +
                                            " is loopback or IPv4-mapped, which no entry decides; remove it");
    }
    const bool taken = std::any_of(file_.map.begin(), file_.map.end(),
                                   [&](const MapEntry& other) { return other.network == *network; });
    if (taken) return table.problem("network", quoted(*text) + " stands twice; give each network one entry");
    entry.network = *network;
    read_target(table, entry);
    read_ports(table, entry);
    file_.map.push_back(std::move(entry));
}

void RadioFileReader::read_target(TomlTable& table, MapEntry& entry) {
    const auto direct = table.flag("direct");
    if (direct && !*direct) table.problem("direct", "can only be true; remove it and give to");
    if (table.has("direct")) {
        if (table.has("to")) table.problem("to", "a direct network has none; remove to or direct");
        entry.direct = true;
        return;
    }
    if (!table.require("to", kWantedTo)) return;
    const auto text = table.text("to", kWantedTo);
    if (!text) return;

    const auto address = parse_ip(*text);
    const auto network = address ? Result<IpNetwork>{network_of(*address)} : parse_network(*text);
    if (!network)
        return table.problem("to", quoted(*text) + " is neither network nor address" + wanted(kWantedTo));
    if (network->base.family != entry.network.base.family) {
        return table.problem("to", quoted(*text) + " is of another family than " +
                                       quoted(to_string(entry.network)) + "; give both IPv4 or both IPv6");
    }
    if (!address && network->prefix_length != entry.network.prefix_length) {
        return table.problem("to", quoted(*text) + " is not as long as " + quoted(to_string(entry.network)) +
                                       wanted(kWantedTo));
    }
    entry.to = *network;
}

std::optional<std::uint16_t> read_port(std::string_view text) {
    unsigned value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size() || text.front() == '0' || value > 65535)
        return {};
    return static_cast<std::uint16_t>(value);
}

void RadioFileReader::read_ports(TomlTable& table, MapEntry& entry) {
    const toml::table* ports = table.table("ports", kWantedPorts);
    if (ports == nullptr) return;
    for (const auto& [key, node] : *ports) {
        const auto lease = read_port(key.str());
        if (!lease) {
            table.problem("ports", node, quoted(key.str()) + " is no port" + wanted(kWantedPort));
            continue;
        }
        const auto real = node.value_exact<std::int64_t>();
        if (!real || *real < 1 || *real > 65535) {
            table.problem("ports", node,
                          "port " + std::string{key.str()} + " leads to no port" + wanted(kWantedPort));
            continue;
        }
        entry.ports.push_back({*lease, static_cast<std::uint16_t>(*real)});
    }
}

void RadioFileReader::check_dns_routes() {
    const AddressMap map{file_.map};
    for (const DnsSource& source : dns_sources_) {
        if (map.to_real(source.server)) continue;
        problems_.add(source.line, "access_point.lease.dns",
                      quoted(source.server) + " lies in no [[map]] network; add one or name another server");
    }
}

RadioFileProblems one_problem(std::string_view file_name, unsigned line, std::string text) {
    return {RadioFileProblem{std::string{file_name}, line, "", std::move(text)}};
}

void append_keys(std::vector<std::string>& all, const std::string& prefix,
                 Span<const std::string_view> keys) {
    for (const std::string_view key : keys) all.push_back(prefix + std::string{key});
}

} // namespace

std::string RadioFileProblem::message() const {
    std::string message = file;
    if (line != 0) message += ':' + std::to_string(line);
    message += ": ";
    if (!key.empty()) message += key + ": ";
    return message + text;
}

std::variant<RadioFile, RadioFileProblems> parse_radio_file(std::string_view text,
                                                            std::string_view file_name) {
    if (text.size() > kMaxFileSize)
        return one_problem(file_name, 0, "is larger than 1 MiB; give a radio file");
    try {
        const toml::table root = toml::parse(text, file_name);
        return RadioFileReader{file_name}.read(root);
    } catch (const toml::parse_error& error) {
        return one_problem(file_name, line_of(error.source()),
                           "is no TOML: " + std::string{error.description()});
    }
}

std::variant<RadioFile, RadioFileProblems> load_radio_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return one_problem(path, 0, "cannot be opened; give the path of a radio file");
    std::string text(kMaxFileSize + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return one_problem(path, 0, "cannot be read; give the path of a radio file");
    text.resize(static_cast<std::size_t>(file.gcount()));
    return parse_radio_file(text, path);
}

std::vector<std::string> radio_file_keys() {
    std::vector<std::string> all;
    append_keys(all, "", kFileKeys);
    append_keys(all, "access_point.", kAccessPointKeys);
    append_keys(all, "access_point.lease.", kLeaseKeys);
    append_keys(all, "timing.", kTimingKeys);
    append_keys(all, "map.", kMapKeys);
    append_keys(all, "station.", kStationKeys);
    append_keys(all, "p2p_peer.", kPeerKeys);
    return all;
}

} // namespace nwp::wifi
