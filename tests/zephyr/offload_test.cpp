// SPDX-License-Identifier: Apache-2.0
// The module's part of Zephyr's sockets, on the kernel of shim/, against a scripted network processor.
#include "tests/zephyr/offload_fixture.h"
#include "zephyr/network.h"

#include <atomic>
#include <fcntl.h>
#include <vector>
#include <zephyr/net/net_event.h>

namespace nwp {
namespace {

constexpr int kCaType = 1;

TEST_F(Offload, takes_the_kinds_of_sockets_that_it_has) {
    EXPECT_TRUE(opennwp_supports(AF_INET, SOCK_STREAM, IPPROTO_TCP));
    EXPECT_TRUE(opennwp_supports(AF_INET6, SOCK_STREAM, IPPROTO_TLS_1_3));
    EXPECT_TRUE(opennwp_supports(AF_INET, SOCK_DGRAM, IPPROTO_DTLS_1_2));
    EXPECT_FALSE(opennwp_supports(AF_PACKET, SOCK_STREAM, 0));
    EXPECT_FALSE(opennwp_supports(AF_INET, SOCK_RAW, 1));
    EXPECT_FALSE(opennwp_supports(AF_INET, SOCK_DGRAM, IPPROTO_TLS_1_2));
}

TEST_F(Offload, carries_bytes_both_ways_to_their_end) {
    const Processor running;
    const int fd = connected_to(peer::greets);
    EXPECT_EQ(received(fd, 5, MSG_WAITALL), "hello");
    char byte = 0;
    EXPECT_EQ(shim::recv(fd, &byte, 1, 0), 0);
    EXPECT_EQ(shim::close(fd), 0);
    EXPECT_EQ(shim::send(fd, "x", 1, 0), -1);
    EXPECT_EQ(errno, EBADF);
}

TEST_F(Offload, carries_more_than_its_buffers_hold) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    const std::string sent(1000, 'n');
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(shim::send(fd, sent.data(), sent.size(), 0), 1000);
        ASSERT_EQ(received(fd, 1000, MSG_WAITALL), sent);
    }
    shim::close(fd);
}

TEST_F(Offload, tells_errors_as_positive_numbers) {
    const Processor running;
    const int fd = open_socket();
    EXPECT_EQ(connect_to(fd, peer::refuses), -1);
    EXPECT_EQ(errno, ECONNREFUSED);
    int kind = 0;
    socklen_t size = sizeof kind;
    EXPECT_EQ(shim::getsockopt(fd, SOL_TLS, TLS_CIPHERSUITE_USED, &kind, &size), -1);
    EXPECT_EQ(errno, ENOPROTOOPT);
    EXPECT_EQ(shim::fcntl(fd, 0x7777, 0), -1);
    EXPECT_EQ(errno, EOPNOTSUPP);
    shim::close(fd);
}

TEST_F(Offload, runs_out_of_sockets_without_losing_a_descriptor) {
    const Processor running;
    int open[4];
    for (int& fd : open) ASSERT_GE(fd = open_socket(), 0);
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(open_socket(), -1);
        ASSERT_EQ(errno, EMFILE);
    }
    for (const int fd : open) EXPECT_EQ(shim::close(fd), 0);
}

TEST_F(Offload, does_not_wait_when_told_so) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    char byte = 0;
    EXPECT_EQ(shim::recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    EXPECT_EQ(errno, EAGAIN);
    EXPECT_EQ(shim::fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    EXPECT_NE(shim::fcntl(fd, F_GETFL, 0) & O_NONBLOCK, 0);
    EXPECT_EQ(shim::recv(fd, &byte, 1, 0), -1);
    EXPECT_EQ(errno, EAGAIN);
    shim::close(fd);
}

TEST_F(Offload, lets_one_thread_send_while_another_waits_in_recv) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    std::atomic<bool> waits{false};
    std::string heard;
    std::thread listener{[&] {
        const Processor its;
        waits = true;
        heard = received(fd, 4, MSG_WAITALL);
    }};
    while (!waits) {
        const shim::Idle idle;
        std::this_thread::yield();
    }
    EXPECT_EQ(shim::send(fd, "ping", 4, 0), 4);
    {
        const shim::Idle idle;
        listener.join();
    }
    EXPECT_EQ(heard, "ping");
    shim::close(fd);
}

TEST_F(Offload, ends_a_wait_of_another_thread_by_close) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    std::atomic<bool> waits{false};
    int error = 0;
    std::thread listener{[&] {
        const Processor its;
        waits = true;
        char byte = 0;
        if (shim::recv(fd, &byte, 1, 0) < 0) error = errno;
    }};
    while (!waits) {
        const shim::Idle idle;
        std::this_thread::yield();
    }
    EXPECT_EQ(shim::close(fd), 0);
    {
        const shim::Idle idle;
        listener.join();
    }
    EXPECT_EQ(error, EBADF);
}

