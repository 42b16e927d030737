// SPDX-License-Identifier: Apache-2.0
#pragma once

// For the tests of this folder: a TlsStream over TCP to a server of the test kit, on a loop that the test
// turns.

#include "base/text.h"
#include "nwpd/net/openssl.h"
#include "nwpd/net/tcp.h"
#include "nwpd/net/tls_context.h"
#include "nwpd/net/tls_stream.h"
#include "tests/kit/pki/loop.h"
#include "tests/kit/pki/pki.h"
#include "tests/kit/pki/tls_fixture.h"
#include "tests/kit/pki/tls_server.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace nwp::net {

using kit::FixedCalendar;
using kit::rules;
using kit::version_name;

/// Passes everything through and counts what is read.
class CountingStream final : public Stream {
public:
    CountingStream(std::unique_ptr<Stream> lower, std::size_t& count)
        : lower_(std::move(lower)), count_(count) {}
    Result<std::size_t> read(Bytes into) override {
        auto got = lower_->read(into);
        if (got) count_ += *got;
        return got;
    }
    Result<std::size_t> write(ByteView bytes) override { return lower_->write(bytes); }
    void wait_readable(std::function<void()> handler) override { lower_->wait_readable(std::move(handler)); }
    void wait_writable(std::function<void()> handler) override { lower_->wait_writable(std::move(handler)); }
    Result<void> shutdown_send() override { return lower_->shutdown_send(); }
    void close(bool abort) override { lower_->close(abort); }
    Address local() const override { return lower_->local(); }
    Address peer() const override { return lower_->peer(); }

private:
    std::unique_ptr<Stream> lower_;
    std::size_t& count_;
};

class TlsClientTest : public ::testing::Test {
protected:
    TlsClientTest() { settings.host_name = "server.example.test"; }
    ~TlsClientTest() override {
        stream.reset();
        kit::run_ready(context);
    }

    void trust(const kit::Certificate& ca) { trust_pem(ca.pem(), {}); }
    void trust_pem(const std::string& cas, const std::string& crls) {
        auto made = std::make_shared<Trust>();
        ASSERT_TRUE(made->add_ca(as_bytes(cas)));
        ASSERT_TRUE(crls.empty() || made->add_crl(as_bytes(crls)));
        settings.credentials.trust = made;
    }
    static Identity identity_of(const kit::Certificate& certificate) {
        EVP_PKEY_up_ref(certificate.key());
        return {{certificate.der()}, PrivateKey::Access::wrap(certificate.key())};
    }

    void serve(kit::TlsServerOptions options) {
        server = std::make_unique<kit::TlsServer>(std::move(options));
    }
    /// With the honest chain and whatever the test changes in it.
    kit::TlsServerOptions honest() {
        kit::TlsServerOptions options;
        options.chain = {pki.leaf, pki.intermediate};
        return options;
    }

    Result<void> connect(const Address& to) {
        auto tcp = std::make_unique<TcpStream>(context, gate);
        std::optional<Result<void>> outcome;
        tcp->connect(to, {}, [&](Result<void> result) { outcome = result; });
        EXPECT_TRUE(kit::run_until(context, [&] { return outcome.has_value(); }));
        EXPECT_TRUE(outcome.value_or(Error::timed_out)) << "TCP did not connect";

        auto counting = std::make_unique<CountingStream>(std::move(tcp), bytes_read);
        stream = std::make_unique<TlsStream>(context, contexts, std::move(counting), settings, calendar);
        outcome.reset();
        stream->handshake([&](Result<void> result) { outcome = result; });
        EXPECT_FALSE(outcome) << "done came from inside handshake()";
        EXPECT_TRUE(kit::run_until(context, [&] { return outcome.has_value(); }));
        return outcome.value_or(Error::timed_out);
    }
    Result<void> connect() { return connect(server->address()); }
    void connected() {
        const auto outcome = connect();
        ASSERT_TRUE(outcome) << verdict_text();
    }

    /// Connects, expects to be refused for exactly `expected`, and that no byte of ours reached the
    /// application.
    void expect_refused(RuleSet expected) {
        const auto outcome = connect();
        EXPECT_EQ(outcome.error(), Error::connection_aborted);
        EXPECT_EQ(stream->verdict().rules, expected) << verdict_text();
        Byte byte = 'x';
        EXPECT_EQ(stream->write({&byte, 1}).error(), Error::not_connected);
        EXPECT_EQ(stream->read({&byte, 1}).error(), Error::not_connected);
        stream->close(false);
        if (!server) return;
        server->wait_served();
        EXPECT_EQ(server->application_bytes(), 0U);
        EXPECT_EQ(server->handshakes(), 0);
    }

    std::string verdict_text() const { return "verdict: " + kit::text_of(stream->verdict()); }

    /// The next answer of read() that is not would_block.
    Result<std::size_t> read(Bytes into) {
        for (;;) {
            auto got = stream->read(into);
            if (got || got.error() != Error::would_block) return got;
            bool ready = false;
            stream->wait_readable([&] { ready = true; });
            if (!kit::run_until(context, [&] { return ready; })) return Error::timed_out;
        }
    }
    /// Everything until the stream ends; `end` says how.
    std::string read_all(Error& end) {
        std::string all;
        Byte buffer[4096];
        for (;;) {
            const auto got = read(buffer);
            if (!got) {
                end = got.error();
                return all;
            }
            all += as_text(ByteView{buffer}.first(*got));
        }
    }
    std::string read_exactly(std::size_t size) {
        std::string all;
        Byte buffer[4096];
        while (all.size() < size) {
            const auto got = read(Bytes{buffer}.first(size - all.size()));
            if (!got) {
                ADD_FAILURE() << to_string(got.error()) << " " << verdict_text();
                break;
            }
            all += as_text(ByteView{buffer}.first(*got));
        }
        return all;
    }
    Result<void> write_all(std::string_view text) {
        while (!text.empty()) {
            const auto wrote = stream->write(as_bytes(text));
            if (wrote) {
                text.remove_prefix(*wrote);
                continue;
            }
            if (wrote.error() != Error::would_block) return wrote.error();
            bool ready = false;
            stream->wait_writable([&] { ready = true; });
            if (!kit::run_until(context, [&] { return ready; })) return Error::timed_out;
        }
        return {};
    }

    std::size_t bytes_read = 0; ///< ciphertext taken from the lower stream
    static const kit::Pki pki;
    Gate gate;
    boost::asio::io_context context;
    TlsContexts contexts;
    FixedCalendar calendar;
    TlsClientSettings settings;
    std::unique_ptr<kit::TlsServer> server;
    std::unique_ptr<TlsStream> stream;
};

inline const kit::Pki TlsClientTest::pki;

/// The same test with TLS 1.2 and TLS 1.3.
class TlsVersionsTest : public TlsClientTest, public ::testing::WithParamInterface<Protocol> {
protected:
    TlsVersionsTest() {
        settings.ceiling = GetParam();
        settings.floor = Protocol::tls_1_2;
        trust(pki.root);
    }
    bool is_13() const { return GetParam() == Protocol::tls_1_3; }
};

} // namespace nwp::net
