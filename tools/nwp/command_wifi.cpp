// SPDX-License-Identifier: Apache-2.0
#include "nwp/device.h"
#include "nwp/wifi.h"
#include "tools/nwp/commands.h"
#include "tools/nwp/output.h"
#include "tools/nwp/values.h"

#include <condition_variable>
#include <map>
#include <mutex>

namespace nwp::tool {
namespace {

namespace json = boost::json;

const std::map<std::string, WifiSecurity> kSecurities = {
    {"open", WifiSecurity::open}, {"wpa2-psk", WifiSecurity::wpa2_psk}, {"wpa3-sae", WifiSecurity::wpa3_sae}};

using Fault = request::SimulateFault::Fault;
const std::map<std::string, Fault> kFaults = {{"lost", Fault::access_point_lost},
                                              {"back", Fault::access_point_back},
                                              {"lease-lost", Fault::lease_lost},
                                              {"lease-back", Fault::lease_back}};

json::object network_row(const WifiNetwork& network) {
    return {{"ssid", printable(network.ssid.view())},
            {"bssid", text_of(network.bssid)},
            {"channel", network.channel},
            {"rssi_dbm", network.rssi_dbm},
            {"security", to_string(network.security)}};
}

/// An NWP tells each network once; one that goes on and on must not fill the memory.
struct Found {
    static constexpr std::size_t kMost = 512;
    json::array rows;
    bool too_many = false;
    void add(const WifiNetwork& network) {
        too_many = too_many || rows.size() == kMost;
        if (!too_many) rows.push_back(network_row(network));
    }
};

/// Waits for the address that follows a join.
class AddressWait final : public EventListener {
public:
    explicit AddressWait(Host& host) : host_(host) { host_.add(*this); }
    ~AddressWait() { host_.remove(*this); }

