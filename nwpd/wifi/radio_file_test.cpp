// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/radio_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace nwp::wifi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const char* const kOpen = R"([[access_point]]
ssid = "lab"
bssid = "02:00:00:00:00:01"
channel = 1
rssi = -50
security = "open"
)";

/// The messages for a file, empty if it is right.
std::vector<std::string> complaints(std::string_view text) {
    std::vector<std::string> messages;
    const auto parsed = parse_radio_file(text, "air.toml");
    if (const auto* problems = std::get_if<RadioFileProblems>(&parsed)) {
        for (const auto& problem : *problems) messages.push_back(problem.message());
        EXPECT_FALSE(messages.empty());
    }
    return messages;
}

RadioFile parsed(std::string_view text) {
    EXPECT_THAT(complaints(text), ElementsAre());
    return std::get<RadioFile>(parse_radio_file(text, "air.toml"));
}

/// kOpen with one line replaced, or added if no line begins so.
std::string with(const std::string& begin, const std::string& line) {
    std::istringstream lines{kOpen};
    std::string text;
    bool replaced = false;
    for (std::string each; std::getline(lines, each);) {
        const bool hit = each.rfind(begin, 0) == 0;
        text += (hit ? line : each) + '\n';
        replaced = replaced || hit;
    }
    return replaced ? text : text + line + '\n';
}

std::string with_lease(const std::string& lease) { return with("lease", "lease = { " + lease + " }"); }

std::string with_map(const std::string& map) { return kOpen + ("[[map]]\n" + map + "\n"); }

TEST(RadioFile, that_is_no_toml_is_refused_with_its_line) {
    EXPECT_THAT(complaints("[[access_point]]\nssid = \"lab\nbssid = 1\n"),
                ElementsAre(HasSubstr("air.toml:2: is no TOML: ")));
    EXPECT_THAT(complaints("\xff\xfe"), ElementsAre(HasSubstr("air.toml:1: is no TOML: ")));
}

TEST(RadioFile, that_is_empty_is_refused) {
    EXPECT_THAT(complaints(""), ElementsAre("air.toml:1: access_point: is missing; give at least one table "
                                            "[[access_point]]"));
    EXPECT_THAT(complaints("access_point = []"), ElementsAre(HasSubstr("access_point: is empty")));
}

TEST(RadioFile, that_is_too_large_is_refused) {
    EXPECT_THAT(complaints(std::string(1024 * 1024 + 1, '\n')), ElementsAre(HasSubstr("larger than 1 MiB")));
}

TEST(RadioFile, with_an_unknown_key_is_refused) {
    EXPECT_THAT(
        complaints(with("color", "color = 1")),
        ElementsAre("air.toml:7: access_point.color: unknown key; remove it or use ssid, bssid, channel, "
                    "rssi, security, passphrase or lease"));
    EXPECT_THAT(complaints(std::string{"zone = 1\n"} + kOpen),
                ElementsAre(HasSubstr("air.toml:1: zone: unknown key")));
    EXPECT_THAT(complaints(std::string{kOpen} + "[timing]\nfast = true"),
                ElementsAre(HasSubstr("air.toml:8: timing.fast: unknown key")));
    EXPECT_THAT(complaints(with_lease("address = \"10.77.0.2\", router = 1")),
                ElementsAre(HasSubstr("air.toml:7: access_point.lease.router: unknown key")));
    EXPECT_THAT(complaints(with_map("network = \"0.0.0.0/0\"\ndirect = true\nvia = 1")),
                ElementsAre(HasSubstr("air.toml:10: map.via: unknown key")));
}

TEST(RadioFile, names_every_missing_key) {
    const auto messages = complaints("[[access_point]]\n");
    ASSERT_EQ(messages.size(), 5U);
    const char* keys[] = {"ssid", "bssid", "channel", "rssi", "security"};
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_THAT(messages[i],
                    HasSubstr("air.toml:1: access_point." + std::string{keys[i]} + ": is missing; give "));
    }
}

