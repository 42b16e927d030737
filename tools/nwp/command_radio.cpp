// SPDX-License-Identifier: Apache-2.0
// Verbs of `nwp wifi` about the radio itself, which every host of the NWP shares.
#include "nwp/radio.h"
#include "tools/nwp/commands.h"
#include "tools/nwp/output.h"
#include "tools/nwp/values.h"

#include <algorithm>
#include <map>

namespace nwp::tool {
namespace {

namespace json = boost::json;

const std::map<std::string, bool> kSwitch = {{"off", false}, {"on", true}};

/// What an access point of ours can be.
const std::map<std::string, WifiSecurity> kOwnSecurities = {{"open", WifiSecurity::open},
                                                            {"wpa2-psk", WifiSecurity::wpa2_psk}};

/// An NWP of version 1.0 without the capability wifi_management knows none of the messages.
constexpr Meaning kOlder{Error::unsupported, "its nwpd is older than this command, install a newer one"};

void perform(Connection& connection, Pending& request, const std::string& what,
             std::vector<Meaning> meanings = {}) {
    meanings.push_back(kOlder);
    connection.perform(request, what, meanings);
}

// ---- country

bool is_country(const std::string& text) {
    const auto is_capital = [](char letter) { return letter >= 'A' && letter <= 'Z'; };
    return text == "00" ||
           (text.size() == Country::capacity && std::all_of(text.begin(), text.end(), is_capital));
}

void run_country(const Common& common, const std::string& wanted) {
    if (!wanted.empty() && !is_country(wanted)) {
        throw Failure(kUsage, "country " + wanted +
                                  ": give two capital letters of ISO 3166-1 such as DE, or 00 for none");
    }
    Connection connection(common.link);
    if (!wanted.empty()) {
        request::SetWifiCountry set{wanted};
        perform(
            connection, set, "country " + wanted,
            {{Error::not_found,
              "this NWP has no rules for it; nwpd takes them from the package wireless-regdb"},
             {Error::wifi_busy, "an access point of the NWP runs, which 'nwp wifi access-point stop' ends"}});
    }
    request::GetWifiCountry get;
    perform(connection, get, "country");
    print({{"country", get.country().view()}}, common.json);
}

// ---- power save

struct PowerSaveOptions {
    std::string state; ///< empty: as it is
    unsigned listen_interval = 0;
};

void run_power_save(const Common& common, const PowerSaveOptions& options) {
    Connection connection(common.link);
    if (!options.state.empty()) {
        request::SetWifiPowerSave set{
            {kSwitch.at(options.state), static_cast<std::uint8_t>(options.listen_interval)}};
        perform(connection, set, "power save");
    }
    request::GetWifiPowerSave get;
    perform(connection, get, "power save");
    print({{"power_save", get.power_save().enabled ? "on" : "off"},
           {"listen_interval", get.power_save().listen_interval}},
          common.json);
}

// ---- statistics

void run_statistics(const Common& common) {
    Connection connection(common.link);
    request::GetWifiStatistics get;
    perform(connection, get, "statistics");
    const WifiStatistics& counted = get.statistics();
    print({{"beacons_received", counted.beacons_received},
           {"beacons_missed", counted.beacons_missed},
           {"joins", counted.joins},
           {"losses", counted.losses},
           {"bytes_received", counted.bytes_received},
           {"bytes_sent", counted.bytes_sent},
           {"packets_received", counted.packets_received},
           {"packets_sent", counted.packets_sent}},
          common.json);
}

// ---- access point

struct StartOptions {
    std::string ssid;
    std::string passphrase;
    std::string passphrase_file;
    std::string security = "wpa2-psk";
    unsigned channel = 0;
};

json::object access_point_row(const AccessPointStatus& status) {
    if (!status.running) return {{"state", "stopped"}};
    return {{"state", "running"},
            {"ssid", printable(status.ssid.view())},
            {"security", to_string(status.security)},
            {"channel", status.channel}};
}

struct Stations {
    json::array rows; ///< at most 255: AccessPointStatus counts them in a byte
    void add(const Bssid& station) {
        if (rows.size() < 255) rows.push_back(json::object{{"station", text_of(station)}});
    }
};

void run_start(const Common& common, const StartOptions& options) {
    const std::string passphrase =
        options.passphrase_file.empty() ? options.passphrase : read_passphrase(options.passphrase_file);
    AccessPointChoice choice;
    choice.ssid = options.ssid;
    choice.passphrase = passphrase;
    choice.security = kOwnSecurities.at(options.security);
    choice.channel = static_cast<std::uint8_t>(options.channel);
    if (choice.ssid.empty() || choice.ssid.size() > Ssid::capacity)
        throw Failure(kUsage, "access point: its name has 1 to 32 bytes");
    if (!passphrase_fits(choice.security, passphrase)) {
        throw Failure(kUsage, choice.security == WifiSecurity::open
                                  ? "access point: an open one has no passphrase"
                                  : "access point: give 8 to 63 characters or 64 hex digits with "
                                    "--passphrase-file, or --security open");
    }
    Connection connection(common.link);
    request::StartAccessPoint start{choice};
    perform(
        connection, start, options.ssid,
        {{Error::not_permitted, "its country forbids an access point on that channel; leave --channel out, "
                                "or see 'nwp wifi country'"},
         {Error::wifi_busy, "the radio is an access point already, which 'nwp wifi access-point stop' "
                            "ends, or has a network, which 'nwp wifi disconnect' leaves"}});
    request::GetAccessPoint get;
    perform(connection, get, "access point");
    print(access_point_row(get.status()), common.json);
}

void run_stop(const Common& common) {
    Connection connection(common.link);
    request::StopAccessPoint stop;
    perform(connection, stop, "access point");
    print(access_point_row({}), common.json);
}

void run_access_point_status(const Common& common) {
    Connection connection(common.link);
    Stations stations;
    request::GetAccessPoint get{Callback<void(const Bssid&)>::to<&Stations::add>(stations)};
    perform(connection, get, "access point");
    json::object outcome = access_point_row(get.status());
    if (get.status().running) outcome["stations"] = std::move(stations.rows);
    print(outcome, common.json);
}

void run_station_remove(const Common& common, const std::string& address) {
    Bssid station;
    if (!parse_bssid(address, station))
        throw Failure(kUsage, address + ": give six octets such as 02:00:00:00:00:01");
    Connection connection(common.link);
    request::RemoveStation remove{station};
    perform(
        connection, remove, "station " + address,
        {{Error::not_found, "it is not in the access point; 'nwp wifi access-point status' says who is"}});
    print({{"station", text_of(station)}, {"removed", true}}, common.json);
}

void declare_settings(CLI::App& wifi, Common& common) {
    const auto wanted = std::make_shared<std::string>();
    auto* country = wifi.add_subcommand("country", "which country's rules the radio keeps to");
    country->add_option("country", *wanted, "two letters of ISO 3166-1, or 00 for none; else it is shown");
    country->callback(
        [&common, wanted] { common.chosen = [&common, wanted] { run_country(common, *wanted); }; });

    const auto options = std::make_shared<PowerSaveOptions>();
    auto* save = wifi.add_subcommand("power-save", "whether the station dozes between beacons");
    auto* state = save->add_option("state", options->state, "on or off; else it is shown")
                      ->check(CLI::IsMember(kSwitch));
    save->add_option("--listen-interval", options->listen_interval, "it wakes for each beacon of so many")
        ->check(CLI::Range(1U, 255U))
        ->needs(state);
    save->callback(
        [&common, options] { common.chosen = [&common, options] { run_power_save(common, *options); }; });
}

void declare_start(CLI::App& access_point, Common& common) {
    const auto options = std::make_shared<StartOptions>();
    auto* start = access_point.add_subcommand("start", "begin one, in place of the station");
    start->add_option("ssid", options->ssid, "its name")->required();
    auto* passphrase =
        start->add_option("--passphrase", options->passphrase, "8 to 63 characters or 64 hex digits");
    start->add_option("--passphrase-file", options->passphrase_file, "file whose first line it is")
        ->type_name("FILE")
        ->excludes(passphrase);
    start->add_option("--security", options->security, "open or wpa2-psk")
        ->check(CLI::IsMember(kOwnSecurities));
    start->add_option("--channel", options->channel, "IEEE 802.11 channel number; else the NWP chooses")
        ->check(CLI::Range(1U, 233U));
    start->callback(
        [&common, options] { common.chosen = [&common, options] { run_start(common, *options); }; });
}

void declare_station(CLI::App& wifi, Common& common) {
    const auto address = std::make_shared<std::string>();
    auto* station = wifi.add_subcommand("station", "stations of the access point")->require_subcommand(1);
    auto* remove = station->add_subcommand("remove", "send one away");
    remove->add_option("mac", *address, "its MAC address")->required();
    remove->callback(
        [&common, address] { common.chosen = [&common, address] { run_station_remove(common, *address); }; });
}

} // namespace

void declare_radio(CLI::App& wifi, Common& common) {
    declare_settings(wifi, common);
    wifi.add_subcommand("statistics", "what the radio counted since the NWP began")->callback([&common] {
        common.chosen = [&common] { run_statistics(common); };
    });
    auto* access_point =
        wifi.add_subcommand("access-point", "the radio as an access point")->require_subcommand(1);
    declare_start(*access_point, common);
    access_point->add_subcommand("stop", "end it, and send its stations away")->callback([&common] {
        common.chosen = [&common] { run_stop(common); };
    });
    access_point->add_subcommand("status", "how it is, and who is in")->callback([&common] {
        common.chosen = [&common] { run_access_point_status(common); };
    });
    declare_station(wifi, common);
}

} // namespace nwp::tool
