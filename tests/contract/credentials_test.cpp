// SPDX-License-Identifier: Apache-2.0
// Credentials by tag, and the options of SOL_TLS.
#include "tests/contract/tls_scenario.h"

#include "nwp/credentials.h"
#include "nwp/host.h"

#include <vector>

namespace nwp::contract {
namespace {

class Credentials : public TlsScenario {
protected:
    static int add(sec_tag_t tag, tls_credential_type type, std::string_view value) {
        return tls_credential_add(tag, type, value.data(), value.size());
    }
    void store_file(std::string_view name, std::string_view content) {
        request::WriteFile write(name, {reinterpret_cast<const Byte*>(content.data()), content.size()});
        EXPECT_TRUE(world().host().perform(write));
    }
};
SCENARIOS_OF(Credentials);

TEST_P(Credentials, may_be_added_again_with_the_same_bytes_only) {
    const sec_tag_t tag = fresh_tag();
    const std::string root = good_chain().root.pem();
    const std::string other = kit::self_signed(ca_today("Another")).pem();
    EXPECT_EQ(add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, root), 0);
    errno = 0;
    EXPECT_EQ(add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, root), 0);
    EXPECT_EQ(add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, other), -EEXIST);
    EXPECT_EQ(errno, 0) << "these functions leave errno alone";
    EXPECT_EQ(tls_credential_delete(tag, TLS_CREDENTIAL_CA_CERTIFICATE), 0);
    EXPECT_EQ(add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, other), 0);
}

TEST_P(Credentials, are_read_back_as_they_were_stored) {
    const sec_tag_t tag = fresh_tag();
    const std::string root = good_chain().root.pem();
    ASSERT_EQ(add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, root), 0);
    std::string value(4096, '\0');
    std::size_t size = value.size();
    ASSERT_EQ(tls_credential_get(tag, TLS_CREDENTIAL_CA_CERTIFICATE, value.data(), &size), 0);
    EXPECT_EQ(value.substr(0, size), root);
    size = 10;
    EXPECT_EQ(tls_credential_get(tag, TLS_CREDENTIAL_CA_CERTIFICATE, value.data(), &size), -EFBIG);
    EXPECT_EQ(size, root.size());
}

TEST_P(Credentials, that_are_secret_are_never_read_back) {
    const sec_tag_t tag = fresh_tag();
    char value[4096];
    std::size_t size = sizeof value;
    ASSERT_EQ(add(tag, TLS_CREDENTIAL_PRIVATE_KEY, good_chain().leaf.key_pem()), 0);
    EXPECT_EQ(tls_credential_get(tag, TLS_CREDENTIAL_PRIVATE_KEY, value, &size), -EACCES);
    ASSERT_EQ(add(tag, TLS_CREDENTIAL_PSK, "0123456789abcdef"), 0);
    EXPECT_EQ(tls_credential_get(tag, TLS_CREDENTIAL_PSK, value, &size), -EACCES);
    ASSERT_EQ(add(tag, TLS_CREDENTIAL_PSK_ID, "me"), 0);
    size = sizeof value;
    ASSERT_EQ(tls_credential_get(tag, TLS_CREDENTIAL_PSK_ID, value, &size), 0);
    EXPECT_EQ((std::string_view{value, size}), "me");
}

TEST_P(Credentials, that_are_not_there_are_ENOENT) {
    const sec_tag_t tag = fresh_tag();
    char value[16];
    std::size_t size = sizeof value;
    EXPECT_EQ(tls_credential_get(tag, TLS_CREDENTIAL_CA_CERTIFICATE, value, &size), -ENOENT);
    EXPECT_EQ(tls_credential_delete(tag, TLS_CREDENTIAL_CA_CERTIFICATE), -ENOENT);
    EXPECT_EQ(add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, "no-such-file.pem"), -ENOENT);
}

TEST_P(Credentials, that_are_neither_bytes_nor_a_name_are_EINVAL) {
    const sec_tag_t tag = fresh_tag();
    EXPECT_EQ(add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, "\x01\x02\x03"), -EINVAL);
    EXPECT_EQ(add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, ""), -EINVAL);
    EXPECT_EQ(add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, std::string(181, 'n')), -EINVAL);
    EXPECT_EQ(add(tag, static_cast<tls_credential_type>(77), "x"), -EINVAL);
}

