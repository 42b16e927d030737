// SPDX-License-Identifier: Apache-2.0
// DTLS on a socket, against openssl in both roles.
#include "tests/contract/tls_scenario.h"
#include "tests/kit/lossy_relay.h"
#include "tests/kit/talking_program.h"
#include "tests/kit/temporary_folder.h"

#include <fstream>
#include <memory>
#include <thread>

namespace nwp::contract {
namespace {

class DtlsScenario : public TlsScenario {
protected:
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    std::string file(const std::string& name) const { return (folder_ / name).string(); }

    template <typename Condition>
    static bool eventually(Condition holds) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!holds()) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(5)); // another program: nothing to wait on
        }
        return true;
    }

    /// openssl s_server with the good chain; the port that it chose.
    std::uint16_t start_server() {
        write("chain.pem", good_chain().leaf.pem() + good_chain().intermediate.pem());
        write("key.pem", good_chain().leaf.key_pem());
        openssl_ = std::make_unique<kit::TalkingProgram>(std::vector<std::string>{
            "openssl", "s_server", "-dtls1_2", "-accept", "127.0.0.1:0", "-cert", file("chain.pem"),
            "-cert_chain", file("chain.pem"), "-key", file("key.pem")});
        std::uint16_t port = 0;
        EXPECT_TRUE(eventually([&] {
            const std::string said = openssl_->said();
            const auto line = said.find("ACCEPT 127.0.0.1:");
            if (line == std::string::npos || said.find('\n', line) == std::string::npos) return false;
            port = static_cast<std::uint16_t>(std::stoi(said.substr(line + 17)));
            return true;
        })) << openssl_->said();
        return port;
    }
    sockaddr_in outside(std::uint16_t port) const {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(world().address_of_loopback());
        name.sin_port = htons(port);
        return name;
    }
    int make_dtls_socket() { return make_tls_socket(IPPROTO_DTLS_1_2, SOCK_DGRAM); }
    void set(int socket, int option, int value) {
        EXPECT_EQ(call().setsockopt(socket, SOL_TLS, option, &value, sizeof value), 0) << errno_text();
    }
    void set_timeouts(int socket) {
        set(socket, TLS_DTLS_HANDSHAKE_TIMEOUT_MIN, 100);
        set(socket, TLS_DTLS_HANDSHAKE_TIMEOUT_MAX, 500);
    }
    /// One datagram, within half a second; empty: none came.
    std::string take(int socket) {
        pollfd waiting{socket, POLLIN, 0};
        if (call().poll(&waiting, 1, 500) != 1) return {};
        char bytes[2000];
        const ssize_t got = call().recv(socket, bytes, sizeof bytes, 0);
        return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : std::string{};
    }
    /// Each way until one arrives: datagrams may be lost.
    void talk(int socket) {
        EXPECT_TRUE(eventually([&] {
            EXPECT_EQ(send(socket, "from us\n"), 8) << errno_text();
            return openssl_->has_said("from us");
        })) << openssl_->said();
        EXPECT_TRUE(eventually([&] {
            openssl_->say("from openssl\n");
            const std::string came = take(socket);
            EXPECT_TRUE(came.empty() || came.find("from openssl\n") == 0) << came;
            return !came.empty();
        })) << openssl_->said();
    }

    kit::TemporaryFolder folder_;
    std::unique_ptr<kit::TalkingProgram> openssl_;
};

class Dtls : public DtlsScenario {};
SCENARIOS_OF(Dtls);

TEST_P(Dtls, connect_shakes_hands_and_datagrams_go_both_ways) {
    const std::uint16_t port = start_server();
    const int socket = make_dtls_socket();
    ASSERT_EQ(connect_to(socket, outside(port)), 0) << errno_text() << "\n" << verdict_text(socket);
    EXPECT_EQ(option(socket, SOL_TLS, NWP_TLS_VERSION), IPPROTO_DTLS_1_2);
    EXPECT_EQ(verdict(socket).rules, 0U);
    talk(socket);
}

