// SPDX-License-Identifier: Apache-2.0
// getaddrinfo(): what is a number, and what the lease's name server knows.
#include "tests/contract/scenario.h"

#include "tests/kit/program.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <memory>
#include <thread>

namespace nwp::contract {
namespace {

class Lookup : public Scenario {
protected:
    struct Answer {
        int code = 0;
        std::string address; ///< the first
        int port = 0;
        int family = 0;
        int type = 0;
        int protocol = 0;
        std::string canonical;
        int count = 0;
    };

    Answer look_up(const char* node, const char* service, int flags = 0, int family = AF_UNSPEC,
                   int type = SOCK_STREAM) {
        addrinfo hints{};
        hints.ai_flags = flags;
        hints.ai_family = family;
        hints.ai_socktype = type;
        return look_up_with(node, service, hints);
    }
    Answer look_up_with(const char* node, const char* service, const addrinfo& hints) {
        Answer answer;
        addrinfo* list = nullptr;
        answer.code = call().getaddrinfo(node, service, &hints, &list);
        if (answer.code != 0) return answer;
        answer.family = list->ai_family;
        answer.type = list->ai_socktype;
        answer.protocol = list->ai_protocol;
        if (list->ai_canonname != nullptr) answer.canonical = list->ai_canonname;
        char text[INET6_ADDRSTRLEN] = {};
        if (list->ai_family == AF_INET) {
            const auto* const name = reinterpret_cast<const sockaddr_in*>(list->ai_addr);
            EXPECT_EQ(list->ai_addrlen, sizeof *name);
            ::inet_ntop(AF_INET, &name->sin_addr, text, sizeof text);
            answer.port = ntohs(name->sin_port);
        } else {
            const auto* const name = reinterpret_cast<const sockaddr_in6*>(list->ai_addr);
            EXPECT_EQ(list->ai_addrlen, sizeof *name);
            ::inet_ntop(AF_INET6, &name->sin6_addr, text, sizeof text);
            answer.port = ntohs(name->sin6_port);
        }
        answer.address = text;
        for (const addrinfo* each = list; each != nullptr; each = each->ai_next) ++answer.count;
        call().freeaddrinfo(list);
        return answer;
    }
};

class Numbers : public Lookup {};
SCENARIOS_OF(Numbers);

TEST_P(Numbers, of_ipv4_become_an_address) {
    const Answer answer = look_up("10.77.0.9", "80");
    EXPECT_EQ(answer.code, 0);
    EXPECT_EQ(answer.address, "10.77.0.9");
    EXPECT_EQ(answer.port, 80);
    EXPECT_EQ(answer.family, AF_INET);
    EXPECT_EQ(answer.type, SOCK_STREAM);
    EXPECT_EQ(answer.protocol, IPPROTO_TCP);
    EXPECT_EQ(answer.count, 1);
}

TEST_P(Numbers, of_ipv6_become_an_address) {
    const Answer answer = look_up("fd77::9", "443");
    EXPECT_EQ(answer.code, 0);
    EXPECT_EQ(answer.address, "fd77::9");
    EXPECT_EQ(answer.port, 443);
    EXPECT_EQ(answer.family, AF_INET6);
}

TEST_P(Numbers, of_another_family_than_asked_for_are_no_address) {
    // The C library has a code of its own for it, beyond RFC 3493; the contracts have one for both.
    const int wanted = GetParam() == Way::kernel ? EAI_ADDRFAMILY : EAI_NODATA;
    EXPECT_EQ(look_up("10.77.0.9", "80", 0, AF_INET6).code, wanted);
}

TEST_P(Numbers, without_a_node_are_loopback_or_any) {
    EXPECT_EQ(look_up(nullptr, "80", 0, AF_INET).address, "127.0.0.1");
    EXPECT_EQ(look_up(nullptr, "80", AI_PASSIVE, AF_INET).address, "0.0.0.0");
    EXPECT_EQ(look_up(nullptr, "80", AI_PASSIVE, AF_INET6).address, "::");
}

TEST_P(Numbers, of_services_have_names_too) {
    EXPECT_EQ(look_up("10.77.0.9", "https").port, 443);
    EXPECT_EQ(look_up("10.77.0.9", "no-such-service").code, EAI_SERVICE);
    EXPECT_EQ(look_up("10.77.0.9", "https", AI_NUMERICSERV).code, EAI_NONAME);
    EXPECT_EQ(look_up("10.77.0.9", nullptr).port, 0);
}

TEST_P(Numbers, are_all_that_AI_NUMERICHOST_allows) {
    EXPECT_EQ(look_up("www.example.test", "80", AI_NUMERICHOST).code, EAI_NONAME);
    EXPECT_EQ(look_up("10.77.0.9", "80", AI_NUMERICHOST).code, 0);
}

TEST_P(Numbers, are_their_own_canonical_name) {
    EXPECT_EQ(look_up("10.77.0.9", "80", AI_CANONNAME).canonical, "10.77.0.9");
    EXPECT_EQ(look_up(nullptr, "80", AI_CANONNAME).code, EAI_BADFLAGS);
}

TEST_P(Numbers, asked_for_wrongly_say_what_is_wrong) {
    EXPECT_EQ(look_up(nullptr, nullptr).code, EAI_NONAME);
    EXPECT_EQ(look_up("10.77.0.9", "80", 0x8000000).code, EAI_BADFLAGS);
    EXPECT_EQ(look_up("10.77.0.9", "80", 0, 99).code, EAI_FAMILY);
    EXPECT_EQ(look_up("10.77.0.9", "80", 0, AF_INET, 99).code, EAI_SOCKTYPE);
}

TEST_P(Numbers, of_any_type_come_once_for_each_type) {
    const Answer answer = look_up("10.77.0.9", nullptr, 0, AF_UNSPEC, 0);
    EXPECT_EQ(answer.code, 0);
    EXPECT_EQ(answer.type, SOCK_STREAM) << "streams first";
    EXPECT_GE(answer.count, 2);
}

// ---- Names ------------------------------------------------------------------------------------------------

/// A name server of this process's internet.
class Names : public Lookup {
protected:
    void SetUp() override {
        Scenario::SetUp();
        if (IsSkipped()) return;
        in_addr host_1{htonl(real_address(1))};
        char address[INET_ADDRSTRLEN];
        ::inet_ntop(AF_INET, &host_1, address, sizeof address);
        dnsmasq_ = std::make_unique<kit::Program>(std::vector<std::string>{
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=" + std::to_string(kDnsPort),
            std::string("--listen-address=") + address, "--bind-interfaces", "--no-resolv", "--no-hosts",
            "--pid-file=", "--local=/test/", "--host-record=www.example.test,10.77.0.10",
            "--cname=alias.example.test,www.example.test"});
        ASSERT_TRUE(answers(host_1)) << "dnsmasq did not start";
    }

