// SPDX-License-Identifier: Apache-2.0
// Which rows a peer cannot play, and that nothing else is left out.
#include "tests/tls/matrix.h"

#include <algorithm>

namespace nwp::tls_matrix {

namespace {
constexpr const char* kOwnChoice =
    "gnutls-cli shows no certificate of an authority that the server did not name";
}

const std::vector<Exception>& exceptions() {
    static const std::vector<Exception> all = {
        {Role::client, "psk", Peer::nginx, "nginx has no pre-shared keys"},
        {Role::client, "below_the_version_asked_for", Peer::gnutls,
         "gnutls-serv without TLS 1.3 looks for a suite first, finds none and says no more than "
         "handshake_failure"},
        {Role::client, "refused_by_the_peer", Peer::nginx,
         "nginx answers a bad client certificate with HTTP 400, not with TLS"},
        {Role::server, "self_signed", Peer::gnutls, kOwnChoice},
        {Role::server, "unknown_ca", Peer::gnutls, kOwnChoice},
        {Role::server, "missing_intermediate", Peer::gnutls, kOwnChoice},
    };
    return all;
}

} // namespace nwp::tls_matrix

using namespace nwp::tls_matrix;

TEST(MatrixExceptions, name_rows_and_peers_that_exist_with_a_reason) {
    for (const Exception& each : exceptions()) {
        const auto names = row_names(each.role);
        EXPECT_NE(std::find(names.begin(), names.end(), each.row), names.end()) << each.row;
        EXPECT_FALSE(each.role == Role::server && each.peer == Peer::nginx) << "nginx is no client at all";
        EXPECT_GT(std::string{each.reason}.size(), 10U) << each.row;
    }
}

TEST(MatrixExceptions, leave_every_row_to_somebody) {
    for (const Role role : {Role::client, Role::server}) {
        for (const std::string& row : row_names(role)) {
            const bool played = reason_against(role, row, Peer::openssl) == nullptr ||
                                reason_against(role, row, Peer::gnutls) == nullptr;
            EXPECT_TRUE(played) << row;
        }
    }
}