    void on_address(const AddressChanged& changed) override {
        const std::lock_guard lock(mutex_);
        address_ = changed.address;
        changed_.notify_all();
    }
    /// False: none came in time.
    bool wait(Address& address) {
        std::unique_lock lock(mutex_);
        const bool came = changed_.wait_for(lock, std::chrono::seconds(15),
                                            [this] { return address_.family != Family::unspecified; });
        address = address_;
        return came;
    }

private:
    Host& host_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Address address_;
};

struct ConnectOptions {
    std::string ssid;
    std::string passphrase;
    std::string passphrase_file;
    std::string security = "wpa2-psk";
    std::string bssid;
    bool wait_address = false;
};

void run_scan(const Common& common) {
    Connection connection(common.link);
    Found found;
    request::ScanWifi scan{Callback<void(const WifiNetwork&)>::to<&Found::add>(found)};
    connection.perform(scan, "scan");
    if (found.too_many) throw Failure(kRefused, "scan: the NWP tells of more networks than there can be");
    print({{"networks", std::move(found.rows)}}, common.json);
}

void run_connect(const Common& common, const ConnectOptions& options) {
    const std::string passphrase =
        options.passphrase_file.empty() ? options.passphrase : read_passphrase(options.passphrase_file);
    WifiNetworkChoice choice;
    choice.ssid = options.ssid;
    choice.passphrase = passphrase;
    choice.security = kSecurities.at(options.security);
    if (!options.bssid.empty() && !parse_bssid(options.bssid, choice.bssid)) {
        throw Failure(kUsage, "--bssid " + options.bssid + ": give six octets such as 02:00:00:00:00:01");
    }
    Connection connection(common.link);
    AddressWait wait(connection.host());
    request::ConnectWifi connect{choice};
    connection.perform(
        connect, options.ssid,
        {{Error::wifi_busy, "another scan or join is running, or the radio is an access point, "
                            "which 'nwp wifi access-point stop' ends"}});
    json::object outcome = network_row(connect.network());
    if (options.wait_address) {
        Address address;
        const bool came = wait.wait(address);
        if (!came) throw Failure(kRefused, options.ssid + ": joined, but no address came");
        outcome["address"] = text_of(address);
    }
    print(outcome, common.json);
}

void run_disconnect(const Common& common) {
    Connection connection(common.link);
    request::DisconnectWifi disconnect;
    connection.perform(disconnect, "disconnect");
    print({{"state", "disconnected"}}, common.json);
}

void run_wifi_status(const Common& common) {
    Connection connection(common.link);
    request::GetWifiStatus request;
    connection.perform(request, "Wi-Fi status");
    const WifiStatus& status = request.status();
    json::object outcome{{"state", to_string(status.state)}, {"cause", to_string(status.cause)}};
    if (!status.network.ssid.empty()) {
        for (auto& entry : network_row(status.network)) outcome[entry.key()] = entry.value();
    }
    outcome["address"] = text_of(status.address);
    outcome["prefix_length"] = status.prefix_length;
    outcome["gateway"] = text_of(status.gateway);
    outcome["dns"] = text_of(status.dns);
    print(outcome, common.json);
}

void run_simulate(const Common& common, const std::string& fault, const std::string& bssid) {
    Bssid access_point;
    if (!parse_bssid(bssid, access_point)) {
        throw Failure(kUsage, bssid + ": give six octets such as 02:00:00:00:00:01");
    }
    Connection connection(common.link);
    request::SimulateFault simulate{kFaults.at(fault), access_point};
    connection.perform(simulate, "simulate " + fault);
    print({{"fault", fault}, {"bssid", bssid}}, common.json);
}

void declare_connect(CLI::App& wifi, Common& common) {
    const auto options = std::make_shared<ConnectOptions>();
    auto* connect = wifi.add_subcommand("connect", "join a network");
    connect->add_option("ssid", options->ssid, "its name")->required();
    auto* passphrase =
        connect->add_option("--passphrase", options->passphrase, "8 to 63 characters or 64 hex digits");
    connect->add_option("--passphrase-file", options->passphrase_file, "file whose first line it is")
        ->type_name("FILE")
        ->excludes(passphrase);
    connect->add_option("--security", options->security, "open, wpa2-psk or wpa3-sae")
        ->check(CLI::IsMember(kSecurities));
    connect->add_option("--bssid", options->bssid, "this access point only");
    connect->add_flag("--wait-address", options->wait_address, "wait until there is an address, too");
    connect->callback(
        [&common, options] { common.chosen = [&common, options] { run_connect(common, *options); }; });
}

void declare_simulate(CLI::App& wifi, Common& common) {
    const auto fault = std::make_shared<std::string>();
    const auto bssid = std::make_shared<std::string>();
    auto* simulate = wifi.add_subcommand("simulate", "make the simulated radio misbehave");
    simulate->add_option("fault", *fault, "lost, back, lease-lost or lease-back")
        ->required()
        ->check(CLI::IsMember(kFaults));
    simulate->add_option("bssid", *bssid, "which access point")->required();
    simulate->callback([&common, fault, bssid] {
        common.chosen = [&common, fault, bssid] { run_simulate(common, *fault, *bssid); };
    });
}

} // namespace

void declare_wifi(CLI::App& app, Common& common) {
    auto* wifi = app.add_subcommand("wifi", "Wi-Fi")->require_subcommand(1);
    wifi->add_subcommand("scan", "list the networks in reach")->callback([&common] {
        common.chosen = [&common] { run_scan(common); };
    });
    declare_connect(*wifi, common);
    wifi->add_subcommand("disconnect", "leave the network")->callback([&common] {
        common.chosen = [&common] { run_disconnect(common); };
    });
    wifi->add_subcommand("status", "how Wi-Fi is")->callback([&common] {
        common.chosen = [&common] { run_wifi_status(common); };
    });
    declare_simulate(*wifi, common);
    declare_radio(*wifi, common);
}

} // namespace nwp::tool
