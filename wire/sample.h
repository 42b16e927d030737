// SPDX-License-Identifier: Apache-2.0
#pragma once

// For golden files, tests and fuzz corpora: messages whose bytes count, and one line that shows a message's
// fields. Not for a microcontroller.

#include "wire/layout.h"

#include <deque>
#include <string>
#include <vector>

namespace nwp::wire {

/// Fills fields so that every byte on the wire, lengths and families aside, is the one before it plus 1: a
/// byte in the wrong place cannot hide. Owns what the views of its messages show.
class CountingSample {
public:
    /// `text_size` bytes in every text and blob; `address` the family of every address.
    explicit CountingSample(std::size_t text_size = 3, Family address = Family::ipv4)
        : text_size_(text_size), family_(address) {}

    template <typename M>
    M make() {
        M message{};
        std::apply([&](const auto&... field) { (fill(message.*(field.member)), ...); }, M::fields());
        return message;
    }

private:
    Byte next() { return ++last_; }

    template <typename T>
    void fill(T& value) {
        if constexpr (is_number<T>) {
            std::uint64_t number = 0;
            for (unsigned i = 0; i < sizeof(T); ++i) number |= std::uint64_t{next()} << (8 * i);
            value = static_cast<T>(number);
        } else if constexpr (std::is_same_v<T, RuleSet>) {
            std::uint32_t bits = 0;
            fill(bits);
            value = RuleSet{bits};
        } else if constexpr (std::is_same_v<T, Address>) {
            value = Address{};
            value.family = family_;
            fill(value.port);
            for (std::size_t i = 0; i < value.ip_size(); ++i) value.ip[i] = next();
            if (family_ == Family::ipv6) fill(value.scope);
        } else if constexpr (std::is_same_v<T, std::string_view>) {
            value = {reinterpret_cast<const char*>(counting_bytes().data()), text_size_};
        } else if constexpr (std::is_same_v<T, ByteView>) {
            value = ByteView{counting_bytes()};
        } else {
            for (Byte& byte : value.octets) byte = next();
        }
    }

    const std::vector<Byte>& counting_bytes() {
        std::vector<Byte>& bytes = owned_.emplace_back(text_size_);
        for (Byte& byte : bytes) byte = next();
        return bytes;
    }

    std::size_t text_size_;
    Family family_;
    Byte last_ = 0;
    std::deque<std::vector<Byte>> owned_;
};

template <typename M>
std::vector<Byte> encoded(const M& message) {
    std::vector<Byte> bytes(size_of(message));
    Writer writer{bytes};
    encode(writer, message);
    return bytes;
}

} // namespace nwp::wire
