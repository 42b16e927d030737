// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/resolver.h"

#include "base/text.h"
#include "nwpd/net/sockaddr.h"
#include "tests/kit/pki/loop.h"

#include <gtest/gtest.h>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <thread>

using namespace nwp;
using namespace nwp::net;
using namespace std::string_literals;

namespace {

/// A UDP and a TCP socket on one free loopback port.
struct PortPair {
    PortPair() {
        for (int tries = 0; tries < 100; ++tries) {
            udp = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            tcp = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            SocketAddress name{Address::ipv4(127, 0, 0, 1)};
            if (bind(udp, name.get(), name.size) == 0 && getsockname(udp, name.get(), &name.size) == 0) {
                address = name.address();
                if (bind(tcp, name.get(), name.size) == 0 && listen(tcp, 8) == 0) return;
            }
            close();
        }
        ADD_FAILURE() << "no free port";
    }
    ~PortPair() { close(); }
    void close() {
        ::close(udp);
        ::close(tcp);
    }
    int udp = -1;
    int tcp = -1;
    Address address;
};

/// A DNS server that says what the test wants. `answer` gets the query and whether it came over TCP; an empty
/// answer is silence.
class LyingServer {
public:
    using Answer = std::function<std::string(const std::string& query, bool tcp)>;
    explicit LyingServer(Answer answer) : answer_(std::move(answer)), thread_([this] { serve(); }) {}
    ~LyingServer() {
        char stop = 0;
        EXPECT_EQ(::write(wake_[1], &stop, 1), 1);
        thread_.join();
        ::close(wake_[0]);
        ::close(wake_[1]);
    }
    Address address() const { return ports_.address; }
    int queries() const { return queries_; }

private:
    void serve() {
        for (;;) {
            pollfd waits[] = {{ports_.udp, POLLIN, 0}, {ports_.tcp, POLLIN, 0}, {wake_[0], POLLIN, 0}};
            ::poll(waits, 3, -1);
            if (waits[2].revents != 0) return;
            if (waits[0].revents != 0) serve_udp();
            if (waits[1].revents != 0) serve_tcp();
        }
    }
    void serve_udp() {
        char query[1024];
        SocketAddress from;
        const auto size = recvfrom(ports_.udp, query, sizeof query, 0, from.get(), &from.size);
        if (size <= 0) return;
        ++queries_;
        const std::string answer = answer_({query, static_cast<std::size_t>(size)}, false);
        if (!answer.empty()) sendto(ports_.udp, answer.data(), answer.size(), 0, from.get(), from.size);
    }
    void serve_tcp() {
        const int connection = ::accept(ports_.tcp, nullptr, nullptr);
        unsigned char length[2];
        if (recv(connection, length, 2, MSG_WAITALL) == 2) {
            std::string query(static_cast<std::size_t>(length[0]) * 256 + length[1], '\0');
            if (recv(connection, query.data(), query.size(), MSG_WAITALL) > 0) {
                const std::string answer = answer_(query, true);
                const std::string framed = std::string{static_cast<char>(answer.size() >> 8)} +
                                           static_cast<char>(answer.size()) + answer;
                send(connection, framed.data(), framed.size(), MSG_NOSIGNAL);
            }
        }
        ::close(connection);
    }

    PortPair ports_;
    Answer answer_;
    int wake_[2] = {-1, -1};
    int made_ = pipe(wake_);
    std::atomic<int> queries_{0};
    std::thread thread_;
};

/// The query sent back as an answer with `code`, `flags` (TC = 2) and these IPv4 addresses.
std::string reply(const std::string& query, int code, int flags, const std::vector<std::string>& addresses) {
    std::string answer = query;
    answer[2] = static_cast<char>(0x80 | flags); // QR
    answer[3] = static_cast<char>(code);
    answer[7] = static_cast<char>(addresses.size());
    for (const std::string& address : addresses) answer += "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4"s + address;
    return answer;
}
bool asks_aaaa(const std::string& query) { return query[query.size() - 3] == 28; }

/// The real dnsmasq, on a free port.
class Dnsmasq {
public:
    explicit Dnsmasq(const std::vector<std::string>& records) {
        for (int tries = 0; tries < 10 && !start(records); ++tries) stop();
    }
    ~Dnsmasq() { stop(); }
    Address address;

private:
    bool start(const std::vector<std::string>& records) {
        address = PortPair{}.address;
        std::vector<std::string> words = {"dnsmasq",
                                          "--no-daemon",
                                          "--conf-file=/dev/null",
                                          "--no-resolv",
                                          "--no-hosts",
                                          "--pid-file=",
                                          "--listen-address=127.0.0.1",
                                          "--bind-interfaces",
                                          "--log-facility=-",
                                          "--local=/example.test/",
                                          "--port=" + std::to_string(address.port)};
        words.insert(words.end(), records.begin(), records.end());
        std::vector<char*> arguments;
        arguments.reserve(words.size() + 1);
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        int out[2] = {};
        if (pipe(out) != 0) return false;
        child_ = fork();
        if (child_ == 0) {
            dup2(out[1], 2);
            ::close(out[0]);
            execv("/usr/sbin/dnsmasq", arguments.data());
            _exit(127);
        }
        ::close(out[1]);
        output_ = fdopen(out[0], "r");
        char line[512];
        while (fgets(line, sizeof line, output_) != nullptr)
            if (std::string_view{line}.find("started") != std::string_view::npos) return true;
        return false;
    }
    void stop() {
        if (child_ > 0) {
            kill(child_, SIGTERM);
            waitpid(child_, nullptr, 0);
            child_ = -1;
        }
        if (output_ != nullptr) std::fclose(std::exchange(output_, nullptr));
    }
    pid_t child_ = -1;
    FILE* output_ = nullptr;
};

class ResolverTest : public ::testing::Test {
protected:
    Result<LookupAnswer> ask(const Lookup& lookup, Duration limit = seconds(20)) {
        std::optional<Result<LookupAnswer>> answer;
        resolver.resolve(lookup, limit, [&](auto result) { answer = result; });
        EXPECT_FALSE(answer) << "done came from inside resolve()";
        EXPECT_TRUE(kit::run_until(context, [&] { return answer.has_value(); }));
        return answer.value_or(Error::interrupted);
    }
    static Address v6(const char* text) { return literal_address(text); }

