// SPDX-License-Identifier: Apache-2.0
// Every file of wire/golden is read, decoded, encoded again and equal; or refused where it says so.
#include "tests/kit/hex.h"
#include "wire/messages.h"
#include "wire/sample.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace nwp::wire {
namespace {

/// A golden file: comments (#), then a line "0xIDID Name" or "0xIDID Name refused", then hex.
struct GoldenFile {
    std::uint16_t id = 0;
    std::string name;
    bool refused = false;
    kit::Buffer bytes;
};

GoldenFile read(const std::filesystem::path& path) {
    std::ifstream file(path);
    GoldenFile golden;
    std::string line;
    std::string hex;
    while (std::getline(file, line)) {
        if (line.empty() || line[0] == '#') continue;
        if (golden.name.empty()) {
            std::istringstream words(line);
            std::string id;
            std::string outcome;
            words >> id >> golden.name >> outcome;
            golden.id = static_cast<std::uint16_t>(std::stoul(id, nullptr, 16));
            golden.refused = outcome == "refused";
        } else {
            hex += line + ' ';
        }
    }
    golden.bytes = kit::from_hex(hex);
    return golden;
}

std::map<std::string, GoldenFile> read_all() {
    std::map<std::string, GoldenFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(NWP_SOURCE_DIR "/wire/golden")) {
        if (entry.path().extension() == ".hex") files[entry.path().stem().string()] = read(entry.path());
    }
    return files;
}

/// Decodes and encodes again; what came out, or nothing when it was refused.
template <typename M>
std::optional<kit::Buffer> again(ByteView bytes) {
    const Result<M> message = decode<M>(bytes);
    if (!message) return {};
    return encoded(*message);
}

using Again = std::optional<kit::Buffer> (*)(ByteView);

std::map<std::string, std::pair<std::uint16_t, Again>> known_messages() {
    std::map<std::string, std::pair<std::uint16_t, Again>> known;
    const auto add = [&](const auto& message) {
        using M = std::decay_t<decltype(message)>;
        known[M::name] = {M::id, &again<M>};
    };
    for_each_message(Hellos{}, add);
    for_each_message(Requests{}, add);
    for_each_message(Replies{}, add);
    for_each_message(Items{}, add);
    for_each_message(Events{}, add);
    return known;
}

TEST(Golden, files_decode_and_encode_to_themselves_or_are_refused) {
    const auto known = known_messages();
    for (const auto& [file, golden] : read_all()) {
        SCOPED_TRACE(file);
        const auto message = known.find(golden.name);
        ASSERT_NE(message, known.end());
        EXPECT_EQ(message->second.first, golden.id);
        const auto bytes = message->second.second(golden.bytes);
        EXPECT_EQ(bytes.has_value(), !golden.refused);
        if (bytes) {
            EXPECT_EQ(*bytes, golden.bytes);
        }
    }
}

TEST(Golden, every_message_has_a_file) {
    const auto files = read_all();
    for (const auto& [name, unused] : known_messages()) EXPECT_TRUE(files.contains(name)) << name;
}

TEST(Golden, corner_cases_are_there) {
    std::size_t corners = 0;
    for (const auto& [file, golden] : read_all()) corners += file.rfind("corner_", 0) == 0 ? 1U : 0U;
    EXPECT_GE(corners, 10U);
}

} // namespace
} // namespace nwp::wire
