// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/regulatory_database.h"

#include <fstream>
#include <utility>

namespace nwp::wifi {
namespace {

// The file, all of it big endian (net/wireless/reg.c of Linux): magic and version, 32 bits each; the
// countries, two letters and the place of their collection, until one at place 0. A collection: its head's
// length, the count of rules, the DFS region; behind the head, at an even byte, the places of the rules. A
// rule: its length, flags, power (16 bits); first and last frequency and greatest width in kHz (32 bits
// each). A place is 16 bits and counts words of 4 bytes.
constexpr std::uint32_t kMagic = 0x52474442; // "RGDB"
constexpr std::uint32_t kVersion = 20;
constexpr std::size_t kCountries = 8; ///< where they begin
constexpr std::size_t kCountrySize = 4;
constexpr std::size_t kCollectionHead = 3; ///< bytes at least
constexpr std::size_t kRuleSize = 16;      ///< bytes at least
constexpr std::size_t kWord = 4;
constexpr std::size_t kMost = kWord << 16; ///< no place lies further
constexpr std::uint32_t kRadar = 1U << 2;
constexpr std::uint32_t kNoRadiation = 1U << 3;

bool is_capital(char letter) { return letter >= 'A' && letter <= 'Z'; }

bool is_country(std::string_view text) {
    return text.size() == Country::capacity && is_capital(text[0]) && is_capital(text[1]);
}

/// Reads bytes at any place, and remembers whether one of them lay outside.
class File {
public:
    explicit File(ByteView bytes) : bytes_(bytes) {}

    std::uint32_t number(std::size_t at, std::size_t size) {
        const ByteView field = bytes_.sub(at, size);
        inside_ = inside_ && field.size() == size;
        std::uint32_t value = 0;
        for (const Byte byte : field) value = value << 8U | byte;
        return value;
    }
    std::size_t place(std::size_t at) { return number(at, 2) * kWord; }
    std::string_view letters(std::size_t at) const { return as_text(bytes_.sub(at, Country::capacity)); }
    bool inside() const { return inside_; }

private:
    ByteView bytes_;
    bool inside_ = true;
};

Result<RegulatoryRule> read_rule(File& file, std::size_t at) {
    if (file.number(at, 1) < kRuleSize) return Error::malformed;
    const std::uint32_t flags = file.number(at + 1, 1);
    RegulatoryRule rule{file.number(at + 4, 4), file.number(at + 8, 4),
                        (flags & (kRadar | kNoRadiation)) != 0};
    file.number(at + 12, 4); // it must be there
    if (!file.inside() || rule.first_khz >= rule.last_khz) return Error::malformed;
    return rule;
}

Result<std::vector<RegulatoryRule>> read_collection(File& file, std::size_t at) {
    const std::uint32_t head = file.number(at, 1);
    const std::uint32_t count = file.number(at + 1, 1);
    if (head < kCollectionHead) return Error::malformed;
    std::vector<RegulatoryRule> rules;
    for (std::size_t i = 0; i < count; ++i) {
        const auto rule = read_rule(file, file.place(at + (head + 1) / 2 * 2 + 2 * i));
        if (!rule) return rule.error();
        rules.push_back(*rule);
    }
    return rules;
}

} // namespace

Result<RegulatoryDatabase> RegulatoryDatabase::parse(ByteView bytes) {
    File file(bytes);
    if (file.number(0, 4) != kMagic || file.number(4, 4) != kVersion) return Error::malformed;
    Rules all;
    for (std::size_t at = kCountries;; at += kCountrySize) {
        const std::size_t collection = file.place(at + Country::capacity);
        if (!file.inside()) return Error::malformed;
        if (collection == 0) return RegulatoryDatabase(std::move(all));
        auto rules = read_collection(file, collection);
        if (!rules) return rules.error();
        if (is_country(file.letters(at))) all.emplace(file.letters(at), std::move(*rules));
    }
}

Result<RegulatoryDatabase> RegulatoryDatabase::load(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string content(kMost + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    const auto size = static_cast<std::size_t>(file.gcount());
    if (file.bad() || size == 0) return Error::not_found;
    if (size > kMost) return Error::malformed;
    return parse(as_bytes(content).first(size));
}

Result<RegulatoryDomain> RegulatoryDatabase::domain(std::string_view country) const {
    if (country == "00") return RegulatoryDomain{};
    if (!is_country(country)) return Error::invalid_argument;
    const auto found = rules_.find(country);
    if (found == rules_.end()) return Error::not_found;
    return RegulatoryDomain(Country(country), found->second);
}

} // namespace nwp::wifi