    boost::asio::io_context context;
    Resolver resolver{context};
};

std::vector<std::string> many_addresses() {
    std::vector<std::string> records;
    for (int i = 1; i <= 60; ++i)
        records.push_back("--host-record=many.example.test,192.0.2." + std::to_string(i));
    return records;
}

} // namespace

TEST_F(ResolverTest, asks_a_real_server_for_both_families) {
    const Dnsmasq server{{"--host-record=www.example.test,192.0.2.1,2001:db8::1",
                          "--host-record=four.example.test,192.0.2.4",
                          "--cname=alias.example.test,www.example.test"}};
    resolver.set_servers({server.address});
    const auto both = ask({"www.example.test"});
    ASSERT_TRUE(both) << to_string(both.error());
    EXPECT_EQ(both->addresses, (std::vector{Address::ipv4(192, 0, 2, 1), v6("2001:db8::1")}));
    EXPECT_EQ(both->canonical, "");
    EXPECT_EQ(ask({"www.example.test", Family::ipv6})->addresses, (std::vector{v6("2001:db8::1")}));
    EXPECT_EQ(ask({"www.example.test", Family::ipv4})->addresses, (std::vector{Address::ipv4(192, 0, 2, 1)}));
    EXPECT_EQ(ask({"four.example.test"})->addresses, (std::vector{Address::ipv4(192, 0, 2, 4)}));
    EXPECT_EQ(ask({"four.example.test", Family::ipv6}).error(), Error::name_no_data);
    EXPECT_EQ(ask({"absent.example.test"}).error(), Error::name_not_found);
    const auto alias = ask({"alias.example.test", Family::ipv4, true});
    ASSERT_TRUE(alias) << to_string(alias.error());
    EXPECT_EQ(alias->canonical, "www.example.test");
}

TEST_F(ResolverTest, takes_tcp_on_truncation_and_at_most_twenty_addresses) {
    const Dnsmasq server{many_addresses()};
    resolver.set_servers({server.address});
    const auto answer = ask({"many.example.test", Family::ipv4});
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_EQ(answer->addresses.size(), 20U);
}

TEST_F(ResolverTest, follows_the_truncation_bit_to_tcp) {
    LyingServer server{[](const std::string& query, bool tcp) {
        return tcp ? reply(query, 0, 0, {"\xc0\0\2\7"s}) : reply(query, 0, 2, {});
    }};
    resolver.set_servers({server.address()});
    const auto answer = ask({"a.example.test", Family::ipv4});
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_EQ(answer->addresses, (std::vector{Address::ipv4(192, 0, 2, 7)}));
}

TEST_F(ResolverTest, says_again_after_servfail_and_refusal) {
    for (const int code : {2, 5}) {
        LyingServer server{[&](const std::string& query, bool) { return reply(query, code, 0, {}); }};
        resolver.set_servers({server.address()});
        EXPECT_EQ(ask({"a.example.test"}).error(), Error::name_again) << code;
    }
}

