// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/capture_carrier.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <vector>

namespace nwp::endpoint {
namespace {

// The pcapng format (draft-ietf-opsawg-pcapng), little-endian.
constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kByteOrderMagic = 0x1A2B3C4D;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint16_t kLinkTypeUser0 = 147;
constexpr std::uint16_t kFlagsOption = 2;

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

void write_headers(std::ofstream& file) {
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
    interface.write_to(file);
}

} // namespace

CaptureCarrier::CaptureCarrier(std::unique_ptr<Carrier> inner, const std::string& path)
    : inner_(std::move(inner)) {
    const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (made >= 0) ::close(made);
    file_.open(path, std::ios::binary | std::ios::trunc);
    if (made < 0 || !file_)
        error_ = "cannot write " + path + ": " + std::strerror(errno);
    else
        write_headers(file_);
}

Result<void> CaptureCarrier::send(ByteView frame) {
    const Result<void> sent = inner_->send(frame);
    if (sent) write(Direction::outbound, frame);
    return sent;
}

Result<ByteView> CaptureCarrier::receive() {
    const Result<ByteView> frame = inner_->receive();
    if (frame) write(Direction::inbound, *frame);
    return frame;
}

void CaptureCarrier::write(Direction direction, ByteView frame) {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    const auto time =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count());
    const auto length = static_cast<std::uint32_t>(frame.size());
    Block packet(kEnhancedPacket);
    packet.u32(0); // the one interface
    packet.u32(static_cast<std::uint32_t>(time >> 32));
    packet.u32(static_cast<std::uint32_t>(time));
    packet.u32(length);
    packet.u32(length);
    packet.bytes(frame);
    packet.u16(kFlagsOption);
    packet.u16(4);
    packet.u32(static_cast<std::uint32_t>(direction));
    packet.u32(0); // end of options
    packet.write_to(file_);
}

} // namespace nwp::endpoint
