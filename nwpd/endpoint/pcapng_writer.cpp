// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/pcapng_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <vector>

namespace nwp::endpoint {
namespace {

// Little-endian.
constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kByteOrderMagic = 0x1A2B3C4D;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint16_t kLinkTypeUser0 = 147;
constexpr std::uint16_t kInterfaceNameOption = 2;
constexpr std::uint16_t kFlagsOption = 2;
constexpr std::uint16_t kEndOfOptions = 0;

class Block {
public:
    explicit Block(std::uint32_t type) {
        u32(type);
        u32(0); // the length, known at the end
    }
    void u16(std::uint16_t value) { number(value, 2); }
    void u32(std::uint32_t value) { number(value, 4); }
    void bytes(ByteView view) {
        content_.insert(content_.end(), view.begin(), view.end());
        while (content_.size() % 4 != 0) content_.push_back(0);
    }
    void write_to(std::ofstream& file) {
        const auto length = static_cast<std::uint32_t>(content_.size() + 4);
        u32(length);
        for (unsigned i = 0; i < 4; ++i) content_[4 + i] = static_cast<Byte>(length >> (8 * i));
        file.write(reinterpret_cast<const char*>(content_.data()),
                   static_cast<std::streamsize>(content_.size()));
        file.flush(); // a trace is wanted most when something crashed
    }

private:
    void number(std::uint64_t value, unsigned width) {
        for (unsigned i = 0; i < width; ++i) content_.push_back(static_cast<Byte>(value >> (8 * i)));
    }
    std::vector<Byte> content_;
};

void write_headers(std::ofstream& file, std::string_view dialect) {
    Block section(kSectionHeader);
    section.u32(kByteOrderMagic);
    section.u16(1); // version 1.0
    section.u16(0);
    section.u32(0xFFFFFFFF); // length of the section: not given
    section.u32(0xFFFFFFFF);
    section.write_to(file);
    Block interface(kInterfaceDescription);
    interface.u16(kLinkTypeUser0);
    interface.u16(0);
    interface.u32(0); // no limit on the length of a packet
    interface.u16(kInterfaceNameOption);
    interface.u16(static_cast<std::uint16_t>(dialect.size()));
    interface.bytes({reinterpret_cast<const Byte*>(dialect.data()), dialect.size()});
    interface.u16(kEndOfOptions);
    interface.u16(0);
    interface.write_to(file);
}

} // namespace

PcapngWriter::PcapngWriter(const std::string& path, std::string_view dialect) {
    const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (made >= 0) ::close(made);
    file_.open(path, std::ios::binary | std::ios::trunc);
    if (made < 0 || !file_)
        error_ = "cannot write " + path + ": " + std::strerror(errno);
    else
        write_headers(file_, dialect);
}

void PcapngWriter::write(Direction direction, ByteView packet) {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    const auto time =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count());
    const auto length = static_cast<std::uint32_t>(packet.size());
    Block block(kEnhancedPacket);
    block.u32(0); // the one interface
    block.u32(static_cast<std::uint32_t>(time >> 32));
    block.u32(static_cast<std::uint32_t>(time));
    block.u32(length);
    block.u32(length);
    block.bytes(packet);
    block.u16(kFlagsOption);
    block.u16(4);
    block.u32(static_cast<std::uint32_t>(direction));
    block.u16(kEndOfOptions);
    block.u16(0);
    block.write_to(file_);
}

} // namespace nwp::endpoint
