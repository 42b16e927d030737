// SPDX-License-Identifier: Apache-2.0
// How a TLS stream carries and ends.

#include "nwpd/net/tls_client_fixture.h"

#include <sys/socket.h>

#include <cerrno>
#include <future>

using namespace nwp;
using namespace nwp::net;
using namespace nwp::kit;
using namespace std::string_literals;

namespace {

class TlsData : public TlsVersionsTest {
protected:
    void serve_then(std::function<void(TlsServerConnection&)> then) {
        auto options = honest();
        options.then = std::move(then);
        serve(std::move(options));
        connected();
    }
    Error end = Error{};
};
INSTANTIATE_TEST_SUITE_P(, TlsData, ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3), version_name);

} // namespace

TEST_P(TlsData, waits_for_the_peers_first_byte) {
    serve_then([](auto& connection) { connection.write(connection.read_exactly(5)); });
    Byte buffer[16];
    EXPECT_EQ(stream->read(buffer).error(), Error::would_block);
    ASSERT_TRUE(write_all("hello"));
    EXPECT_EQ(read_exactly(5), "hello");
}

TEST_P(TlsData, wakes_for_every_byte_that_openssl_already_holds) {
    serve_then([](auto& connection) {
        connection.write(std::string(300, 'a'));
        connection.write(std::string(300, 'b')); // read ahead together
        connection.read_all();
    });
    std::string all;
    Byte byte[1];
    while (all.size() < 600) {
        bool ready = false;
        stream->wait_readable([&] { ready = true; });
        EXPECT_FALSE(ready);
        ASSERT_TRUE(run_until(context, [&] { return ready; })) << all.size();
        const auto got = stream->read(byte);
        if (got) all += static_cast<char>(byte[0]);
    }
    EXPECT_EQ(all, std::string(300, 'a') + std::string(300, 'b'));
}

TEST_P(TlsData, ends_in_order_after_close_notify_and_still_sends_also_after_the_fin) {
    std::string got;
    serve_then([&](auto& connection) {
        connection.write("last words");
        connection.send_close_notify();
        connection.send_fin();
        got = connection.read_all();
        EXPECT_TRUE(connection.ended_in_order());
    });
    EXPECT_EQ(read_all(end), "last words");
    EXPECT_EQ(end, Error::closed);
    ASSERT_TRUE(write_all("more from here"));
    ASSERT_TRUE(stream->shutdown_send());
    EXPECT_EQ(stream->write(as_bytes("x")).error(), Error::broken_pipe);
    server->wait_served();
    EXPECT_EQ(got, "more from here");
    EXPECT_TRUE(stream->verdict().rules.empty());
}

TEST_P(TlsData, reads_on_after_its_own_shutdown) {
    serve_then([](auto& connection) {
        const std::string all = connection.read_all();
        EXPECT_TRUE(connection.ended_in_order());
        char byte = 0;
        EXPECT_EQ(::recv(connection.socket(), &byte, 1, 0), 0) << "no FIN behind close_notify";
        connection.write("you said " + all);
    });
    ASSERT_TRUE(write_all("this"));
    ASSERT_TRUE(stream->shutdown_send());
    EXPECT_EQ(read_all(end), "you said this");
    EXPECT_EQ(end, Error::closed);
}

TEST_P(TlsData, truncated) {
    serve_then([](auto& connection) {
        connection.write("half of it");
        connection.send_fin();
        connection.read_all();
    });
    EXPECT_EQ(read_all(end), "half of it");
    EXPECT_EQ(end, Error::connection_reset);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::truncated)) << verdict_text();
    Byte buffer[1];
    EXPECT_EQ(stream->read(buffer).error(), Error::connection_reset) << "never 0, also the second time";
}

TEST_P(TlsData, truncated_in_the_middle_of_a_record) {
    serve_then([](auto& connection) {
        connection.send_raw("\x17\x03\x03\x00\x40 too short"s);
        connection.send_fin();
        connection.read_all();
    });
    EXPECT_EQ(read_all(end), "");
    EXPECT_EQ(end, Error::connection_reset);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::truncated)) << verdict_text();
}

TEST_P(TlsData, policy_may_take_a_bare_fin_for_the_end) {
    settings.truncation_allowed = true;
    std::string got;
    serve_then([&](auto& connection) {
        connection.write("all of it");
        connection.send_fin();
        got = connection.read_all();
    });
    EXPECT_EQ(read_all(end), "all of it");
    EXPECT_EQ(end, Error::closed);
    EXPECT_TRUE(stream->verdict().rules.empty());
    EXPECT_TRUE(write_all("still"));
    ASSERT_TRUE(stream->shutdown_send());
    server->wait_served();
    EXPECT_EQ(got, "still");
}

TEST_P(TlsData, bad_record) {
    serve_then([](auto& connection) {
        connection.write("good");
        connection.send_garbage_record();
        connection.read_all();
    });
    EXPECT_EQ(read_all(end), "good");
    EXPECT_EQ(end, Error::connection_aborted);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::bad_record)) << verdict_text();
    EXPECT_EQ(stream->verdict().alert, 20);
    EXPECT_EQ(stream->write(as_bytes("x")).error(), Error::connection_aborted);
}

TEST_P(TlsData, fatal_alert) {
    serve_then([](auto& connection) {
        connection.write("good");
        connection.send_fatal_alert();
    });
    EXPECT_EQ(read_all(end), "good");
    EXPECT_EQ(end, Error::connection_aborted);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::peer_alert)) << verdict_text();
    EXPECT_EQ(stream->verdict().alert, 20);
}

