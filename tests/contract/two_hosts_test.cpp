// SPDX-License-Identifier: Apache-2.0
// One network processor, several hosts: what one does or suffers is nothing to the others.
#include "base/text.h"
#include "nwp/credentials.h"
#include "nwp/host.h"
#include "tests/contract/internet.h"
#include "tests/contract/raw_host.h"
#include "tests/kit/link_host.h"
#include "tests/kit/live_pair.h"
#include "tests/kit/nwp_in_process.h"
#include "tests/kit/pipe_pair.h"
#include "tests/kit/temporary_folder.h"
#include "wire/messages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace nwp::contract {
namespace {

using Clock = std::chrono::steady_clock;

/// A perfect link that can be cut.
struct Cable {
    Cable() {
        auto made = std::make_unique<kit::PipePair>();
        pipe = made.get();
        pair = std::make_unique<kit::LivePair>(std::move(made));
    }
    std::unique_ptr<kit::LivePair> pair;
    kit::PipePair* pipe;
};

class TwoHosts : public ::testing::Test {
protected:
    TwoHosts() {
        kit::NwpSettings settings;
        settings.store = folder_ / "store";
        nwp_ = std::make_unique<kit::NwpInProcess>(settings);
        nwp_->serve(one_.pair->nwp());
        nwp_->serve(other_.pair->nwp());
    }

    static SocketId connect(kit::LinkHost& host, const Server& server) {
        const Instant limit = host.port().now() + seconds(60);
        EXPECT_TRUE(host.host().await_link(limit));
        const auto socket = host.host().open(Family::ipv4, SocketType::stream, Protocol::tcp);
        EXPECT_TRUE(socket);
        EXPECT_TRUE(host.host().block(*socket, limit, [&] { return host.host().opened(*socket).ok(); }));
        EXPECT_TRUE(host.host().block(*socket, limit, [&] {
            const auto outcome = host.host().connect(*socket, address_of(server.address(), server.port()));
            return outcome.ok() || outcome.error() == Error::is_connected;
        }));
        return *socket;
    }
    /// So many bytes, fewer when it ends before.
    static std::string receive(kit::LinkHost& host, SocketId socket, std::size_t size) {
        std::string all;
        std::vector<Byte> some(65536);
        const Instant limit = host.port().now() + seconds(60);
        EXPECT_TRUE(host.host().block(socket, limit, [&] {
            while (all.size() < size) {
                const auto got = host.host().receive(socket, Bytes{some}.first(size - all.size()));
                if (!got) return got.error() != Error::would_block;
                all += as_text(Bytes{some}.first(*got));
            }
            return true;
        }));
        return all;
    }
    static void send(kit::LinkHost& host, SocketId socket, std::string_view bytes) {
        const Instant limit = host.port().now() + seconds(60);
        EXPECT_TRUE(host.host().block(socket, limit, [&] {
            while (!bytes.empty()) {
                const auto sent = host.host().send(socket, as_bytes(bytes));
                if (!sent) return sent.error() != Error::would_block;
                bytes.remove_prefix(*sent);
            }
            return true;
        }));
    }

