// SPDX-License-Identifier: Apache-2.0
// TCP by callbacks that hand over buffers, as option 3 of the comparison has it.
#include "firmware/baseline/offloaded_tcp.h"
#include "host/test_world.h"

#include <utility>

namespace nwp::baseline {
namespace {

using test::FakeNwp;
using test::World;

/// Keeps what it is handed over until a test gives it back.
struct User final : TcpUser {
    void on_connected() override { connected = true; }
    void on_received(Buffer& buffer) override {
        held.push_back(&buffer);
        if (then) then();
    }
    void on_room() override { ++rooms; }
    void on_finished() override { ++finishes; }
    void on_broken(Error why) override { broken = why; }

    std::vector<Buffer*> held;
    std::function<void()> then; ///< what the user does when it received something
    unsigned rooms = 0;
    unsigned finishes = 0;
    Error broken{};
    bool connected = false;
};

struct OffloadedTcpTest : testing::Test {
    World<4, 4096> world;
    FakeNwp& nwp = world.nwp;
    User user;
    OffloadedTcp tcp{world.host, user};

    void connect() {
        world.up();
        ASSERT_TRUE(tcp.connect(world.peer));
        world.run();
        ASSERT_TRUE(user.connected);
    }
    std::string& at_peer() { return nwp.received[static_cast<std::uint16_t>(nwp.last_handle)]; }
    std::string give_back_all() {
        std::string text;
        while (!user.held.empty()) {
            Buffer& buffer = *user.held.front();
            user.held.erase(user.held.begin());
            text += as_text({buffer.bytes + buffer.begin, std::size_t{buffer.end} - buffer.begin});
            tcp.give_back(buffer);
        }
        return text;
    }
    /// Sends all of it as a user does: what finds no room goes on when there is some.
    void send_all(std::string_view text) {
        std::size_t sent = 0;
        while (sent < text.size()) {
            const Result<std::size_t> taken = tcp.send(as_bytes(text.substr(sent)));
            if (taken) {
                sent += *taken;
                continue;
            }
            ASSERT_EQ(taken.error(), Error::would_block);
            const unsigned before = user.rooms;
            nwp.credit(nwp.last_handle, static_cast<std::uint32_t>(at_peer().size() + sent + 100));
            world.run();
            ASSERT_NE(user.rooms, before) << "nobody tells of room behind " << sent << " bytes";
        }
        world.run();
    }
};

TEST_F(OffloadedTcpTest, connects_and_carries_bytes_both_ways) {
    connect();
    send_all("question");
    EXPECT_EQ(at_peer(), "question");
    nwp.data(nwp.last_handle, "answer");
    world.run();
    EXPECT_EQ(give_back_all(), "answer");
    EXPECT_EQ(user.finishes, 0U);
    EXPECT_TRUE(tcp.close());
}

TEST_F(OffloadedTcpTest, tells_that_the_peer_refuses) {
    nwp.refuse<wire::SocketConnect>(Error::connection_refused);
    world.up();
    ASSERT_TRUE(tcp.connect(world.peer));
    world.run();
    EXPECT_EQ(user.broken, Error::connection_refused);
    EXPECT_FALSE(user.connected);
}

TEST_F(OffloadedTcpTest, hands_over_more_as_soon_as_a_buffer_is_given_back) {
    connect();
    std::string sent;
    for (int i = 0; i < 3; ++i) {
        sent += std::string(1000, static_cast<char>('a' + i));
        nwp.data(nwp.last_handle, std::string_view{sent}.substr(sent.size() - 1000));
        world.run();
    }
    EXPECT_EQ(user.held.size(), 4U) << "it has four buffers";
    EXPECT_EQ(give_back_all(), sent);
}

TEST_F(OffloadedTcpTest, sends_on_when_the_peer_has_no_more) {
    nwp.send_limit = 100;
    connect();
    nwp.data(nwp.last_handle, "last words", true);
    world.run();
    EXPECT_EQ(give_back_all(), "last words");
    EXPECT_EQ(user.finishes, 1U);
    const std::string much(1000, 'm');
    send_all(much);
    EXPECT_EQ(at_peer(), much);
    EXPECT_EQ(user.finishes, 1U) << "told once";
}

TEST_F(OffloadedTcpTest, tells_of_a_connection_that_breaks) {
    connect();
    wire::SocketFailed failed;
    failed.socket = nwp.last_handle;
    failed.error = Error::connection_reset;
    nwp.event(failed);
    world.run();
    EXPECT_EQ(std::exchange(user.broken, Error{}), Error::connection_reset);
    world.run(seconds(1));
    EXPECT_EQ(user.broken, Error{}) << "told once";
    EXPECT_EQ(user.finishes, 0U);
}

TEST_F(OffloadedTcpTest, calls_nobody_once_it_is_closed) {
    connect();
    user.then = [this] { EXPECT_TRUE(tcp.close()); };
    nwp.data(nwp.last_handle, std::string(2000, 'x'), true);
    world.run();
    EXPECT_EQ(user.held.size(), 1U);
    EXPECT_EQ(user.finishes, 0U);
    EXPECT_EQ(user.broken, Error{});
}

} // namespace
} // namespace nwp::baseline
