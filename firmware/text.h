// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace nwp::firmware {

/// A line of text, without printf; what does not fit is cut.
class Line {
public:
    Line& add_letter(char letter) {
        put(letter);
        return *this;
    }
    Line& add(const char* words) {
        while (*words != '\0') put(*words++);
        return *this;
    }
    Line& add_number(std::uint32_t number) {
        char digits[10];
        int count = 0;
        do {
            digits[count++] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number != 0);
        while (count != 0) put(digits[--count]);
        return *this;
    }
    Line& add_hex(std::uint32_t number) {
        for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[(number >> shift) & 15U]);
        return *this;
    }
    const char* text() const { return text_; }
    std::size_t size() const { return size_; }

private:
    void put(char character) {
        if (size_ < sizeof text_ - 1) text_[size_++] = character;
    }

    char text_[256] = {};
    std::size_t size_ = 0;
};

/// FNV-1a with 32 bits: enough to see that all bytes came, in order.
class Hash {
public:
    void add(const char* bytes, std::size_t size) {
        std::uint32_t value = value_;
        for (std::size_t i = 0; i < size; ++i)
            value = (value ^ static_cast<unsigned char>(bytes[i])) * 16777619U;
        value_ = value;
    }
    std::uint32_t value() const { return value_; }

private:
    std::uint32_t value_ = 2166136261U;
};

} // namespace nwp::firmware
