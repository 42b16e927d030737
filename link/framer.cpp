// SPDX-License-Identifier: Apache-2.0
#include "link/framer.h"

#include "base/crc32c.h"
#include "base/expect.h"

#include <cstring>

namespace nwp::link {
namespace {

constexpr Byte kFullBlock = 0xFF; // 254 bytes and no zero behind them

/// Consistent Overhead Byte Stuffing: each block is a code (its length + 1), then bytes without a zero.
class Stuffer {
public:
    explicit Stuffer(Byte* into) : code_at_(into), at_(into + 1) {}

    void put(ByteView bytes) {
        Byte* at = at_;
        Byte code = code_;
        for (const Byte byte : bytes) {
            if (code == kFullBlock) at = close_block(at, code);
            if (byte == 0) {
                at = close_block(at, code);
            } else {
                *at++ = byte;
                ++code;
            }
        }
        at_ = at;
        code_ = code;
    }

    Byte* finish() {
        *code_at_ = code_;
        *at_ = kDelimiter;
        return at_ + 1;
    }

private:
    Byte* close_block(Byte* at, Byte& code) {
        *code_at_ = code;
        code_at_ = at;
        code = 1;
        return at + 1;
    }

    Byte* code_at_;
    Byte* at_;
    Byte code_ = 1;
};

void store_check(Byte* into, std::uint32_t check) {
    for (int i = 0; i < 4; ++i) into[i] = static_cast<Byte>(check >> (8 * i));
}

std::uint32_t load_check(const Byte* from) {
    std::uint32_t check = 0;
    for (int i = 0; i < 4; ++i) check |= static_cast<std::uint32_t>(from[i]) << (8 * i);
    return check;
}

std::uint32_t load_word(const Byte* from) {
    std::uint32_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
}

/// One of the four bytes is 0: only such a one, or one behind it, borrows its highest bit.
bool has_delimiter(std::uint32_t word) {
    static_assert(kDelimiter == 0);
    return ((word - 0x01010101U) & ~word & 0x80808080U) != 0;
}

} // namespace

std::size_t encode_frame(ByteView frame, Bytes into, Lead lead) {
    NWP_EXPECT(!frame.empty() && into.size() >= encoded_room(frame.size()));
    Byte* at = into.data();
    if (lead == Lead::delimiter) *at++ = kDelimiter;

    Byte check[kFrameCheckSize];
    store_check(check, crc32c(frame));

    Stuffer stuffer{at};
    stuffer.put(frame);
    stuffer.put(check);
    return static_cast<std::size_t>(stuffer.finish() - into.data());
}

std::size_t Framer::on_bytes(ByteView bytes) {
    frame_ = {};
    const Byte* at = bytes.begin();
    const Byte* const end = bytes.end();
    while (at != end) {
        if (skipping_) {
            const void* delimiter = std::memchr(at, kDelimiter, static_cast<std::size_t>(end - at));
            if (delimiter == nullptr) return bytes.size();
            at = static_cast<const Byte*>(delimiter) + 1;
            begin();
        } else if (block_left_ != 0) {
            at = take_block(at, end);
        } else if (*at == kDelimiter) {
            ++at;
            if (finish()) break;
        } else {
            on_code(*at++);
        }
    }
    return static_cast<std::size_t>(at - bytes.begin());
}

void Framer::restart() {
    frame_ = {};
    begin();
}

void Framer::begin() {
    size_ = 0;
    block_left_ = 0;
    begun_ = zero_due_ = skipping_ = false;
}

void Framer::skip(std::uint32_t& reason) {
    ++reason;
    skipping_ = true;
}

void Framer::on_code(Byte code) {
    if (zero_due_) {
        if (size_ == storage_.size()) return skip(counters_.too_long);
        storage_[size_++] = 0;
    }
    block_left_ = code - 1U;
    zero_due_ = code != kFullBlock;
    begun_ = true;
}

/// The path of nearly every byte: eight at a time as long as no delimiter is among them.
const Byte* Framer::take_block(const Byte* at, const Byte* end) {
    std::size_t count = static_cast<std::size_t>(end - at);
    if (count > block_left_) count = block_left_;
    const std::size_t room = storage_.size() - size_;
    if (count > room) count = room;

    Byte* into = storage_.data() + size_;
    const Byte* const stop = at + count;
    for (std::size_t pairs = count / 8; pairs != 0; --pairs) {
        const std::uint32_t first = load_word(at);
        const std::uint32_t second = load_word(at + 4);
        if (has_delimiter(first) || has_delimiter(second)) break;
        std::memcpy(into, &first, sizeof first);
        std::memcpy(into + 4, &second, sizeof second);
        at += 8;
        into += 8;
    }
    while (at != stop && *at != kDelimiter) *into++ = *at++;

    const auto taken = static_cast<std::size_t>(into - (storage_.data() + size_));
    size_ += taken;
    block_left_ -= taken;
    if (at != end && *at == kDelimiter && block_left_ != 0) {
        ++counters_.bad_code;
        begin();
        return at + 1;
    }
    if (block_left_ != 0 && size_ == storage_.size() && at != end) skip(counters_.too_long);
    return at;
}

/// At a delimiter. True if a good frame ends there; several delimiters in a row are idle line.
bool Framer::finish() {
    const bool begun = begun_;
    const std::size_t size = size_;
    begin();
    if (!begun) return false;
    if (size <= kFrameCheckSize) {
        ++counters_.too_short;
        return false;
    }
    const ByteView frame = ByteView{storage_}.first(size - kFrameCheckSize);
    if (crc32c(frame) != load_check(frame.end())) {
        ++counters_.bad_check;
        return false;
    }
    ++counters_.frames;
    frame_ = frame;
    return true;
}

} // namespace nwp::link