// ---- poll() -----------------------------------------------------------------------------------------------

TEST_F(Offload, polls_what_is_ready_without_a_sleep) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    pollfd set{fd, POLLIN | POLLOUT, 0};
    EXPECT_EQ(shim::poll(&set, 1, -1), 1);
    EXPECT_EQ(set.revents, POLLOUT);
    set.events = POLLIN;
    EXPECT_EQ(shim::poll(&set, 1, 0), 0);
    EXPECT_EQ(set.revents, 0);
    shim::close(fd);
}

TEST_F(Offload, is_woken_in_poll_by_bytes_again_and_again) {
    const Processor running;
    const int fd = connected_to(peer::speaks_later);
    for (int i = 0; i < 20; ++i) expect_word_in_poll(fd);
    shim::close(fd);
}

TEST_F(Offload, is_polled_together_with_descriptors_of_zephyr) {
    const Processor running;
    const int fd = connected_to(peer::speaks_later);
    const int native = shim::open_native();
    pollfd set[] = {{fd, POLLIN, 0}, {native, POLLIN, 0}};
    shim::ring(native);
    EXPECT_EQ(shim::poll(set, 2, -1), 1);
    EXPECT_EQ(set[1].revents, POLLIN);
    shim::close(native);

    const int other = shim::open_native();
    set[1] = {other, POLLIN, 0};
    nwp.speak("x");
    EXPECT_EQ(shim::poll(set, 2, -1), 1);
    EXPECT_EQ(set[0].revents, POLLIN);
    shim::close(other);
    shim::close(fd);
}

/// One thread's poll() for writing must not take the news away from another's for reading.
TEST_F(Offload, wakes_every_thread_that_polls_it) {
    const Processor running;
    const int fd = connected_to(peer::speaks_later);
    std::atomic<int> waiting{0};
    std::atomic<int> woken{0};
    const auto wait_for_bytes = [&] {
        const Processor its;
        ++waiting;
        pollfd set{fd, POLLIN, 0};
        if (shim::poll(&set, 1, -1) == 1 && set.revents == POLLIN) ++woken;
    };
    std::thread first{wait_for_bytes};
    std::thread second{wait_for_bytes};
    while (waiting != 2) {
        const shim::Idle idle;
        std::this_thread::yield();
    }
    nwp.speak("x");
    pollfd set{fd, POLLOUT, 0};
    EXPECT_EQ(shim::poll(&set, 1, 0), 1);
    {
        const shim::Idle idle;
        first.join();
        second.join();
    }
    EXPECT_EQ(woken, 2);
    shim::close(fd);
}

TEST_F(Offload, tells_poll_of_a_reset_even_when_it_asked_for_nothing) {
    const Processor running;
    const int fd = connected_to(peer::resets);
    pollfd set{fd, 0, 0};
    EXPECT_EQ(shim::poll(&set, 1, -1), 1);
    EXPECT_NE(set.revents & (POLLERR | POLLHUP), 0);
    shim::close(fd);
}

TEST_F(Offload, refuses_a_poll_with_more_conditions_than_events) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    pollfd set[] = {{fd, POLLIN | POLLOUT, 0}, {fd, POLLIN | POLLOUT, 0}, {fd, POLLIN, 0}};
    EXPECT_EQ(shim::poll(set, 3, 0), -1);
    EXPECT_EQ(errno, ENOMEM);
    shim::close(fd);
}

// ---- TLS, names, the link ---------------------------------------------------------------------------------

TEST_F(Offload, stores_credentials_before_the_handshake) {
    const Processor running;
    const int fd = open_socket(IPPROTO_TLS_1_2);
    const int tags[] = {77};
    ASSERT_EQ(shim::setsockopt(fd, SOL_TLS, TLS_SEC_TAG_LIST, tags, sizeof tags), 0);
    static const char certificate[] = "-----BEGIN CERTIFICATE-----"; // may be added behind the option
    shim::add_credential(tags[0], kCaType, as_bytes({certificate, sizeof certificate}));
    EXPECT_EQ(connect_to(fd, peer::echoes), 0);
    EXPECT_EQ(nwp.credential(tags[0], CredentialType::ca_certificate),
              std::string(certificate, sizeof certificate));
    shim::close(fd);
}

