// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// SHA-256 (FIPS 180-4) of bytes as they come.
class Sha256 {
public:
    void take(const std::uint8_t* bytes, std::size_t size);
    std::array<std::uint8_t, 32> finish();

private:
    void block();

    std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::uint8_t, 64> pending_{};
    std::uint32_t total_ = 0; ///< bytes; a page here is far below 512 MiB
};

/// The answer to an HTTP request, as it comes: skips the head, hashes the body.
class Page {
public:
    void take(const std::uint8_t* bytes, std::size_t size);
    std::uint32_t size() const { return size_; }
    bool begun() const { return in_body_; }
    /// Whether the status line said 200.
    bool found() const { return found_; }
    std::array<std::uint8_t, 32> hash() { return hash_.finish(); }

private:
    bool head_ends_with(std::uint8_t byte);

    Sha256 hash_;
    std::uint32_t size_ = 0;
    std::uint32_t last_four_ = 0;
    std::uint32_t head_size_ = 0;
    bool found_ = false;
    bool in_body_ = false;
};
