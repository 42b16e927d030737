// SPDX-License-Identifier: Apache-2.0
// Any bytes of a SimpleLink NWP: in pieces they give the same messages as at once, and what decodes as a
// response or an event encodes to the same again. The first byte is how many bytes come at a time.
#include "simplelink/messages.h"
#include "simplelink/nwp_framer.h"
#include "simplelink/print.h"

#include <cstdlib>
#include <vector>

namespace {

namespace sl = nwp::simplelink;
using nwp::Byte;
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
void check_all(sl::Messages<M...>, const sl::NwpMessage& message) {
    const auto check_one = [&](auto declared) {
        using T = decltype(declared);
        if (T::opcode == message.opcode) check<T>(message.body);
    };
    (check_one(M{}), ...);
}

std::vector<std::string> messages(ByteView bytes, std::size_t step) {
    sl::NwpFramer framer;
    std::vector<std::string> lines;
    for (; !bytes.empty(); bytes = bytes.from(step)) {
        framer.feed(bytes.first(step));
        while (const auto message = framer.next()) {
            check_all(sl::Responses{}, *message);
            check_all(sl::Events{}, *message);
            lines.push_back(sl::print_message(*message));
        }
        if (!framer.hungry()) std::abort(); // every whole message was taken out
    }
    lines.push_back(std::to_string(framer.noise()) + " skipped, then " + std::to_string(framer.held()));
    return lines;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView bytes{data + 1, size - 1};
    if (messages(bytes, 1U + data[0]) != messages(bytes, size)) std::abort();
    return 0;
}
