// SPDX-License-Identifier: Apache-2.0
// TLS of a SimpleLink host: files by name, methods, verdicts as codes, and that nothing moves before one is
// good.
#include "nwpd/dialect/simplelink/socket_fixture.h"
#include "nwpd/service/socket_options.h"
#include "tests/kit/pki/pki.h"
#include "tests/kit/pki/tls_server.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nwp::simplelink::test {
namespace {

service::ClientPolicy tolerant() {
    service::ClientPolicy policy;
    policy.legacy_warn = {"server.example.test", "other.example.test"};
    return policy;
}

class SocketTlsTest : public SocketWorld {
protected:
    explicit SocketTlsTest(service::ClientPolicy policy = {}) : SocketWorld(std::move(policy)) {
        write("ca.pem", pki.root.pem());
        write("own.pem", pki.leaf.pem() + pki.intermediate.pem());
        write("own.key", pki.leaf.key_pem());
        const auto der = pki.root.der();
        write("ca.der", std::string{der.begin(), der.end()});
        write("garbage", "this is no certificate");
    }

    void write(const std::string& name, const std::string& content) {
        std::optional<Result<void>> done;
        credentials.write_file(name, {content.begin(), content.end()},
                               [&](Result<void> result) { done = result; });
        ASSERT_TRUE(until([&] { return done.has_value(); }));
        ASSERT_TRUE(*done) << to_string(done->error());
    }
    void serve(kit::TlsServerOptions options = {}) {
        if (options.chain.empty()) options.chain = {pki.leaf, pki.intermediate};
        server = std::make_unique<kit::TlsServer>(std::move(options));
        lead_to(server->address().port);
    }
    Byte opened_tls(std::string_view ca = "ca.pem", std::string_view domain = "server.example.test") {
        const Byte socket = opened(SocketType::stream, Protocol::tls);
        if (!ca.empty()) {
            EXPECT_EQ(host_sets(socket, OptionName::ca_file, ca), 0);
        }
        if (!domain.empty()) {
            EXPECT_EQ(host_sets(socket, OptionName::domain_name, domain), 0);
        }
        return socket;
    }
    /// No application byte may have moved, and the host finds the socket unconnected.
    void expect_refused(Byte socket, int code) {
        EXPECT_EQ(host_connects(socket), code);
        host_sends(socket, "must never arrive");
        EXPECT_EQ(expect<SocketTxFailed>().status, code::bsd_enotconn);
        EXPECT_EQ(host_fails_to_receive(socket), code::bsd_enotconn);
        EXPECT_EQ(server->application_bytes(), 0U);
    }
    TlsConnectionParams connection_of(Byte socket) {
        std::vector<Byte> value;
        EXPECT_EQ(host_gets(socket, 1, 36, 72, value), 0);
        const auto params = decode<TlsConnectionParams>(value);
        EXPECT_TRUE(params);
        return params ? *params : TlsConnectionParams{};
    }

