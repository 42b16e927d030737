// SPDX-License-Identifier: Apache-2.0
#include "link/spi_exchange.h"

#include "base/crc32c.h"
#include "base/expect.h"

namespace nwp::link {
namespace {

// A line held low or high, or shifted by some bits, never reads as this.
constexpr Byte kPattern = 0x5A;
constexpr Byte kFlagReset = 0x01;
constexpr Byte kFlagResetSeen = 0x02;
constexpr std::size_t kCheckedPart = 6; // bytes of the header in front of its check

std::uint16_t load16(const Byte* from) { return static_cast<std::uint16_t>(from[0] | (from[1] << 8)); }

void store16(Byte* into, std::uint32_t value) {
    into[0] = static_cast<Byte>(value);
    into[1] = static_cast<Byte>(value >> 8);
}

std::uint32_t load32(const Byte* from) {
    return load16(from) | (static_cast<std::uint32_t>(load16(from + 2)) << 16);
}

void store32(Byte* into, std::uint32_t value) {
    store16(into, value);
    store16(into + 2, value >> 16);
}

std::uint16_t header_check(ByteView header) {
    return static_cast<std::uint16_t>(crc32c(header.first(kCheckedPart)));
}

/// A frame of that size is there and the other end takes it.
bool passes(std::size_t have, std::size_t room) { return have != 0 && have <= room; }

/// Header, frame and check are all within an exchange of that size.
bool fits(std::size_t have, std::size_t exchange) {
    return kSpiHeaderSize + have + kSpiCheckSize <= exchange;
}

/// Nobody drives the line: it rests low or high.
bool is_silent(ByteView bytes) {
    const Byte first = bytes[0];
    if (first != 0x00 && first != 0xFF) return false;
    for (const Byte byte : bytes) {
        if (byte != first) return false;
    }
    return true;
}

} // namespace

SpiExchange::SpiExchange(Bytes storage)
    : storage_(storage), frame_room_(storage.size() / 3 - kSpiHeaderSize - kSpiCheckSize) {
    NWP_EXPECT(storage.size() >= spi_storage_room(kFrameRoomLeast) && frame_room_ <= kFrameRoomMost);
}

void SpiExchange::write(const Header& header, Bytes into) {
    into[0] = kPattern;
    into[1] = static_cast<Byte>((header.reset ? kFlagReset : 0) | (header.reset_seen ? kFlagResetSeen : 0));
    store16(into.data() + 2, header.have);
    store16(into.data() + 4, header.room);
    store16(into.data() + 6, header_check(into));
}

bool SpiExchange::read(ByteView from, Header& header) {
    if (from[0] != kPattern || load16(from.data() + 6) != header_check(from)) return false;
    header.reset = (from[1] & kFlagReset) != 0;
    header.reset_seen = (from[1] & kFlagResetSeen) != 0;
    header.have = load16(from.data() + 2);
    header.room = load16(from.data() + 4);
    return true;
}

Bytes SpiExchange::slot(std::size_t number) const {
    const std::size_t size = spi_exchange_room(frame_room_);
    return storage_.sub(number * size, size);
}

std::uint16_t SpiExchange::room() const {
    return held_ == 0 && !lent_ ? static_cast<std::uint16_t>(frame_room_) : std::uint16_t{0};
}

SpiExchange::Exchange SpiExchange::begin() {
    mine_ = Header{reset_, met_ && theirs_.reset, outgoing_, room()};
    write(mine_, slot(0));
    return {slot(0), slot(incoming_slot_)};
}

void SpiExchange::end(std::size_t size) {
    if (size > spi_exchange_room(frame_room_)) size = spi_exchange_room(frame_room_);
    answered_ = settled_ = false;
    if (size < kSpiHeaderSize) return; // the master gave up: neither end knows anything

    const ByteView received = slot(incoming_slot_);
    const bool offered = mine_.have != 0 && fits(mine_.have, size);
    Header theirs;
    if (!read(received, theirs)) {
        const bool silent = is_silent(received.first(kSpiHeaderSize));
        ++(silent ? counters_.silent : counters_.bad_header);
        // Silent: nobody was there to take the frame. Damaged: nobody knows, so it counts as lost.
        if (offered && !silent && drop_outgoing() && wake_) wake_();
        return;
    }
    ++counters_.exchanges;
    answered_ = true;
    settled_ = size == kSpiHeaderSize;

    const bool began_anew = met_ && theirs.reset && !theirs_.reset;
    if (began_anew) note_reset();
    // This bit answers an earlier header of ours, not the one that went out at the same time.
    if (theirs.reset_seen && told_.reset) reset_ = false;
    told_ = mine_;
    theirs_ = theirs;
    met_ = true;

    const bool sent = offered && passes(mine_.have, theirs.room) && drop_outgoing();
    const bool received_one = passes(theirs.have, mine_.room) && fits(theirs.have, size) && take_frame();
    if ((began_anew || sent || received_one) && wake_) wake_();
}

/// What was meant for the old peer, or came from it and was not yet taken, is of no use to anybody.
void SpiExchange::note_reset() {
    ++counters_.resets;
    reset_pending_ = true;
    held_ = 0;
    outgoing_ = 0;
}

bool SpiExchange::drop_outgoing() {
    const bool waited = outgoing_ != 0;
    outgoing_ = 0;
    return waited;
}

bool SpiExchange::take_frame() {
    const ByteView frame = ByteView{slot(incoming_slot_)}.sub(kSpiHeaderSize, theirs_.have);
    if (crc32c(frame) != load32(frame.end())) {
        ++counters_.bad_check;
        return false;
    }
    ++counters_.frames;
    held_ = theirs_.have;
    incoming_slot_ = 3 - incoming_slot_;
    return true;
}

std::size_t SpiExchange::next_size() const {
    if (!settled_) return kSpiHeaderSize;
    std::size_t most = 0;
    if (passes(outgoing_, theirs_.room)) most = outgoing_;
    if (passes(theirs_.have, room()) && theirs_.have > most) most = theirs_.have;
    return most == 0 ? kSpiHeaderSize : kSpiHeaderSize + most + kSpiCheckSize;
}

bool SpiExchange::wants_exchange() const {
    // The peer has to see the reset bit rise and fall, else it would take the next reset for this one.
    if (reset_ || told_.reset) return true;
    if (passes(outgoing_, theirs_.room)) return true;
    return room() != 0 && (told_.room == 0 || theirs_.have != 0);
}

Result<void> SpiExchange::send(ByteView frame) {
    if (frame.empty() || frame.size() > frame_room_) return Error::message_too_long;
    if (outgoing_ != 0) return Error::would_block;
    const Bytes into = slot(0).from(kSpiHeaderSize);
    copy_bytes(into, frame);
    store32(into.data() + frame.size(), crc32c(frame));
    outgoing_ = static_cast<std::uint16_t>(frame.size());
    return {};
}

Result<ByteView> SpiExchange::receive() {
    lent_ = false;
    if (reset_pending_) {
        reset_pending_ = false;
        return Error::link_reset;
    }
    if (held_ == 0) return Error::would_block;
    const ByteView frame = ByteView{slot(3 - incoming_slot_)}.sub(kSpiHeaderSize, held_);
    held_ = 0;
    lent_ = true;
    return frame;
}

} // namespace nwp::link
