// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/names.h"

#include "base/ip_text.h"
#include "nwpd/service/name_rules.h"
#include "nwpd/service/numeric_host.h"
#include "nwpd/wifi/address_map.h"
#include "tests/kit/pki/loop.h"

#include <boost/asio/ip/udp.hpp>
#include <gtest/gtest.h>

#include <array>
#include <string>

using namespace nwp;
using namespace nwp::service;
using namespace std::string_literals;

namespace {

std::string text_of(const NameAnswer& answer) {
    std::string text;
    for (const NameEntry& entry : answer.entries) {
        text += text.empty() ? "" : " ";
        text += std::string{ip_text(entry.address).view()} + ":" + std::to_string(entry.address.port);
        text += entry.type == SocketType::stream ? "/stream" : "/datagram";
    }
    return text;
}

ServiceTable table() {
    ServiceTable services;
    services.add("https", SocketType::stream, 443);
    services.add("https", SocketType::datagram, 443);
    services.add("smtp", SocketType::stream, 25);
    services.add("mail", SocketType::stream, 25);
    return services;
}

/// A DNS server on the loop with one A and one AAAA record for every name but those under "none.test".
class TinyDns {
public:
    explicit TinyDns(boost::asio::io_context& context)
        : socket_(context, {boost::asio::ip::address_v4::loopback(), 0}) {
        listen();
    }
    std::uint16_t port() const { return socket_.local_endpoint().port(); }
    int questions = 0;

private:
    void listen() {
        socket_.async_receive_from(boost::asio::buffer(query_), from_,
                                   [this](boost::system::error_code error, std::size_t size) {
                                       if (error) return;
                                       ++questions;
                                       answer({query_.data(), size});
                                       listen();
                                   });
    }
    void answer(std::string query) {
        const bool none = query.find("none") != std::string::npos;
        const std::size_t name_end = query.find('\0', 12); // the root label ends the name
        const bool ipv6 = query.at(name_end + 2) == 28;
        std::string reply = query.substr(0, name_end + 5);
        reply[2] = '\x81';
        reply[3] = none ? '\x83' : '\x80';
        reply[7] = none ? '\0' : '\1';
        reply[8] = reply[9] = reply[10] = reply[11] = '\0';
        if (!none) {
            reply += "\xc0\x0c\x00"s + (ipv6 ? "\x1c"s : "\x01"s) + "\x00\x01\x00\x00\x00\x3c\x00"s;
            reply += ipv6 ? "\x10\xfd\x77\0\0\0\0\0\0\0\0\0\0\0\0\0\x09"s : "\x04\x0a\x4d\x00\x09"s;
        }
        socket_.send_to(boost::asio::buffer(reply), from_);
    }

    boost::asio::ip::udp::socket socket_;
    boost::asio::ip::udp::endpoint from_;
    std::array<char, 512> query_{};
};

class NamesTest : public ::testing::Test {
protected:
    NamesTest() {
        wifi::MapEntry entry;
        entry.network = *wifi::parse_network("10.77.0.0/24");
        entry.to = *wifi::parse_network("127.0.0.1/32");
        entry.ports = {{53, dns.port()}};
        map = wifi::AddressMap({entry});
        lease.address = Address::ipv4(10, 77, 0, 50);
        lease.dns_servers = {Address::ipv4(10, 77, 0, 1, 53)};
        network.set_lease(lease);
    }

    Result<NameAnswer> ask(const NameQuestion& question, Duration limit = seconds(20)) {
        std::optional<Result<NameAnswer>> answer;
        names.resolve(question, limit, [&](Result<NameAnswer> result) {
            EXPECT_FALSE(answer) << "told twice";
            answer = std::move(result);
        });
        EXPECT_FALSE(answer) << "told from inside the call";
        EXPECT_TRUE(kit::run_until(context, [&] { return answer.has_value(); }));
        return answer.value_or(Error::timed_out);
    }
    std::string text(const NameQuestion& question) {
        const auto answer = ask(question);
        return answer ? text_of(*answer) : to_string(answer.error());
    }
    static NameQuestion named(std::string node, std::string service = "443", std::uint16_t flags = 0) {
        NameQuestion question;
        question.node = std::move(node);
        question.service = std::move(service);
        question.flags = flags;
        question.type = SocketType::stream;
        return question;
    }

    boost::asio::io_context context;
    TinyDns dns{context};
    wifi::AddressMap map{{}};
    net::Resolver resolver{context};
    Network network{map, resolver};
    wifi::Lease lease;
    Names names{context, resolver, network};
};

TEST_F(NamesTest, asks_the_leases_server_and_puts_what_can_be_reached_first) {
    EXPECT_EQ(text(named("server.example.test")), "10.77.0.9:443/stream fd77::9:443/stream");
}

TEST_F(NamesTest, a_question_for_any_type_gets_both) {
    NameQuestion question = named("server.example.test");
    question.type = {};
    question.family = Family::ipv4;
    EXPECT_EQ(text(question), "10.77.0.9:443/stream 10.77.0.9:443/datagram");
}

TEST_F(NamesTest, gives_the_protocol_back_that_was_asked_for) {
    NameQuestion question = named("10.77.0.9");
    question.type = {};
    question.protocol = Protocol::tls_1_2;
    const auto answer = ask(question);
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->entries.size(), 1U);
    EXPECT_EQ(answer->entries[0].protocol, Protocol::tls_1_2);
    EXPECT_EQ(answer->entries[0].type, SocketType::stream);
}