TEST_P(Dtls, passes_where_30_of_100_datagrams_are_lost_and_others_late) {
    Address server;
    server.port = start_server();
    const kit::LossyRelay relay(server, 30, 20);
    const int socket = make_dtls_socket();
    set_timeouts(socket);
    ASSERT_EQ(connect_to(socket, outside(relay.port())), 0) << errno_text() << "\n" << verdict_text(socket);
    talk(socket);
    EXPECT_GT(relay.lost(), 0U);
}

TEST_P(Dtls, a_server_for_another_name_is_refused_and_nothing_is_sent) {
    const std::uint16_t port = start_server();
    const int socket = make_dtls_socket();
    set_host(socket, "elsewhere.example.test");
    EXPECT_FAILS(connect_to(socket, outside(port)), ECONNABORTED);
    EXPECT_EQ(verdict(socket).rules, static_cast<unsigned>(NWP_TLS_WRONG_HOST_NAME)) << verdict_text(socket);
}

TEST_P(Dtls, a_server_of_an_unknown_ca_is_refused) {
    const std::uint16_t port = start_server();
    const int socket = make_dtls_socket();
    const sec_tag_t other = fresh_tag();
    const std::string root = kit::self_signed(ca_today("Another")).pem();
    ASSERT_EQ(tls_credential_add(other, TLS_CREDENTIAL_CA_CERTIFICATE, root.data(), root.size()), 0);
    set_tag(socket, other);
    EXPECT_FAILS(connect_to(socket, outside(port)), ECONNABORTED);
    EXPECT_TRUE(verdict(socket).rules & NWP_TLS_UNKNOWN_CA) << verdict_text(socket);
}

TEST_P(Dtls, a_bound_server_serves_an_openssl_client) {
    const std::string chain = good_chain().leaf.pem() + good_chain().intermediate.pem();
    const std::string key = good_chain().leaf.key_pem();
    const sec_tag_t own = fresh_tag();
    ASSERT_EQ(tls_credential_add(own, TLS_CREDENTIAL_SERVER_CERTIFICATE, chain.data(), chain.size()), 0);
    ASSERT_EQ(tls_credential_add(own, TLS_CREDENTIAL_PRIVATE_KEY, key.data(), key.size()), 0);
    write("root.pem", good_chain().root.pem());

    const int socket = make_socket(SOCK_DGRAM, IPPROTO_DTLS_1_2);
    set_tag(socket, own);
    set(socket, TLS_DTLS_ROLE, 1);
    set(socket, TLS_PEER_VERIFY, TLS_PEER_VERIFY_NONE);
    ASSERT_EQ(bind_to(socket, at_any()), 0) << errno_text();

    const std::uint32_t real = world().real_own_address();
    const std::string where = std::to_string(real >> 24) + "." + std::to_string(real >> 16 & 255) + "." +
                              std::to_string(real >> 8 & 255) + "." + std::to_string(real & 255) + ":" +
                              std::to_string(port_of(socket));
    openssl_ = std::make_unique<kit::TalkingProgram>(
        std::vector<std::string>{"openssl", "s_client", "-dtls1_2", "-connect", where, "-CAfile",
                                 file("root.pem"), "-verify_return_error", "-verify_hostname", kServerName});
    char bytes[200];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    openssl_->say("from openssl\n");
    const ssize_t got =
        call().recvfrom(socket, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
    ASSERT_EQ(got, 13) << errno_text() << openssl_->said();
    EXPECT_EQ(std::string(bytes, 13), "from openssl\n");
    EXPECT_TRUE(openssl_->has_said("Verify return code: 0 (ok)")) << openssl_->said();
    EXPECT_EQ(call().sendto(socket, "from us\n", 8, 0, reinterpret_cast<const sockaddr*>(&from), sizeof from),
              8)
        << errno_text();
    EXPECT_TRUE(eventually([&] { return openssl_->has_said("from us"); })) << openssl_->said();
}

} // namespace
} // namespace nwp::contract
