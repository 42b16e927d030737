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
    /// A connect that does not wait, until poll() says anything.
    template <typename Name>
    short connect_without_waiting(int socket, const Name& name) {
        set_nonblocking(socket, true);
        EXPECT_FAILS(call().connect(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name),
                     EINPROGRESS);
        return wait_ready(socket, kEverything);
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

TEST_P(Dtls, connect_that_does_not_wait_is_done_when_it_is_writable) {
    const std::uint16_t port = start_server();
    const int socket = make_dtls_socket();
    EXPECT_EQ(connect_without_waiting(socket, outside(port)), POLLOUT) << verdict_text(socket);
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_EQ(option(socket, SOL_TLS, NWP_TLS_VERSION), IPPROTO_DTLS_1_2) << "writable means secure";
    EXPECT_EQ(connect_to(socket, outside(port)), 0) << "the attempt's success, told once: " << errno_text();
    EXPECT_FAILS(connect_to(socket, outside(port)), EISCONN);
    EXPECT_FAILS(send(socket, std::string(16385, 'x')), EMSGSIZE);
    EXPECT_FAILS(send(socket, ""), EINVAL);
    talk(socket);
}

TEST_P(Dtls, connect_that_does_not_wait_tells_a_refusal_once) {
    const std::uint16_t port = start_server();
    const int socket = make_dtls_socket();
    set_host(socket, "elsewhere.example.test");
    EXPECT_EQ(connect_without_waiting(socket, outside(port)),
              POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP);
    EXPECT_EQ(socket_error(socket), ECONNABORTED);
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
    EXPECT_FAILS(receive_byte(socket), ENOTCONN);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
    EXPECT_EQ(verdict(socket).rules, static_cast<unsigned>(NWP_TLS_WRONG_HOST_NAME));

    EXPECT_FAILS(connect_to(socket, outside(port)), ECONNABORTED);
    set_host(socket, kServerName);
    EXPECT_EQ(connect_without_waiting(socket, outside(port)), POLLOUT) << verdict_text(socket);
    talk(socket);
}

TEST_P(Dtls, connect_that_does_not_wait_is_pending_while_nobody_answers) {
    DatagramPeer nobody(10);
    const int socket = make_dtls_socket();
    set_nonblocking(socket, true);
    EXPECT_FAILS(connect_to(socket, nobody), EINPROGRESS);
    EXPECT_FAILS(connect_to(socket, nobody), EALREADY);
    EXPECT_FALSE(nobody.receive().bytes.empty()) << "its ClientHello";
    EXPECT_EQ(ready(socket), 0);
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_FAILS(receive_byte(socket), EAGAIN);
    EXPECT_FAILS(send(socket, "x"), EAGAIN);

    sockaddr nobody_any_more{};
    nobody_any_more.sa_family = AF_UNSPEC;
    EXPECT_EQ(call().connect(socket, &nobody_any_more, sizeof nobody_any_more), 0) << errno_text();
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_EQ(ready(socket), POLLOUT);
    EXPECT_FAILS(send(socket, "x"), EDESTADDRREQ);
}

TEST_P(Dtls, blocking_connect_that_runs_into_its_time_goes_on) {
    DatagramPeer nobody(10);
    const int socket = make_dtls_socket();
    const timeval short_time{0, 20000};
    ASSERT_EQ(call().setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &short_time, sizeof short_time), 0);
    EXPECT_FAILS(connect_to(socket, nobody), EINPROGRESS);
    set_nonblocking(socket, true);
    EXPECT_FAILS(connect_to(socket, nobody), EALREADY);
}

// ---- both ends ours, over what openssl's programs cannot be reached by

/// Which way two sockets of the application find and trust each other.
struct PairRow {
    const char* name;
    int family;
    bool psk;
    bool mutual;
    bool connected_server;
};
constexpr PairRow kPairs[] = {
    {"IPv4", AF_INET, false, false, false},
    {"IPv6", AF_INET6, false, false, false},
    {"IPv4 with a shared key", AF_INET, true, false, false},
    {"IPv6 with a shared key", AF_INET6, true, false, true},
    {"mutual", AF_INET, false, true, false},
    {"IPv4, connected server", AF_INET, false, false, true},
    {"IPv6, mutual, connected server", AF_INET6, false, true, true},
};