TEST_P(Credentials, may_be_the_name_of_a_stored_file) {
    const sec_tag_t tag = fresh_tag();
    store_file("root.pem", good_chain().root.pem());
    ASSERT_EQ(tls_credential_add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, "root.pem", sizeof "root.pem"), 0)
        << "with its NUL";
    serve(honest());
    const int socket = make_tls_socket();
    set_tag(socket, tag);
    EXPECT_EQ(connect_tls(socket), 0) << errno_text() << verdict_text(socket);
}

TEST_P(Credentials, in_DER_are_as_good_as_in_PEM) {
    const sec_tag_t tag = fresh_tag();
    const std::vector<std::uint8_t> der = good_chain().root.der();
    ASSERT_EQ(tls_credential_add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, der.data(), der.size()), 0);
    serve(honest());
    const int socket = make_tls_socket();
    set_tag(socket, tag);
    EXPECT_EQ(connect_tls(socket), 0) << errno_text() << verdict_text(socket);
}

TEST_P(Credentials, are_looked_up_when_the_socket_connects) {
    serve(honest());
    const sec_tag_t tag = fresh_tag();
    const int socket = make_tls_socket();
    set_tag(socket, tag);
    ASSERT_EQ(add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, good_chain().root.pem()), 0);
    EXPECT_EQ(connect_tls(socket), 0) << errno_text() << verdict_text(socket);
}

TEST_P(Credentials, of_our_own_are_shown_to_a_peer_that_asks) {
    const sec_tag_t tag = fresh_tag();
    auto mine = server_today("me.example.test");
    mine.extended_key_usage = "clientAuth";
    const kit::Certificate own = kit::issue(good_chain().root, mine);
    ASSERT_EQ(add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, good_chain().root.pem()), 0);
    ASSERT_EQ(add(tag, TLS_CREDENTIAL_SERVER_CERTIFICATE, own.pem()), 0);
    ASSERT_EQ(add(tag, TLS_CREDENTIAL_PRIVATE_KEY, own.key_pem()), 0);
    auto options = honest();
    options.client_cas = {good_chain().root};
    serve(options);
    const int socket = make_tls_socket();
    set_tag(socket, tag);
    ASSERT_EQ(connect_tls(socket), 0) << errno_text() << verdict_text(socket);
    send_all(socket, "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
}

TEST_P(Credentials, outlive_the_network_processor) {
    const sec_tag_t tag = fresh_tag();
    ASSERT_EQ(add(tag, TLS_CREDENTIAL_PSK_ID, "durable"), 0);
    world().kill_nwp();
    world().start_nwp();
    join_network(world().host());
    char value[16];
    std::size_t size = sizeof value;
    ASSERT_EQ(tls_credential_get(tag, TLS_CREDENTIAL_PSK_ID, value, &size), 0);
    EXPECT_EQ((std::string_view{value, size}), "durable");
}

// ---- Options of SOL_TLS -----------------------------------------------------------------------------------

class TlsOptions : public TlsScenario {
protected:
    int set(int socket, int name, const void* value, socklen_t size) {
        return call().setsockopt(socket, SOL_TLS, name, value, size);
    }
    int get(int socket, int name, void* value, socklen_t size) {
        return call().getsockopt(socket, SOL_TLS, name, value, &size);
    }
};
SCENARIOS_OF(TlsOptions);

TEST_P(TlsOptions, in_a_direction_they_do_not_have_are_ENOPROTOOPT) {
    const int socket = make_tls_socket();
    int value = 0;
    for (const int name : {TLS_HOSTNAME, TLS_PEER_VERIFY, TLS_DTLS_ROLE, TLS_CERT_NOCOPY, TLS_NATIVE,
                           TLS_SESSION_CACHE_PURGE, 14, 15, 16, 17, 18, 999, 1006}) {
        SCOPED_TRACE(name);
        EXPECT_FAILS(get(socket, name, &value, sizeof value), ENOPROTOOPT);
    }
    for (const int name : {TLS_CIPHERSUITE_USED, 14, 15, 16, 17, 18, 999, NWP_TLS_VERDICT, NWP_TLS_VERSION}) {
        SCOPED_TRACE(name);
        EXPECT_FAILS(set(socket, name, &value, sizeof value), ENOPROTOOPT);
    }
}

