// SPDX-License-Identifier: Apache-2.0
// Records of every size, whole and in pieces, in both roles.

#include "nwpd/net/tls_client_fixture.h"
#include "nwpd/net/tls_pair_fixture.h"
#include "tests/kit/pki/record_sealer.h"

using namespace nwp;
using namespace nwp::net;
using namespace nwp::kit;

namespace {

class TlsRecords : public TlsVersionsTest {
protected:
    kit::TlsServerOptions sealing(std::function<void(TlsServerConnection&, RecordSealer&)> send) {
        auto options = honest();
        options.tickets = 0;
        settings.cipher_suites = {0x1301, 0xC02B};
        options.then = [send = std::move(send)](TlsServerConnection& connection) {
            RecordSealer sealer{connection.ssl()};
            send(connection, sealer);
            connection.send_fin();
            SSL_set_quiet_shutdown(connection.ssl(), 1);
        };
        return options;
    }
};
INSTANTIATE_TEST_SUITE_P(, TlsRecords, ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3), version_name);

class TlsPairRecords : public TlsPairTest {
protected:
    static std::string pattern(std::size_t size) {
        std::string text(size, '\0');
        for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
        return text;
    }
};
INSTANTIATE_TEST_SUITE_P(, TlsPairRecords, ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3),
                         version_name);

} // namespace

TEST_P(TlsRecords, without_content_are_passed_over) {
    serve(sealing([](TlsServerConnection& connection, RecordSealer& sealer) {
        for (int i = 0; i < 20; ++i) connection.send_raw(sealer.data(""));
        for (const char* text : {"hel", "", "lo", ""}) connection.send_raw(sealer.data(text));
        connection.send_raw(sealer.close_notify());
    }));
    connected();
    EXPECT_EQ(read_exactly(5), "hello");
    Byte byte = 0;
    EXPECT_EQ(read({&byte, 1}).error(), Error::closed) << verdict_text();
    EXPECT_TRUE(stream->verdict().rules.empty());
}

TEST_P(TlsRecords, without_content_and_without_end_are_an_attack) {
    serve(sealing([](TlsServerConnection& connection, RecordSealer& sealer) {
        for (int i = 0; i < 1000; ++i) connection.send_raw(sealer.data(""));
    }));
    connected();
    Byte byte = 0;
    EXPECT_EQ(read({&byte, 1}).error(), Error::connection_aborted);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::bad_record)) << verdict_text();
}

TEST_P(TlsRecords, of_one_byte_arrive_as_a_stream) {
    auto options = honest();
    options.then = [](TlsServerConnection& connection) {
        for (int i = 0; i < 5000; ++i) connection.write(std::string(1, static_cast<char>(i)));
    };
    serve(options);
    connected();
    const std::string all = read_exactly(5000);
    for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], static_cast<char>(i)) << i;
}

TEST_P(TlsRecords, of_16_kib_can_be_read_a_byte_at_a_time) {
    auto options = honest();
    const std::string sent(std::size_t{4} * 16384, 'r');
    options.then = [sent](TlsServerConnection& connection) { connection.write(sent); };
    serve(options);
    connected();
    std::string all;
    Byte byte = 0;
    for (;;) {
        const auto got = read({&byte, 1});
        if (!got) {
            EXPECT_EQ(got.error(), Error::closed);
            break;
        }
        all += static_cast<char>(byte);
    }
    EXPECT_EQ(all, sent);
}

TEST_P(TlsRecords, with_a_ticket_just_before_the_end_end_in_order) {
    auto options = honest();
    options.tickets = 0;
    options.then = [](TlsServerConnection& connection) {
        connection.write("last");
        if (SSL_version(connection.ssl()) == TLS1_3_VERSION) connection.send_ticket();
        connection.send_close_notify();
        connection.send_fin();
    };
    serve(options);
    connected();
    EXPECT_EQ(read_exactly(4), "last");
    Byte byte = 0;
    EXPECT_EQ(read({&byte, 1}).error(), Error::closed) << verdict_text();
    EXPECT_EQ(contexts.sessions().size(), 1U);
    connected();
    EXPECT_TRUE(stream->resumed()) << "the ticket came too late for the data, not for the next connection";
}

TEST_P(TlsPairRecords, whose_bytes_come_one_by_one_are_put_together) {
    auto [near, far] = plain_pair();
    near->set_most_read(1);
    far->set_most_read(1);
    begin(server, std::move(far), server_contexts, server_settings);
    begin(client, std::move(near), client_contexts, client_settings);
    ASSERT_TRUE(run_until(context, [&] { return client.outcome && server.outcome; }));
    ASSERT_TRUE(*client.outcome) << verdicts();
    const std::string text = pattern(40000);
    ASSERT_TRUE(write_all(client, text));
    EXPECT_EQ(read_exactly(server, text.size()), text);
    ASSERT_TRUE(write_all(server, text));
    EXPECT_EQ(read_exactly(client, text.size()), text);
}

TEST_P(TlsPairRecords, go_both_ways_at_once) {
    connected();
    const std::string text = pattern(std::size_t{4} << 20);
    std::string_view to_server = text;
    std::string_view to_client = text;
    std::string at_server;
    std::string at_client;
    std::vector<Byte> buffer(65536);
    const auto step = [&](Side& from, std::string_view& rest, Side& to, std::string& got) {
        if (const auto wrote = rest.empty() ? Result<std::size_t>{Error::would_block}
                                            : from.stream->write(as_bytes(rest.substr(0, 50000))))
            rest.remove_prefix(*wrote);
        if (const auto read = to.stream->read(buffer)) got += as_text(ByteView{buffer}.first(*read));
        run_ready(context);
    };
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (at_server.size() < text.size() || at_client.size() < text.size()) {
        ASSERT_LT(std::chrono::steady_clock::now(), end);
        step(client, to_server, server, at_server);
        step(server, to_client, client, at_client);
    }
    EXPECT_TRUE(at_server == text);
    EXPECT_TRUE(at_client == text);
}

TEST_P(TlsPairRecords, end_in_order_though_the_server_closes_with_tickets_under_way) {
    connected();
    ASSERT_TRUE(write_all(server, "last"));
    server.stream->close(false);
    EXPECT_EQ(read_exactly(client, 4), "last");
    EXPECT_EQ(end_of(client), Error::closed) << verdicts();
}

TEST_P(TlsPairRecords, reach_a_server_whose_client_closes_at_once) {
    connected();
    ASSERT_TRUE(write_all(client, "last"));
    client.stream->close(false);
    EXPECT_EQ(read_exactly(server, 4), "last");
    EXPECT_EQ(end_of(server), Error::closed) << verdicts();
}
