// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without a fuzzer: every kept corpus file, then 10,000 inputs made from a fixed seed,
// each either random bytes or a corpus file with a few bytes changed.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr int kInputs = 10000;
constexpr std::size_t kLongest = 2048;

std::vector<Input> read_corpus(const char* folder) {
    std::vector<Input> corpus;
    if (!std::filesystem::is_directory(folder)) return corpus;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return corpus;
}

Input random_input(std::mt19937& random) {
    Input input(random() % kLongest);
    for (auto& byte : input) byte = static_cast<std::uint8_t>(random());
    return input;
}

Input mutated(Input input, std::mt19937& random) {
    const unsigned changes = 1 + random() % 8;
    for (unsigned i = 0; i < changes && !input.empty(); ++i) {
        input[random() % input.size()] = static_cast<std::uint8_t>(random());
    }
    if (random() % 4 == 0) input.resize(random() % (input.size() + 1));
    return input;
}

} // namespace

int main(int argc, char** argv) {
    const auto corpus = argc > 1 ? read_corpus(argv[1]) : std::vector<Input>{};
    for (const auto& input : corpus) LLVMFuzzerTestOneInput(input.data(), input.size());
    std::mt19937 random(1); // NOLINT(cert-msc51-cpp): the same inputs in every run
    for (int i = 0; i < kInputs; ++i) {
        const Input input = corpus.empty() || random() % 2 == 0
                                ? random_input(random)
                                : mutated(corpus[random() % corpus.size()], random);
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%zu corpus files and %d seeded inputs\n", corpus.size(), kInputs);
    return 0;
}
