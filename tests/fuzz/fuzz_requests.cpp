// SPDX-License-Identifier: Apache-2.0
// Any body decodes as any request or is refused; what decoded encodes to bytes that decode to the same.
#include "wire/messages.h"
#include "wire/print.h"
#include "wire/sample.h"

#include <cstdlib>

namespace {

struct Checks {
    template <typename M>
    void on(const M& message) {
        const std::vector<nwp::Byte> bytes = nwp::wire::encoded(message);
        const auto back = nwp::wire::decode<M>(bytes);
        if (!back || nwp::wire::encoded(*back) != bytes) std::abort();
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    nwp::wire::Reader reader{{data, size}};
    const auto id = static_cast<std::uint16_t>(reader.number(2));
    Checks checks;
    const auto routed = nwp::wire::route(nwp::wire::Requests{}, id, reader.left(), checks);
    const auto hello = nwp::wire::route(nwp::wire::Hellos{}, id, reader.left(), checks);
    if (routed && hello) std::abort(); // one id, one message
    nwp::wire::print_message(nwp::wire::Use::request, id, reader.left());
    return 0;
}