TEST_F(NamesTest, an_unknown_name_is_not_found) {
    EXPECT_EQ(text(named("none.example.test")), "name_not_found");
}

TEST_F(NamesTest, maps_ipv4_into_ipv6_where_asked_to) {
    NameQuestion question = named("server.example.test", "443", name_flag::v4_mapped);
    question.family = Family::ipv6;
    EXPECT_EQ(text(question), "fd77::9:443/stream");
    question.flags |= name_flag::all;
    EXPECT_EQ(text(question), "::ffff:10.77.0.9:443/stream fd77::9:443/stream");
    question = named("10.77.0.9", "443", name_flag::v4_mapped);
    question.family = Family::ipv6;
    EXPECT_EQ(text(question), "::ffff:10.77.0.9:443/stream");
}

TEST_F(NamesTest, address_configured_leaves_out_families_we_have_no_address_of) {
    NameQuestion question = named("server.example.test", "443", name_flag::address_configured);
    EXPECT_EQ(text(question), "10.77.0.9:443/stream");
    question.family = Family::ipv6;
    EXPECT_EQ(text(question), "name_not_found");
}

TEST_F(NamesTest, numeric_hosts_ask_nobody_and_need_no_network) {
    network.set_lease(std::nullopt);
    EXPECT_EQ(text(named("192.0.2.7", "80")), "192.0.2.7:80/stream");
    EXPECT_EQ(text(named("fd77::9", "80")), "fd77::9:80/stream");
    NameQuestion question = named("192.0.2.7", "80");
    question.family = Family::ipv6;
    EXPECT_EQ(text(question), "name_no_data");
    EXPECT_EQ(dns.questions, 0);
}

TEST_F(NamesTest, no_node_is_loopback_or_any) {
    EXPECT_EQ(text(named("", "80")), "::1:80/stream 127.0.0.1:80/stream");
    EXPECT_EQ(text(named("", "80", name_flag::passive)), ":::80/stream 0.0.0.0:80/stream");
    NameQuestion question = named("", "80");
    question.family = Family::ipv4;
    EXPECT_EQ(text(question), "127.0.0.1:80/stream");
}

TEST_F(NamesTest, localhost_is_loopback_without_asking) {
    NameQuestion question = named("localhost", "80");
    question.family = Family::ipv4;
    EXPECT_EQ(text(question), "127.0.0.1:80/stream");
    EXPECT_EQ(dns.questions, 0);
}

TEST_F(NamesTest, the_canonical_name_comes_when_asked_for) {
    const auto numeric = ask(named("10.77.0.9", "80", name_flag::canonical_name));
    ASSERT_TRUE(numeric);
    EXPECT_EQ(numeric->canonical, "10.77.0.9");
    const auto dns_name = ask(named("server.example.test", "80", name_flag::canonical_name));
    ASSERT_TRUE(dns_name);
    EXPECT_EQ(dns_name->canonical, "server.example.test");
    EXPECT_EQ(ask(named("server.example.test"))->canonical, "");
}

TEST_F(NamesTest, without_an_address_try_again) {
    network.set_lease(std::nullopt);
    EXPECT_EQ(text(named("server.example.test")), "name_again");
    network.set_associated(false);
    EXPECT_EQ(text(named("server.example.test")), "name_again");
}

TEST_F(NamesTest, waits_for_the_access_point_within_its_time) {
    network.set_associated(false);
    EXPECT_EQ(ask(named("server.example.test"), milliseconds(50)).error(), Error::name_again);
    std::optional<Result<NameAnswer>> answer;
    names.resolve(named("server.example.test"), seconds(20),
                  [&](Result<NameAnswer> result) { answer = result; });
    kit::run_ready(context);
    EXPECT_FALSE(answer);
    EXPECT_EQ(dns.questions, 0);
    network.set_associated(true);
    ASSERT_TRUE(kit::run_until(context, [&] { return answer.has_value(); }));
    EXPECT_TRUE(*answer);
}

TEST_F(NamesTest, cancel_answers_once) {
    for (const bool waiting : {false, true}) {
        network.set_associated(!waiting);
        int answers = 0;
        Error error{};
        const auto question =
            names.resolve(named("server.example.test"), seconds(20), [&](const Result<NameAnswer>& result) {
                ++answers;
                error = result.error();
            });
        names.cancel(question);
        names.cancel(question);
        kit::run_ready(context);
        EXPECT_EQ(answers, 1);
        EXPECT_EQ(error, Error::cancelled);
    }
}

