// SPDX-License-Identifier: Apache-2.0
#include "firmware/secured.h"

#include "firmware/exit_status.h"

#include <cstring>

namespace nwp::firmware {

addrinfo* resolve(const Running& running, const char* host, const char* port, int type) {
    addrinfo hints{};
    hints.ai_socktype = type;
    addrinfo* address = nullptr;
    const int unresolved = nwp_getaddrinfo(host, port, &hints, &address);
    if (unresolved != 0) failed(running, kUnresolved, host, nwp_gai_strerror(unresolved));
    return address;
}

int open_secured(const Running& running, const char* host, const addrinfo& address, int flags) {
    const int protocol = address.ai_socktype == SOCK_DGRAM ? IPPROTO_DTLS_1_2 : IPPROTO_TLS_1_2;
    const int sock = nwp_socket(address.ai_family, address.ai_socktype | flags, protocol);
    if (sock < 0) return -failed(running, kNoSocket, "socket", std::strerror(errno));
    nwp_setsockopt(sock, SOL_TLS, TLS_SEC_TAG_LIST, &kCa, sizeof kCa);
    nwp_setsockopt(sock, SOL_TLS, TLS_HOSTNAME, host, static_cast<socklen_t>(std::strlen(host)));
    return sock;
}

int explain_refusal(const Running& running, int sock, const char* host, int error) {
    nwp_tls_verdict verdict;
    socklen_t size = sizeof verdict;
    char text[256];
    if (nwp_getsockopt(sock, SOL_TLS, NWP_TLS_VERDICT, &verdict, &size) == 0 && verdict.rules != 0) {
        nwp_tls_verdict_text(&verdict, text, sizeof text);
        return failed(running, kNotConnected, "TLS refused", text);
    }
    return failed(running, kNotConnected, host, std::strerror(error));
}

int connect_secured(const Running& running, const char* host, const char* port, int type) {
    addrinfo* const address = resolve(running, host, port, type);
    if (address == nullptr) return -kUnresolved;
    const int sock = open_secured(running, host, *address);
    const int refused = sock < 0 ? 0 : nwp_connect(sock, address->ai_addr, address->ai_addrlen);
    const int error = errno;
    nwp_freeaddrinfo(address);
    if (refused == 0) return sock;
    const int status = explain_refusal(running, sock, host, error);
    nwp_close(sock);
    return -status;
}

int send_all(int sock, const void* bytes, std::size_t size) {
    for (const char* at = static_cast<const char*>(bytes); size != 0;) {
        const ssize_t sent = nwp_send(sock, at, size, 0);
        if (sent < 0) return -1;
        at += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return 0;
}

} // namespace nwp::firmware
