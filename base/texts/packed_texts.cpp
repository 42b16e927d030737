// SPDX-License-Identifier: Apache-2.0
#include "base/texts/packed_texts.h"

namespace nwp {

const char* find_text(std::string_view block, unsigned number, const char* otherwise) {
    const char* row = block.data();
    const char* const end = row + block.size();
    while (row != end) {
        const char* const text = row + 1;
        if (static_cast<unsigned char>(*row) == number) return text;
        row = text;
        while (*row++ != '\0') {
        }
    }
    return otherwise;
}

} // namespace nwp
