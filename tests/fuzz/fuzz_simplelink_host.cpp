// SPDX-License-Identifier: Apache-2.0
// Any bytes of a SimpleLink host: in pieces they give the same messages as at once, nothing but noise is
// lost, and what decodes as a command encodes to the same again. The first byte is how many bytes come at a
// time.
#include "simplelink/host_framer.h"
#include "simplelink/messages.h"
#include "simplelink/print.h"

#include <cstdlib>
#include <vector>

namespace {

namespace sl = nwp::simplelink;
using nwp::ByteView;

template <typename M>
void check(ByteView body) {
    const auto message = sl::decode<M>(body);
    if (message.ok() != (body.size() >= M::size)) std::abort();
    if (!message) return;
    const auto bytes = sl::encode(*message);
    const auto again = sl::decode<M>(ByteView{bytes});
    if (!again || sl::encode(*again) != bytes) std::abort();
}

template <typename... M>
void check_all(sl::Messages<M...>, const sl::HostMessage& message) {
    static_cast<void>(((M::opcode == message.opcode && (check<M>(message.body), true)) || ...));
}

std::vector<std::string> messages(ByteView bytes, std::size_t step) {
    sl::HostFramer framer;
    std::vector<std::string> lines;
    std::size_t given = 0;
    for (; !bytes.empty(); bytes = bytes.from(step)) {
        framer.feed(bytes.first(step));
        while (const auto message = framer.next()) {
            if ((message->opcode & 0x8000U) == 0 || message->body.size() % 4 != 0) std::abort();
            check_all(sl::Commands{}, *message);
            lines.push_back(sl::print_message(*message));
            given += sl::kHostHeaderSize + message->body.size();
        }
        if (!framer.hungry()) std::abort(); // every whole message was taken out
    }
    lines.push_back(std::to_string(given) + " bytes, then " + std::to_string(framer.held()) +
                    (framer.take_baud_greeting() ? " after a greeting" : ""));
    return lines;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView bytes{data + 1, size - 1};
    if (messages(bytes, 1U + data[0]) != messages(bytes, size)) std::abort();
    return 0;
}
