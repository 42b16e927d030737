// SPDX-License-Identifier: Apache-2.0
// DTLS with other implementations: openssl and gnutls, in both roles, over UDP, also where datagrams are
// lost.
#include "nwpd/net/dtls_fixture.h"
#include "nwpd/net/udp.h"
#include "tests/kit/talking_program.h"
#include "tests/kit/temporary_folder.h"

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <fstream>
#include <random>

namespace nwp::net {
namespace {

/// Loses datagrams in both directions and gives some of those that came behind the next one.
class LossyDatagrams final : public Datagrams {
public:
    LossyDatagrams(std::unique_ptr<Datagrams> lower, NetFaults faults)
        : lower_(std::move(lower)), faults_(faults) {}

    Result<void> send(ByteView datagram, const Address& to) override {
        if (happens(faults_.lost)) return {};
        return lower_->send(datagram, to);
    }
    Result<DatagramInfo> receive(Bytes into) override {
        for (;;) {
            const auto got = lower_->receive(into);
            if (!got && late_) return give_late(into);
            if (!got) return got;
            if (happens(faults_.lost)) continue;
            if (late_ || !happens(faults_.late)) return got;
            const ByteView bytes = ByteView{into.data(), into.size()}.first(got->size);
            late_ = Late{*got, {bytes.begin(), bytes.end()}};
        }
    }
    void wait_readable(std::function<void()> handler) override { lower_->wait_readable(std::move(handler)); }
    void wait_writable(std::function<void()> handler) override { lower_->wait_writable(std::move(handler)); }
    void close() override { lower_->close(); }
    Address local() const override { return lower_->local(); }
    Address peer() const override { return lower_->peer(); }

private:
    struct Late {
        DatagramInfo info;
        std::vector<Byte> bytes;
    };
    bool happens(unsigned hundredths) { return random_() % 100 < hundredths; }
    DatagramInfo give_late(Bytes into) {
        const auto late = std::exchange(late_, std::nullopt);
        copy_bytes(into, late->bytes);
        return late->info;
    }

    std::unique_ptr<Datagrams> lower_;
    const NetFaults faults_;
    std::optional<Late> late_;
    std::mt19937 random_{20261123};
};

constexpr Address kLoopback = Address::ipv4(127, 0, 0, 1);

/// Without loss, and with much of it.
class DtlsProgramsTest : public DtlsTest, public ::testing::WithParamInterface<bool> {
protected:
    DtlsProgramsTest() {
        if (GetParam()) faults = {30, 0, 20};
        write("chain.pem", pki.leaf.pem() + pki.intermediate.pem());
        write("key.pem", pki.leaf.key_pem());
        write("root.pem", pki.root.pem());
    }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name, std::ios::binary) << text;
    }
    std::string file(const std::string& name) const { return (folder / name).string(); }

    std::unique_ptr<Datagrams> udp(const Address& local, const Address& peer) {
        auto socket = std::make_unique<UdpSocket>(context, gate);
        EXPECT_TRUE(socket->open(Family::ipv4, {}));
        EXPECT_TRUE(local.family == Family::unspecified || socket->bind(local));
        EXPECT_TRUE(peer.family == Family::unspecified || socket->connect(peer));
        return std::make_unique<LossyDatagrams>(std::move(socket), faults);
    }
    void connect_to(const Address& peer) {
        client = make(udp({}, peer), client_settings);
        const auto outcome = handshake(*client, {}, seconds(40));
        ASSERT_TRUE(outcome) << to_string(outcome.error()) << " " << rules_of(client->verdict());
    }
    void serve_udp() {
        server = make(udp(kLoopback, {}), server_settings);
        ASSERT_TRUE(server->serve());
    }

    /// Turns the loop until `holds`, which may depend on another process.
    template <typename Condition>
    bool eventually(Condition holds) {
        bool held = false;
        boost::asio::steady_timer tick(context);
        std::function<void()> look = [&] {
            if ((held = holds())) return;
            tick.expires_after(std::chrono::milliseconds(10));
            tick.async_wait([&](boost::system::error_code error) {
                if (!error) look();
            });
        };
        look();
        kit::run_until(
            context, [&] { return held; }, std::chrono::seconds(40));
        tick.cancel();
        kit::run_ready(context);
        return held;
    }
    /// Says it again and again until `arrived`: datagrams may be lost.
    template <typename Say, typename Condition>
    bool repeat(Say say, Condition arrived) {
        int turn = 0;
        return eventually([&] {
            if (arrived()) return true;
            if (turn++ % 10 == 0) say();
            return false;
        });
    }

