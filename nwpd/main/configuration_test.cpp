// SPDX-License-Identifier: Apache-2.0
#include "nwpd/main/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace nwp::daemon {
namespace {

Configuration good(std::string_view text) {
    auto read = parse_configuration(text, "nwpd.toml");
    if (const auto* problems = std::get_if<Problems>(&read)) {
        ADD_FAILURE() << problems->front().message();
        return {};
    }
    return std::get<Configuration>(std::move(read));
}

std::string first_problem(std::string_view text) {
    const auto read = parse_configuration(text, "nwpd.toml");
    const auto* problems = std::get_if<Problems>(&read);
    return problems == nullptr ? "no problem" : problems->front().message();
}

TEST(Configuration, built_in_one_is_good) {
    const Configuration configuration = good(default_configuration());
    ASSERT_EQ(configuration.endpoints.size(), 1U);
    EXPECT_EQ(configuration.endpoints[0].path, "/run/nwp.sock");
    EXPECT_EQ(configuration.store_folder, "/var/lib/nwp");
    EXPECT_EQ(configuration.policy("default").socket_limit, 256U);
    EXPECT_FALSE(configuration.policy("default").allow_unverified);
    EXPECT_FALSE(configuration.policy("default").list_all);
}

TEST(Configuration, endpoint_takes_every_key) {
    const Configuration configuration = good(R"(
        [[client]]
        name = "sensor"
        sockets = 3
        allow_unverified = true
        truncation_hosts = ["old.example"]
        list_all = true
        [[endpoint]]
        kind = "tty"
        path = "/dev/ttyS1"
        dialect = "native"
        baud = 115200
        frame_room = 512
        flow_control = true
        client = "sensor"
        capture = "/tmp/c.pcapng")");
    const EndpointSettings& endpoint = configuration.endpoints.at(0);
    EXPECT_EQ(endpoint.kind, EndpointKind::terminal);
    EXPECT_EQ(endpoint.baud, 115200U);
    EXPECT_EQ(endpoint.frame_room, 512U);
    EXPECT_TRUE(endpoint.hardware_flow_control);
    EXPECT_EQ(endpoint.capture, "/tmp/c.pcapng");
    EXPECT_EQ(configuration.policy("sensor").socket_limit, 3U);
    EXPECT_TRUE(configuration.policy("sensor").allow_unverified);
    EXPECT_TRUE(configuration.policy("sensor").list_all);
    EXPECT_TRUE(configuration.policy("sensor").truncation_hosts.contains("old.example"));
}

TEST(Configuration, unknown_key_is_named_with_its_line) {
    EXPECT_THAT(first_problem("reattach_s = 3\n\n[store]\nfoldr = \"x\"\n"),
                testing::HasSubstr("nwpd.toml:4: store.foldr"));
}

TEST(Configuration, value_of_the_wrong_type_is_named_with_its_line) {
    EXPECT_THAT(first_problem("[[endpoint]]\npath = 7\n"), testing::HasSubstr("nwpd.toml:2: endpoint.path"));
}

TEST(Configuration, broken_toml_is_named_with_its_line) {
    EXPECT_THAT(first_problem("[store\n"), testing::HasSubstr("nwpd.toml:1"));
}

TEST(Configuration, client_that_does_not_exist_is_refused) {
    EXPECT_THAT(first_problem("[[endpoint]]\npath = \"/x\"\nclient = \"nobody\"\n"),
                testing::HasSubstr("there is no client \"nobody\""));
}

TEST(Configuration, endpoint_without_a_path_is_refused) {
    EXPECT_THAT(first_problem("[[endpoint]]\nkind = \"unix\"\n"), testing::HasSubstr("endpoint.path"));
}

TEST(Configuration, baud_of_a_unix_socket_is_refused) {
    EXPECT_THAT(first_problem("[[endpoint]]\npath = \"/x\"\nbaud = 9600\n"),
                testing::HasSubstr("only a tty"));
}

TEST(Configuration, dialect_that_is_not_there_is_refused) {
    EXPECT_THAT(first_problem("[[endpoint]]\npath = \"/x\"\ndialect = \"latin\"\n"),
                testing::HasSubstr("nwpd.toml:3: endpoint.dialect: \"latin\" is no dialect of this version"));
}

TEST(Configuration, simplelink_endpoint_takes_every_key) {
    const Configuration configuration = good(R"(
        [[client]]
        name = "firmware"
        allow_tls_1_3 = true
        legacy_warn = ["old.example", "older.example"]
        [[endpoint]]
        kind = "tty"
        path = "/dev/ttyS1"
        dialect = "simplelink"
        baud = 230400
        flow_control = true
        power = "dsr"
        client = "firmware"
        capture = "/tmp/c.pcapng"
        [[endpoint]]
        kind = "tcp"
        path = "[::1]:0"
        dialect = "simplelink")");
    const EndpointSettings& endpoint = configuration.endpoints.at(0);
    EXPECT_EQ(endpoint.dialect, EndpointDialect::simplelink);
    EXPECT_EQ(endpoint.power, endpoint::PowerSign::dsr);
    EXPECT_EQ(endpoint.baud, 230400U);
    EXPECT_EQ(configuration.endpoints.at(1).kind, EndpointKind::tcp);
    const service::ClientPolicy& policy = configuration.policy("firmware");
    EXPECT_TRUE(policy.allow_tls_1_3);
    EXPECT_THAT(policy.legacy_warn, testing::ElementsAre("old.example", "older.example"));
    EXPECT_FALSE(configuration.policy("default").allow_tls_1_3);
    EXPECT_TRUE(configuration.policy("default").legacy_warn.empty());
}

TEST(Configuration, what_a_dialect_or_a_kind_does_not_have_is_refused) {
    struct Row {
        const char* keys;
        const char* says;
    };
    const Row rows[] = {
        {"kind = \"tcp\"\npath = \"127.0.0.1:7\"\n", "endpoint.kind: native hosts do not come by TCP"},
        {"dialect = \"simplelink\"\npath = \"/x\"\nframe_room = 512\n",
         "endpoint.frame_room: SimpleLink has no"},
        {"dialect = \"simplelink\"\npath = \"/x\"\npower = \"dcd\"\n", "endpoint.power: only a tty"},
        {"dialect = \"simplelink\"\npath = \"/x\"\nbaud = 9600\n", "endpoint.baud: only a tty"},
        {"kind = \"tty\"\npath = \"/x\"\npower = \"dcd\"\n", "endpoint.power: native hosts say themselves"},
        {"kind = \"tty\"\ndialect = \"simplelink\"\npath = \"/x\"\npower = \"sun\"\n",
         "\"sun\" is no sign of power"},
        {"kind = \"tcp\"\ndialect = \"simplelink\"\npath = \"0.0.0.0:7\"\n",
         "endpoint.path: 0.0.0.0:7 is no address of the loopback"},
        {"kind = \"tcp\"\ndialect = \"simplelink\"\npath = \"/x\"\n",
         "endpoint.path: /x is no address with a port"},
    };
    for (const Row& row : rows)
        EXPECT_THAT(first_problem(std::string("[[endpoint]]\n") + row.keys), testing::HasSubstr(row.says))
            << row.keys;
}

TEST(Configuration, hosts_to_be_warned_of_are_names) {
    EXPECT_THAT(first_problem("[[client]]\nname = \"a\"\nlegacy_warn = [1]\n"),
                testing::HasSubstr("client.legacy_warn"));
}

TEST(Configuration, interface_for_packets_is_a_name_the_kernel_takes) {
    const Configuration configuration = good("[[client]]\nname = \"a\"\npackets = \"nwp0\"\n");
    EXPECT_EQ(configuration.policy("a").packets, "nwp0");
    EXPECT_EQ(configuration.policy("default").packets, "") << "nobody has it unasked";
    for (const char* name : {"", ".", "a/b", "nwp0:1", "sixteen-letters-", "a b"}) {
        EXPECT_THAT(first_problem("[[client]]\nname = \"a\"\npackets = \"" + std::string(name) + "\"\n"),
                    testing::HasSubstr("client.packets"));
    }
}

TEST(Configuration, files_of_a_radio_without_a_radio_are_refused) {
    for (const std::string key : {"file", "regulatory_db"}) {
        EXPECT_THAT(first_problem("[radio]\nkind = \"none\"\n" + key + " = \"x\"\n"),
                    testing::HasSubstr("radio." + key + ": has no use without a radio"));
    }
}

TEST(Configuration, file_that_cannot_be_read_says_so) {
    const auto read = load_configuration("/nonexistent/nwpd.toml");
    ASSERT_TRUE(std::holds_alternative<Problems>(read));
    EXPECT_THAT(std::get<Problems>(read).front().message(), testing::HasSubstr("cannot be read"));
}

TEST(Configuration, endpoint_on_the_command_line) {
    EXPECT_EQ(parse_endpoint("unix:/a")->kind, EndpointKind::unix_socket);
    EXPECT_EQ(parse_endpoint("pty:/a:b")->path, "/a:b");
    const auto terminal = parse_endpoint("tty:/dev/ttyS0:115200");
    ASSERT_TRUE(terminal);
    EXPECT_EQ(terminal->path, "/dev/ttyS0");
    EXPECT_EQ(terminal->baud, 115200U);
    EXPECT_FALSE(parse_endpoint("tty:/dev/ttyS0:fast"));
    EXPECT_FALSE(parse_endpoint("tcp:1.2.3.4"));
    EXPECT_FALSE(parse_endpoint("unix:"));
    EXPECT_FALSE(parse_endpoint("tty::115200"));
    EXPECT_FALSE(parse_endpoint("/run/nwp.sock"));
    EXPECT_FALSE(parse_endpoint("tty:/dev/ttyS0:0"));
}

TEST(Configuration, frame_bus_has_two_ends) {
    const auto bus = parse_endpoint("framebus:/a:/b");
    ASSERT_TRUE(bus);
    EXPECT_EQ(bus->kind, EndpointKind::frame_bus);
    EXPECT_EQ(bus->path, "/a");
    EXPECT_EQ(bus->peer, "/b");
    for (const char* const bad : {"framebus:/a", "framebus:/a:", "framebus::/b", "simplelink+framebus:/a:/b"})
        EXPECT_FALSE(parse_endpoint(bad)) << bad;

    const std::string head = "[[endpoint]]\nkind = \"framebus\"\npath = \"/a\"\n";
    const auto read = parse_configuration(head + "peer = \"/b\"\n", "f");
    ASSERT_TRUE(std::holds_alternative<Configuration>(read));
    EXPECT_EQ(std::get<Configuration>(read).endpoints.at(0).peer, "/b");
    for (const char* const bad :
         {"", "peer = \"\"\n", "peer = \"/b\"\nframe_room = 512\n", "peer = \"/b\"\nbaud = 115200\n",
          "peer = \"/b\"\ndialect = \"simplelink\"\n"}) {
        EXPECT_TRUE(std::holds_alternative<Problems>(parse_configuration(head + bad, "f"))) << bad;
    }
    const auto other =
        parse_configuration("[[endpoint]]\nkind = \"pty\"\npath = \"/a\"\npeer = \"/b\"\n", "f");
    EXPECT_TRUE(std::holds_alternative<Problems>(other));
}

TEST(Configuration, simplelink_endpoint_on_the_command_line) {
    const auto unix_socket = parse_endpoint("simplelink+unix:/a");
    ASSERT_TRUE(unix_socket);
    EXPECT_EQ(unix_socket->dialect, EndpointDialect::simplelink);
    EXPECT_EQ(unix_socket->kind, EndpointKind::unix_socket);
    EXPECT_EQ(unix_socket->path, "/a");
    EXPECT_EQ(parse_endpoint("simplelink+pty:/a+b")->path, "/a+b");
    EXPECT_EQ(parse_endpoint("simplelink+tty:/dev/ttyS0:14400")->baud, 14400U);
    EXPECT_EQ(parse_endpoint("simplelink+tcp:[::1]:0")->path, "[::1]:0");
    EXPECT_EQ(parse_endpoint("unix:/a+b")->dialect, EndpointDialect::native);
    EXPECT_FALSE(parse_endpoint("tcp:127.0.0.1:7"));
    EXPECT_FALSE(parse_endpoint("simplelink:/a"));
    EXPECT_FALSE(parse_endpoint("simplelink+"));
    EXPECT_FALSE(parse_endpoint("simplelink+tcp:"));
    EXPECT_FALSE(parse_endpoint("native+unix:/a"));
}

TEST(Configuration, document_has_every_key) {
    std::ifstream file(NWP_SOURCE_DIR "/docs/configuration.md");
    const std::string document{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (const std::string& key : configuration_keys()) {
        const std::string last = key.substr(key.rfind('.') + 1);
        EXPECT_THAT(document, testing::AnyOf(testing::HasSubstr("\n" + last + " = "),
                                             testing::HasSubstr("[" + last + "]")))
            << key;
    }
}

TEST(Configuration, example_of_the_document_is_good) {
    std::ifstream file(NWP_SOURCE_DIR "/docs/configuration.md");
    const std::string document{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const std::size_t begin = document.find("```toml\n") + 8;
    good(std::string_view(document).substr(begin, document.find("```", begin) - begin));
}

} // namespace
} // namespace nwp::daemon