TEST(RadioFile, with_a_wrong_type_is_refused_with_what_is_wanted) {
    const std::pair<const char*, const char*> rows[] = {{"ssid", "ssid = 1"},
                                                        {"bssid", "bssid = 2"},
                                                        {"channel", "channel = \"1\""},
                                                        {"channel", "channel = 1.0"},
                                                        {"rssi", "rssi = true"},
                                                        {"security", "security = [\"open\"]"},
                                                        {"passphrase", "passphrase = 12345678"},
                                                        {"lease", "lease = 10"}};
    for (const auto& [key, line] : rows) {
        const auto messages = complaints(with(key, line));
        ASSERT_FALSE(messages.empty()) << line;
        EXPECT_THAT(messages.front(), HasSubstr("access_point." + std::string{key} + ": is a")) << line;
        EXPECT_THAT(messages.front(), HasSubstr("; give ")) << line;
    }
    EXPECT_THAT(complaints("access_point = 1"),
                ElementsAre(HasSubstr("air.toml:1: access_point: is an integer")));
    EXPECT_THAT(complaints("access_point = [1]"), ElementsAre(HasSubstr("is an array of an integer")));
    EXPECT_THAT(complaints(std::string{"timing = 1\n"} + kOpen),
                ElementsAre(HasSubstr("timing: is an integer")));
}

TEST(RadioFile, with_a_bad_value_is_refused) {
    const std::pair<const char*, const char*> rows[] = {
        {"ssid", "ssid = \"\""},
        {"ssid", "ssid = \"123456789012345678901234567890123\""},
        {"bssid", "bssid = \"02:00\""},
        {"bssid", "bssid = \"03:00:00:00:00:01\""},
        {"bssid", "bssid = \"00:00:00:00:00:00\""},
        {"channel", "channel = 0"},
        {"channel", "channel = 234"},
        {"channel", "channel = 9223372036854775807"},
        {"rssi", "rssi = 0"},
        {"rssi", "rssi = -128"},
        {"security", "security = \"WPA2\""},
        {"passphrase", "passphrase = \"12345678\""},
    };
    for (const auto& [key, line] : rows) {
        const auto messages = complaints(with(key, line));
        ASSERT_EQ(messages.size(), 1U) << line;
        EXPECT_THAT(messages.front(), HasSubstr(": access_point." + std::string{key} + ": ")) << line;
        EXPECT_THAT(messages.front(), testing::ContainsRegex("; (give|remove) ")) << line;
    }
}

TEST(RadioFile, with_two_access_points_of_one_bssid_is_refused_at_the_second) {
    EXPECT_THAT(
        complaints(std::string{kOpen} + kOpen),
        ElementsAre("air.toml:9: access_point.bssid: \"02:00:00:00:00:01\" stands twice; give each access "
                    "point its own"));
}

TEST(RadioFile, with_a_passphrase_of_wrong_length_is_refused_and_does_not_repeat_it) {
    for (const char* security : {"wpa2-psk", "wpa3-sae"}) {
        for (const std::string& passphrase :
             {std::string("secret7"), std::string(64, 'x'), std::string(65, 'a')}) {
            const auto messages = complaints(with("security", "security = \"" + std::string{security} +
                                                                  "\"\npassphrase = \"" + passphrase + '"'));
            ASSERT_EQ(messages.size(), 1U);
            EXPECT_THAT(messages.front(), HasSubstr("air.toml:7: access_point.passphrase: does not fit"));
            EXPECT_THAT(messages.front(), testing::Not(HasSubstr(passphrase)));
        }
        EXPECT_THAT(complaints(with("security", "security = \"" + std::string{security} + '"')),
                    ElementsAre(HasSubstr("access_point.passphrase: is missing")));
    }
}

TEST(RadioFile, with_a_lease_outside_its_limits_is_refused) {
    const std::pair<const char*, const char*> rows[] = {
        {"address", "prefix = 24"},
        {"address", "address = 1"},
        {"address", "address = \"10.77.0\""},
        {"address", "address = \"127.0.0.1\""},
        {"address", "address = \"0.0.0.0\""},
        {"address", "address = \"224.0.0.1\""},
        {"address", "address = \"255.255.255.255\""},
        {"address", "address = \"::1\""},
        {"address", "address = \"ff02::1\""},
        {"address", "address = \"10.77.0.0\""},
        {"address", "address = \"10.77.0.255\""},
        {"address", "address = \"10.77.0.7\", prefix = 29"},
        {"prefix", "address = \"10.77.0.2\", prefix = 0"},
        {"prefix", "address = \"10.77.0.2\", prefix = 33"},
        {"prefix", "address = \"fd77::2\", prefix = 129"},
        {"gateway", "address = \"10.77.0.2\", gateway = \"10.78.0.1\""},
        {"gateway", "address = \"10.77.0.2\", gateway = \"10.77.0.2\""},
        {"gateway", "address = \"10.77.0.2\", gateway = \"fd77::1\""},
        {"dns", "address = \"10.77.0.2\", dns = \"10.77.0.1\""},
        {"dns", "address = \"10.77.0.2\", dns = [1]"},
        {"dns", "address = \"10.77.0.2\", dns = [\"dns.example\"]"},
        {"dns", "address = \"10.77.0.2\", dns = [\"127.0.0.53\"]"},
        {"dns", "address = \"10.77.0.2\", dns = [\"10.78.0.1\"]"}, // in no map network
        {"dns", "address = \"10.77.0.2\", dns = [\"10.77.0.1\", \"10.77.0.1\", \"10.77.0.1\", \"10.77.0.1\", "
                "\"10.77.0.1\"]"},
    };
    for (const auto& [key, lease] : rows) {
        const auto messages = complaints(with_lease(lease));
        ASSERT_EQ(messages.size(), 1U) << lease;
        EXPECT_THAT(messages.front(), HasSubstr("air.toml:7: access_point.lease." + std::string{key} + ": "))
            << lease;
        EXPECT_THAT(messages.front(), testing::ContainsRegex("; (give|add) ")) << lease;
    }
}

