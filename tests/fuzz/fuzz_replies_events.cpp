// SPDX-License-Identifier: Apache-2.0
// Any body decodes as any reply, item or event or is refused; what decoded encodes to the same again.
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
    const nwp::ByteView body = reader.left();
    Checks checks;
    static_cast<void>(nwp::wire::route(nwp::wire::Replies{}, id, body, checks));
    static_cast<void>(nwp::wire::route(nwp::wire::Items{}, id, body, checks));
    static_cast<void>(nwp::wire::route(nwp::wire::Events{}, id, body, checks));
    for (const auto use : {nwp::wire::Use::reply, nwp::wire::Use::item, nwp::wire::Use::event}) {
        nwp::wire::print_message(use, id, body);
    }
    return 0;
}
