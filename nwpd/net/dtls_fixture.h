// SPDX-License-Identifier: Apache-2.0
#pragma once

// For the tests of this folder: DTLS clients and servers on one loop that the test turns.

#include "base/text.h"
#include "nwpd/net/datagram_net_fixture.h"
#include "nwpd/net/dtls_datagrams.h"
#include "nwpd/net/tls_client_fixture.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace nwp::net {

class DtlsTest : public ::testing::Test {
protected:
    DtlsTest() {
        client_settings.tls.host_name = "server.example.test";
        client_settings.tls.floor = client_settings.tls.ceiling = Protocol::dtls_1_2;
        client_settings.tls.credentials.trust = trusting({pki.root});
        server_settings.tls.role = TlsRole::server;
        server_settings.tls.floor = server_settings.tls.ceiling = Protocol::dtls_1_2;
        server_settings.tls.verify = PeerVerify::none;
        server_settings.tls.credentials.trust = trusting({});
        server_settings.tls.credentials.identities = {identity_of({pki.leaf, pki.intermediate})};
        for (DtlsSettings* each : {&client_settings, &server_settings}) {
            each->timeout_min = milliseconds(100);
            each->timeout_max = seconds(1);
        }
    }
    ~DtlsTest() override {
        net.inspect = nullptr; // it may use what the test had
        client.reset();
        server.reset();
        kit::run_ready(context);
    }

    static std::shared_ptr<const Trust> trusting(const std::vector<kit::Certificate>& cas) {
        auto made = std::make_shared<Trust>();
        for (const auto& ca : cas) EXPECT_TRUE(made->add_ca(as_bytes(ca.pem())));
        return made;
    }
    static Identity identity_of(const std::vector<kit::Certificate>& chain) {
        Identity identity;
        for (const auto& each : chain) identity.chain_der.push_back(each.der());
        EVP_PKEY_up_ref(chain.front().key());
        identity.key = PrivateKey::Access::wrap(chain.front().key());
        return identity;
    }

    std::unique_ptr<DtlsDatagrams> make(std::unique_ptr<Datagrams> lower, const DtlsSettings& settings) {
        return std::make_unique<DtlsDatagrams>(context, contexts, std::move(lower), settings, calendar);
    }
    void serve() {
        server = make(net.open(), server_settings);
        const auto served = server->serve();
        ASSERT_TRUE(served) << rules_of(server->verdict());
    }
    std::unique_ptr<DtlsDatagrams> connected_client() {
        return make(net.open(server->local()), client_settings);
    }
    Result<void> handshake(DtlsDatagrams& datagrams, const Address& peer = {}, Duration limit = seconds(20)) {
        std::optional<Result<void>> outcome;
        datagrams.handshake(peer, limit, [&](Result<void> result) { outcome = result; });
        EXPECT_FALSE(outcome) << "done came from inside handshake()";
        EXPECT_TRUE(kit::run_until(
            context, [&] { return outcome.has_value(); }, std::chrono::seconds(60)));
        return outcome.value_or(Error::timed_out);
    }
    void connect() {
        serve();
        client = connected_client();
        const auto outcome = handshake(*client);
        ASSERT_TRUE(outcome) << to_string(outcome.error()) << " " << rules_of(client->verdict());
        ASSERT_TRUE(kit::run_until(context, [&] { return server->counters().handshakes_done > 0; }));
    }

    /// The next answer of receive() that is not would_block; `from` where it came from.
    Result<std::string> receive(DtlsDatagrams& datagrams, Address* from = nullptr) {
        std::vector<Byte> buffer(65535);
        for (;;) {
            const auto got = datagrams.receive(buffer);
            if (got && from != nullptr) *from = got->from;
            if (got) return std::string{as_text(ByteView{buffer}.first(got->size))};
            if (got.error() != Error::would_block) return got.error();
            bool ready = false;
            datagrams.wait_readable([&] { ready = true; });
            if (!kit::run_until(context, [&] { return ready; })) return Error::timed_out;
        }
    }
    static Result<void> send(DtlsDatagrams& datagrams, std::string_view text, const Address& to = {}) {
        return datagrams.send(as_bytes(text), to);
    }
    /// What receive() brings without waiting for the network.
    static std::vector<std::string> drain(DtlsDatagrams& datagrams) {
        std::vector<std::string> all;
        std::vector<Byte> buffer(65535);
        for (auto got = datagrams.receive(buffer); got; got = datagrams.receive(buffer))
            all.emplace_back(as_text(ByteView{buffer}.first(got->size)));
        return all;
    }

    static std::string rules_of(const Verdict& verdict) {
        std::string text = "verdict:";
        for (unsigned bit = 0; bit < 32; ++bit)
            if ((verdict.rules.bits() >> bit & 1U) != 0)
                text += std::string(" ") + to_string(static_cast<Rule>(bit));
        return text + " alert " + std::to_string(verdict.alert);
    }

    static const kit::Pki pki;
    boost::asio::io_context context;
    DatagramNet net{context};
    TlsContexts contexts;
    FixedCalendar calendar;
    DtlsSettings client_settings;
    DtlsSettings server_settings;
    std::unique_ptr<DtlsDatagrams> server;
    std::unique_ptr<DtlsDatagrams> client;
};

inline const kit::Pki DtlsTest::pki;

} // namespace nwp::net