TEST_F(Offload, takes_no_more_tags_than_it_can_keep) {
    const Processor running;
    const int fd = open_socket(IPPROTO_TLS_1_2);
    const int tags[] = {1, 2, 3, 4, 5};
    EXPECT_EQ(shim::setsockopt(fd, SOL_TLS, TLS_SEC_TAG_LIST, tags, sizeof tags), -1);
    EXPECT_EQ(errno, EINVAL);
    shim::close(fd);
}

TEST_F(Offload, fails_closed_when_tls_refuses) {
    const Processor running;
    const int fd = open_socket(IPPROTO_TLS_1_2);
    EXPECT_EQ(connect_to(fd, peer::distrusted), -1);
    EXPECT_EQ(errno, ECONNABORTED);
    EXPECT_EQ(shim::send(fd, "x", 1, 0), -1);
    shim::close(fd);
}

TEST_F(Offload, binds_to_its_own_device_alone) {
    const Processor running;
    const int fd = open_socket();
    ifreq request{};
    strcpy(request.ifr_name, "nwp");
    EXPECT_EQ(shim::setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, &request, sizeof request), 0);
    strcpy(request.ifr_name, "eth0");
    EXPECT_EQ(shim::setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, &request, sizeof request), -1);
    EXPECT_EQ(errno, ENODEV);
    shim::close(fd);
}

TEST_F(Offload, gives_back_every_result_of_getaddrinfo) {
    const Processor running;
    const Address found = Address::ipv4(10, 77, 0, 80, 80);
    nwp.answer_names_with(
        {{found, SocketType::stream, Protocol::tcp}, {found, SocketType::stream, Protocol::tcp}});
    for (int i = 0; i < 10; ++i) { // there is room for one such list at a time
        addrinfo* list = nullptr;
        ASSERT_EQ(shim::names().getaddrinfo("somewhere", "80", nullptr, &list), 0);
        ASSERT_NE(list->ai_next, nullptr);
        shim::names().freeaddrinfo(list);
    }
}

TEST_F(Offload, leaves_ipv4_to_sockets_of_ipv4) {
    const Processor running;
    const int fd = opennwp_socket(AF_INET6, SOCK_STREAM, 0);
    ASSERT_GE(fd, 0);
    EXPECT_EQ(nwp.options().count(SocketOption::ipv6_only), 1U);
    int only = 0;
    socklen_t size = sizeof only;
    EXPECT_EQ(shim::getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, &size), 0);
    EXPECT_EQ(only, 1);
    EXPECT_EQ(shim::close(fd), 0);
}

TEST_F(Offload, tells_of_addresses_that_zephyrs_own_stack_does_not_keep) {
    const Processor running;
    EventListener& network = zephyr::network();
    AddressChanged change;
    change.address.family = Family::ipv6;
    change.address.ip[15] = 1;
    network.on_address(change);
    EXPECT_FALSE(shim::interface().dormant);
    network.on_address({});
    EXPECT_TRUE(shim::interface().dormant);
    const auto& told = shim::net_events();
    EXPECT_EQ(std::vector<std::uint32_t>(told.begin(), told.end()),
              (std::vector<std::uint32_t>{NET_EVENT_IPV6_ADDR_ADD, NET_EVENT_IPV6_DAD_SUCCEED,
                                          NET_EVENT_IPV6_ADDR_DEL}));
}

TEST_F(Offload, tells_of_its_address_again_to_who_began_to_listen_later) {
    const Processor running;
    const int fd = open_socket(); // the network processor's first words are behind us
    EventListener& network = zephyr::network();
    AddressChanged change;
    change.address.family = Family::ipv6;
    change.address.ip[15] = 1;
    network.on_address(change);
    const std::size_t before = shim::net_events().size();
    opennwp_tell_address_again();
    while (shim::net_events().size() < before + 2) {
        const shim::Idle idle;
        std::this_thread::yield();
    }
    EXPECT_EQ(shim::net_events()[before], NET_EVENT_IPV6_ADDR_ADD);
    EXPECT_EQ(shim::net_events()[before + 1], NET_EVENT_IPV6_DAD_SUCCEED);
    shim::close(fd);
}

TEST_F(Offload, ends_every_call_when_the_link_is_lost) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    nwp.cut_line();
    char byte = 0;
    EXPECT_EQ(shim::recv(fd, &byte, 1, 0), -1);
    EXPECT_EQ(errno, ECONNABORTED);
    pollfd set{fd, POLLIN, 0};
    EXPECT_EQ(shim::poll(&set, 1, -1), 1);
    EXPECT_NE(set.revents & (POLLERR | POLLHUP), 0);
    EXPECT_EQ(shim::close(fd), 0);
}

} // namespace
} // namespace nwp
