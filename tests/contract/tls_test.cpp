// SPDX-License-Identifier: Apache-2.0
// TLS on a socket, as a client meets it.
#include "tests/contract/tls_scenario.h"

#include <ctime>
#include <thread>

namespace nwp::contract {
namespace {

constexpr int kTls12 = 0x0303;
constexpr int kTls13 = 0x0304;

// ---- Handshakes that succeed ------------------------------------------------------------------------------

class Tls : public TlsScenario {};
SCENARIOS_OF(Tls);

TEST_P(Tls, of_version_1_2_connects_and_carries_bytes) {
    auto options = honest();
    options.max_version = kTls12;
    auto& server = serve(options);
    const int socket = connected_tls();
    send_all(socket, "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
    EXPECT_EQ(option(socket, SOL_TLS, NWP_TLS_VERSION), IPPROTO_TLS_1_2);
    EXPECT_EQ(server.server_name(), kServerName);
    EXPECT_EQ(verdict(socket).rules, 0U);
}

TEST_P(Tls, of_version_1_3_connects_and_carries_bytes) {
    auto options = honest();
    options.min_version = kTls13;
    serve(options);
    const int socket = connected_tls();
    send_all(socket, "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
    EXPECT_EQ(option(socket, SOL_TLS, NWP_TLS_VERSION), IPPROTO_TLS_1_3) << "the number is a floor";
}

TEST_P(Tls, never_goes_below_its_floor) {
    auto options = honest();
    options.max_version = kTls12;
    serve(options);
    const int socket = make_tls_socket(IPPROTO_TLS_1_3);
    EXPECT_FAILS(connect_tls(socket), ECONNABORTED);
    EXPECT_TRUE(verdict(socket).rules & NWP_TLS_VERSION_TOO_LOW) << verdict_text(socket);
}

TEST_P(Tls, never_goes_above_its_ceiling) {
    serve(honest());
    const int socket = make_tls_socket();
    const int most = IPPROTO_TLS_1_2;
    ASSERT_EQ(call().setsockopt(socket, SOL_TLS, NWP_TLS_VERSION_MAX, &most, sizeof most), 0) << errno_text();
    ASSERT_EQ(connect_tls(socket), 0) << errno_text();
    EXPECT_EQ(option(socket, SOL_TLS, NWP_TLS_VERSION), IPPROTO_TLS_1_2);
}

TEST_P(Tls, tells_what_the_socket_is) {
    const int socket = make_tls_socket(IPPROTO_TLS_1_3);
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TLS_1_3);
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
}

TEST_P(Tls, that_cannot_reach_the_peer_tells_what_TCP_says) {
    SilentPort nobody;
    const int socket = make_tls_socket();
    EXPECT_FAILS(connect_to(socket, nobody), ECONNREFUSED);
    EXPECT_EQ(verdict(socket).rules, 0U) << "no rule of TLS failed";
}

TEST_P(Tls, without_blocking_is_writable_when_it_is_secure) {
    auto& server = serve(honest());
    const int socket = make_tls_socket(IPPROTO_TLS_1_2, SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_EQ(ready(socket), POLLOUT | POLLHUP);
    EXPECT_FAILS(receive_byte(socket), ENOTCONN);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
    EXPECT_FAILS(connect_tls(socket), EINPROGRESS);
    EXPECT_EQ(wait_ready(socket, kEverything), POLLOUT);
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_EQ(connect_tls(socket), 0) << errno_text();
    EXPECT_FAILS(connect_tls(socket), EISCONN);
    EXPECT_EQ(server.server_name(), kServerName);
    set_nonblocking(socket, false);
    send_all(socket, "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
}

TEST_P(Tls, is_pending_as_long_as_the_handshake_is) {
    Event connected;
    Event end;
    kit::TlsServerOptions options;
    options.instead = [&](kit::TlsServerConnection&) {
        connected.happen();
        end.wait();
    };
    kit::TlsServer& server = serve(options);
    const int socket = make_tls_socket(IPPROTO_TLS_1_2, SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_FAILS(connect_tls(socket), EINPROGRESS);
    EXPECT_TRUE(connected.wait()) << "TCP stands";
    EXPECT_FAILS(connect_tls(socket), EALREADY);
    EXPECT_EQ(ready(socket), 0);
    EXPECT_FAILS(receive_byte(socket), EAGAIN);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EAGAIN);
    end.happen();
    EXPECT_TRUE(wait_for(socket, POLLERR)) << "a peer that ends amid the handshake";
    EXPECT_EQ(socket_error(socket), ECONNABORTED);
    server.wait_served(1); // it lives longer than our events
}

// ---- Streams ----------------------------------------------------------------------------------------------

class TlsStream : public TlsScenario {};
SCENARIOS_OF(TlsStream);

TEST_P(TlsStream, of_much_each_way_arrives_whole) {
    const std::string bytes = pattern(world().much() / 4);
    serve(honest());
    const int socket = connected_tls();
    std::thread sender([&] { send_all(socket, bytes); });
    const std::string got = receive(socket, bytes.size());
    sender.join();
    EXPECT_EQ(hash(got), hash(bytes));
}

TEST_P(TlsStream, that_ends_in_order_gives_all_data_then_0) {
    std::string heard;
    auto options = honest();
    options.then = [&](kit::TlsServerConnection& peer) {
        peer.write("the end");
        peer.send_close_notify();
        heard = peer.read_exactly(6);
    };
    auto& server = serve(options);
    const int socket = connected_tls();
    EXPECT_EQ(receive_all(socket), "the end");
    EXPECT_EQ(receive_byte(socket), 0);
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT | POLLRDHUP);
    send_all(socket, "goes on");
    server.wait_served();
    EXPECT_EQ(heard, "goes o");
}

TEST_P(TlsStream, that_is_cut_gives_all_data_then_ECONNRESET_and_never_0) {
    auto options = honest();
    options.then = [](kit::TlsServerConnection& peer) {
        peer.write("half of the tr");
        peer.send_fin();
        peer.read_all();
    };
    serve(options);
    const int socket = connected_tls();
    int error = 0;
    EXPECT_EQ(receive_all(socket, &error), "half of the tr");
    EXPECT_EQ(error, ECONNRESET);
    EXPECT_EQ(verdict(socket).rules, static_cast<unsigned>(NWP_TLS_TRUNCATED)) << verdict_text(socket);
    EXPECT_FAILS(receive_byte(socket), ENOTCONN);
}

TEST_P(TlsStream, that_the_peer_ends_with_an_alert_is_ECONNABORTED) {
    auto options = honest();
    options.then = [](kit::TlsServerConnection& peer) { peer.send_fatal_alert(); };
    serve(options);
    const int socket = connected_tls();
    EXPECT_FAILS(receive_byte(socket), ECONNABORTED);
    EXPECT_EQ(verdict(socket).rules, static_cast<unsigned>(NWP_TLS_PEER_ALERT)) << verdict_text(socket);
    EXPECT_EQ(verdict(socket).alert, 20);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
}

TEST_P(TlsStream, with_a_bad_record_is_ECONNABORTED) {
    auto options = honest();
    options.then = [](kit::TlsServerConnection& peer) {
        peer.send_garbage_record();
        peer.read_all();
    };
    serve(options);
    const int socket = connected_tls();
    EXPECT_FAILS(receive_byte(socket), ECONNABORTED);
    EXPECT_EQ(verdict(socket).rules, static_cast<unsigned>(NWP_TLS_BAD_RECORD)) << verdict_text(socket);
}

TEST_P(TlsStream, that_we_shut_is_closed_in_order_and_reading_goes_on) {
    bool in_order = false;
    std::string heard;
    auto options = honest();
    options.then = [&](kit::TlsServerConnection& peer) {
        heard = peer.read_all();
        in_order = peer.ended_in_order();
        peer.write("heard you");
    };
    auto& server = serve(options);
    const int socket = connected_tls();
    send_all(socket, "all of it");
    ASSERT_EQ(call().shutdown(socket, SHUT_WR), 0) << errno_text();
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
    EXPECT_EQ(receive_all(socket), "heard you");
    server.wait_served();
    EXPECT_EQ(heard, "all of it");
    EXPECT_TRUE(in_order);
}

TEST_P(TlsStream, that_we_close_ends_in_order_behind_what_was_sent) {
    bool in_order = false;
    std::string heard;
    auto options = honest();
    options.then = [&](kit::TlsServerConnection& peer) {
        heard = peer.read_all();
        in_order = peer.ended_in_order();
    };
    auto& server = serve(options);
    const std::string bytes = pattern(100000);
    const int socket = connected_tls();
    send_all(socket, bytes);
    close(socket);
    server.wait_served();
    EXPECT_TRUE(heard == bytes);
    EXPECT_TRUE(in_order);
}

TEST_P(TlsStream, whose_peer_refuses_our_certificate_says_so_in_connect_with_1_2) {
    auto options = honest();
    options.max_version = kTls12;
    options.client_cas = {good_chain().root};
    serve(options);
    const int socket = make_tls_socket();
    EXPECT_FAILS(connect_tls(socket), ECONNABORTED);
    EXPECT_EQ(verdict(socket).rules, static_cast<unsigned>(NWP_TLS_PEER_ALERT)) << verdict_text(socket);
}

TEST_P(TlsStream, whose_peer_refuses_our_certificate_says_so_at_the_first_recv_with_1_3) {
    auto options = honest();
    options.min_version = kTls13;
    options.client_cas = {good_chain().root};
    serve(options);
    const int socket = connected_tls();
    EXPECT_FAILS(receive_byte(socket), ECONNABORTED);
    EXPECT_EQ(verdict(socket).rules, static_cast<unsigned>(NWP_TLS_PEER_ALERT)) << verdict_text(socket);
    EXPECT_EQ(verdict(socket).alert, 116) << "certificate_required";
}

// ---- Refusals ---------------------------------------------------------------------------------------------

class TlsRefusal : public TlsScenario {
protected:
    /// connect() fails for exactly these rules, and no byte of ours reaches the application behind the peer.
    void expect_refused(kit::TlsServerOptions options, unsigned rules) {
        auto& server = serve(std::move(options));
        const int socket = make_tls_socket();
        expect_refused_by(server, socket, rules);
    }
    void expect_refused_by(kit::TlsServer& server, int socket, unsigned rules) {
        EXPECT_FAILS(connect_tls(socket), ECONNABORTED);
        EXPECT_EQ(verdict(socket).rules, rules) << verdict_text(socket);
        EXPECT_FALSE(verdict_text(socket).empty());
        EXPECT_FAILS(send(socket, "secret", MSG_NOSIGNAL), EPIPE);
        EXPECT_FAILS(receive_byte(socket), ENOTCONN);
        close(socket);
        server.wait_served();
        EXPECT_EQ(server.application_bytes(), 0U);
        EXPECT_EQ(server.handshakes(), 0);
    }
};
SCENARIOS_OF(TlsRefusal);

TEST_P(TlsRefusal, of_a_wrong_ca) {
    auto& server = serve(honest());
    const sec_tag_t other = fresh_tag();
    const std::string root = kit::self_signed(ca_today("Another Root")).pem();
    ASSERT_EQ(tls_credential_add(other, TLS_CREDENTIAL_CA_CERTIFICATE, root.data(), root.size()), 0);
    const int socket = make_tls_socket();
    set_tag(socket, other);
    expect_refused_by(server, socket, NWP_TLS_UNKNOWN_CA);
}

TEST_P(TlsRefusal, of_a_wrong_host_name) {
    auto& server = serve(honest());
    const int socket = make_tls_socket();
    set_host(socket, "other.example.test");
    expect_refused_by(server, socket, NWP_TLS_WRONG_HOST_NAME);
}

TEST_P(TlsRefusal, of_an_expired_certificate) {
    auto options = honest();
    auto expired = server_today(kServerName);
    expired.not_before = ::time(nullptr) - 3 * kit::kDay;
    expired.not_after = ::time(nullptr) - kit::kDay;
    options.chain[0] = kit::issue(good_chain().intermediate, expired);
    expect_refused(options, NWP_TLS_EXPIRED);
}

TEST_P(TlsRefusal, of_a_certificate_that_is_not_yet_valid) {
    auto options = honest();
    auto early = server_today(kServerName);
    early.not_before = ::time(nullptr) + kit::kDay;
    early.not_after = ::time(nullptr) + 3 * kit::kDay;
    options.chain[0] = kit::issue(good_chain().intermediate, early);
    expect_refused(options, NWP_TLS_NOT_YET_VALID);
}

TEST_P(TlsRefusal, of_a_self_signed_certificate) {
    auto options = honest();
    options.chain = {kit::self_signed(server_today(kServerName))};
    expect_refused(options, NWP_TLS_SELF_SIGNED);
}

TEST_P(TlsRefusal, of_a_missing_intermediate) {
    auto options = honest();
    options.chain.resize(1);
    expect_refused(options, NWP_TLS_MISSING_INTERMEDIATE);
}

TEST_P(TlsRefusal, of_an_issuer_that_is_no_ca) {
    auto options = honest();
    auto no_ca = ca_today("No CA");
    no_ca.is_ca = false;
    options.chain[1] = kit::issue(good_chain().root, no_ca);
    options.chain[0] = kit::issue(options.chain[1], server_today(kServerName));
    expect_refused(options, NWP_TLS_ISSUER_NOT_CA);
}

TEST_P(TlsRefusal, of_a_tag_that_names_nothing) {
    auto& server = serve(honest());
    const int socket = make_tls_socket();
    set_tag(socket, fresh_tag());
    expect_refused_by(server, socket, NWP_TLS_NO_CREDENTIAL);
}

TEST_P(TlsRefusal, of_two_things_names_both) {
    auto options = honest();
    auto bad = server_today("other.example.test");
    bad.not_before = ::time(nullptr) - 3 * kit::kDay;
    bad.not_after = ::time(nullptr) - kit::kDay;
    options.chain[0] = kit::issue(good_chain().intermediate, bad);
    expect_refused(options, NWP_TLS_EXPIRED | NWP_TLS_WRONG_HOST_NAME);
}

TEST_P(TlsRefusal, stands_when_the_program_asks_for_no_verification_that_policy_wants) {
    for (const int level : {TLS_PEER_VERIFY_NONE, TLS_PEER_VERIFY_OPTIONAL}) {
        auto& server = serve(honest());
        const int socket = make_tls_socket();
        set_host(socket, "other.example.test");
        ASSERT_EQ(call().setsockopt(socket, SOL_TLS, TLS_PEER_VERIFY, &level, sizeof level), 0)
            << errno_text();
        expect_refused_by(server, socket, NWP_TLS_WRONG_HOST_NAME | NWP_TLS_POLICY_REQUIRES_VERIFICATION);
    }
}

TEST_P(TlsRefusal, without_blocking_is_told_once_and_the_verdict_stays) {
    serve(honest());
    const int socket = make_tls_socket(IPPROTO_TLS_1_2, SOCK_STREAM | SOCK_NONBLOCK);
    set_host(socket, "other.example.test");
    EXPECT_FAILS(connect_tls(socket), EINPROGRESS);
    EXPECT_EQ(wait_ready(socket, kEverything), POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP);
    EXPECT_EQ(socket_error(socket), ECONNABORTED);
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
    EXPECT_FAILS(receive_byte(socket), ENOTCONN);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
    EXPECT_EQ(verdict(socket).rules, static_cast<unsigned>(NWP_TLS_WRONG_HOST_NAME));
    EXPECT_EQ(verdict(socket).rules, static_cast<unsigned>(NWP_TLS_WRONG_HOST_NAME))
        << "also when read twice";
}

TEST_P(TlsRefusal, may_be_followed_by_a_new_attempt) {
    serve(honest());
    const int socket = make_tls_socket();
    set_host(socket, "other.example.test");
    EXPECT_FAILS(connect_tls(socket), ECONNABORTED);
    set_host(socket, kServerName);
    ASSERT_EQ(connect_tls(socket), 0) << errno_text() << verdict_text(socket);
    EXPECT_EQ(verdict(socket).rules, 0U);
    send_all(socket, "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
}

} // namespace
} // namespace nwp::contract
