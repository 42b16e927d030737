// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <string_view>

namespace nwp {

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}

inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Text or bytes of at most N bytes, kept in place. Longer input is cut.
template <std::size_t N>
class Text {
    static_assert(N <= 255, "the length travels in one byte");

public:
    static constexpr std::size_t capacity = N;

    constexpr Text() = default;
    Text(std::string_view text) { assign(text); }
    Text(const char* text) { assign(text); }

    void assign(std::string_view text) { size_ = static_cast<Byte>(copy_bytes({data_, N}, as_bytes(text))); }
    std::string_view view() const { return {reinterpret_cast<const char*>(data_), size_}; }
    ByteView bytes() const { return {data_, size_}; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    friend bool operator==(const Text& a, const Text& b) { return a.view() == b.view(); }
    friend bool operator!=(const Text& a, const Text& b) { return !(a == b); }

private:
    Byte size_ = 0;
    Byte data_[N] = {};
};

} // namespace nwp
