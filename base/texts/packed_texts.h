// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace nwp {

/// One row of a table of texts, as it is written in a source.
template <typename Number>
struct NumberedText {
    Number number;
    std::string_view text;
};

/// The text under that number of a block: number, text, NUL; number, text, NUL; and so on to its end.
/// `otherwise`, if there is none.
const char* find_text(std::string_view block, unsigned number, const char* otherwise);

/// How long such a block is.
template <typename Number, std::size_t Rows>
constexpr std::size_t packed_size(const NumberedText<Number> (&table)[Rows]) {
    std::size_t size = 0;
    for (const NumberedText<Number>& row : table) size += row.text.size() + 2;
    return size;
}

/// A block, made from a table when it is compiled: an image has the bytes and no pointers.
template <std::size_t Size>
class PackedTexts {
public:
    template <typename Number, std::size_t Rows>
    explicit constexpr PackedTexts(const NumberedText<Number> (&table)[Rows]) {
        std::size_t at = 0;
        for (const NumberedText<Number>& row : table) {
            block_[at++] = static_cast<char>(row.number);
            for (const char letter : row.text) block_[at++] = letter;
            ++at; // the NUL
        }
    }

    const char* find(unsigned number, const char* otherwise) const {
        return find_text({block_, Size}, number, otherwise);
    }

private:
    char block_[Size] = {};
};

} // namespace nwp
