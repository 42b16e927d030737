// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace nwp {

/// Borrowed contiguous objects; never owns. Valid as long as what it was made from. Its alignment, which is
/// more than its members need where a pointer has four bytes, is what makes g++ keep it in two registers:
/// without it each one that is passed or returned goes through the stack, an eleventh of a microcontroller's
/// code.
template <typename T>
class alignas(8) Span {
public:
    constexpr Span() = default;
    constexpr Span(T* data, std::size_t size) : data_(data), size_(size) {}

    template <std::size_t N>
    constexpr Span(T (&array)[N]) : data_(array), size_(N) {}

    /// From anything with data() and size(): arrays, vectors, strings, other spans.
    template <typename Container,
              typename = std::enable_if_t<
                  std::is_convertible_v<decltype(std::declval<Container&>().data()), T*> &&
                  std::is_convertible_v<decltype(std::declval<Container&>().size()), std::size_t>>>
    constexpr Span(Container& container) : data_(container.data()), size_(container.size()) {}

    template <typename Container, typename = void,
              typename = std::enable_if_t<
                  std::is_const_v<T> &&
                  std::is_convertible_v<decltype(std::declval<const Container&>().data()), T*> &&
                  std::is_convertible_v<decltype(std::declval<const Container&>().size()), std::size_t>>>
    constexpr Span(const Container& container) : data_(container.data()), size_(container.size()) {}

    constexpr T* data() const { return data_; }
    constexpr std::size_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr T& operator[](std::size_t index) const { return data_[index]; }
    constexpr T* begin() const { return data_; }
    constexpr T* end() const { return data_ + size_; }

    /// The first `count` elements, or all if there are fewer.
    constexpr Span first(std::size_t count) const { return {data_, count < size_ ? count : size_}; }
    /// What follows the first `count` elements; empty if there are fewer.
    constexpr Span from(std::size_t count) const {
        return count < size_ ? Span{data_ + count, size_ - count} : Span{};
    }
    constexpr Span sub(std::size_t offset, std::size_t count) const { return from(offset).first(count); }

private:
    T* data_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace nwp
