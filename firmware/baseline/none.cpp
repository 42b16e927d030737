// SPDX-License-Identifier: Apache-2.0
// No offload: TCP/IP and TLS on this processor, which has its own Ethernet.
// Words: HOST-NAME PATH HTTPS-PORT DNS-PORT
#include "board.h"
#include "get_page.h"
#include "lwip_stack.h"
#include "marks.h"

int main() {
    const char* const host_name = board::word(1);
    const char* const path = board::word(2);
    const std::uint16_t https_port = board::word_as_port(3);
    const std::uint16_t dns_port = board::word_as_port(4);
    mark_started();
    lwip_stack::join(dns_port);
    mark_joined();
    const ip_addr_t address = lwip_stack::resolve(host_name);
    mark_resolved();
    {
        static lwip_stack::Tcp tcp(address, https_port);
        static TlsClient tls(tcp, kAuthority, kAuthoritySize);
        tls.connect(host_name);
        mark_connected();
        get_page(tls, host_name, path);
        tcp.close();
    }
    mark_closed();
    board::print("heap ");
    board::print(board::heap_peak());
    board::print("\n");
    return 0;
}
