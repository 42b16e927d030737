// SPDX-License-Identifier: Apache-2.0
// TLS that begins later, TLS servers, long TLS streams: the application talks to itself, both ends are its
// own sockets.
#include "tests/contract/tls_scenario.h"

#include <arpa/inet.h>

#include <atomic>
#include <cstdlib>
#include <thread>

namespace nwp::contract {
namespace {

struct TlsRow {
    int name;
    bool set;
    bool get;
    socklen_t size; ///< that it takes; 0: see its own scenarios
    int value;      ///< a good one
};

class TlsServerScenario : public TlsScenario {
protected:
    /// That row of SOL_TLS: directions, sizes, values.
    void check(const TlsRow& row);
    void SetUp() override {
        TlsScenario::SetUp();
        if (IsSkipped()) return;
        own_tag_ = fresh_tag();
        const std::string chain = good_chain().leaf.pem() + good_chain().intermediate.pem();
        const std::string key = good_chain().leaf.key_pem();
        ASSERT_EQ(tls_credential_add(own_tag_, TLS_CREDENTIAL_SERVER_CERTIFICATE, chain.data(), chain.size()),
                  0);
        ASSERT_EQ(tls_credential_add(own_tag_, TLS_CREDENTIAL_PRIVATE_KEY, key.data(), key.size()), 0);
    }
    int set(int socket, int name, int value) {
        return call().setsockopt(socket, SOL_TLS, name, &value, sizeof value);
    }
    /// A TLS listener on loopback with the good chain.
    int make_listener(int type = SOCK_STREAM) {
        const int socket = make_socket(type, IPPROTO_TLS_1_2);
        set_tag(socket, own_tag_);
        EXPECT_EQ(bind_to(socket, at_address(INADDR_LOOPBACK, 0)), 0) << errno_text();
        return socket;
    }
    int make_listening(int type = SOCK_STREAM) {
        const int socket = make_listener(type);
        EXPECT_EQ(call().listen(socket, 4), 0) << errno_text();
        return socket;
    }
    int connect_to_own(int socket, int listener) {
        return connect_to(socket, at_address(INADDR_LOOPBACK, port_of(listener)));
    }
    std::string text_option(int socket, int name) {
        char text[256] = {};
        socklen_t size = sizeof text;
        EXPECT_EQ(call().getsockopt(socket, SOL_TLS, name, text, &size), 0) << errno_text();
        EXPECT_EQ(size, std::string_view{text}.size() + 1);
        return text;
    }
    sec_tag_t own_tag() const { return own_tag_; }

private:
    sec_tag_t own_tag_ = 0;
};

class TlsServers : public TlsServerScenario {};
SCENARIOS_OF(TlsServers);

/// TLS that is asked for on a stream that stands, and what tells of resumption.
class TlsLater : public TlsServerScenario {
protected:
    /// Both ends of a stream in plain text, of sockets that may become secure.
    void stand(const char* host = kServerName) {
        listener_ = make_listener();
        ASSERT_EQ(set(listener_, NWP_TLS_DEFER, 1), 0) << errno_text();
        ASSERT_EQ(call().listen(listener_, 4), 0) << errno_text();
        client_ = make_tls_socket();
        set_host(client_, host);
        EXPECT_EQ(option(client_, SOL_TLS, NWP_TLS_DEFER), 0);
        ASSERT_EQ(set(client_, NWP_TLS_DEFER, 1), 0) << errno_text();
        EXPECT_EQ(option(client_, SOL_TLS, NWP_TLS_DEFER), 1);
        ASSERT_EQ(connect_to_own(client_, listener_), 0) << errno_text();
        server_ = accepted(listener_);
    }
    int begin(int socket) { return set(socket, NWP_TLS_DEFER, 0); }
    int listener_ = -1;
    int client_ = -1;
    int server_ = -1;
};
SCENARIOS_OF(TlsLater);

TEST_P(TlsServers, accept_secure_streams) {
    const int listener = make_listening();
    const int client = make_tls_socket();
    ASSERT_EQ(connect_to_own(client, listener), 0) << errno_text() << verdict_text(client);
    const int server = accepted(listener);
    EXPECT_EQ(option(server, SOL_TLS, NWP_TLS_VERSION), IPPROTO_TLS_1_3);
    EXPECT_EQ(option(client, SOL_TLS, TLS_CIPHERSUITE_USED), option(server, SOL_TLS, TLS_CIPHERSUITE_USED));
    send_all(client, "hello");
    EXPECT_EQ(receive(server, 5), "hello");
    send_all(server, "there");
    ASSERT_EQ(call().shutdown(server, SHUT_WR), 0) << errno_text();
    EXPECT_EQ(receive_all(client), "there");
    send_all(client, "goes on");
    close(client);
    int error = -1;
    EXPECT_EQ(receive_all(server, &error), "goes on");
    EXPECT_EQ(error, 0);
}

TEST_P(TlsServers, never_see_a_handshake_that_failed) {
    const int listener = make_listening(SOCK_STREAM | SOCK_NONBLOCK);
    const int client = make_tls_socket();
    set_tag(client, fresh_tag()); // trusts nobody
    EXPECT_FAILS(connect_to_own(client, listener), ECONNABORTED);
    const int good = make_tls_socket();
    ASSERT_EQ(connect_to_own(good, listener), 0) << errno_text() << verdict_text(good);
    ASSERT_EQ(wait_ready(listener, POLLIN), POLLIN);
    const int server = accepted(listener);
    send_all(good, "x");
    EXPECT_EQ(receive(server, 1), "x");
    EXPECT_FAILS(call().accept(listener, nullptr, nullptr), EAGAIN);
}

TEST_P(TlsServers, agree_on_a_protocol_and_tell_it) {
    const int listener = make_listener();
    const char* const ours[] = {"h2", "http/1.1"};
    ASSERT_EQ(call().setsockopt(listener, SOL_TLS, TLS_ALPN_LIST, ours, sizeof ours), 0) << errno_text();
    ASSERT_EQ(call().listen(listener, 4), 0) << errno_text();
    const int client = make_tls_socket();
    const char* const theirs[] = {"http/1.1"};
    ASSERT_EQ(call().setsockopt(client, SOL_TLS, TLS_ALPN_LIST, theirs, sizeof theirs), 0) << errno_text();
    char text[4];
    socklen_t size = sizeof text;
    EXPECT_FAILS(call().getsockopt(client, SOL_TLS, NWP_TLS_ALPN_SELECTED, text, &size), ENOTCONN);
    ASSERT_EQ(connect_to_own(client, listener), 0) << errno_text() << verdict_text(client);
    const int server = accepted(listener);
    EXPECT_EQ(text_option(client, NWP_TLS_ALPN_SELECTED), "http/1.1");
    EXPECT_EQ(text_option(server, NWP_TLS_ALPN_SELECTED), "http/1.1");
    EXPECT_FAILS(call().getsockopt(client, SOL_TLS, NWP_TLS_ALPN_SELECTED, text, &size), EINVAL);
    const char* kept[4] = {};
    size = sizeof kept;
    ASSERT_EQ(call().getsockopt(server, SOL_TLS, TLS_ALPN_LIST, kept, &size), 0) << errno_text();
    EXPECT_EQ(size, sizeof ours) << "it has the listener's";
}

TEST_P(TlsLater, resumes_a_session) {
    const int listener = make_listening();
    for (const int expected : {0, 1}) {
        const int client = make_tls_socket();
        ASSERT_EQ(connect_to_own(client, listener), 0) << errno_text() << verdict_text(client);
        const int server = accepted(listener);
        send_all(server, "the ticket came before this");
        EXPECT_EQ(receive(client, 27), "the ticket came before this");
        EXPECT_EQ(option(client, SOL_TLS, NWP_TLS_RESUMED), expected);
        EXPECT_EQ(option(server, SOL_TLS, NWP_TLS_RESUMED), expected);
        close(client);
        EXPECT_EQ(receive_all(server), "");
    }
}

TEST_P(TlsLater, begins_when_both_ends_agree) {
    stand();
    send_all(client_, "STARTTLS");
    EXPECT_EQ(receive(server_, 8), "STARTTLS");
    send_all(server_, "220");
    EXPECT_EQ(receive(client_, 3), "220");
    int value = 0;
    socklen_t size = sizeof value;
    EXPECT_FAILS(call().getsockopt(client_, SOL_TLS, NWP_TLS_VERSION, &value, &size), ENOTCONN);
    std::thread other([&] { EXPECT_EQ(begin(server_), 0) << errno_text(); });
    EXPECT_EQ(begin(client_), 0) << errno_text() << verdict_text(client_);
    other.join();
    EXPECT_EQ(option(client_, SOL_TLS, NWP_TLS_VERSION), IPPROTO_TLS_1_3);
    EXPECT_FAILS(begin(client_), EINVAL);
    send_all(client_, "secret");
    EXPECT_EQ(receive(server_, 6), "secret");
    send_all(server_, "too");
    close(server_);
    EXPECT_EQ(receive_all(client_), "too");
}

TEST_P(TlsLater, begins_behind_all_that_was_sent_and_loses_no_count) {
    stand();
    const std::string bytes = pattern(20'001, 1);
    std::thread other([&] {
        EXPECT_EQ(receive(server_, bytes.size()), bytes);
        EXPECT_EQ(begin(server_), 0) << errno_text();
        send_all(server_, bytes);
    });
    send_all(client_, bytes);
    EXPECT_EQ(begin(client_), 0) << errno_text() << verdict_text(client_);
    EXPECT_EQ(receive(client_, bytes.size()), bytes);
    other.join();
    send_all(client_, bytes);
    EXPECT_EQ(receive(server_, bytes.size()), bytes);
}

TEST_P(TlsLater, with_the_wrong_peer_is_ECONNABORTED) {
    stand("other.example.test");
    std::thread other([&] { EXPECT_FAILS(begin(server_), ECONNABORTED); });
    EXPECT_FAILS(begin(client_), ECONNABORTED);
    other.join();
    EXPECT_EQ(verdict(client_).rules, NWP_TLS_WRONG_HOST_NAME);
    EXPECT_FAILS(receive_byte(client_), ECONNABORTED);
    EXPECT_FAILS(receive_byte(client_), ENOTCONN);
    EXPECT_FAILS(send(client_, "x"), EPIPE);
}

TEST_P(TlsLater, leaves_a_client_with_plain_bytes_as_it_was) {
    stand();
    send_all(server_, "220 and injected");
    EXPECT_EQ(receive(client_, 3), "220");
    EXPECT_FAILS(begin(client_), EINVAL);
    EXPECT_EQ(receive(client_, 13), " and injected");
    std::thread other([&] { EXPECT_EQ(begin(server_), 0) << errno_text(); });
    EXPECT_EQ(begin(client_), 0) << errno_text() << verdict_text(client_);
    other.join();
}

TEST_P(TlsLater, never_lets_a_server_receive_what_came_before_it) {
    stand();
    send_all(client_, "STARTTLS and injected");
    EXPECT_EQ(receive(server_, 8), "STARTTLS");
    // What the client says depends on whether the server's alert was there first.
    std::thread other([&] { EXPECT_EQ(begin(client_), -1); });
    EXPECT_FAILS(begin(server_), ECONNABORTED);
    other.join();
    EXPECT_FAILS(receive_byte(server_), ECONNABORTED);
    EXPECT_FAILS(receive_byte(server_), ENOTCONN);
}

TEST_P(TlsLater, begins_on_nothing_else) {
    EXPECT_FAILS(begin(make_socket(SOCK_STREAM)), ENOPROTOOPT);
    EXPECT_FAILS(begin(make_socket(SOCK_DGRAM, IPPROTO_DTLS_1_2)), ENOPROTOOPT);
    EXPECT_EQ(begin(make_tls_socket()), 0) << "connect() will do it";
    stand();
    EXPECT_FAILS(begin(listener_), EINVAL);
    EXPECT_FAILS(set(client_, NWP_TLS_DEFER, 1), EINVAL);
    ASSERT_EQ(call().shutdown(client_, SHUT_WR), 0) << errno_text();
    EXPECT_FAILS(begin(client_), EINVAL);
    EXPECT_EQ(receive_all(server_), "");
    EXPECT_FAILS(begin(server_), EINVAL);
}

// ---- Every row of SOL_TLS ---------------------------------------------------------------------------------

constexpr TlsRow kRows[] = {
    {TLS_SEC_TAG_LIST, true, true, sizeof(int), 3},
    {TLS_HOSTNAME, true, false, 0, 0},
    {TLS_CIPHERSUITE_LIST, true, true, sizeof(int), 0xC02B},
    {TLS_CIPHERSUITE_USED, false, true, sizeof(int), 0},
    {TLS_PEER_VERIFY, true, false, sizeof(int), TLS_PEER_VERIFY_REQUIRED},
    {TLS_DTLS_ROLE, true, false, sizeof(int), 0},
    {TLS_ALPN_LIST, true, true, 0, 0},
    {TLS_DTLS_HANDSHAKE_TIMEOUT_MIN, true, true, sizeof(int), 500},
    {TLS_DTLS_HANDSHAKE_TIMEOUT_MAX, true, true, sizeof(int), 5000},
    {TLS_CERT_NOCOPY, true, false, sizeof(int), 1},
    {TLS_NATIVE, true, false, sizeof(int), 0},
    {TLS_SESSION_CACHE, true, true, sizeof(int), TLS_SESSION_CACHE_DISABLED},
    {TLS_SESSION_CACHE_PURGE, true, false, 0, 1},
    {NWP_TLS_VERDICT, false, true, 0, 0},
    {NWP_TLS_VERSION, false, true, sizeof(int), 0},
    {NWP_TLS_VERSION_MAX, true, true, sizeof(int), IPPROTO_TLS_1_3},
    {NWP_TLS_ALPN_SELECTED, false, true, 0, 0},
};
constexpr TlsRow kRowsOfLater[] = {
    {NWP_TLS_DEFER, true, true, sizeof(int), 1},
    {NWP_TLS_RESUMED, false, true, sizeof(int), 0},
};

class TlsRows : public TlsServerScenario {};
SCENARIOS_OF(TlsRows);

void TlsServerScenario::check(const TlsRow& row) {
    SCOPED_TRACE(row.name);
    const int socket = make_socket(SOCK_STREAM, IPPROTO_TLS_1_2);
    int value = row.value;
    socklen_t size = sizeof value;
    if (!row.set) {
        EXPECT_FAILS(call().setsockopt(socket, SOL_TLS, row.name, &value, size), ENOPROTOOPT);
    } else if (row.size != 0) {
        EXPECT_EQ(call().setsockopt(socket, SOL_TLS, row.name, &value, size), 0) << errno_text();
        EXPECT_FAILS(call().setsockopt(socket, SOL_TLS, row.name, &value, 3), EINVAL);
        EXPECT_FAILS(call().setsockopt(socket, SOL_TLS, row.name, &value, 5), EINVAL);
        EXPECT_FAILS(call().setsockopt(socket, SOL_TLS, row.name, nullptr, size), EFAULT);
    }
    if (!row.get) {
        EXPECT_FAILS(call().getsockopt(socket, SOL_TLS, row.name, &value, &size), ENOPROTOOPT);
    } else if (row.set && row.size != 0) {
        value = -1;
        EXPECT_EQ(call().getsockopt(socket, SOL_TLS, row.name, &value, &size), 0) << errno_text();
        EXPECT_EQ(value, row.value);
        EXPECT_EQ(size, row.size);
        size = 3;
        EXPECT_FAILS(call().getsockopt(socket, SOL_TLS, row.name, &value, &size), EINVAL);
    } else if (!row.set && row.size != 0) {
        EXPECT_FAILS(call().getsockopt(socket, SOL_TLS, row.name, &value, &size), ENOTCONN);
    }
    close(socket);
}

TEST_P(TlsRows, have_their_directions_sizes_and_values) {
    for (const TlsRow& row : kRows) check(row);
    const int socket = make_socket(SOCK_STREAM, IPPROTO_TLS_1_2);
    EXPECT_EQ(call().setsockopt(socket, SOL_TLS, TLS_SESSION_CACHE_PURGE, "anything", 8), 0) << errno_text();
    EXPECT_EQ(call().setsockopt(socket, SOL_TLS, TLS_HOSTNAME, nullptr, 0), 0) << errno_text();
}

TEST_P(TlsLater, has_rows_of_its_own) {
    for (const TlsRow& row : kRowsOfLater) check(row);
}

// ---- Both ways for long -----------------------------------------------------------------------------------

class TlsForLong : public TlsServerScenario {};
SCENARIOS_OF(TlsForLong);

/// 5 s between all worlds; NWP_LONG_SECONDS in the environment: so many for each.
std::chrono::milliseconds long_time() {
    const char* const seconds = std::getenv("NWP_LONG_SECONDS");
    return seconds != nullptr ? std::chrono::seconds(std::atoi(seconds)) : std::chrono::milliseconds(1000);
}

TEST_P(TlsForLong, two_threads_send_and_receive_on_one_socket) {
    serve(honest()); // echoes
    const int socket = connected_tls();
    const auto end = std::chrono::steady_clock::now() + long_time();
    std::uint64_t sent_hash = hash("");
    std::thread sender([&] {
        std::uint32_t turn = 0;
        while (std::chrono::steady_clock::now() < end) {
            const std::string bytes = pattern(1 + turn * 7919 % 20'000, turn);
            ++turn;
            send_all(socket, bytes);
            sent_hash = hash(bytes, sent_hash);
        }
        EXPECT_EQ(call().shutdown(socket, SHUT_WR), 0) << errno_text();
    });
    std::uint64_t received_hash = hash("");
    std::size_t received = 0;
    std::vector<char> some(30'000);
    ssize_t got = 0;
    while ((got = call().recv(socket, some.data(), some.size(), 0)) > 0) {
        received += static_cast<std::size_t>(got);
        received_hash = hash({some.data(), static_cast<std::size_t>(got)}, received_hash);
    }
    EXPECT_EQ(got, 0) << errno_text();
    sender.join();
    EXPECT_EQ(received_hash, sent_hash);
    EXPECT_GT(received, 10'000U);
}

} // namespace
} // namespace nwp::contract