    kit::TemporaryFolder folder_;
    Cable one_;
    Cable other_;
    std::unique_ptr<kit::NwpInProcess> nwp_;
};

TEST_F(TwoHosts, have_links_of_their_own_and_one_may_die) {
    const std::string bytes = pattern(4U << 20);
    Server server([&](Connection& peer) { peer.send(bytes); });
    auto dies = std::make_unique<kit::LinkHost>(one_.pair->host(), 1);
    kit::LinkHost lives(other_.pair->host(), 2);
    const SocketId dying = connect(*dies, server);
    const SocketId living = connect(lives, server);
    EXPECT_EQ(receive(*dies, dying, 1000).size(), 1000U);
    std::string got = receive(lives, living, 1000);

    dies.reset();
    one_.pipe->cut();
    got += receive(lives, living, bytes.size() - got.size());
    EXPECT_EQ(got.size(), bytes.size());
    EXPECT_EQ(hash(got), hash(bytes));
}

TEST_F(TwoHosts, cannot_name_each_others_sockets) {
    Event heard;
    std::string bytes;
    Server server([&](Connection& peer) {
        bytes = peer.receive(4);
        heard.happen();
        peer.receive_all();
    });
    RawHost owner(one_.pair->host());
    RawHost stranger(other_.pair->host());
    owner.say_hello();
    stranger.say_hello();
    wire::SocketOpen open;
    open.family = Family::ipv4;
    open.type = SocketType::stream;
    open.receive_limit = 1000;
    const auto opened = owner.ask(open);
    ASSERT_TRUE(opened);
    wire::SocketConnect connect;
    connect.socket = opened->socket;
    connect.peer = address_of(server.address(), server.port());
    ASSERT_TRUE(owner.ask(connect)) << to_string(owner.error());

    const wire::SocketHandle theirs = opened->socket;
    EXPECT_FALSE(stranger.ask(wire::SocketNameGet{theirs}));
    EXPECT_EQ(stranger.error(), Error::bad_handle);
    EXPECT_FALSE(stranger.ask(wire::SocketShutdown{theirs, Shutdown::both}));
    EXPECT_EQ(stranger.error(), Error::bad_handle);
    EXPECT_FALSE(stranger.ask(wire::SocketOptionGet{theirs, SocketOption::keep_alive}));
    EXPECT_EQ(stranger.error(), Error::bad_handle);
    EXPECT_FALSE(stranger.ask(wire::SocketClose{theirs}));
    EXPECT_EQ(stranger.error(), Error::bad_handle);
    EXPECT_TRUE(stranger.session().send_data(static_cast<std::uint16_t>(theirs), as_bytes("evil"), false));
    EXPECT_TRUE(stranger.ask(wire::DeviceInfoGet{})) << "and is still served";

    EXPECT_TRUE(owner.ask(wire::SocketNameGet{theirs})) << "nothing happened to it";
    EXPECT_TRUE(owner.session().send_data(static_cast<std::uint16_t>(theirs), as_bytes("good"), false));
    EXPECT_TRUE(owner.ask(wire::SocketNameGet{theirs}));
    EXPECT_TRUE(heard.wait());
    EXPECT_EQ(bytes, "good");
}

TEST_F(TwoHosts, do_not_wait_for_a_store_that_is_slow) {
    Server server([](Connection& peer) { peer.echo(); });
    kit::LinkHost host(one_.pair->host(), 1);
    const SocketId socket = connect(host, server);
    const auto p99_of = [&](auto goes_on) {
        std::vector<Clock::duration> times;
        while (times.size() < 200 || goes_on()) {
            const auto begin = Clock::now();
            send(host, socket, "echo");
            EXPECT_EQ(receive(host, socket, 4), "echo");
            times.push_back(Clock::now() - begin);
        }
        std::sort(times.begin(), times.end());
        return times[times.size() * 99 / 100];
    };
    const auto usual = p99_of([] { return false; });

    Event held;
    Event released;
    nwp_->on_store_thread([&] {
        held.happen();
        std::this_thread::sleep_for(std::chrono::seconds(2)); // a disk that takes its time
        released.happen();
    });
    ASSERT_TRUE(held.wait());
    request::WriteCredential write(1, CredentialType::psk, as_bytes("0123456789abcdef"));
    ASSERT_TRUE(host.host().begin(write));
    const auto p99 = p99_of([&] { return !released.happened(); });
    EXPECT_TRUE(host.host().await(write));

    // On a machine with other things to do everything takes longer, the store or no store.
    EXPECT_LT(p99, std::max<Clock::duration>(std::chrono::milliseconds(20), 5 * usual));
}

} // namespace
} // namespace nwp::contract
