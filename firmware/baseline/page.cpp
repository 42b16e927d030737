// SPDX-License-Identifier: Apache-2.0
#include "page.h"

#include <algorithm>
#include <cstring>

namespace {

constexpr std::uint32_t kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr std::uint32_t rotated(std::uint32_t word, unsigned count) {
    return word >> count | word << (32 - count);
}

std::uint32_t big_endian(const std::uint8_t* bytes) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return __builtin_bswap32(word);
}

} // namespace

void Sha256::block() {
    std::uint32_t schedule[64];
    for (std::size_t i = 0; i < 16; ++i) schedule[i] = big_endian(pending_.data() + 4 * i);
    for (std::size_t i = 16; i < 64; ++i) {
        const std::uint32_t near = schedule[i - 2], far = schedule[i - 15];
        schedule[i] = schedule[i - 16] + schedule[i - 7] + (rotated(far, 7) ^ rotated(far, 18) ^ far >> 3) +
                      (rotated(near, 17) ^ rotated(near, 19) ^ near >> 10);
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t first = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
                                    ((e & f) ^ (~e & g)) + kRounds[i] + schedule[i];
        const std::uint32_t second =
            (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    const std::uint32_t worked[8] = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state_[i] += worked[i];
}

void Sha256::take(const std::uint8_t* bytes, std::size_t size) {
    while (size > 0) {
        const std::size_t filled = total_ % pending_.size();
        const std::size_t part = std::min(size, pending_.size() - filled);
        std::memcpy(pending_.data() + filled, bytes, part);
        bytes += part;
        size -= part;
        total_ += static_cast<std::uint32_t>(part);
        if (total_ % pending_.size() == 0) block();
    }
}

std::array<std::uint8_t, 32> Sha256::finish() {
    std::uint8_t end[8] = {};
    const std::uint64_t bits = std::uint64_t{total_} * 8;
    for (std::size_t i = 0; i < 8; ++i) end[i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
    constexpr std::uint8_t kOne = 0x80, kZero = 0;
    take(&kOne, 1);
    while (total_ % pending_.size() != pending_.size() - sizeof end) take(&kZero, 1);
    take(end, sizeof end);
    std::array<std::uint8_t, 32> hash{};
    for (std::size_t i = 0; i < hash.size(); ++i)
        hash[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
    return hash;
}

bool Page::head_ends_with(std::uint8_t byte) {
    constexpr char kSuccess[] = "HTTP/1.1 200";
    if (head_size_ == 0) found_ = true;
    if (head_size_ < sizeof kSuccess - 1 && byte != static_cast<std::uint8_t>(kSuccess[head_size_]))
        found_ = false;
    ++head_size_;
    last_four_ = last_four_ << 8 | byte;
    return last_four_ == 0x0D0A0D0A;
}

void Page::take(const std::uint8_t* bytes, std::size_t size) {
    std::size_t used = 0;
    while (!in_body_ && used < size) in_body_ = head_ends_with(bytes[used++]);
    hash_.take(bytes + used, size - used);
    size_ += static_cast<std::uint32_t>(size - used);
}