    std::uint16_t port_of_openssl(const kit::TalkingProgram& program) {
        std::uint16_t port = 0;
        EXPECT_TRUE(eventually([&] {
            const std::string said = program.said();
            const auto line = said.find("ACCEPT ");
            if (line == std::string::npos || said.find('\n', line) == std::string::npos) return false;
            const std::string address = said.substr(line, said.find('\n', line) - line);
            port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
            return true;
        })) << program.said();
        return port;
    }
    /// One that was free a moment ago.
    std::uint16_t free_port() {
        boost::asio::ip::udp::socket socket(context, {boost::asio::ip::address_v4::loopback(), 0});
        return socket.local_endpoint().port();
    }
    static Address at(std::uint16_t port) { return Address::ipv4(127, 0, 0, 1, port); }
    std::string port_of_server() const { return std::to_string(server->local().port); }
    static std::string date_of_certificates() { return std::to_string(kit::kToday); }

    Gate gate;
    NetFaults faults;
    kit::TemporaryFolder folder;
};

std::string loss_name(const ::testing::TestParamInfo<bool>& info) {
    return info.param ? "with_loss" : "clean";
}

INSTANTIATE_TEST_SUITE_P(Network, DtlsProgramsTest, ::testing::Bool(), loss_name);

TEST_P(DtlsProgramsTest, a_client_speaks_with_openssl_s_server) {
    kit::TalkingProgram openssl({"openssl", "s_server", "-dtls1_2", "-accept", "127.0.0.1:0", "-cert",
                                 file("chain.pem"), "-cert_chain", file("chain.pem"), "-key", file("key.pem"),
                                 "-CAfile", file("root.pem")});
    connect_to(at(port_of_openssl(openssl)));
    EXPECT_EQ(client->facts({}).version, Protocol::dtls_1_2);
    EXPECT_TRUE(repeat([&] { static_cast<void>(send(*client, "from the client\n")); },
                       [&] { return openssl.has_said("from the client"); }))
        << openssl.said();
    std::vector<std::string> came;
    EXPECT_TRUE(repeat([&] { openssl.say("from the server\n"); },
                       [&] {
                           came = drain(*client);
                           return !came.empty();
                       }))
        << openssl.said();
    EXPECT_EQ(came.at(0), "from the server\n");
}

TEST_P(DtlsProgramsTest, a_server_speaks_with_openssl_s_client) {
    serve_udp();
    kit::TalkingProgram openssl({"openssl", "s_client", "-dtls1_2", "-connect",
                                 "127.0.0.1:" + port_of_server(), "-CAfile", file("root.pem"),
                                 "-verify_return_error", "-verify_hostname", "server.example.test", "-attime",
                                 date_of_certificates()});
    Address peer;
    EXPECT_TRUE(repeat([&] { openssl.say("from openssl\n"); },
                       [&] {
                           Byte buffer[100];
                           const auto got = server->receive(buffer);
                           if (!got) return false;
                           peer = got->from;
                           EXPECT_EQ(as_text(ByteView{buffer}.first(13)), "from openssl\n");
                           return true;
                       }))
        << openssl.said();
    EXPECT_TRUE(openssl.has_said("Verify return code: 0 (ok)")) << openssl.said();
    EXPECT_TRUE(repeat([&] { static_cast<void>(send(*server, "from us\n", peer)); },
                       [&] { return openssl.has_said("from us"); }))
        << openssl.said();
}

TEST_P(DtlsProgramsTest, a_client_speaks_with_gnutls_serv) {
    const std::uint16_t port = free_port();
    kit::TalkingProgram gnutls({"gnutls-serv", "--udp", "--echo", "-p", std::to_string(port),
                                "--x509certfile", file("chain.pem"), "--x509keyfile", file("key.pem")});
    ASSERT_TRUE(eventually([&] { return gnutls.has_said("done"); })) << gnutls.said();
    connect_to(at(port));
    std::vector<std::string> came;
    EXPECT_TRUE(repeat([&] { static_cast<void>(send(*client, "echo this\n")); },
                       [&] {
                           came = drain(*client);
                           return !came.empty();
                       }))
        << gnutls.said();
    EXPECT_EQ(came.at(0), "echo this\n");
}

