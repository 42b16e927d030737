// SPDX-License-Identifier: Apache-2.0
#include "firmware/baseline/get_by_lwip.h"

#include "firmware/baseline/get_page.h"
#include "firmware/baseline/lwip_stack.h"
#include "firmware/baseline/program.h"

namespace nwp::baseline {

void get_by_lwip() {
    const char* const host_name = word(1);
    const std::uint16_t port = word_as_port(2);
    const char* const path = word(3);
    lwip_stack::join(word_as_port(4));
    const lwip_stack::Address address = lwip_stack::resolve(host_name);
    lwip_stack::Tcp tcp(address, port);
    get_page(tcp, host_name, path);
    tcp.close();
    print_heap();
}

} // namespace nwp::baseline
