// SPDX-License-Identifier: Apache-2.0
#include "tools/nwp/pcapng_reader.h"

#include "base/text.h"
#include "wire/reader.h"

namespace nwp::tool {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kByteOrderMagic = 0x1A2B3C4D;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::size_t kLeastBlock = 12;     // type and twice the length
constexpr std::size_t kInterfaceHeader = 8; // link type and longest packet
constexpr std::uint16_t kNameOption = 2;
constexpr std::uint16_t kFlagsOption = 2;
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint32_t kDirectionBits = 3;
constexpr std::uint32_t kInbound = 1;

std::uint32_t u32(wire::Reader& reader) { return static_cast<std::uint32_t>(reader.number(4)); }

/// The value of the first option with that code; empty: there is none.
ByteView option(wire::Reader options, std::uint16_t wanted) {
    while (options.ok() && !options.at_end()) {
        const auto code = static_cast<std::uint16_t>(options.number(2));
        const auto length = static_cast<std::size_t>(options.number(2));
        const std::size_t padded = (length + 3) / 4 * 4;
        if (!options.ok() || code == kEndOfOptions || options.left().size() < padded) break;
        if (code == wanted) return options.left().first(length);
        options = wire::Reader{options.left().from(padded)};
    }
    return {};
}

bool is_inbound(wire::Reader options) {
    const ByteView flags = option(options, kFlagsOption);
    wire::Reader reader{flags};
    return flags.size() == 4 && (u32(reader) & kDirectionBits) == kInbound;
}

/// Its name; empty: it has none.
std::string read_interface(ByteView body) {
    if (body.size() < kInterfaceHeader) return {};
    return std::string(as_text(option(wire::Reader{body.from(kInterfaceHeader)}, kNameOption)));
}

bool read_packet(ByteView body, std::vector<CapturedFrame>& frames) {
    wire::Reader reader{body};
    reader.number(4); // which interface: there is one
    const std::uint64_t high = reader.number(4);
    const std::uint64_t low = reader.number(4);
    const std::size_t captured = u32(reader);
    reader.number(4); // length on the link: the same
    if (!reader.ok() || reader.left().size() < captured) return false;
    const ByteView bytes = reader.left().first(captured);
    const wire::Reader options{reader.left().from((captured + 3) / 4 * 4)};
    frames.push_back({high << 32 | low, is_inbound(options), bytes});
    return true;
}

} // namespace

Capture read_pcapng(ByteView file) {
    Capture capture;
    std::size_t at = 0;
    const auto damaged = [&](const char* what) {
        capture.error = std::string(what) + " at byte " + std::to_string(at);
        return capture;
    };
    if (file.empty()) return damaged("no pcapng file: nothing in it,");
    while (at < file.size()) {
        wire::Reader reader{file.from(at)};
        const std::uint32_t type = u32(reader);
        const std::size_t length = u32(reader);
        if (at == 0 && (type != kSectionHeader || u32(reader) != kByteOrderMagic)) {
            return damaged("no pcapng file that nwpd wrote: wrong first block");
        }
        if (length < kLeastBlock || length % 4 != 0 || length > file.size() - at)
            return damaged("cut or damaged block");
        const ByteView body = file.sub(at + 8, length - kLeastBlock);
        if (type == kInterfaceDescription) capture.dialect = read_interface(body);
        if (type == kEnhancedPacket && !read_packet(body, capture.frames)) return damaged("damaged packet");
        at += length;
    }
    return capture;
}

} // namespace nwp::tool