TEST_P(DtlsProgramsTest, a_server_speaks_with_gnutls_cli) {
    serve_udp();
    // Its clock cannot be set to the certificates' day: it takes them as they are.
    kit::TalkingProgram gnutls(
        {"gnutls-cli", "--udp", "--no-ca-verification", "-p", port_of_server(), "127.0.0.1"});
    std::vector<std::string> came;
    EXPECT_TRUE(repeat([&] { gnutls.say("from gnutls\n"); },
                       [&] {
                           came = drain(*server);
                           return !came.empty();
                       }))
        << gnutls.said();
    ASSERT_FALSE(came.empty()) << gnutls.said();
    EXPECT_EQ(came[0].substr(0, 11), "from gnutls");
}

TEST_P(DtlsProgramsTest, a_client_with_a_certificate_speaks_with_openssl) {
    kit::CertificateOptions options;
    options.common_name = "device 7";
    options.extended_key_usage = "clientAuth";
    client_settings.tls.credentials.identities = {
        identity_of({kit::issue(pki.intermediate, options), pki.intermediate})};
    kit::TalkingProgram openssl({"openssl", "s_server", "-dtls1_2", "-accept", "127.0.0.1:0", "-cert",
                                 file("chain.pem"), "-cert_chain", file("chain.pem"), "-key", file("key.pem"),
                                 "-CAfile", file("root.pem"), "-Verify", "3", "-verify_return_error",
                                 "-attime", date_of_certificates()});
    connect_to(at(port_of_openssl(openssl)));
    EXPECT_TRUE(repeat([&] { static_cast<void>(send(*client, "proven\n")); },
                       [&] { return openssl.has_said("proven"); }))
        << openssl.said();
}

TEST_P(DtlsProgramsTest, a_pre_shared_key_works_with_openssl) {
    client_settings.tls.credentials.trust = trusting({});
    client_settings.tls.credentials.psks = {{"device", {0x1a, 0x2b, 0x3c, 0x4d}}};
    client_settings.tls.host_name.clear();
    kit::TalkingProgram openssl({"openssl", "s_server", "-dtls1_2", "-accept", "127.0.0.1:0", "-nocert",
                                 "-psk", "1a2b3c4d", "-psk_identity", "device"});
    connect_to(at(port_of_openssl(openssl)));
    EXPECT_TRUE(repeat([&] { static_cast<void>(send(*client, "shared\n")); },
                       [&] { return openssl.has_said("shared"); }))
        << openssl.said();
}

TEST_P(DtlsProgramsTest, a_client_refuses_openssl_for_another_name) {
    kit::TalkingProgram openssl({"openssl", "s_server", "-dtls1_2", "-accept", "127.0.0.1:0", "-cert",
                                 file("chain.pem"), "-cert_chain", file("chain.pem"), "-key",
                                 file("key.pem")});
    client_settings.tls.host_name = "elsewhere.example.test";
    client = make(udp({}, at(port_of_openssl(openssl))), client_settings);
    EXPECT_EQ(handshake(*client, {}, seconds(40)).error(), Error::connection_aborted);
    EXPECT_EQ(client->verdict().rules, rules(Rule::wrong_host_name));
}

TEST_P(DtlsProgramsTest, an_openssl_client_that_renegotiates_is_refused_that) {
    serve_udp();
    kit::TalkingProgram openssl({"openssl", "s_client", "-dtls1_2", "-connect",
                                 "127.0.0.1:" + port_of_server(), "-CAfile", file("root.pem"), "-attime",
                                 date_of_certificates()});
    ASSERT_TRUE(eventually([&] { return server->counters().handshakes_done == 1; })) << openssl.said();
    ASSERT_TRUE(eventually([&] { return openssl.has_said("Verify return code"); })) << openssl.said();
    openssl.say("R\n");
    EXPECT_TRUE(eventually([&] { return openssl.has_said("RENEGOTIATING"); })) << openssl.said();
    EXPECT_TRUE(repeat([&] { openssl.say("R\n"); },
                       [&] { return openssl.has_said("no renegotiation") || !openssl.running(); }))
        << openssl.said();
    EXPECT_EQ(server->counters().handshakes_done, 1U);
}

} // namespace
} // namespace nwp::net
