// SPDX-License-Identifier: Apache-2.0
// Options, names and credentials: sizes, directions, errors, and how they travel.
#include "nwp/tls_credentials.h"
#include "tests/kit/socket_world.h"

namespace nwp::c {
namespace {

using Options = kit::SocketWorld;
namespace peer = kit::peer;

int set(int socket, int level, int option, const void* value, std::size_t size) {
    errno = 0;
    return nwp_setsockopt(socket, level, option, value, static_cast<socklen_t>(size)) == 0 ? 0 : errno;
}

int get(int socket, int level, int option, void* value, socklen_t size) {
    errno = 0;
    return nwp_getsockopt(socket, level, option, value, &size) == 0 ? 0 : errno;
}

TEST_F(Options, tell_what_the_socket_is) {
    const int socket = open_socket(IPPROTO_TLS_1_2);
    const std::pair<int, int> facts[] = {{SO_TYPE, SOCK_STREAM},
                                         {SO_DOMAIN, AF_INET},
                                         {SO_PROTOCOL, IPPROTO_TLS_1_2},
                                         {SO_ACCEPTCONN, 0},
                                         {SO_ERROR, 0}};
    for (const auto& [option, expected] : facts) {
        int value = -1;
        EXPECT_EQ(get(socket, SOL_SOCKET, option, &value, sizeof value), 0);
        EXPECT_EQ(value, expected) << option;
        EXPECT_EQ(set(socket, SOL_SOCKET, option, &value, sizeof value), ENOPROTOOPT) << option;
    }
    int value = 0;
    EXPECT_EQ(get(socket, SOL_SOCKET, 9999, &value, sizeof value), ENOPROTOOPT);
    EXPECT_EQ(get(socket, 9999, 1, &value, sizeof value), EOPNOTSUPP); // as Linux says of an unknown level
    nwp_close(socket);
    const int plain = open_socket();
    EXPECT_EQ(get(plain, SOL_SOCKET, SO_PROTOCOL, &value, sizeof value), 0);
    EXPECT_EQ(value, IPPROTO_TCP) << "as Linux answers for protocol 0";
    nwp_close(plain);
}

TEST_F(Options, of_numbers_travel_in_little_endian) {
    const int socket = open_socket();
    const int on = 1;
    EXPECT_EQ(set(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    const int room = 0x12345;
    EXPECT_EQ(set(socket, SOL_SOCKET, SO_RCVBUF, &room, sizeof room), 0);
    EXPECT_EQ(nwp.options()[SocketOption::no_delay], std::string("\1\0\0\0", 4));
    EXPECT_EQ(nwp.options()[SocketOption::receive_buffer], std::string("\x45\x23\1\0", 4));
    int read = 0;
    EXPECT_EQ(get(socket, SOL_SOCKET, SO_RCVBUF, &read, sizeof read), 0);
    EXPECT_EQ(read, room);
    EXPECT_EQ(set(socket, SOL_SOCKET, SO_KEEPALIVE, &on, 1), EINVAL);
    EXPECT_EQ(set(socket, SOL_SOCKET, SO_KEEPALIVE, nullptr, sizeof on), EFAULT);
    nwp_close(socket);
}

TEST_F(Options, of_tls_belong_to_tls_sockets) {
    const int socket = open_socket();
    const int tags[] = {1};
    EXPECT_EQ(set(socket, SOL_TLS, TLS_SEC_TAG_LIST, tags, sizeof tags), ENOPROTOOPT);
    nwp_close(socket);
}

struct Row {
    int option;
    bool set;
    bool get;
};

TEST_F(Options, of_tls_have_zephyrs_directions) {
    const int socket = open_socket(IPPROTO_TLS_1_3);
    const Row rows[] = {{TLS_SEC_TAG_LIST, true, true},
                        {TLS_HOSTNAME, true, false},
                        {TLS_CIPHERSUITE_LIST, true, true},
                        {TLS_CIPHERSUITE_USED, false, true},
                        {TLS_PEER_VERIFY, true, false},
                        {TLS_DTLS_ROLE, true, false},
                        {TLS_DTLS_HANDSHAKE_TIMEOUT_MIN, true, true},
                        {TLS_DTLS_HANDSHAKE_TIMEOUT_MAX, true, true},
                        {TLS_CERT_NOCOPY, true, false},
                        {TLS_NATIVE, true, false},
                        {TLS_SESSION_CACHE, true, true},
                        {TLS_SESSION_CACHE_PURGE, true, false},
                        {NWP_TLS_VERSION, false, true},
                        {NWP_TLS_VERSION_MAX, true, true},
                        {14, false, false},
                        {18, false, false},
                        {999, false, false}};
    for (const Row& row : rows) {
        const char value[sizeof(int)] = {'a'}; // a name and a number
        EXPECT_EQ(set(socket, SOL_TLS, row.option, value, sizeof value), row.set ? 0 : ENOPROTOOPT)
            << row.option;
        int read = 0;
        const int got = get(socket, SOL_TLS, row.option, &read, sizeof read);
        EXPECT_EQ(got, row.set && row.get ? 0 : row.get ? ENOTCONN : ENOPROTOOPT) << row.option;
    }
    nwp_close(socket);
}

TEST_F(Options, of_tls_insist_on_their_size) {
    const int socket = open_socket(IPPROTO_TLS_1_2);
    const int value[200] = {};
    for (const int option :
         {TLS_PEER_VERIFY, TLS_DTLS_ROLE, TLS_SESSION_CACHE, TLS_NATIVE, NWP_TLS_VERSION_MAX}) {
        EXPECT_EQ(set(socket, SOL_TLS, option, value, sizeof(int) - 1), EINVAL) << option;
        EXPECT_EQ(set(socket, SOL_TLS, option, value, sizeof(int) + 1), EINVAL) << option;
    }
    EXPECT_EQ(set(socket, SOL_TLS, TLS_SEC_TAG_LIST, value, 7), EINVAL);
    EXPECT_EQ(set(socket, SOL_TLS, TLS_SEC_TAG_LIST, value, 200 * sizeof(int)), EINVAL);
    EXPECT_EQ(set(socket, SOL_TLS, TLS_SEC_TAG_LIST, nullptr, 4), EFAULT);
    int read[2] = {};
    EXPECT_EQ(get(socket, SOL_TLS, TLS_CIPHERSUITE_LIST, read, 6), EINVAL);
    EXPECT_EQ(get(socket, SOL_TLS, TLS_CIPHERSUITE_USED, read, 8), EINVAL);
    EXPECT_EQ(get(socket, SOL_TLS, NWP_TLS_VERDICT, read, 8), EINVAL);
    nwp_close(socket);
}

TEST_F(Options, sec_tags_come_back_as_they_were_set) {
    const int socket = open_socket(IPPROTO_TLS_1_2);
    const sec_tag_t tags[] = {1, -2, 0x7FFFFFFF};
    ASSERT_EQ(set(socket, SOL_TLS, TLS_SEC_TAG_LIST, tags, sizeof tags), 0);
    sec_tag_t read[4] = {};
    socklen_t size = sizeof read;
    ASSERT_EQ(nwp_getsockopt(socket, SOL_TLS, TLS_SEC_TAG_LIST, read, &size), 0);
    EXPECT_EQ(size, sizeof tags);
    EXPECT_EQ(read[1], -2);
    size = 4;
    ASSERT_EQ(nwp_getsockopt(socket, SOL_TLS, TLS_SEC_TAG_LIST, read, &size), 0);
    EXPECT_EQ(size, 4U);
    nwp_close(socket);
}

TEST_F(Options, host_name_is_a_c_string_whatever_its_length_says) {
    const int socket = open_socket(IPPROTO_TLS_1_2);
    const char name[] = "www.nwp.test";
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, strlen(name), sizeof name}) {
        ASSERT_EQ(set(socket, SOL_TLS, TLS_HOSTNAME, name, size), 0);
        EXPECT_EQ(nwp.options()[SocketOption::tls_host_name], name);
    }
    // On the wire the empty name means "do not check": only NULL may say that.
    EXPECT_EQ(set(socket, SOL_TLS, TLS_HOSTNAME, "", 1), EINVAL);
    EXPECT_EQ(set(socket, SOL_TLS, TLS_HOSTNAME, std::string(256, 'x').c_str(), 256), EINVAL);
    EXPECT_EQ(nwp.options()[SocketOption::tls_host_name], name);
    EXPECT_EQ(set(socket, SOL_TLS, TLS_HOSTNAME, nullptr, 0), 0);
    EXPECT_EQ(nwp.options()[SocketOption::tls_host_name], "");
    nwp_close(socket);
}

TEST_F(Options, protocol_names_are_pointers_that_come_back) {
    const int socket = open_socket(IPPROTO_TLS_1_2);
    const char* const names[] = {"h2", "http/1.1"};
    ASSERT_EQ(set(socket, SOL_TLS, TLS_ALPN_LIST, names, sizeof names), 0);
    EXPECT_EQ(nwp.options()[SocketOption::tls_alpn_list], "\2h2\x08http/1.1");
    const char* read[4] = {};
    socklen_t size = sizeof read;
    ASSERT_EQ(nwp_getsockopt(socket, SOL_TLS, TLS_ALPN_LIST, read, &size), 0);
    EXPECT_EQ(size, sizeof names);
    EXPECT_EQ(read[1], names[1]);
    EXPECT_EQ(set(socket, SOL_TLS, TLS_ALPN_LIST, names, sizeof names - 1), EINVAL);
    const char* const three[] = {"a", "b", "c"};
    EXPECT_EQ(set(socket, SOL_TLS, TLS_ALPN_LIST, three, sizeof three), EINVAL) << "this host keeps two";
    const char* const none[] = {""};
    EXPECT_EQ(set(socket, SOL_TLS, TLS_ALPN_LIST, none, sizeof none), EINVAL);
    nwp_close(socket);

    const int successor = open_socket(IPPROTO_TLS_1_2);
    size = sizeof read;
    ASSERT_EQ(nwp_getsockopt(successor, SOL_TLS, TLS_ALPN_LIST, read, &size), 0);
    EXPECT_EQ(size, 0U);
    nwp_close(successor);
}

// ---- Names ------------------------------------------------------------------------------------------------

std::vector<wire::ResolvedAddress> addresses(int count) {
    std::vector<wire::ResolvedAddress> made;
    for (int i = 0; i < count; ++i) {
        made.push_back(
            {Address::ipv4(10, 77, 1, static_cast<Byte>(i), 443), SocketType::stream, Protocol::tcp});
    }
    return made;
}

std::size_t length_of(const addrinfo* list) {
    std::size_t length = 0;
    for (; list != nullptr; list = list->ai_next) ++length;
    return length;
}

TEST_F(Options, names_resolve_to_a_list_with_a_canonical_name) {
    nwp.answer_names_with(addresses(3), "real.nwp.test");
    addrinfo hints{};
    hints.ai_flags = AI_CANONNAME;
    addrinfo* list = nullptr;
    ASSERT_EQ(nwp_getaddrinfo("www.nwp.test", "https", &hints, &list), 0);
    EXPECT_EQ(length_of(list), 3U);
    EXPECT_STREQ(list->ai_canonname, "real.nwp.test");
    EXPECT_EQ(list->ai_family, AF_INET);
    EXPECT_EQ(list->ai_addrlen, sizeof(sockaddr_in));
    EXPECT_EQ(ntohs(reinterpret_cast<const sockaddr_in*>(list->ai_addr)->sin_port), 443);
    nwp_freeaddrinfo(list);
    nwp_freeaddrinfo(list);
    nwp_freeaddrinfo(nullptr);
}

TEST_F(Options, long_answers_are_cut_and_a_pool_in_use_is_EAI_MEMORY) {
    nwp.answer_names_with(addresses(40));
    addrinfo* all = nullptr;
    ASSERT_EQ(nwp_getaddrinfo("www.nwp.test", nullptr, nullptr, &all), 0);
    EXPECT_EQ(length_of(all), 32U);
    nwp.answer_names_with(addresses(1));
    addrinfo* one = nullptr;
    EXPECT_EQ(nwp_getaddrinfo("www.nwp.test", nullptr, nullptr, &one), EAI_MEMORY);
    nwp_freeaddrinfo(all);
    EXPECT_EQ(nwp_getaddrinfo("www.nwp.test", nullptr, nullptr, &one), 0);
    nwp_freeaddrinfo(one);
}

TEST_F(Options, wrong_questions_about_names_are_answered_here) {
    addrinfo* list = nullptr;
    EXPECT_EQ(nwp_getaddrinfo(nullptr, nullptr, nullptr, &list), EAI_NONAME);
    EXPECT_EQ(nwp_getaddrinfo("", "80", nullptr, &list), EAI_NONAME);
    EXPECT_EQ(nwp_getaddrinfo("nowhere", "80", nullptr, &list), EAI_NONAME);
    EXPECT_EQ(nwp_getaddrinfo(std::string(300, 'x').c_str(), "80", nullptr, &list), EAI_NONAME);
    addrinfo hints{};
    hints.ai_flags = 1 << 20;
    EXPECT_EQ(nwp_getaddrinfo("a", "80", &hints, &list), EAI_BADFLAGS);
    hints = {};
    hints.ai_family = AF_UNIX;
    EXPECT_EQ(nwp_getaddrinfo("a", "80", &hints, &list), EAI_FAMILY);
    hints = {};
    hints.ai_socktype = 77;
    EXPECT_EQ(nwp_getaddrinfo("a", "80", &hints, &list), EAI_SOCKTYPE);
    driver.stop();
    errno = 0;
    EXPECT_EQ(nwp_getaddrinfo("a", "80", nullptr, &list), EAI_SYSTEM);
    EXPECT_EQ(errno, ENETDOWN);
}

TEST(IpFunctions, are_those_of_the_system) {
    for (const char* const text : {"10.77.0.80", "255.255.255.255", "010.0.0.1", "1.2.3", ""}) {
        in_addr ours{};
        in_addr theirs{};
        ASSERT_EQ(nwp_inet_pton(AF_INET, text, &ours), inet_pton(AF_INET, text, &theirs)) << text;
        EXPECT_EQ(ours.s_addr, theirs.s_addr) << text;
    }
    char text[INET6_ADDRSTRLEN];
    const in6_addr loopback = IN6ADDR_LOOPBACK_INIT;
    EXPECT_STREQ(nwp_inet_ntop(AF_INET6, &loopback, text, sizeof text), "::1");
    EXPECT_EQ(nwp_inet_ntop(AF_INET6, &loopback, text, 3), nullptr);
    EXPECT_EQ(errno, ENOSPC);
    EXPECT_STREQ(nwp_inet_ntop(AF_INET6, &loopback, text, 4), "::1");
    EXPECT_EQ(nwp_inet_ntop(77, &loopback, text, 4), nullptr);
    EXPECT_EQ(errno, EAFNOSUPPORT);
    EXPECT_EQ(nwp_inet_pton(77, "::1", text), -1);
}

// ---- Credentials ------------------------------------------------------------------------------------------

TEST_F(Options, credentials_are_added_read_and_deleted_with_negative_errno) {
    const std::string value(3000, 'v');
    const auto ca = TLS_CREDENTIAL_CA_CERTIFICATE;
    errno = 0;
    EXPECT_EQ(tls_credential_add(7, ca, value.data(), value.size()), 0);
    EXPECT_EQ(tls_credential_add(7, ca, value.data(), value.size()), 0) << "the same bytes again";
    EXPECT_EQ(tls_credential_add(7, ca, "other", 5), -EEXIST);
    EXPECT_EQ(tls_credential_add(7, ca, nullptr, 5), -EINVAL);
    EXPECT_EQ(tls_credential_add(7, TLS_CREDENTIAL_NONE, "x", 1), -EINVAL);
    const std::string too_big(65 * 1024, 'v');
    EXPECT_EQ(tls_credential_add(8, ca, too_big.data(), too_big.size()), -EFBIG);

    std::string read(4000, '\0');
    std::size_t size = read.size();
    EXPECT_EQ(tls_credential_get(7, ca, read.data(), &size), 0);
    EXPECT_EQ(read.substr(0, size), value);
    size = 10;
    EXPECT_EQ(tls_credential_get(7, ca, read.data(), &size), -EFBIG);
    EXPECT_EQ(size, value.size());
    EXPECT_EQ(tls_credential_add(7, TLS_CREDENTIAL_PRIVATE_KEY, "key", 3), 0);
    EXPECT_EQ(tls_credential_get(7, TLS_CREDENTIAL_PRIVATE_KEY, read.data(), &size), -EACCES);
    EXPECT_EQ(tls_credential_delete(7, ca), 0);
    EXPECT_EQ(tls_credential_delete(7, ca), -ENOENT);
    EXPECT_EQ(tls_credential_get(7, ca, read.data(), &size), -ENOENT);
    EXPECT_EQ(errno, 0);
    driver.stop();
    EXPECT_EQ(tls_credential_add(7, ca, "x", 1), -ENETDOWN);
}

} // namespace
} // namespace nwp::c