TEST(RadioFile, with_a_bad_map_is_refused) {
    const std::pair<const char*, const char*> rows[] = {
        {"network", "to = \"127.0.0.1\""},
        {"network", "network = 10"},
        {"network", "network = \"10.77.0.0\"\nto = \"127.0.0.1\""},
        {"network", "network = \"10.77.0.1/24\"\nto = \"127.77.0.0/24\""},
        {"network", "network = \"127.0.0.0/8\"\ndirect = true"},
        {"network", "network = \"127.0.0.1/32\"\nto = \"127.0.0.1\""},
        {"network", "network = \"::1/128\"\ndirect = true"},
        {"network", "network = \"::ffff:10.77.0.0/120\"\ndirect = true"},
        {"to", "network = \"10.77.0.0/24\""},
        {"to", "network = \"10.77.0.0/24\"\nto = 127"},
        {"to", "network = \"10.77.0.0/24\"\nto = \"localhost\""},
        {"to", "network = \"10.77.0.0/24\"\nto = \"127.77.0.0/25\""},
        {"to", "network = \"10.77.0.0/24\"\nto = \"::1\""},
        {"to", "network = \"10.77.0.0/24\"\nto = \"127.0.0.1\"\ndirect = true"},
        {"direct", "network = \"10.77.0.0/24\"\ndirect = 1"},
        {"direct", "network = \"10.77.0.0/24\"\ndirect = false"},
        {"ports", "network = \"10.77.0.0/24\"\ndirect = true\nports = [53]"},
        {"ports", "network = \"10.77.0.0/24\"\ndirect = true\nports = { dns = 53 }"},
        {"ports", "network = \"10.77.0.0/24\"\ndirect = true\nports = { 053 = 53 }"},
        {"ports", "network = \"10.77.0.0/24\"\ndirect = true\nports = { 0 = 53 }"},
        {"ports", "network = \"10.77.0.0/24\"\ndirect = true\nports = { 65536 = 53 }"},
        {"ports", "network = \"10.77.0.0/24\"\ndirect = true\nports = { \"\" = 53 }"},
        {"ports", "network = \"10.77.0.0/24\"\ndirect = true\nports = { 53 = \"53\" }"},
        {"ports", "network = \"10.77.0.0/24\"\ndirect = true\nports = { 53 = 65536 }"},
    };
    for (const auto& [key, map] : rows) {
        const auto messages = complaints(with_map(map));
        ASSERT_EQ(messages.size(), 1U) << map;
        EXPECT_THAT(messages.front(), HasSubstr(": map." + std::string{key} + ": ")) << map;
        EXPECT_THAT(messages.front(), testing::ContainsRegex("; (give|remove) ")) << map;
    }
    EXPECT_THAT(
        complaints(with_map("network = \"10.0.0.0/8\"\ndirect = true\n[[map]]\nnetwork = \"10.0.0.0/8\"\n"
                            "to = \"127.0.0.1\"")),
        ElementsAre(HasSubstr("air.toml:11: map.network: \"10.0.0.0/8\" stands twice")));
}

TEST(RadioFile, with_a_time_out_of_range_is_refused) {
    for (const char* key : {"scan_result_ms", "join_ms", "lease_ms"}) {
        for (const char* value : {"-1", "60001", "1.5", "\"20\""}) {
            const auto messages = complaints(std::string{kOpen} + "[timing]\n" + key + " = " + value);
            EXPECT_THAT(messages, ElementsAre(HasSubstr("air.toml:8: timing." + std::string{key} + ": ")));
        }
    }
}