TEST_F(ResolverTest, says_again_after_silence_within_its_limit) {
    LyingServer server{[](const std::string&, bool) { return ""s; }};
    resolver.set_servers({server.address()});
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(ask({"a.example.test"}, milliseconds(200)).error(), Error::name_again);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST_F(ResolverTest, says_fail_after_an_answer_that_cannot_be_read) {
    LyingServer server{[](const std::string& query, bool) {
        std::string answer = reply(query, 0, 0, {"\xc0\0\2\7"s});
        return answer.substr(0, answer.size() - 3); // the record ends too early
    }};
    resolver.set_servers({server.address()});
    EXPECT_EQ(ask({"a.example.test", Family::ipv4}).error(), Error::name_fail);
}

TEST_F(ResolverTest, does_not_take_garbage_or_another_ones_answer) {
    LyingServer server{[](const std::string& query, bool) {
        std::string answer = reply(query, 0, 0, {"\xc0\0\2\7"s});
        answer[0] = static_cast<char>(answer[0] ^ 1); // another query's number
        return answer;
    }};
    resolver.set_servers({server.address()});
    EXPECT_EQ(ask({"a.example.test", Family::ipv4}, milliseconds(300)).error(), Error::name_again);
    LyingServer noise{[](const std::string&, bool) { return "\xff"s; }};
    resolver.set_servers({noise.address()});
    EXPECT_EQ(ask({"a.example.test", Family::ipv4}, milliseconds(300)).error(), Error::name_again);
}

TEST_F(ResolverTest, one_family_is_enough) {
    LyingServer server{[](const std::string& query, bool) {
        return asks_aaaa(query) ? reply(query, 0, 0, {}) : reply(query, 0, 0, {"\xc0\0\2\7"s, "\xc0\0\2\7"s});
    }};
    resolver.set_servers({server.address()});
    const auto answer = ask({"a.example.test"});
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_EQ(answer->addresses, (std::vector{Address::ipv4(192, 0, 2, 7)})) << "none twice";
}

TEST_F(ResolverTest, goes_on_to_the_second_server) {
    LyingServer first{[](const std::string& query, bool) { return reply(query, 2, 0, {}); }};
    LyingServer second{[](const std::string& query, bool) { return reply(query, 0, 0, {"\xc0\0\2\7"s}); }};
    resolver.set_servers({first.address(), second.address()});
    EXPECT_TRUE(ask({"a.example.test", Family::ipv4}));
    EXPECT_GE(first.queries(), 1);
}

TEST_F(ResolverTest, says_again_without_servers) {
    EXPECT_EQ(ask({"a.example.test"}).error(), Error::name_again);
}

TEST_F(ResolverTest, is_cancelled) {
    LyingServer server{[](const std::string&, bool) { return ""s; }};
    resolver.set_servers({server.address()});
    std::vector<Error> answers;
    const auto number = resolver.resolve({"a.example.test"}, seconds(30),
                                         [&](auto result) { answers.push_back(result.error()); });
    resolver.cancel(number);
    EXPECT_TRUE(answers.empty());
    kit::run_ready(context);
    resolver.cancel(number); // nothing left
    kit::run_ready(context);
    EXPECT_EQ(answers, (std::vector{Error::cancelled}));
}

TEST_F(ResolverTest, asks_new_servers_what_the_old_ones_have_not_answered) {
    LyingServer silent{[](const std::string&, bool) { return ""s; }};
    LyingServer speaking{[](const std::string& query, bool) { return reply(query, 0, 0, {"\xc0\0\2\7"s}); }};
    resolver.set_servers({silent.address()});
    std::optional<Result<LookupAnswer>> answer;
    resolver.resolve({"a.example.test", Family::ipv4}, seconds(30), [&](auto result) { answer = result; });
    resolver.set_servers({speaking.address()});
    ASSERT_TRUE(kit::run_until(context, [&] { return answer.has_value(); }));
    EXPECT_TRUE(answer.value_or(Error::timed_out));
}

TEST_F(ResolverTest, knows_localhost_without_asking) {
    LyingServer server{[](const std::string& query, bool) { return reply(query, 3, 0, {}); }};
    resolver.set_servers({server.address()});
    for (const char* name : {"localhost", "LocalHost.", "a.b.localhost"})
        EXPECT_EQ(ask({name})->addresses, (std::vector{Address::ipv4(127, 0, 0, 1), v6("::1")})) << name;
    EXPECT_EQ(ask({"localhost", Family::ipv6})->addresses, (std::vector{v6("::1")}));
    EXPECT_EQ(server.queries(), 0);
    EXPECT_EQ(ask({"notlocalhost", Family::ipv4}).error(), Error::name_not_found);
    EXPECT_EQ(server.queries(), 1);
}

TEST_F(ResolverTest, refuses_what_can_be_no_name) {
    LyingServer server{[](const std::string& query, bool) { return reply(query, 0, 0, {"\xc0\0\2\7"s}); }};
    resolver.set_servers({server.address()});
    for (const std::string& name :
         {""s, std::string(300, 'a'), "a\0b"s, std::string(64, 'a') + ".test", "a..test"s})
        EXPECT_EQ(ask({name, Family::ipv4}).error(), Error::name_not_found) << name;
    EXPECT_EQ(server.queries(), 0);
}

TEST_F(ResolverTest, may_go_while_lookups_are_under_way) {
    LyingServer server{[](const std::string&, bool) { return ""s; }};
    bool called = false;
    {
        Resolver other{context};
        other.set_servers({server.address()});
        other.resolve({"a.example.test"}, seconds(30), [&](auto) { called = true; });
        other.cancel(other.resolve({"b.example.test"}, seconds(30), [&](auto) { called = true; }));
    }
    kit::run_ready(context);
    EXPECT_FALSE(called);
}
