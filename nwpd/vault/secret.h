// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <array>
#include <cstddef>
#include <memory>
#include <openssl/crypto.h>
#include <vector>

namespace nwp::vault {

/// std::allocator that overwrites what it gives back: also what a vector leaves behind when it grows.
template <typename T>
struct WipingAllocator {
    using value_type = T;

    WipingAllocator() = default;
    template <typename U>
    WipingAllocator(const WipingAllocator<U>&) {}

    T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
    void deallocate(T* memory, std::size_t count) {
        OPENSSL_cleanse(memory, count * sizeof(T));
        std::allocator<T>{}.deallocate(memory, count);
    }
    friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

/// Bytes of a value that may be a key, wiped when they go.
using SecretBytes = std::vector<Byte, WipingAllocator<Byte>>;

/// A key of fixed length: never copied, wiped when it goes.
template <std::size_t N>
class Secret {
public:
    Secret() = default;
    ~Secret() { wipe(); }
    Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.wipe(); }
    Secret& operator=(Secret&& other) noexcept {
        if (this == &other) return *this;
        bytes_ = other.bytes_;
        other.wipe();
        return *this;
    }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;

    Bytes fill() { return bytes_; }
    ByteView view() const { return bytes_; }

private:
    void wipe() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

    std::array<Byte, N> bytes_{};
};

} // namespace nwp::vault
