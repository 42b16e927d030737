// SPDX-License-Identifier: Apache-2.0
// The plain names in C and C++, over the host that starts by itself. Built with -include nwp/posix.h and
// _FORTIFY_SOURCE=2.
#include "nwp/socket.h"
#include "ports/posix/default_host.h"
#include "tests/kit/scripted_nwp.h"
#include "tests/kit/temporary_folder.h"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>

extern "C" int use_plain_names_in_c(const sockaddr_in* echo, std::size_t size);

namespace nwp::posix {
namespace {

/// A scripted network processor where the default host looks for one. The host stays for the whole process.
class World {
public:
    World() {
        const std::string path = (folder_.path() / "nwp.sock").string();
        listener_ = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(listener_, 4), 0);
        ::setenv("NWP_LINK", ("unix:" + path).c_str(), 1);
        std::thread accepting{[this] { nwp_.plug_in(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)); }};
        accepting.detach(); // it waits for the first call of a socket
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    kit::ScriptedNwp& nwp() { return nwp_; }

private:
    kit::TemporaryFolder folder_;
    kit::ScriptedNwp nwp_;
    int listener_ = -1;
};

World& world() {
    static World* const made = new World; // outlives the host's farewell at exit
    return *made;
}

sockaddr_in peer_on(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    return address;
}

int connected_to(std::uint16_t port) {
    const sockaddr_in address = peer_on(port);
    const int sock = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_GE(sock, 0);
    EXPECT_EQ(connect(sock, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return sock;
}

TEST(PlainNames, mean_ours_in_c_and_let_kernel_descriptors_through) {
    world();
    const sockaddr_in echo = peer_on(kit::peer::echoes);
    const std::string size(std::getenv("NWP_LINK") != nullptr ? 8 : 0, 'x'); // not known to the compiler
    EXPECT_EQ(use_plain_names_in_c(&echo, size.size()), 0);
}

struct Door {
    bool close() { return true; }
    int send(int count) const { return count; }
};

TEST(PlainNames, leave_members_of_the_same_name_alone) {
    world();
    const kit::TemporaryFolder folder;
    std::fstream file{folder.path() / "file", std::ios::out};
    file << "text";
    file.close();
    EXPECT_FALSE(file.fail());
    Door door;
    EXPECT_TRUE(door.close());
    EXPECT_EQ(door.send(3), 3);
    const std::string size(std::getenv("NWP_LINK") != nullptr ? 5 : 0, '\0');
    std::string text = size;
    const int sock = connected_to(kit::peer::greets);
    EXPECT_EQ(recv(sock, text.data(), size.size(), MSG_WAITALL), 5);
    EXPECT_EQ(text, "hello");
    EXPECT_EQ(close(sock), 0);
}

TEST(PlainNames, resolve_through_the_network_processor) {
    world().nwp().answer_names_with({{Address::ipv4(10, 77, 0, 80, 80), SocketType::stream, Protocol::tcp}});
    addrinfo* list = nullptr;
    ASSERT_EQ(getaddrinfo("only.there.test", "80", nullptr, &list), 0);
    EXPECT_EQ(reinterpret_cast<const sockaddr_in*>(list->ai_addr)->sin_addr.s_addr, htonl(0x0A4D0050));
    freeaddrinfo(list);
    EXPECT_EQ(getaddrinfo("nowhere", "80", nullptr, &list), EAI_NONAME);
    EXPECT_NE(gai_strerror(EAI_NONAME), nullptr);
}

TEST(PlainNames, are_EBADF_in_the_child_of_a_fork) {
    world();
    const int sock = connected_to(kit::peer::greets);
    const pid_t child = ::fork();
    if (child == 0) {
        char byte = 0;
        const bool refused = read(sock, &byte, 1) == -1 && errno == EBADF;
        ::_exit(refused && close(sock) == 0 ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    char text[5];
    EXPECT_EQ(recv(sock, text, sizeof text, MSG_WAITALL), 5) << "the parent's socket lives on";
    close(sock);
}

TEST(DefaultHost, is_the_same_that_the_sockets_use) {
    world();
    const int sock = connected_to(kit::peer::greets);
    PosixHost* const host = default_host();
    ASSERT_NE(host, nullptr);
    EXPECT_EQ(host, default_host());
    EXPECT_GT(host->host().statistics().session.messages_out, 0U);
    close(sock);
}

} // namespace
} // namespace nwp::posix