TEST_P(TlsData, an_alert_behind_data_is_found_when_a_write_fails) {
    serve_then([](auto& connection) {
        connection.write("data before it");
        connection.send_fatal_alert();
    });
    server->wait_served(); // the socket is closed: our bytes meet a RST
    Error said = Error{};
    for (int i = 0; i < 1000 && said == Error{}; ++i) {
        const auto wrote = stream->write(as_bytes("hello"));
        if (!wrote) said = wrote.error();
    }
    EXPECT_TRUE(said == Error::connection_aborted) << to_string(said);
    EXPECT_EQ(read_all(end), "data before it");
    EXPECT_EQ(end, Error::connection_aborted);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::peer_alert));
}

TEST_P(TlsData, rst_is_connection_reset) {
    serve_then([](auto& connection) {
        SSL_set_shutdown(connection.ssl(), SSL_SENT_SHUTDOWN);
        connection.reset();
    });
    EXPECT_EQ(read_all(end), "");
    EXPECT_EQ(end, Error::connection_reset);
    EXPECT_FALSE(stream->verdict().rules.has(Rule::truncated));
}

TEST_P(TlsData, close_sends_close_notify) {
    bool in_order = false;
    serve_then([&](auto& connection) {
        connection.read_all();
        in_order = connection.ended_in_order();
    });
    stream->close(false);
    server->wait_served();
    EXPECT_TRUE(in_order);
}

TEST_P(TlsData, close_lets_queued_data_out_in_the_background) {
    std::promise<void> go;
    std::size_t got = 0;
    bool in_order = false;
    serve_then([&](auto& connection) {
        go.get_future().wait();
        got = connection.read_all().size();
        in_order = connection.ended_in_order();
    });
    const std::string block(100000, 'x');
    std::size_t sent = 0;
    for (auto wrote = stream->write(as_bytes(block)); wrote; wrote = stream->write(as_bytes(block)))
        sent += *wrote;
    stream.reset();
    go.set_value();
    context.restart();
    context.run(); // until nothing lingers
    server->wait_served();
    EXPECT_EQ(got, sent);
    EXPECT_TRUE(in_order);
}

TEST_P(TlsData, abort_is_felt_as_rst) {
    std::promise<int> read_error;
    serve_then([&](auto& connection) {
        connection.write("x");
        char byte = 0;
        const auto got = ::recv(connection.socket(), &byte, 1, 0);
        read_error.set_value(got < 0 ? errno : 0);
    });
    read_exactly(1); // the server's own part of the handshake is over
    stream->close(true);
    EXPECT_EQ(read_error.get_future().get(), ECONNRESET);
    Byte buffer[1];
    EXPECT_EQ(stream->read(buffer).error(), Error::bad_handle);
}

TEST_P(TlsData, may_be_destroyed_inside_its_own_handler) {
    serve_then([](auto& connection) {
        connection.write("x");
        connection.read_all();
    });
    bool called = false;
    stream->wait_readable([&] {
        stream.reset();
        called = true;
    });
    EXPECT_TRUE(run_until(context, [&] { return called; }));
    server->wait_served();
}

TEST_P(TlsData, stands_still_while_the_gate_is_closed) {
    std::promise<void> go;
    serve_then([&](auto& connection) {
        go.get_future().wait();
        connection.write("behind the gate");
        connection.read_exactly(5);
    });
    gate.set(false);
    go.set_value();
    bool readable = false;
    stream->wait_readable([&] { readable = true; });
    EXPECT_EQ(*stream->write(as_bytes("hello")), 5U); // one record is taken and kept
    EXPECT_EQ(stream->write(as_bytes("more")).error(), Error::would_block);
    run_ready(context);
    EXPECT_FALSE(readable);
    EXPECT_EQ(server->application_bytes(), 0U);
    gate.set(true);
    EXPECT_EQ(read_exactly(15), "behind the gate");
    server->wait_served();
    EXPECT_EQ(server->application_bytes(), 5U);
}

TEST_P(TlsData, key_updates_and_tickets_are_taken_in_while_the_application_does_not_read) {
    if (!is_13()) GTEST_SKIP() << "TLS 1.2 has no KeyUpdate";
    std::promise<void> go;
    std::promise<std::size_t> sent; // a ticket's size depends on what is in it
    auto options = honest();
    options.tickets = 0;
    options.then = [&](auto& connection) {
        BIO* const line = SSL_get_wbio(connection.ssl());
        go.get_future().wait();
        const auto before = BIO_number_written(line);
        SSL_new_session_ticket(connection.ssl());
        connection.send_key_update(true);
        sent.set_value(BIO_number_written(line) - before);
        connection.write(connection.read_exactly(5));
        connection.read_all();
    };
    serve(std::move(options));
    connected();
    const std::size_t before = bytes_read;
    go.set_value();
    const std::size_t both = sent.get_future().get();
    EXPECT_GT(both, 100 + 27U) << "a ticket, and a record with a KeyUpdate";
    ASSERT_TRUE(run_until(context, [&] { return bytes_read == before + both; })) << bytes_read - before;
    ASSERT_TRUE(write_all("hello")); // under new keys both ways
    EXPECT_EQ(read_exactly(5), "hello");
}

TEST_P(TlsData, unread_data_stop_the_reading_ahead) {
    serve_then([](auto& connection) {
        for (int i = 0; i < 64; ++i) connection.write(std::string(16384, 'x'));
        connection.read_all();
    });
    ASSERT_TRUE(run_until(context, [&] { return bytes_read > 16384; }));
    run_ready(context);
    EXPECT_LT(bytes_read, 100000U);
    constexpr std::size_t kSize = std::size_t{64} * 16384;
    EXPECT_EQ(read_exactly(kSize), std::string(kSize, 'x'));
}
