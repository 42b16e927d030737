// SPDX-License-Identifier: Apache-2.0
// A network processor whose clock was never set trusts no certificate.
#include "tests/contract/tls_scenario.h"

#include "tests/kit/link_host.h"
#include "tests/kit/live_pair.h"
#include "tests/kit/nwp_in_process.h"
#include "tests/kit/pipe_pair.h"
#include "tests/kit/temporary_folder.h"

#include <atomic>

namespace nwp::contract {
namespace {

TEST(TlsClock, that_is_not_set_is_refused_before_a_byte_of_tls_is_sent) {
    std::atomic<std::size_t> heard = 0;
    kit::TlsServerOptions options;
    options.instead = [&](kit::TlsServerConnection& peer) {
        char byte = 0;
        while (::recv(peer.socket(), &byte, 1, 0) == 1) ++heard;
    };
    kit::TlsServer server(options);

    const kit::TemporaryFolder folder;
    kit::LivePair link(std::make_unique<kit::PipePair>());
    kit::NwpSettings settings;
    settings.store = folder / "store";
    settings.date = kit::FixedDate{.now = 1000, .floor = kit::kToday};
    kit::NwpInProcess nwp(settings);
    nwp.serve(link.nwp());
    kit::LinkHost host(link.host());
    host.attach();
    ASSERT_TRUE(host.host().await_link(host.port().now() + seconds(60)));

    const std::string root = good_chain().root.pem();
    const sec_tag_t tag = 1;
    ASSERT_EQ(tls_credential_add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, root.data(), root.size()), 0);
    const int socket = nwp_socket(AF_INET, SOCK_STREAM, IPPROTO_TLS_1_2);
    ASSERT_GE(socket, 0);
    ASSERT_EQ(nwp_setsockopt(socket, SOL_TLS, TLS_SEC_TAG_LIST, &tag, sizeof tag), 0);
    ASSERT_EQ(nwp_setsockopt(socket, SOL_TLS, TLS_HOSTNAME, kServerName, 1), 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    name.sin_port = htons(server.address().port);
    EXPECT_FAILS(nwp_connect(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name), ECONNABORTED);
    nwp_tls_verdict verdict{};
    socklen_t size = sizeof verdict;
    ASSERT_EQ(nwp_getsockopt(socket, SOL_TLS, NWP_TLS_VERDICT, &verdict, &size), 0);
    EXPECT_EQ(verdict.rules, static_cast<unsigned>(NWP_TLS_CLOCK_NOT_SET));
    EXPECT_EQ(nwp_close(socket), 0);
    server.wait_served();
    EXPECT_EQ(heard, 0U);
}

} // namespace
} // namespace nwp::contract
