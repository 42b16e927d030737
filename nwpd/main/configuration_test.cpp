// SPDX-License-Identifier: Apache-2.0
#include "nwpd/main/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

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
    EXPECT_THAT(first_problem("[[endpoint]]\npath = \"/x\"\ndialect = \"simplelink\"\n"),
                testing::HasSubstr("no dialect of this version"));
}

TEST(Configuration, radio_file_without_a_radio_is_refused) {
    EXPECT_THAT(first_problem("[radio]\nkind = \"none\"\nfile = \"x\"\n"),
                testing::HasSubstr("without a radio"));
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