TEST_P(TlsOptions, of_a_wrong_size_are_EINVAL) {
    const int socket = make_tls_socket();
    const char value[8] = {};
    EXPECT_FAILS(set(socket, TLS_SEC_TAG_LIST, value, 3), EINVAL);
    EXPECT_FAILS(set(socket, TLS_PEER_VERIFY, value, 1), EINVAL);
    EXPECT_FAILS(set(socket, TLS_CIPHERSUITE_LIST, value, 5), EINVAL);
    EXPECT_FAILS(set(socket, TLS_SESSION_CACHE, value, 2), EINVAL);
}

TEST_P(TlsOptions, of_a_value_that_does_not_exist_are_EINVAL) {
    const int socket = make_tls_socket();
    const int wrong = 3;
    EXPECT_FAILS(set(socket, TLS_PEER_VERIFY, &wrong, sizeof wrong), EINVAL);
    EXPECT_FAILS(set(socket, TLS_SESSION_CACHE, &wrong, sizeof wrong), EINVAL);
}

TEST_P(TlsOptions, of_a_socket_without_tls_are_ENOPROTOOPT) {
    const int socket = make_socket();
    const sec_tag_t tags = tag();
    EXPECT_FAILS(set(socket, TLS_SEC_TAG_LIST, &tags, sizeof tags), ENOPROTOOPT);
}

TEST_P(TlsOptions, of_tags_keep_the_list) {
    const int socket = make_tls_socket();
    const sec_tag_t tags[] = {3, 1, 4, 2};
    ASSERT_EQ(set(socket, TLS_SEC_TAG_LIST, tags, sizeof tags), 0) << errno_text();
    sec_tag_t kept[8] = {};
    socklen_t size = sizeof kept;
    ASSERT_EQ(call().getsockopt(socket, SOL_TLS, TLS_SEC_TAG_LIST, kept, &size), 0) << errno_text();
    EXPECT_EQ(size, sizeof tags);
    EXPECT_EQ(std::vector<int>(kept, kept + 4), (std::vector<int>{3, 1, 4, 2}));
}

TEST_P(TlsOptions, about_the_session_tell_what_was_agreed_on) {
    const int before = make_tls_socket();
    int value = 0;
    EXPECT_FAILS(get(before, TLS_CIPHERSUITE_USED, &value, sizeof value), ENOTCONN);
    EXPECT_FAILS(get(before, NWP_TLS_VERSION, &value, sizeof value), ENOTCONN);
    auto options = honest();
    options.max_version = 0x0303;
    serve(options);
    const int socket = make_tls_socket();
    const int suite = 0xC02B; // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    ASSERT_EQ(set(socket, TLS_CIPHERSUITE_LIST, &suite, sizeof suite), 0) << errno_text();
    ASSERT_EQ(connect_tls(socket), 0) << errno_text() << verdict_text(socket);
    EXPECT_EQ(option(socket, SOL_TLS, TLS_CIPHERSUITE_USED), suite);
    EXPECT_EQ(option(socket, SOL_TLS, NWP_TLS_VERSION), IPPROTO_TLS_1_2);
}

TEST_P(TlsOptions, of_protocol_names_reach_the_peer) {
    auto options = honest();
    options.alpn = "h2";
    serve(options);
    const int socket = make_tls_socket();
    const char* const names[] = {"http/1.1", "h2"};
    ASSERT_EQ(set(socket, TLS_ALPN_LIST, names, sizeof names), 0) << errno_text();
    EXPECT_EQ(connect_tls(socket), 0) << errno_text() << verdict_text(socket);
}

} // namespace
} // namespace nwp::contract
