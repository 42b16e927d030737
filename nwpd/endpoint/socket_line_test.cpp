// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/socket_line.h"

#include "nwpd/endpoint/line_fixture.h"
#include "tests/kit/temporary_folder.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <optional>

namespace nwp::endpoint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A host: a blocking stream socket.
HostEnd host_at_path(const std::string& path) {
    HostEnd host{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    EXPECT_EQ(::connect(host.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return host;
}

HostEnd host_at_port(const std::string& address) {
    HostEnd host{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1))));
    EXPECT_EQ(::connect(host.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    return host;
}

/// The next bytes; empty: the other side closed.
std::string read_once(const HostEnd& host) {
    char text[64];
    const ssize_t count = ::read(host.get(), text, sizeof text);
    return count < 0 ? "error" : std::string(text, static_cast<std::size_t>(count));
}

void write_all(const HostEnd& host, std::string_view text) {
    ASSERT_EQ(::write(host.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

/// Every promise on both kinds of sockets.
class SocketLineTest : public LineTest, public testing::WithParamInterface<SocketLine::Kind> {
protected:
    bool tcp() const { return GetParam() == SocketLine::Kind::loopback_tcp; }
    void SetUp() override { ASSERT_EQ(line.start(heard), ""); }
    HostEnd connect() { return tcp() ? host_at_port(line.place()) : host_at_path(line.place()); }

    kit::TemporaryFolder folder;
    SocketLine line{context, GetParam(), tcp() ? "127.0.0.1:0" : (folder / "line").string()};
};

INSTANTIATE_TEST_SUITE_P(Sockets, SocketLineTest,
                         testing::Values(SocketLine::Kind::unix_stream, SocketLine::Kind::loopback_tcp),
                         [](const auto& each) {
                             return each.param == SocketLine::Kind::loopback_tcp ? "tcp" : "unix";
                         });

TEST_P(SocketLineTest, connection_is_power_and_its_end_the_end_of_power) {
    {
        const HostEnd host = connect();
        ASSERT_TRUE(tells(1));
        EXPECT_THAT(heard.events, ElementsAre("opened"));
    }
    ASSERT_TRUE(tells(2));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed"));
}

TEST_P(SocketLineTest, bytes_pass_both_ways) {
    const HostEnd host = connect();
    ASSERT_TRUE(tells(1));
    write_all(host, "to nwp");
    EXPECT_EQ(received(line, 6), "to nwp");
    send(line, "to host");
    EXPECT_EQ(read_once(host), "to host");
    EXPECT_EQ(line.unsent(), 0U);
}

TEST_P(SocketLineTest, tells_of_input_that_nobody_had_asked_for) {
    const HostEnd host = connect();
    write_all(host, "early");
    ASSERT_TRUE(runs_until([&] { return heard.readable; }));
    EXPECT_THAT(heard.events, ElementsAre("opened"));
    EXPECT_EQ(received(line, 5), "early");
}

TEST_P(SocketLineTest, half_close_is_a_close) {
    const HostEnd host = connect();
    ASSERT_TRUE(tells(1));
    ASSERT_EQ(::shutdown(host.get(), SHUT_WR), 0);
    ASSERT_TRUE(tells(2));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed"));
    EXPECT_EQ(read_once(host), "");
}

TEST_P(SocketLineTest, close_behind_bytes_that_nobody_reads_is_seen) {
    {
        const HostEnd host = connect();
        ASSERT_TRUE(tells(1));
        write_all(host, std::string(50000, 'x'));
    }
    ASSERT_TRUE(tells(2));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed"));
    EXPECT_TRUE(line.read().empty());
}

TEST_P(SocketLineTest, second_host_is_turned_away_and_the_first_stays) {
    const HostEnd first = connect();
    ASSERT_TRUE(tells(1));
    const HostEnd second = connect();
    run_what_is_ready();
    EXPECT_EQ(read_once(second), "");
    write_all(first, "still here");
    EXPECT_EQ(received(line, 10), "still here");
    EXPECT_THAT(heard.events, ElementsAre("opened"));
}

TEST_P(SocketLineTest, close_and_reopen_that_the_loop_sees_together_are_told_in_order) {
    { const HostEnd host = connect(); }
    { const HostEnd host = connect(); }
    const HostEnd host = connect();
    write_all(host, "third");
    ASSERT_TRUE(tells(5));
    EXPECT_EQ(received(line, 5), "third");
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed", "opened", "closed", "opened"));
}

TEST_P(SocketLineTest, host_that_came_while_the_one_before_went_stays) {
    std::optional<HostEnd> host;
    for (std::size_t round = 1; round <= 300; ++round) {
        // The loop sees an end and two beginnings in one look.
        host.reset();
        { const HostEnd brief = connect(); }
        host.emplace(connect());
        ASSERT_TRUE(tells(4 * round - 1));
        run_what_is_ready();
        ASSERT_EQ(heard.events.back(), "opened") << round;
        ASSERT_EQ(heard.events.size(), 4 * round - 1) << round;
    }
}

TEST_P(SocketLineTest, bytes_under_way_are_gone_with_their_host) {
    {
        const HostEnd host = connect();
        ASSERT_TRUE(tells(1));
        write_all(host, "old");
        ASSERT_TRUE(runs_until([&] { return heard.readable; }));
        send(line, "answer to old");
    }
    const HostEnd host = connect();
    write_all(host, "new");
    ASSERT_TRUE(tells(3));
    send(line, "answer to new");
    EXPECT_EQ(received(line, 3), "new");
    EXPECT_EQ(read_once(host), "answer to new");
}

TEST_P(SocketLineTest, host_that_nobody_reads_is_slowed_down) {
    const HostEnd host = connect();
    ASSERT_TRUE(tells(1));
    const std::vector<char> much(1 << 20, 'x');
    std::size_t taken = 0;
    // The kernel's buffers hold some megabytes at most.
    while (taken < (std::size_t{64} << 20)) {
        const ssize_t count = ::send(host.get(), much.data(), much.size(), MSG_DONTWAIT);
        if (count < 0) break;
        taken += static_cast<std::size_t>(count);
        run_what_is_ready();
    }
    EXPECT_LT(taken, std::size_t{64} << 20);
    EXPECT_EQ(received(line, taken).size(), taken);
}

TEST_P(SocketLineTest, what_a_slow_host_has_not_taken_is_counted_and_told_when_it_has) {
    const HostEnd host = connect();
    ASSERT_TRUE(tells(1));
    std::size_t written = 0;
    while (line.unsent() == 0) {
        send(line, std::string(1 << 20, 'y'));
        written += 1 << 20;
    }
    EXPECT_EQ(heard.drained, 0);
    std::vector<char> room(1 << 20);
    std::size_t read = 0;
    ASSERT_TRUE(runs_until([&] {
        ssize_t count = 0;
        while ((count = ::recv(host.get(), room.data(), room.size(), MSG_DONTWAIT)) > 0)
            read += static_cast<std::size_t>(count);
        return read == written;
    }));
    EXPECT_EQ(line.unsent(), 0U);
    EXPECT_EQ(heard.drained, 1);
}

TEST_P(SocketLineTest, nothing_is_written_to_nobody) {
    send(line, "anybody there?");
    EXPECT_EQ(line.unsent(), 0U);
    EXPECT_TRUE(line.read().empty());
    const HostEnd host = connect();
    ASSERT_TRUE(tells(1));
    send(line, "hello");
    EXPECT_EQ(read_once(host), "hello");
}

TEST_P(SocketLineTest, place_that_is_taken_is_refused) {
    SocketLine other{context, GetParam(), line.place()};
    EXPECT_THAT(other.start(heard), HasSubstr("in use"));
    EXPECT_THAT(heard.events, IsEmpty());
}

TEST_F(LineTest, stream_socket_is_for_its_group_alone_and_goes_with_its_line) {
    const kit::TemporaryFolder folder;
    const std::string path = folder / "line";
    struct stat there {};
    {
        SocketLine line{context, SocketLine::Kind::unix_stream, path};
        ASSERT_EQ(line.start(heard), "");
        ASSERT_EQ(::stat(path.c_str(), &there), 0);
        EXPECT_EQ(there.st_mode & 0777U, 0660U);
    }
    EXPECT_NE(::stat(path.c_str(), &there), 0);
}

TEST_F(LineTest, stream_socket_replaces_one_that_nobody_listens_on) {
    const kit::TemporaryFolder folder;
    const std::string path = folder / "line";
    {
        const HostEnd left{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.c_str(), path.size());
        ASSERT_EQ(::bind(left.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    SocketLine line{context, SocketLine::Kind::unix_stream, path};
    EXPECT_EQ(line.start(heard), "");
}

TEST_F(LineTest, live_socket_of_another_type_is_not_replaced) {
    const kit::TemporaryFolder folder;
    ListeningSocket packets{context, [](int) {}};
    ASSERT_EQ(packets.listen_at_path(folder / "line", SOCK_SEQPACKET), "");
    SocketLine line{context, SocketLine::Kind::unix_stream, folder / "line"};
    EXPECT_THAT(line.start(heard), HasSubstr("in use"));
}

TEST_F(LineTest, only_the_loopback_is_listened_on) {
    for (const char* address :
         {"0.0.0.0:0", "192.168.1.1:7000", "[::]:0", "[fe80::1]:7000", "[::ffff:127.0.0.1]:0"}) {
        SocketLine line{context, SocketLine::Kind::loopback_tcp, address};
        EXPECT_THAT(line.start(heard), HasSubstr("nothing tells who a host on TCP is")) << address;
    }
}

TEST_F(LineTest, what_is_no_address_with_a_port_is_refused) {
    for (const char* address : {"", "7000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000",
                                "::1:7000", "[127.0.0.1]:1", "localhost:7000", "[::1]7000"}) {
        SocketLine line{context, SocketLine::Kind::loopback_tcp, address};
        EXPECT_THAT(line.start(heard), HasSubstr("no address with a port")) << address;
    }
}

TEST_F(LineTest, loopback_of_ipv6_is_listened_on) {
    SocketLine line{context, SocketLine::Kind::loopback_tcp, "[::1]:0"};
    const std::string error = line.start(heard);
    if (error.find("Cannot assign") != std::string::npos) GTEST_SKIP() << "no IPv6 here";
    ASSERT_EQ(error, "");
    EXPECT_THAT(line.place(), testing::MatchesRegex(R"(\[::1\]:[1-9][0-9]*)"));
}

} // namespace
} // namespace nwp::endpoint