TEST_F(NamesTest, nobody_is_called_once_it_is_gone) {
    bool called = false;
    {
        Names gone(context, resolver, network);
        gone.resolve(named("server.example.test"), seconds(20),
                     [&](const Result<NameAnswer>&) { called = true; });
        gone.resolve(named("10.77.0.9"), seconds(20), [&](const Result<NameAnswer>&) { called = true; });
    }
    EXPECT_TRUE(ask(named("server.example.test")));
    EXPECT_FALSE(called);
}

TEST_F(NamesTest, knows_the_systems_services) {
    EXPECT_EQ(text(named("10.77.0.9", "https")), "10.77.0.9:443/stream");
    EXPECT_EQ(text(named("10.77.0.9", "no-such-service")), "name_service");
}

struct Refusal {
    const char* what;
    NameQuestion question;
    Error error;
};

TEST(NameRules, refuse_what_makes_no_sense) {
    const auto question = [](auto change) {
        NameQuestion made;
        made.node = "a.test";
        made.service = "443";
        change(made);
        return made;
    };
    const Refusal refusals[] = {
        {"unknown flag", question([](auto& q) { q.flags = 0x800; }), Error::name_bad_flags},
        {"canonical name of no node", question([](auto& q) {
             q.node = "";
             q.flags = name_flag::canonical_name;
         }),
         Error::name_bad_flags},
        {"family", question([](auto& q) { q.family = Family{9}; }), Error::name_family},
        {"nothing at all", question([](auto& q) { q.node = q.service = ""; }), Error::name_not_found},
        {"a NUL in the name", question([](auto& q) { q.node = "a\0b"s; }), Error::name_not_found},
        {"a name too long", question([](auto& q) { q.node = std::string(255, 'a'); }), Error::name_not_found},
        {"raw sockets", question([](auto& q) { q.type = SocketType::raw; }), Error::name_socktype},
        {"type against protocol", question([](auto& q) {
             q.type = SocketType::datagram;
             q.protocol = Protocol::tls_1_2;
         }),
         Error::name_socktype},
        {"protocol", question([](auto& q) { q.protocol = Protocol{99}; }), Error::name_socktype},
        {"port", question([](auto& q) { q.service = "65536"; }), Error::name_service},
        {"service", question([](auto& q) { q.service = "nonesuch"; }), Error::name_service},
        {"service of the other type", question([](auto& q) {
             q.service = "smtp";
             q.type = SocketType::datagram;
         }),
         Error::name_service},
        {"a named service where a number is wanted", question([](auto& q) {
             q.service = "https";
             q.flags = name_flag::numeric_service;
         }),
         Error::name_not_found},
    };
    for (const Refusal& refusal : refusals) {
        const auto checked = check_question(refusal.question);
        const Error error = checked ? transports_of(refusal.question, table()).error() : checked.error();
        EXPECT_EQ(error, refusal.error) << refusal.what;
    }
    const auto numeric = addresses_without_dns(question([](auto& q) { q.flags = name_flag::numeric_host; }));
    ASSERT_TRUE(numeric);
    EXPECT_EQ(numeric->error(), Error::name_not_found);
}

TEST(NameRules, take_services_by_alias_and_only_for_types_that_have_them) {
    NameQuestion question;
    question.service = "mail";
    const auto transports = transports_of(question, table());
    ASSERT_TRUE(transports);
    ASSERT_EQ(transports->size(), 1U);
    EXPECT_EQ((*transports)[0].port, 25);
    EXPECT_EQ((*transports)[0].protocol, Protocol::tcp);
}

TEST(NumericHost, reads_the_forms_of_inet_addr_and_scopes) {
    const auto text = [](std::string_view host) {
        const auto address = parse_numeric_host(host);
        if (!address) return std::string{"none"};
        return std::string{ip_text(*address).view()} +
               (address->scope != 0 ? "%" + std::to_string(address->scope) : "");
    };
    EXPECT_EQ(text("10.77.0.1"), "10.77.0.1");
    EXPECT_EQ(text("10.1"), "10.0.0.1");
    EXPECT_EQ(text("10.77.258"), "10.77.1.2");
    EXPECT_EQ(text("0x7f000001"), "127.0.0.1");
    EXPECT_EQ(text("0177.1"), "127.0.0.1");
    EXPECT_EQ(text("fe80::1%2"), "fe80::1%2");
    EXPECT_EQ(text("::1"), "::1");
    for (const char* name : {"", "a", "10.", ".1", "1.2.3.4.5", "256.1.1.1", "1.2.65536", "4294967296", "08",
                             "0x", "-1", "1 ", "fe80::1%lo", "fe80::1%", "fe80::1%4294967296", "1:2"})
        EXPECT_EQ(text(name), "none") << name;
}

} // namespace
