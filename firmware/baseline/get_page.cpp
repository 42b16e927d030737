// SPDX-License-Identifier: Apache-2.0
#include "firmware/baseline/get_page.h"

#include "firmware/baseline/program.h"
#include "firmware/baseline/tls_client.h"
#include "firmware/text.h"
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"

#include <cstring>

namespace nwp::baseline {
namespace {

/// The part of a response behind its head, which ends in an empty line.
class Body {
public:
    void take(const char* bytes, std::size_t size) {
        std::size_t head = 0;
        for (; head < size && last_ != kEndOfHead; ++head) {
            last_ = last_ << 8 | static_cast<unsigned char>(bytes[head]);
        }
        hash_.add(bytes + head, size - head);
        size_ += size - head;
    }
    std::size_t size() const { return size_; }
    std::uint32_t hash() const { return hash_.value(); }

private:
    static constexpr std::uint32_t kEndOfHead = 0x0D0A0D0A;
    std::uint32_t last_ = 0;
    std::size_t size_ = 0;
    firmware::Hash hash_;
};

Body receive_body() {
    static char buffer[1024];
    Body body;
    while (const std::size_t size = tls::receive(buffer, sizeof buffer)) body.take(buffer, size);
    return body;
}

} // namespace

void get_page(Stream& stream, const char* host_name, const char* path) {
    tls::connect(stream, host_name);
    firmware::Line request;
    request.add("GET ").add(path).add(" HTTP/1.0\r\nHost: ").add(host_name).add("\r\n\r\n");
    tls::send(request.text(), std::strlen(request.text()));
    const Body body = receive_body();
    tls::close();
    firmware::Line line;
    line.add("received ").add_number(static_cast<std::uint32_t>(body.size()));
    line.add(" bytes, hash ").add_hex(body.hash());
    mps2::board().write_line(line.text());
}

} // namespace nwp::baseline