class DtlsPair : public DtlsScenario {
protected:
    void add(sec_tag_t tag, tls_credential_type type, const std::string& value) {
        EXPECT_EQ(tls_credential_add(tag, type, value.data(), value.size()), 0);
    }
    void give_identity(sec_tag_t tag, const kit::Certificate& leaf) {
        add(tag, TLS_CREDENTIAL_SERVER_CERTIFICATE, leaf.pem() + good_chain().intermediate.pem());
        add(tag, TLS_CREDENTIAL_PRIVATE_KEY, leaf.key_pem());
    }
    static kit::Certificate client_certificate() {
        kit::CertificateOptions mine = server_today("the client");
        mine.extended_key_usage = "clientAuth";
        return kit::issue(good_chain().intermediate, mine);
    }
    int bound_to_loopback(const PairRow& row) {
        const int socket = make_socket_of(row.family, SOCK_DGRAM, IPPROTO_DTLS_1_2);
        if (row.family == AF_INET6) {
            sockaddr_in6 name{};
            name.sin6_family = AF_INET6;
            name.sin6_addr = in6addr_loopback;
            EXPECT_EQ(bind_to(socket, name), 0) << errno_text();
        } else {
            EXPECT_EQ(bind_to(socket, at_address(INADDR_LOOPBACK, 0)), 0) << errno_text();
        }
        return socket;
    }
    struct Name {
        sockaddr_storage bytes{};
        socklen_t size = sizeof(sockaddr_storage);
    };
    Name name_of(int socket) {
        Name name;
        EXPECT_EQ(call().getsockname(socket, reinterpret_cast<sockaddr*>(&name.bytes), &name.size), 0);
        return name;
    }
    int connect_name(int socket, const Name& name) {
        return call().connect(socket, reinterpret_cast<const sockaddr*>(&name.bytes), name.size);
    }
    void credentials(const PairRow& row, int client, int server) {
        const sec_tag_t clients = fresh_tag();
        const sec_tag_t servers = fresh_tag();
        for (const sec_tag_t tag : {clients, servers}) {
            if (row.psk) {
                add(tag, TLS_CREDENTIAL_PSK, "0123456789abcdef");
                add(tag, TLS_CREDENTIAL_PSK_ID, "both of us");
                continue;
            }
            add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, good_chain().root.pem());
            if (tag == servers) give_identity(tag, good_chain().leaf);
            if (tag == clients && row.mutual) give_identity(tag, client_certificate());
        }
        set_tag(client, clients);
        set_tag(server, servers);
        set_host(client, kServerName);
        set(server, TLS_DTLS_ROLE, 1);
        if (row.mutual) set(server, TLS_PEER_VERIFY, TLS_PEER_VERIFY_REQUIRED);
    }
};
SCENARIOS_OF(DtlsPair);

TEST_P(DtlsPair, of_one_host_talks_whichever_way_the_ends_found_each_other) {
    for (const PairRow& row : kPairs) {
        SCOPED_TRACE(row.name);
        const int server = bound_to_loopback(row);
        const int client = bound_to_loopback(row);
        credentials(row, client, server);
        if (row.connected_server) {
            set_nonblocking(server, true);
            EXPECT_FAILS(connect_name(server, name_of(client)), EINPROGRESS);
            EXPECT_EQ(ready(server), 0);
        }
        ASSERT_EQ(connect_name(client, name_of(server)), 0) << errno_text() << "\n" << verdict_text(client);
        if (row.connected_server) {
            EXPECT_TRUE(wait_for(server, POLLOUT));
            EXPECT_EQ(socket_error(server), 0);
            set_nonblocking(server, false);
        }

        const std::string longest = pattern(16384);
        EXPECT_EQ(send(client, longest), 16384) << errno_text();
        std::string came(20000, 0);
        Name from;
        const ssize_t got = call().recvfrom(server, came.data(), came.size(), 0,
                                            reinterpret_cast<sockaddr*>(&from.bytes), &from.size);
        ASSERT_EQ(got, 16384) << errno_text() << verdict_text(server);
        came.resize(16384);
        EXPECT_EQ(hash(came), hash(longest));
        if (row.connected_server) {
            EXPECT_EQ(send(server, "back"), 4) << errno_text();
        } else {
            EXPECT_EQ(call().sendto(server, "back", 4, 0, reinterpret_cast<const sockaddr*>(&from.bytes),
                                    from.size),
                      4)
                << errno_text();
        }
        EXPECT_EQ(receive(client, 4), "back");
        EXPECT_GT(option(server, SOL_TLS, TLS_CIPHERSUITE_USED), 0);
        close(client);
        close(server);
    }
}

TEST_P(DtlsPair, the_end_of_an_association_is_ENOTCONN_once_and_another_may_begin) {
    PairRow row = {"", AF_INET, false, false, false};
    const int server = bound_to_loopback(row);
    const int client = bound_to_loopback(row);
    credentials(row, client, server);
    ASSERT_EQ(connect_name(client, name_of(server)), 0) << errno_text();
    EXPECT_EQ(send(client, "first"), 5);
    EXPECT_EQ(receive(server, 5), "first");
    const Name where = name_of(server);
    close(server); // says close_notify
    EXPECT_TRUE(wait_for(client, POLLERR));
    EXPECT_FAILS(receive_byte(client), ENOTCONN);
    EXPECT_EQ(socket_error(client), 0);

    const int next = make_socket(SOCK_DGRAM, IPPROTO_DTLS_1_2);
    ASSERT_EQ(call().bind(next, reinterpret_cast<const sockaddr*>(&where.bytes), where.size), 0)
        << errno_text();
    credentials(row, client, next);
    ASSERT_EQ(connect_name(client, where), 0) << errno_text();
    EXPECT_EQ(send(client, "again"), 5);
    EXPECT_EQ(receive(next, 5), "again");
}

TEST_P(DtlsPair, a_client_without_a_certificate_is_refused_by_a_server_that_asks_for_one) {
    PairRow row = {"", AF_INET, false, false, true};
    const int server = bound_to_loopback(row);
    const int client = bound_to_loopback(row);
    credentials(row, client, server);
    set(server, TLS_PEER_VERIFY, TLS_PEER_VERIFY_REQUIRED);
    set_nonblocking(server, true);
    EXPECT_FAILS(connect_name(server, name_of(client)), EINPROGRESS);
    EXPECT_FAILS(connect_name(client, name_of(server)), ECONNABORTED);
    EXPECT_TRUE(wait_for(server, POLLERR));
    EXPECT_EQ(socket_error(server), ECONNABORTED);
    EXPECT_NE(verdict(server).rules, 0U) << verdict_text(server);
    EXPECT_NE(verdict(client).rules, 0U) << verdict_text(client);
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
