// SPDX-License-Identifier: Apache-2.0
#include "ports/posix/unix_link.h"

#include "tests/kit/hex.h"
#include "tests/kit/temporary_folder.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace nwp::posix {
namespace {

using namespace kit::literals;
using kit::Buffer;

/// A listening socket in a folder of its own.
class Listener {
public:
    explicit Listener(int type = SOCK_SEQPACKET) : fd_(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path().copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(fd_.get(), 1), 0);
    }
    std::string path() const { return folder_ / "nwp"; }
    int accept() const { return ::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC); }
    void close() { fd_.reset(); }

private:
    kit::TemporaryFolder folder_;
    FileDescriptor fd_;
};

TEST(UnixLink, connects_to_a_listener) {
    Listener listener;
    UnixLink link;
    EXPECT_EQ(link.send("01"_hex).error(), Error::link_down);
    EXPECT_EQ(link.fd(), -1);
    ASSERT_TRUE(link.connect(listener.path()).ok());
    const FileDescriptor peer{listener.accept()};
    ASSERT_TRUE(link.send("01 02"_hex).ok());
    Buffer packet(16);
    EXPECT_EQ(::recv(peer.get(), packet.data(), packet.size(), 0), 2);
}

TEST(UnixLink, says_why_it_cannot_connect) {
    UnixLink link;
    const kit::TemporaryFolder folder;
    EXPECT_EQ(link.connect((folder / "absent").string()).error(), Error::not_found);
    EXPECT_EQ(link.connect(std::string(200, 'x')).error(), Error::name_too_long);

    Listener stream{SOCK_STREAM};
    EXPECT_EQ(link.connect(stream.path()).error(), Error::wrong_protocol_type);

    Listener gone;
    gone.close();
    EXPECT_EQ(link.connect(gone.path()).error(), Error::connection_refused);
    EXPECT_EQ(link.fd(), -1);
}

TEST(UnixLink, connects_anew_after_the_peer_went) {
    Listener listener;
    UnixLink link;
    ASSERT_TRUE(link.connect(listener.path()).ok());
    FileDescriptor{listener.accept()}.reset();
    EXPECT_EQ(link.receive().error(), Error::link_down);
    ASSERT_TRUE(link.connect(listener.path()).ok());
    const FileDescriptor peer{listener.accept()};
    EXPECT_EQ(link.receive().error(), Error::would_block);
}

TEST(UnixLink, frames_that_came_before_the_peer_went_are_still_received) {
    int sockets[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
    UnixLink link;
    ASSERT_TRUE(link.adopt(sockets[0]).ok());
    FileDescriptor peer{sockets[1]};
    ASSERT_EQ(::send(peer.get(), "ab", 2, 0), 2);
    peer.reset();
    EXPECT_EQ(kit::to_hex(*link.receive()), "61 62");
    EXPECT_EQ(link.receive().error(), Error::link_down);
}

TEST(UnixLink, packet_longer_than_the_frame_room_ends_the_link) {
    int sockets[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
    UnixLink link{64};
    ASSERT_TRUE(link.adopt(sockets[0]).ok());
    const FileDescriptor peer{sockets[1]};
    const Buffer packet(65);
    ASSERT_EQ(::send(peer.get(), packet.data(), packet.size(), 0), 65);
    EXPECT_EQ(link.receive().error(), Error::link_down);
    EXPECT_EQ(link.fd(), -1);
}

TEST(UnixLink, blocked_send_asks_for_pollout_and_wakes) {
    int sockets[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
    UnixLink link;
    ASSERT_TRUE(link.adopt(sockets[0]).ok());
    const FileDescriptor peer{sockets[1]};
    int wakes = 0;
    link.on_activity({[](void* count) { ++*static_cast<int*>(count); }, &wakes});

    const Buffer frame(link.frame_room());
    EXPECT_FALSE(link.wants_write());
    while (link.send(frame).ok()) {
    }
    EXPECT_TRUE(link.wants_write());
    EXPECT_EQ(wakes, 1); // whoever polls already has to poll for more
    EXPECT_EQ(link.send(frame).error(), Error::would_block);
    EXPECT_EQ(wakes, 1);

    link.on_poll(false, true);
    EXPECT_FALSE(link.wants_write());
    EXPECT_EQ(wakes, 2);
}

} // namespace
} // namespace nwp::posix
