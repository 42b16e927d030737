// SPDX-License-Identifier: Apache-2.0
#include "get_page.h"

#include "board.h"
#include "marks.h"
#include "page.h"

#include <cstring>

namespace {

void send_text(char*& place, const char* end, const char* text) {
    const std::size_t size = std::strlen(text);
    if (size > static_cast<std::size_t>(end - place)) board::fail(2, "host name or path is too long");
    std::memcpy(place, text, size);
    place += size;
}

} // namespace

void get_page(TlsClient& tls, const char* host_name, const char* path) {
    static std::uint8_t buffer[1024];
    char* place = reinterpret_cast<char*>(buffer);
    const char* const end = place + sizeof buffer;
    for (const char* text :
         {"GET ", path, " HTTP/1.1\r\nHost: ", host_name, "\r\nConnection: close\r\n\r\n"}) {
        send_text(place, end, text);
    }
    tls.send(buffer, static_cast<std::size_t>(place - reinterpret_cast<char*>(buffer)));
    mark_requested();
    Page page;
    while (const std::size_t came = tls.receive(buffer, sizeof buffer)) page.take(buffer, came);
    mark_received();
    tls.close();
    if (!page.found() || !page.begun()) board::fail(14, "the server has no such page");
    board::print("page ");
    board::print(page.size());
    board::print(" bytes sha256 ");
    const auto hash = page.hash();
    board::print_hex(hash.data(), hash.size());
    board::print("\n");
}
