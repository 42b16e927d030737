// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/tls_scenario.h"

#include <ctime>

namespace nwp::contract {
namespace {

kit::CertificateOptions today(kit::CertificateOptions options) {
    options.not_before = ::time(nullptr) - kit::kDay;
    options.not_after = ::time(nullptr) + kit::kDay;
    return options;
}

} // namespace

kit::CertificateOptions ca_today(const std::string& name) { return today(kit::ca_named(name)); }
kit::CertificateOptions server_today(const std::string& name) { return today(kit::server_named(name)); }

Chain::Chain()
    : root(kit::self_signed(ca_today("Root"))), intermediate(kit::issue(root, ca_today("Intermediate"))),
      leaf(kit::issue(intermediate, server_today(kServerName))) {}

const Chain& good_chain() {
    static const Chain chain;
    return chain;
}

sec_tag_t TlsScenario::fresh_tag() {
    static sec_tag_t last = 0;
    return ++last;
}

void TlsScenario::SetUp() {
    Scenario::SetUp();
    if (IsSkipped()) return;
    tag_ = fresh_tag();
    const std::string root = good_chain().root.pem();
    ASSERT_EQ(tls_credential_add(tag_, TLS_CREDENTIAL_CA_CERTIFICATE, root.data(), root.size()), 0);
}

void TlsScenario::TearDown() {
    if (!IsSkipped()) Scenario::TearDown();
    server_.reset();
}

kit::TlsServer& TlsScenario::serve(kit::TlsServerOptions options) {
    server_ = std::make_unique<kit::TlsServer>(std::move(options));
    return *server_;
}

kit::TlsServerOptions TlsScenario::honest() {
    kit::TlsServerOptions options;
    options.chain = {good_chain().leaf, good_chain().intermediate};
    return options;
}

sockaddr_in TlsScenario::server_name() const {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(world().address_of_loopback());
    name.sin_port = htons(server_->address().port);
    return name;
}

int TlsScenario::make_tls_socket(int protocol, int type) {
    const int socket = make_socket(type, protocol);
    set_host(socket, kServerName);
    set_tag(socket, tag_);
    return socket;
}

void TlsScenario::set_tag(int socket, sec_tag_t tag) {
    EXPECT_EQ(call().setsockopt(socket, SOL_TLS, TLS_SEC_TAG_LIST, &tag, sizeof tag), 0) << errno_text();
}

void TlsScenario::set_host(int socket, const char* name) {
    const auto size = static_cast<socklen_t>(std::string_view{name}.size() + 1);
    EXPECT_EQ(call().setsockopt(socket, SOL_TLS, TLS_HOSTNAME, name, size), 0) << errno_text();
}

int TlsScenario::connected_tls(int protocol) {
    const int socket = make_tls_socket(protocol);
    const int outcome = connect_tls(socket);
    EXPECT_EQ(outcome, 0) << errno_text() << "\n" << verdict_text(socket);
    return socket;
}

nwp_tls_verdict TlsScenario::verdict(int socket) {
    nwp_tls_verdict verdict{};
    socklen_t size = sizeof verdict;
    EXPECT_EQ(call().getsockopt(socket, SOL_TLS, NWP_TLS_VERDICT, &verdict, &size), 0) << errno_text();
    EXPECT_EQ(size, sizeof verdict);
    return verdict;
}

std::string TlsScenario::verdict_text(int socket) {
    const nwp_tls_verdict what = verdict(socket);
    char text[2000] = {};
    nwp_tls_verdict_text(&what, text, sizeof text);
    return text;
}

} // namespace nwp::contract