    /// It listens over TCP as soon as it does over UDP.
    bool answers(in_addr address) {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_addr = address;
        name.sin_port = htons(kDnsPort);
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (dnsmasq_->running() && std::chrono::steady_clock::now() < end) {
            const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            const bool there = ::connect(probe, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0;
            ::close(probe);
            if (there) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(5)); // it cannot tell us when
        }
        return false;
    }

private:
    std::unique_ptr<kit::Program> dnsmasq_;
};
SCENARIOS_OF(Names);

TEST_P(Names, that_the_server_knows_become_addresses) {
    const Answer answer = look_up("www.example.test", "https");
    EXPECT_EQ(answer.code, 0);
    EXPECT_EQ(answer.address, "10.77.0.10");
    EXPECT_EQ(answer.port, 443);
}

TEST_P(Names, lead_to_the_server) {
    Server server([](Connection& peer) { peer.echo(); });
    const std::string port = std::to_string(server.port());
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    ASSERT_EQ(call().getaddrinfo("www.example.test", port.c_str(), &hints, &list), 0);
    const int socket = make_socket();
    EXPECT_EQ(call().connect(socket, list->ai_addr, list->ai_addrlen), 0) << errno_text();
    call().freeaddrinfo(list);
    send_all(socket, "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
}

TEST_P(Names, that_are_aliases_tell_the_canonical_one) {
    const Answer answer = look_up("alias.example.test", "80", AI_CANONNAME, AF_INET);
    EXPECT_EQ(answer.code, 0);
    EXPECT_EQ(answer.canonical, "www.example.test");
}

TEST_P(Names, that_nobody_knows_are_EAI_NONAME) {
    EXPECT_EQ(look_up("nobody.example.test", "80").code, EAI_NONAME);
}

TEST_P(Names, without_an_address_of_the_family_are_EAI_NODATA) {
    EXPECT_EQ(look_up("www.example.test", "80", 0, AF_INET6).code, EAI_NODATA);
}

TEST_P(Names, of_this_machine_are_loopback) {
    const Answer answer = look_up("localhost", "80", 0, AF_INET);
    EXPECT_EQ(answer.code, 0);
    EXPECT_EQ(answer.address, "127.0.0.1");
}

} // namespace
} // namespace nwp::contract
