// SPDX-License-Identifier: Apache-2.0
#pragma once

// For the tests of this folder: a client and a server of ours on one loop that the test turns.

#include "base/text.h"
#include "nwpd/net/openssl.h"
#include "nwpd/net/tls_context.h"
#include "nwpd/net/tls_stream.h"
#include "tests/kit/pki/loop.h"
#include "tests/kit/pki/pki.h"
#include "tests/kit/pki/socket_stream.h"
#include "tests/kit/pki/tls_fixture.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace nwp::net {

class TlsPairTest : public ::testing::TestWithParam<Protocol> {
protected:
    struct Side {
        std::unique_ptr<TlsStream> stream;
        kit::SocketStream* lower = nullptr;
        std::optional<Result<void>> outcome;

        RuleSet rules() const { return stream->verdict().rules; }
    };

    TlsPairTest() {
        client_settings.host_name = "server.example.test";
        client_settings.ceiling = server_settings.ceiling = GetParam();
        client_settings.credentials.trust = kit::trust_of({pki.root});
        server_settings.credentials.trust = std::make_shared<Trust>();
        server_settings.credentials.identities = {kit::identity_of({pki.leaf, pki.intermediate})};
    }
    ~TlsPairTest() override {
        client = {};
        server = {};
        kit::run_ready(context);
    }
    bool is_13() const { return GetParam() == Protocol::tls_1_3; }

    static Identity client_identity(const std::string& name = "client",
                                    const std::string& usage = "clientAuth") {
        kit::CertificateOptions options = kit::server_named(name);
        options.extended_key_usage = usage;
        return kit::identity_of({kit::issue(pki.root, options)});
    }

    /// TCP streams between the two, without TLS.
    std::pair<std::unique_ptr<kit::SocketStream>, std::unique_ptr<kit::SocketStream>> plain_pair() {
        const auto [near, far] = listener->connected_pair();
        return {std::make_unique<kit::SocketStream>(context, near),
                std::make_unique<kit::SocketStream>(context, far)};
    }
    void begin(Side& side, std::unique_ptr<kit::SocketStream> lower, TlsContexts& contexts,
               const TlsSettings& settings) {
        side = {};
        side.lower = lower.get();
        side.stream = std::make_unique<TlsStream>(context, contexts, std::move(lower), settings, calendar);
        side.stream->handshake([&side](Result<void> result) { side.outcome = result; });
    }
    /// Both shake hands, to success or not.
    void shake_hands() {
        auto [near, far] = plain_pair();
        begin(server, std::move(far), server_contexts, server_settings);
        begin(client, std::move(near), client_contexts, client_settings);
        EXPECT_TRUE(kit::run_until(context, [&] { return client.outcome && server.outcome; }));
    }
    void connected() {
        shake_hands();
        ASSERT_TRUE(client.outcome.value_or(Error::timed_out)) << verdicts();
        ASSERT_TRUE(server.outcome.value_or(Error::timed_out)) << verdicts();
    }
    /// Bytes go both ways, so that everything that follows a handshake has been taken in as well.
    void talk() {
        EXPECT_TRUE(write_all(client, "ping"));
        EXPECT_EQ(read_exactly(server, 4), "ping");
        EXPECT_TRUE(write_all(server, "pong"));
        EXPECT_EQ(read_exactly(client, 4), "pong");
    }
    void talk_and_close() {
        connected();
        talk();
        client.stream->close(false);
        server.stream->close(false);
    }

    Result<std::size_t> read(Side& side, Bytes into) {
        for (;;) {
            auto got = side.stream->read(into);
            if (got || got.error() != Error::would_block) return got;
            bool ready = false;
            side.stream->wait_readable([&] { ready = true; });
            if (!kit::run_until(context, [&] { return ready; })) return Error::timed_out;
        }
    }
    std::string read_exactly(Side& side, std::size_t size) {
        std::string all;
        std::vector<Byte> buffer(16384);
        while (all.size() < size) {
            const auto got = read(side, Bytes{buffer}.first(size - all.size()));
            if (!got) {
                ADD_FAILURE() << to_string(got.error()) << " " << verdicts();
                break;
            }
            all += as_text(ByteView{buffer}.first(*got));
        }
        return all;
    }
    /// How the stream ends once everything was read.
    Error end_of(Side& side) {
        Byte buffer[4096];
        for (;;)
            if (const auto got = read(side, buffer); !got) return got.error();
    }
    Result<void> write_all(Side& side, std::string_view text) {
        while (!text.empty()) {
            const auto wrote = side.stream->write(as_bytes(text));
            if (wrote) {
                text.remove_prefix(*wrote);
                continue;
            }
            if (wrote.error() != Error::would_block) return wrote.error();
            bool ready = false;
            side.stream->wait_writable([&] { ready = true; });
            if (!kit::run_until(context, [&] { return ready; })) return Error::timed_out;
        }
        return {};
    }

    std::string verdicts() const { return "client: " + text_of(client) + "; server: " + text_of(server); }
    static std::string text_of(const Side& side) {
        return side.stream ? kit::text_of(side.stream->verdict()) + " (" + side.stream->failure_text() + ")"
                           : "none";
    }

    static const kit::Pki pki;
    boost::asio::io_context context;
    /// One for all, so that a second connection goes to the same port.
    std::unique_ptr<kit::Listener> listener = std::make_unique<kit::Listener>();
    kit::FixedCalendar calendar;
    TlsContexts client_contexts;
    TlsContexts server_contexts;
    TlsClientSettings client_settings;
    TlsServerSettings server_settings;
    Side client;
    Side server;
};

inline const kit::Pki TlsPairTest::pki;

} // namespace nwp::net