    static const kit::Pki pki;
    std::unique_ptr<kit::TlsServer> server;
};

const kit::Pki SocketTlsTest::pki;

class SocketTlsTolerantTest : public SocketTlsTest {
protected:
    SocketTlsTolerantTest() : SocketTlsTest(tolerant()) {}
};

class SocketTls13Test : public SocketTlsTest {
protected:
    SocketTls13Test() : SocketTlsTest(with_tls_1_3()) {}
    static service::ClientPolicy with_tls_1_3() {
        service::ClientPolicy policy;
        policy.allow_tls_1_3 = true;
        return policy;
    }
};

TEST_F(SocketTlsTest, a_client_verifies_by_files_and_talks) {
    serve();
    const Byte socket = opened_tls("ca.der");
    ASSERT_EQ(host_connects(socket), 0);
    host_sends(socket, "echo me");
    EXPECT_EQ(host_receives(socket, 64), "echo me");
    EXPECT_EQ(server->server_name(), "server.example.test");
    const auto params = connection_of(socket);
    EXPECT_EQ(params.version, 3U) << "TLS 1.2 at most";
    EXPECT_EQ(params.cipher_suite, 19U) << "the index of its bit";
    EXPECT_EQ(params.peer_validated, 1U);
    EXPECT_EQ(as_text({params.subject.data(), params.subject.size()}), "server.example.t");
    EXPECT_EQ(params.subject_length, 16);
    EXPECT_EQ(text_of(params.issuer, 16), std::string_view("Test Intermediate").substr(0, 16));
    EXPECT_EQ(as_text({params.valid_from.data(), 8}), "20260502");
    EXPECT_EQ(as_text({params.valid_to.data(), 8}), "20260701");
    EXPECT_NE(params.subject_hash, params.issuer_hash);
    EXPECT_EQ(host_closes(socket), 0);
}

TEST_F(SocketTlsTest, a_non_blocking_connect_shakes_hands_too) {
    serve();
    const Byte socket = opened_tls();
    host_makes_non_blocking(socket);
    EXPECT_EQ(host_connects(socket), code::bsd_ealready);
    ASSERT_EQ(ask<SocketSelectResponse>(select_write(socket)).status, 0);
    EXPECT_EQ(expect<SocketSelected>().write_set, 1U << socket);
    EXPECT_EQ(host_connects(socket), 0);
    EXPECT_EQ(connection_of(socket).peer_validated, 1U);
}

struct Refusal {
    const char* why;
    const char* ca;
    const char* domain;
    int code;
};

TEST_F(SocketTlsTest, a_handshake_that_does_not_hold_has_its_code_and_moves_no_byte) {
    const kit::Certificate other_root = kit::self_signed(kit::ca_named("Other Root"));
    write("other.pem", other_root.pem());
    serve();
    constexpr Refusal refusals[] = {
        {"another CA", "other.pem", "server.example.test", code::bsd_esec_asn_no_signer_e},
        {"another name", "ca.pem", "wrong.example.test", code::bsd_esec_domain_name_mismatch},
        {"no name: the address counts", "ca.pem", "", code::bsd_esec_domain_name_mismatch},
        {"no CA", "", "server.example.test", code::bsd_esecsnoverify},
        {"no such CA file", "nowhere.pem", "server.example.test", code::bsd_esecnocafile},
        {"no certificate in the CA file", "garbage", "server.example.test", code::bsd_esecbadcafile},
    };
    for (const Refusal& refusal : refusals) {
        SCOPED_TRACE(refusal.why);
        expect_refused(opened_tls(refusal.ca, refusal.domain), refusal.code);
    }
}

TEST_F(SocketTlsTest, an_expired_certificate_is_refused) {
    auto options = kit::server_named("server.example.test");
    options.not_after = kit::kToday - kit::kDay;
    kit::TlsServerOptions late;
    late.chain = {kit::issue(pki.intermediate, options), pki.intermediate};
    serve(std::move(late));
    expect_refused(opened_tls(), code::bsd_esec_asn_after_date_e);
}

TEST_F(SocketTlsTest, a_certificate_that_is_not_valid_yet_is_refused) {
    auto options = kit::server_named("server.example.test");
    options.not_before = kit::kToday + kit::kDay;
    kit::TlsServerOptions early;
    early.chain = {kit::issue(pki.intermediate, options), pki.intermediate};
    serve(std::move(early));
    expect_refused(opened_tls(), code::bsd_esec_asn_before_date_e);
}

TEST_F(SocketTlsTest, a_revoked_certificate_is_refused) {
    kit::CrlOptions list;
    list.revoked = {pki.leaf};
    write("ca-and-crl.pem", pki.root.pem() + kit::crl_pem(pki.intermediate, list));
    serve();
    expect_refused(opened_tls("ca-and-crl.pem"), code::bsd_eseccertificaterevoked);
}

TEST_F(SocketTlsTest, old_methods_and_empty_masks_are_refused_before_a_byte_leaves) {
    serve();
    for (const Byte method : {Byte{0}, Byte{1}, Byte{2}}) {
        const Byte socket = opened_tls();
        ASSERT_EQ(host_sets(socket, OptionName::tls_method, std::vector<Byte>{method}), 0);
        expect_refused(socket, code::bsd_esec_protocol_version);
    }
    const Byte socket = opened_tls();
    ASSERT_EQ(host_sets(socket, OptionName::tls_cipher_mask, u32(0x23)), 0) << "RC4 alone";
    expect_refused(socket, code::bsd_esec_handshake_failure);
    EXPECT_EQ(server->handshakes(), 0);
}

TEST_F(SocketTlsTest, a_method_is_exact) {
    kit::TlsServerOptions modern;
    modern.min_version = 0x0304;
    serve(std::move(modern));
    const Byte socket = opened_tls();
    ASSERT_EQ(host_sets(socket, OptionName::tls_method, std::vector<Byte>{3}), 0);
    expect_refused(socket, code::bsd_esec_protocol_version);
}

TEST_F(SocketTls13Test, the_highest_version_is_13_where_policy_allows_it) {
    serve();
    const Byte socket = opened_tls();
    ASSERT_EQ(host_connects(socket), 0);
    EXPECT_EQ(connection_of(socket).version, 4U);
    EXPECT_EQ(connection_of(socket).cipher_suite, 0xFFU) << "the mask has no bit for it";
    EXPECT_EQ(host_closes(socket), 0); // the server serves one after the other
    const Byte exact = opened_tls();
    ASSERT_EQ(host_sets(exact, OptionName::tls_method, std::vector<Byte>{3}), 0);
    ASSERT_EQ(host_connects(exact), 0);
    EXPECT_EQ(connection_of(exact).version, 3U);
}

TEST_F(SocketTlsTest, the_mask_and_the_alpn_bits_choose) {
    kit::TlsServerOptions options;
    options.alpn = "h2";
    serve(std::move(options));
    const Byte socket = opened_tls();
    ASSERT_EQ(host_sets(socket, OptionName::tls_cipher_mask, u32(1U << 20U)), 0);
    ASSERT_EQ(host_sets(socket, OptionName::alpn, u32(3)), 0);
    ASSERT_EQ(host_connects(socket), 0);
    EXPECT_EQ(connection_of(socket).cipher_suite, 20U);
    EXPECT_EQ(connection_of(socket).alpn, 2U);
}

TEST_F(SocketTlsTest, a_client_shows_its_certificate_by_files) {
    kit::TlsServerOptions options;
    options.client_cas = {pki.root};
    serve(std::move(options));
    auto named = kit::server_named("client");
    named.extended_key_usage = "clientAuth";
    const auto client_certificate = kit::issue(pki.intermediate, named);
    write("client.pem", client_certificate.pem() + pki.intermediate.pem());
    write("client.key", client_certificate.key_pem());
    const auto opened_with = [&](std::string_view certificate, std::string_view key) {
        const Byte socket = opened_tls();
        EXPECT_EQ(host_sets(socket, OptionName::certificate_file, certificate), 0);
        EXPECT_EQ(host_sets(socket, OptionName::key_file, key), 0);
        return socket;
    };
    EXPECT_EQ(host_connects(opened_with("garbage", "client.key")), code::bsd_esecbadcertfile);
    EXPECT_EQ(host_connects(opened_with("client.pem", "garbage")), code::bsd_esecbadprivatefile);
    EXPECT_EQ(host_connects(opened_with("client.pem", "own.key")), code::bsd_esecbadprivatefile)
        << "another's";
    EXPECT_EQ(host_connects(opened_with("client.pem", "client.key")), 0);
}

TEST_F(SocketTlsTest, a_server_that_is_not_the_one_that_was_named_is_refused) {
    serve();
    write("its.pem", pki.leaf.pem());
    write("another.pem", pki.intermediate.pem());
    const Byte right = opened_tls();
    ASSERT_EQ(host_sets(right, OptionName::dh_file, "its.pem"), 0);
    EXPECT_EQ(host_connects(right), 0);
    EXPECT_EQ(host_closes(right), 0);
    const Byte wrong = opened_tls();
    ASSERT_EQ(host_sets(wrong, OptionName::dh_file, "another.pem"), 0);
    expect_refused(wrong, code::bsd_esecwrongpeercert);
}

TEST_F(SocketTlsTest, a_stream_that_is_cut_short_is_no_end) {
    kit::TlsServerOptions options;
    options.then = [](kit::TlsServerConnection& connection) { connection.send_fin(); };
    serve(std::move(options));
    const Byte socket = opened_tls();
    ASSERT_EQ(host_connects(socket), 0);
    EXPECT_EQ(host_fails_to_receive(socket), code::bsd_esectcpdisconnecteduncompleterecord);
}

// ---- peers that policy names

TEST_F(SocketTlsTolerantTest, connected_but_means_connected_where_policy_names_the_peer) {
    serve();
    const Byte socket = opened_tls("");
    EXPECT_EQ(host_connects(socket), code::bsd_esecsnoverify);
    host_sends(socket, "echo me");
    EXPECT_EQ(host_receives(socket, 64), "echo me");
    EXPECT_EQ(connection_of(socket).peer_validated, 0U);
}

TEST_F(SocketTlsTolerantTest, a_clock_that_is_not_set_is_no_hindrance_where_policy_names_the_peer) {
    serve();
    calendar.earliest = calendar.date + 1;
    const Byte socket = opened_tls();
    EXPECT_EQ(host_connects(socket), code::bsd_esecdateerror);
    host_sends(socket, "echo me");
    EXPECT_EQ(host_receives(socket, 64), "echo me");
}

/// As a machine without a battery starts: every certificate is from its future.
TEST_F(SocketTlsTolerantTest, a_clock_of_1970_is_no_hindrance_where_policy_names_the_peer) {
    serve();
    calendar.date = kit::kDay;
    const Byte socket = opened_tls();
    EXPECT_EQ(host_connects(socket), code::bsd_esecdateerror);
    host_sends(socket, "echo me");
    EXPECT_EQ(host_receives(socket, 64), "echo me");
}

TEST_F(SocketTlsTolerantTest, everything_else_is_refused_all_the_same) {
    kit::CrlOptions list;
    list.revoked = {pki.leaf};
    write("ca-and-crl.pem", pki.root.pem() + kit::crl_pem(pki.intermediate, list));
    serve();
    expect_refused(opened_tls("ca-and-crl.pem"), code::bsd_eseccertificaterevoked);
    expect_refused(opened_tls("ca.pem", "other.example.test"), code::bsd_esec_domain_name_mismatch);
    write("other.pem", kit::self_signed(kit::ca_named("Other Root")).pem());
    expect_refused(opened_tls("other.pem"), code::bsd_esec_asn_no_signer_e);
    expect_refused(opened_tls("", "unnamed.example.test"), code::bsd_esecsnoverify);
}

// ---- servers

class SocketTlsServerTest : public SocketTlsTest {
protected:
    Byte listening(std::uint16_t port, std::string_view ca = {}) {
        const Byte socket = opened(SocketType::stream, Protocol::tls);
        EXPECT_EQ(host_sets(socket, OptionName::certificate_file, "own.pem"), 0);
        EXPECT_EQ(host_sets(socket, OptionName::key_file, "own.key"), 0);
        if (!ca.empty()) {
            EXPECT_EQ(host_sets(socket, OptionName::ca_file, ca), 0);
        }
        at = Address::ipv4(127, 0, 0, 1, port);
        EXPECT_EQ(ask<SocketBindResponse>(addressed<SocketBind>(socket, at)).status, 0);
        EXPECT_EQ(ask<SocketListenResponse>(SocketListen{socket, 4}).status, 0);
        EXPECT_EQ(ask<SocketAcceptResponse>(SocketAccept{socket, Family::ipv4}).status, 0);
        return socket;
    }
    Address at;
};

TEST_F(SocketTlsServerTest, accept_gives_a_finished_handshake) {
    const Byte listener = listening(7100);
    const Byte near = opened_tls();
    EXPECT_EQ(host_begins_connect(near, at), 0);
    // Both ends are this host's: which event is first is nobody's business.
    std::int16_t accepted = -1;
    for (int i = 0; i < 2; ++i) {
        const Said said = next();
        if (said.opcode == SocketAccepted::opcode) {
            accepted = decode<SocketAccepted>({said.body.data(), said.body.size()})->status;
        } else {
            EXPECT_EQ(said.opcode, SocketConnected::opcode);
            EXPECT_EQ(decode<SocketConnected>({said.body.data(), said.body.size()})->status, 0);
        }
    }
    ASSERT_EQ(accepted, 2);
    host_sends(near, "hello");
    EXPECT_EQ(host_receives(2, 64), "hello");
    EXPECT_NE(listener, near);
}

TEST_F(SocketTlsServerTest, a_failed_handshake_is_an_event_and_the_accept_stands) {
    const Byte listener = listening(7101);
    const auto stranger = open_stream(other, nwp::Family::ipv4);
    ASSERT_TRUE(World::connect(other, stranger, at));
    ASSERT_TRUE(sockets.write(other, stranger, as_bytes("GET / HTTP/1.0\r\n\r\n")));
    const auto event = expect<SocketEvent>();
    EXPECT_EQ(event.descriptor, listener);
    EXPECT_EQ(event.type, SocketEventType::accept_failed);
    EXPECT_EQ(event.value, code::bsd_esecdecrypt);
    EXPECT_TRUE(is_silent()) << "the accept goes on";
    send(SocketClose{listener});
    EXPECT_EQ(expect<SocketAccepted>().status, code::bsd_ebadf);
    expect<SocketCloseResponse>();
    expect<SocketClosed>();
}

TEST_F(SocketTlsServerTest, a_server_without_its_files_does_not_listen) {
    struct Files {
        const char* certificate;
        const char* key;
        const char* dh;
        int code;
    };
    constexpr Files cases[] = {
        {"", "", "", code::bsd_esecbadcertfile},
        {"nowhere.pem", "own.key", "", code::bsd_esecbadcertfile},
        {"own.pem", "", "", code::bsd_esecbadprivatefile},
        {"own.pem", "garbage", "", code::bsd_esecbadprivatefile},
        {"own.pem", "own.key", "garbage", code::bsd_esecbaddhfile},
    };
    for (const Files& named : cases) {
        const Byte socket = opened(SocketType::stream, Protocol::tls);
        if (*named.certificate != 0) host_sets(socket, OptionName::certificate_file, named.certificate);
        if (*named.key != 0) host_sets(socket, OptionName::key_file, named.key);
        if (*named.dh != 0) host_sets(socket, OptionName::dh_file, named.dh);
        EXPECT_EQ(ask<SocketListenResponse>(SocketListen{socket, 4}).status, named.code) << named.certificate;
    }
}

// ---- STARTTLS

TEST_F(SocketTlsTest, tls_begins_on_a_connection_that_stands) {
    kit::TlsServerOptions options;
    serve(std::move(options));
    const Byte socket = opened(SocketType::stream, Protocol::tcp);
    EXPECT_EQ(host_sets(socket, OptionName::ca_file, "ca.pem"), 0);
    EXPECT_EQ(host_sets(socket, OptionName::domain_name, "server.example.test"), 0);
    EXPECT_EQ(host_sets(socket, OptionName::start_tls, u32(0)), code::bsd_enotconn);
    ASSERT_EQ(host_connects(socket), 0);
    ASSERT_EQ(host_sets(socket, OptionName::start_tls, u32(0)), 0);
    const auto event = expect<SocketEvent>();
    EXPECT_EQ(event.descriptor, socket);
    EXPECT_EQ(event.type, SocketEventType::secured);
    EXPECT_EQ(event.value, 0);
    host_sends(socket, "echo me");
    EXPECT_EQ(host_receives(socket, 64), "echo me");
    EXPECT_EQ(connection_of(socket).peer_validated, 1U);
    EXPECT_EQ(host_sets(socket, OptionName::start_tls, u32(0)), code::bsd_eisconn);
}

TEST_F(SocketTlsTest, a_close_ends_tls_that_begins) {
    service::test::TcpPeer silent; // it never answers our hello
    const Byte socket = connected_stream(silent);
    EXPECT_EQ(host_sets(socket, OptionName::ca_file, "ca.pem"), 0);
    ASSERT_EQ(host_sets(socket, OptionName::start_tls, u32(0)), 0);
    send(SocketClose{socket});
    const auto event = expect<SocketEvent>();
    EXPECT_EQ(event.type, SocketEventType::handshake_failed);
    EXPECT_EQ(event.value, code::bsd_ebadf);
    EXPECT_EQ(expect<SocketCloseResponse>().status, 0);
    EXPECT_EQ(expect<SocketClosed>().status, 0);
    EXPECT_TRUE(is_silent());
    for (int i = 0; i < 16; ++i) opened(SocketType::stream, Protocol::tcp); // nothing of it is left
}

TEST_F(SocketTlsTest, tls_that_cannot_begin_ends_the_connection) {
    serve();
    const Byte socket = opened(SocketType::stream, Protocol::any);
    EXPECT_EQ(host_sets(socket, OptionName::ca_file, "ca.pem"), 0);
    EXPECT_EQ(host_sets(socket, OptionName::domain_name, "wrong.example.test"), 0);
    ASSERT_EQ(host_connects(socket), 0);
    host_begins_receive(socket, 64);
    ASSERT_EQ(host_sets(socket, OptionName::start_tls, u32(0)), 0);
    const auto event = expect<SocketEvent>();
    EXPECT_EQ(event.type, SocketEventType::handshake_failed);
    EXPECT_EQ(event.value, code::bsd_esec_domain_name_mismatch);
    EXPECT_EQ(received_status(socket), code::bsd_esec_domain_name_mismatch);
    host_sends(socket, "must never arrive in plain text");
    expect<SocketTxFailed>();
    EXPECT_EQ(server->application_bytes(), 0U);
    EXPECT_TRUE(is_silent());
}

} // namespace
} // namespace nwp::simplelink::test
