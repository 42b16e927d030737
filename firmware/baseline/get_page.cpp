// SPDX-License-Identifier: Apache-2.0
#include "firmware/baseline/get_page.h"

#include "firmware/baseline/tls_client.h"
#include "firmware/body.h"
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"

#include <cstring>

namespace nwp::baseline {
namespace {

firmware::Body receive_body() {
    static char buffer[1024];
    firmware::Body body;
    while (const std::size_t size = tls::receive(buffer, sizeof buffer)) body.add(buffer, size);
    return body;
}

} // namespace

void get_page(Stream& stream, const char* host_name, const char* path) {
    tls::connect(stream, host_name);
    firmware::Line request;
    request.add("GET ").add(path).add(" HTTP/1.0\r\nHost: ").add(host_name).add("\r\n\r\n");
    tls::send(request.text(), std::strlen(request.text()));
    const firmware::Body body = receive_body();
    tls::close();
    firmware::Line line;
    line.add("received ").add_number(static_cast<std::uint32_t>(body.size()));
    line.add(" bytes, hash ").add_hex(body.hash());
    mps2::board().write_line(line.text());
}

} // namespace nwp::baseline
