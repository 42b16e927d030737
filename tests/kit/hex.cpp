// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/hex.h"

#include <stdexcept>

namespace nwp::kit {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

unsigned digit(char character) {
    const char lower = character >= 'A' && character <= 'F' ? static_cast<char>(character + 32) : character;
    const std::size_t value = kDigits.find(lower);
    if (value == std::string_view::npos) throw std::invalid_argument("not a hex digit");
    return static_cast<unsigned>(value);
}

} // namespace

Buffer from_hex(std::string_view text) {
    Buffer bytes;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == ' ' || text[at] == '\n') {
            ++at;
            continue;
        }
        if (at + 1 == text.size()) throw std::invalid_argument("half a byte");
        bytes.push_back(static_cast<Byte>(digit(text[at]) * 16 + digit(text[at + 1])));
        at += 2;
    }
    return bytes;
}

std::string to_hex(ByteView bytes) {
    std::string text;
    for (const Byte byte : bytes) {
        if (!text.empty()) text += ' ';
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

} // namespace nwp::kit