TEST(RadioFile, lists_every_problem_in_the_order_of_lines) {
    EXPECT_THAT(
        complaints(
            "timing = 0\n[[access_point]]\nssid = 1\nbssid = 2\nchannel = 3\nrssi = 4\nsecurity = 5\n"),
        ElementsAre(HasSubstr("air.toml:1: "), HasSubstr("air.toml:3: "), HasSubstr("air.toml:4: "),
                    HasSubstr("air.toml:6: "), HasSubstr("air.toml:7: ")));
}

TEST(RadioFile, with_too_many_access_points_is_refused) {
    std::string text;
    for (int i = 0; i < 257; ++i) text += "[[access_point]]\n";
    EXPECT_THAT(complaints(text), ElementsAre(HasSubstr("access_point: stands 257 times; give at most 256")));
}

TEST(RadioFile, gives_back_what_it_says) {
    const RadioFile file = parsed(R"(
[timing]
scan_result_ms = 1
join_ms = 2
lease_ms = 3
[[access_point]]
ssid = "lab"
bssid = "02:00:00:00:00:aF"
channel = 149
rssi = -77
security = "wpa3-sae"
passphrase = "12345678"
lease = { address = "10.1.2.3", prefix = 20, gateway = "10.1.0.1", dns = ["10.1.0.2", "10.1.0.3"] }
[[map]]
network = "10.1.0.0/16"
to = "127.1.0.0/16"
ports = { 53 = 5353 }
)");
    EXPECT_EQ(file.timing.scan_result, milliseconds(1));
    EXPECT_EQ(file.timing.join, milliseconds(2));
    EXPECT_EQ(file.timing.lease, milliseconds(3));
    ASSERT_EQ(file.access_points.size(), 1U);
    const AccessPoint& access_point = file.access_points.front();
    EXPECT_EQ(access_point.network.ssid.view(), "lab");
    EXPECT_EQ(bssid_text(access_point.network.bssid).view(), "02:00:00:00:00:af");
    EXPECT_EQ(access_point.network.channel, 149);
    EXPECT_EQ(access_point.network.rssi_dbm, -77);
    EXPECT_EQ(access_point.network.security, WifiSecurity::wpa3_sae);
    EXPECT_EQ(access_point.passphrase.view(), "12345678");
    const Lease lease{Address::ipv4(10, 1, 2, 3),
                      20,
                      Address::ipv4(10, 1, 0, 1),
                      {Address::ipv4(10, 1, 0, 2, 53), Address::ipv4(10, 1, 0, 3, 53)}};
    EXPECT_EQ(access_point.lease, lease);
    const MapEntry entry{*parse_network("10.1.0.0/16"), *parse_network("127.1.0.0/16"), false, {{53, 5353}}};
    EXPECT_THAT(file.map, ElementsAre(entry));
}

TEST(RadioFile, has_defaults_for_what_it_leaves_out) {
    const RadioFile file = parsed(with_lease("address = \"10.77.0.2\""));
    EXPECT_EQ(file.timing.scan_result, milliseconds(20));
    EXPECT_EQ(file.timing.join, milliseconds(50));
    EXPECT_EQ(file.timing.lease, milliseconds(20));
    EXPECT_EQ(file.access_points.front().lease->prefix_length, 24);
    EXPECT_EQ(file.access_points.front().lease->gateway, Address{});
    const MapEntry entry{*parse_network("10.77.0.0/24"), *parse_network("127.77.0.0/24"), false, {}};
    EXPECT_THAT(file.map, ElementsAre(entry));
    EXPECT_FALSE(parsed(kOpen).access_points.front().lease);
    EXPECT_EQ(parsed(with_lease("address = \"fd77::2\"")).access_points.front().lease->prefix_length, 64);
}

TEST(RadioFile, may_map_ipv6_and_everything) {
    const RadioFile file =
        parsed(with_map("network = \"::/0\"\ndirect = true\n[[map]]\nnetwork = \"fd77::/64\"\n"
                        "to = \"::1\""));
    const AddressMap map{file.map};
    EXPECT_EQ(*map.to_real(*parse_ip("fd77::9")), *parse_ip("::1"));
    EXPECT_EQ(*map.to_real(*parse_ip("2001:db8::9")), *parse_ip("2001:db8::9"));
}

