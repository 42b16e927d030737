// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/regulatory_database.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace nwp::wifi {
namespace {

/// Two countries: AA with a rule from 2400 to 2472 MHz, BB with it and one for radar, 5250 to 5330 MHz.
std::vector<Byte> good_file() {
    return {
        'R', 'G', 'D',  'B',  0,    0,    0,    20,                                             // 0
        'A', 'A', 0,    13,   'B',  'B',  0,    15,   0,    0,    0,    0,                      // 8
        16,  0,   0x07, 0xD0, 0x00, 0x24, 0x9F, 0x00, 0x00, 0x25, 0xB8, 0x40, 0, 0, 0x9C, 0x40, // 20
        16,  4,   0x07, 0xD0, 0x00, 0x50, 0x1B, 0xD0, 0x00, 0x51, 0x54, 0x50, 0, 1, 0x38, 0x80, // 36
        3,   1,   0,    0,    0,    5,    0,    0,                                              // 52: AA
        3,   2,   2,    0,    0,    5,    0,    9,                                              // 60: BB
    };
}

Error refusal(const std::vector<Byte>& file) { return RegulatoryDatabase::parse(file).error(); }

TEST(RegulatoryDatabase, has_the_rules_of_its_countries) {
    const auto read = RegulatoryDatabase::parse(good_file());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->size(), 2U);
    const auto first = read->domain("AA");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->country(), Country("AA"));
    EXPECT_TRUE(first->allows_access_point(11));
    EXPECT_FALSE(first->allows_station(12));
    EXPECT_FALSE(first->allows_station(52));
    const auto second = read->domain("BB");
    ASSERT_TRUE(second);
    EXPECT_TRUE(second->allows_access_point(11));
    EXPECT_TRUE(second->allows_station(52));
    EXPECT_FALSE(second->allows_access_point(52)) << "radar";
}

TEST(RegulatoryDatabase, asks_for_two_capital_letters) {
    const auto read = RegulatoryDatabase::parse(good_file());
    ASSERT_TRUE(read);
    for (const char* const wrong : {"", "A", "AAA", "aa", "A1", " A", "A ", "01"})
        EXPECT_EQ(read->domain(wrong).error(), Error::invalid_argument) << wrong;
    EXPECT_EQ(read->domain("AB").error(), Error::not_found);
    const auto nowhere = read->domain("00");
    ASSERT_TRUE(nowhere);
    EXPECT_EQ(nowhere->country(), Country("00"));
}

TEST(RegulatoryDatabase, begins_without_countries) {
    const RegulatoryDatabase none;
    EXPECT_EQ(none.domain("DE").error(), Error::not_found);
    EXPECT_TRUE(none.domain("00"));
}

TEST(RegulatoryDatabase, refuses_a_file_cut_anywhere) {
    const std::vector<Byte> whole = good_file();
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(refusal({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}),
                  Error::malformed)
            << size;
}

TEST(RegulatoryDatabase, refuses_what_it_cannot_be) {
    const auto with = [](std::size_t at, Byte value) {
        std::vector<Byte> file = good_file();
        file[at] = value;
        return file;
    };
    EXPECT_EQ(refusal(with(0, 'X')), Error::malformed) << "magic";
    EXPECT_EQ(refusal(with(7, 19)), Error::malformed) << "version";
    EXPECT_EQ(refusal(with(10, 0xFF)), Error::malformed) << "a collection outside";
    EXPECT_EQ(refusal(with(20, 15)), Error::malformed) << "a rule too short";
    EXPECT_EQ(refusal(with(24, 0xFF)), Error::malformed) << "a range that ends before it begins";
    EXPECT_EQ(refusal(with(52, 2)), Error::malformed) << "a collection's head too short";
    EXPECT_EQ(refusal(with(53, 255)), Error::malformed) << "more rules than there are";
    EXPECT_EQ(refusal(with(56, 0xFF)), Error::malformed) << "a rule outside";
}

TEST(RegulatoryDatabase, that_is_not_there_is_not_found) {
    EXPECT_EQ(RegulatoryDatabase::load("/nonexistent/regulatory.db").error(), Error::not_found);
    EXPECT_EQ(RegulatoryDatabase::load("/").error(), Error::not_found);
    EXPECT_EQ(RegulatoryDatabase::load("/dev/null").error(), Error::not_found);
    EXPECT_EQ(RegulatoryDatabase::load("/dev/zero").error(), Error::malformed) << "without an end";
}

/// The package wireless-regdb as it is installed: what the rest relies on, and rules that have not changed
/// for years.
class InstalledDatabase : public testing::Test {
protected:
    void SetUp() override {
        auto read = RegulatoryDatabase::load(RegulatoryDatabase::kPath);
        ASSERT_TRUE(read) << RegulatoryDatabase::kPath << ": " << to_string(read.error());
        database = *read;
    }
    RegulatoryDatabase database;
};

TEST_F(InstalledDatabase, has_the_countries_of_the_world) { EXPECT_GE(database.size(), 150U); }

TEST_F(InstalledDatabase, lets_a_station_use_channels_1_to_11_everywhere) {
    for (char first = 'A'; first <= 'Z'; ++first) {
        for (char second = 'A'; second <= 'Z'; ++second) {
            const auto domain = database.domain(std::string{first, second});
            for (std::uint8_t channel = 1; domain && channel <= 11; ++channel)
                EXPECT_TRUE(domain->allows_station(channel)) << first << second << ' ' << int{channel};
        }
    }
}

TEST_F(InstalledDatabase, tells_countries_apart) {
    struct Row {
        const char* country;
        std::uint8_t channel;
        bool station;
        bool access_point;
    };
    constexpr Row rows[] = {
        {"US", 12, false, false}, {"US", 36, true, true},    {"US", 149, true, true},
        {"DE", 13, true, true},   {"DE", 14, false, false},  {"DE", 36, true, true},
        {"DE", 37, false, false}, {"DE", 100, true, false},  {"GB", 13, true, true},
        {"JP", 14, true, true},   {"JP", 149, false, false}, {"CN", 13, true, true},
        {"CN", 149, true, true},  {"CN", 100, false, false}, {"AU", 120, false, false},
    };
    for (const Row& row : rows) {
        const auto domain = database.domain(row.country);
        ASSERT_TRUE(domain) << row.country;
        EXPECT_EQ(domain->allows_station(row.channel), row.station) << row.country << ' ' << int{row.channel};
        EXPECT_EQ(domain->allows_access_point(row.channel), row.access_point)
            << row.country << ' ' << int{row.channel};
    }
}

} // namespace
} // namespace nwp::wifi
