// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/simplelink_golden.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace nwp::kit {
namespace {

namespace fs = std::filesystem;
using Form = GoldenMessage::Form;

constexpr char kUninitialised = '~';

Form form_of(const std::string& word, const fs::path& path) {
    if (word == "uart") return Form::uart;
    if (word == "spi") return Form::spi;
    if (word == "nwp") return Form::nwp;
    if (word == "raw") return Form::raw;
    throw std::runtime_error(path.string() + ": no such form: " + word);
}

GoldenMessage read(const fs::path& path) {
    std::ifstream file(path);
    std::string form;
    GoldenMessage message;
    message.file = path.stem().string();
    file >> message.name >> form;
    message.form = form_of(form, path);
    for (std::string word; file >> word;) {
        const bool uninitialised = word.back() == kUninitialised;
        if (uninitialised) word.pop_back();
        const Buffer bytes = from_hex(word);
        message.bytes.insert(message.bytes.end(), bytes.begin(), bytes.end());
        message.mask.insert(message.mask.end(), bytes.size(), uninitialised ? 0 : 0xFF);
    }
    if (message.bytes.empty()) throw std::runtime_error(path.string() + ": no bytes");
    return message;
}

} // namespace

Buffer GoldenMessage::masked(ByteView other) const {
    Buffer result = copied(other);
    const std::size_t count = std::min(result.size(), mask.size());
    for (std::size_t i = 0; i < count; ++i) result[i] = static_cast<Byte>(result[i] & mask[i]);
    return result;
}

std::vector<GoldenMessage> golden_messages() {
    std::vector<GoldenMessage> messages;
    for (const auto& entry : fs::directory_iterator(NWP_SIMPLELINK_GOLDEN)) {
        if (entry.path().extension() == ".hex") messages.push_back(read(entry.path()));
    }
    std::sort(messages.begin(), messages.end(),
              [](const GoldenMessage& a, const GoldenMessage& b) { return a.file < b.file; });
    return messages;
}

GoldenMessage golden_message(std::string_view file) {
    const fs::path path = fs::path(NWP_SIMPLELINK_GOLDEN) / (std::string(file) + ".hex");
    if (!fs::exists(path)) throw std::runtime_error(path.string() + ": no such message");
    return read(path);
}

} // namespace nwp::kit
