// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/socket.h"
#include "nwp/tls_credentials.h"
#include "tests/contract/scenario.h"
#include "tests/kit/pki/tls_server.h"

#include <memory>
#include <string>

namespace nwp::contract {

/// Root, intermediate and leaf that are good today, by the machine's clock.
struct Chain {
    Chain();
    kit::Certificate root;
    kit::Certificate intermediate;
    kit::Certificate leaf;
};
const Chain& good_chain();

/// The name that the good leaf is for.
constexpr const char* kServerName = "server.example.test";

/// Options as in kit, but good from yesterday until tomorrow.
kit::CertificateOptions ca_today(const std::string& name);
kit::CertificateOptions server_today(const std::string& name);

/// Scenarios with a TLS server; the root of the good chain is in the store under tag().
class TlsScenario : public Scenario {
protected:
    void SetUp() override;
    void TearDown() override;

    sec_tag_t tag() const { return tag_; }
    /// A tag that no scenario of this process used.
    static sec_tag_t fresh_tag();

    kit::TlsServer& serve(kit::TlsServerOptions options);
    /// With the good chain and whatever the test changes in it.
    static kit::TlsServerOptions honest();
    sockaddr_in server_name() const;

    /// A TLS socket with host name and tag list, not connected.
    int make_tls_socket(int protocol = IPPROTO_TLS_1_2, int type = SOCK_STREAM);
    void set_tag(int socket, sec_tag_t tag);
    void set_host(int socket, const char* name);
    int connect_tls(int socket) { return connect_to(socket, server_name()); }
    /// A connected one.
    int connected_tls(int protocol = IPPROTO_TLS_1_2);

    nwp_tls_verdict verdict(int socket);
    std::string verdict_text(int socket);

private:
    sec_tag_t tag_ = 0;
    std::unique_ptr<kit::TlsServer> server_;
};

} // namespace nwp::contract