TEST(DefaultRadioFile, is_right_and_has_every_kind_of_network) {
    const RadioFile file = parsed(default_radio_file());
    int with_security[3] = {};
    int homes = 0;
    int without_lease = 0;
    for (const auto& each : file.access_points) {
        ++with_security[static_cast<int>(each.network.security)];
        homes +=
            each.network.ssid.view() == "nwp-home" && each.network.security == WifiSecurity::wpa2_psk ? 1 : 0;
        without_lease += each.lease ? 0 : 1;
    }
    for (const int count : with_security) EXPECT_GE(count, 1);
    EXPECT_EQ(homes, 2);
    EXPECT_EQ(without_lease, 1);
}

TEST(RadioFile, has_devices_of_others) {
    const RadioFile file = parsed(std::string(default_radio_file()) + R"(
[[station]]
mac = "02:00:00:00:09:01"
name = "phone"
ssid = "ours"
passphrase = "password1"
[[p2p_peer]]
mac = "02:00:00:00:08:01"
name = "printer"
invites = true
accepts = false
present = false
)");
    ASSERT_EQ(file.devices.size(), 2U);
    EXPECT_EQ(file.devices[0].kind, AirDevice::Kind::station);
    EXPECT_EQ(file.devices[0].ssid.view(), "ours");
    EXPECT_EQ(file.devices[0].passphrase.view(), "password1");
    EXPECT_TRUE(file.devices[0].present);
    EXPECT_EQ(file.devices[1].kind, AirDevice::Kind::p2p_peer);
    EXPECT_TRUE(file.devices[1].invites);
    EXPECT_FALSE(file.devices[1].accepts);
    EXPECT_FALSE(file.devices[1].present);
}

TEST(RadioFile, refuses_devices_that_cannot_be) {
    const std::string text = std::string(default_radio_file()) + R"(
[[station]]
mac = "03:00:00:00:09:01"
ssid = ""
passphrase = "short"
[[p2p_peer]]
mac = "02:00:00:00:08:01"
)";
    const auto all = complaints(text);
    ASSERT_EQ(all.size(), 4U);
    EXPECT_THAT(all[0], HasSubstr("station.mac"));
    EXPECT_THAT(all[1], HasSubstr("station.ssid"));
    EXPECT_THAT(all[2], HasSubstr("station.passphrase"));
    EXPECT_THAT(all[2], testing::Not(HasSubstr("short")));
    EXPECT_THAT(all[3], HasSubstr("p2p_peer.name"));
}

TEST(RadioFile, is_loaded_from_disk) {
    const auto path =
        std::filesystem::path{testing::TempDir()} / ("radio_file_" + std::to_string(::getpid()) + ".toml");
    std::ofstream{path} << default_radio_file();
    EXPECT_TRUE(std::holds_alternative<RadioFile>(load_radio_file(path.string())));
    std::filesystem::remove(path);
    const auto gone = load_radio_file(path.string());
    EXPECT_THAT(std::get<RadioFileProblems>(gone).front().message(),
                HasSubstr(": cannot be opened; give the path"));
    const auto folder = load_radio_file(testing::TempDir());
    EXPECT_TRUE(std::holds_alternative<RadioFileProblems>(folder));
}

std::string document() {
    std::ifstream file(NWP_SOURCE_DIR "/docs/radio.md");
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(RadioDocument, has_every_key_of_the_parser) {
    for (const auto& key : radio_file_keys()) {
        const bool is_table = key.find('.') == std::string::npos;
        EXPECT_THAT(document(), HasSubstr(is_table ? '[' + key + ']' : "| `" + key + "` |"));
    }
}

TEST(RadioDocument, has_examples_that_parse_and_messages_as_they_are) {
    const std::string text = document();
    int examples = 0;
    for (std::size_t at = text.find("```toml\n"); at != std::string::npos;
         at = text.find("```toml\n", at + 1)) {
        const std::size_t begin = at + 8;
        parsed(std::string_view{text}.substr(begin, text.find("```", begin) - begin));
        ++examples;
    }
    EXPECT_EQ(examples, 2);
    EXPECT_THAT(text, HasSubstr(complaints("\n\n" + with("channel", "channel = 0"))[0].substr(11)));
    EXPECT_THAT(text, HasSubstr(complaints(with("pasphrase", "pasphrase = 0"))[0].substr(11)));
}

} // namespace
} // namespace nwp::wifi
