// SPDX-License-Identifier: Apache-2.0
#include "base/ip_text.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>

namespace nwp {
namespace {

/// What the system's inet_pton() makes of the text.
Result<Address> system_parse(const std::string& text) {
    Address address;
    Byte bytes[16] = {};
    if (inet_pton(AF_INET, text.c_str(), bytes) == 1) {
        address.family = Family::ipv4;
    } else if (inet_pton(AF_INET6, text.c_str(), bytes) == 1) {
        address.family = Family::ipv6;
    } else {
        return Error::invalid_argument;
    }
    copy_bytes(address.ip, {bytes, address.ip_size()});
    return address;
}

std::string system_format(const Address& address) {
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(address.family == Family::ipv4 ? AF_INET : AF_INET6, address.ip, text, sizeof text);
    return text;
}

void expect_same_as_system(const std::string& text) {
    const auto ours = parse_ip(text);
    const auto theirs = system_parse(text);
    ASSERT_EQ(ours.ok(), theirs.ok()) << '"' << text << '"';
    if (ours) {
        EXPECT_EQ(*ours, *theirs) << text;
    }
}

TEST(IpText, refuses_what_is_no_address) {
    for (const char* text : {"",
                             ".",
                             "1",
                             "1.2.3",
                             "1.2.3.",
                             ".1.2.3",
                             "1.2.3.4.",
                             "1.2.3.4.5",
                             "01.2.3.4",
                             "1.2.3.256",
                             "1.2.3.04",
                             "1.2.3.4 ",
                             " 1.2.3.4",
                             "+1.2.3.4",
                             "0x1.2.3.4",
                             "1..2.3",
                             ":",
                             ":::",
                             ":1",
                             "1:",
                             "::1:",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1:2:3:4:5:6:7::8",
                             "::1:2:3:4:5:6:7:8",
                             "1::2::3",
                             "12345::",
                             "::g",
                             "::1%1",
                             "[::1]",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             "::1.2.3",
                             "::1.2.3.4.5",
                             "::1.2.3.4:5",
                             "1.2.3.4::",
                             "::01.2.3.4"}) {
        const auto parsed = parse_ip(text);
        EXPECT_FALSE(parsed.ok()) << '"' << text << '"';
        EXPECT_EQ(parsed.error(), Error::invalid_argument);
        expect_same_as_system(text);
    }
}

TEST(IpText, refuses_a_nul_within) {
    EXPECT_FALSE(parse_ip(std::string_view{"1.2.3.4\0", 8}).ok());
    EXPECT_FALSE(parse_ip(std::string_view{"::1\0", 4}).ok());
}

TEST(IpText, reads_every_form_of_rfc_4291) {
    for (const char* text :
         {"0.0.0.0", "255.255.255.255", "10.77.0.1", "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1::8",
          "1:2:3:4:5:6::8", "::2:3:4:5:6:7:8", "FE80::ABcd", "0001:0002::", "::ffff:1.2.3.4", "::1.2.3.4",
          "64:ff9b::192.0.2.33", "1:2:3:4:5:6:1.2.3.4", "0:0:0:0:0:0:0:0"}) {
        EXPECT_TRUE(parse_ip(text).ok()) << text;
        expect_same_as_system(text);
    }
}

TEST(IpText, agrees_with_the_system_on_random_text) {
    std::mt19937 random(7); // NOLINT(cert-msc51-cpp): the same texts in every run
    const std::string letters = "0123:::..f1 a5";
    for (int i = 0; i < 200000; ++i) {
        std::string text(random() % 20, ' ');
        for (char& c : text) c = letters[random() % letters.size()];
        expect_same_as_system(text);
    }
}

TEST(IpText, agrees_with_the_system_on_mended_and_broken_addresses) {
    std::mt19937 random(8); // NOLINT(cert-msc51-cpp)
    const std::string letters = "0123456789abcdef:.:.";
    const char* seeds[] = {"192.168.100.254", "1:2:3:4:5:6:7:8", "fe80::1", "::ffff:10.0.0.1", "::"};
    for (int i = 0; i < 200000; ++i) {
        std::string text = seeds[random() % 5];
        for (auto change = random() % 3; change > 0; --change) {
            const std::size_t at = random() % (text.size() + 1);
            const char letter = letters[random() % letters.size()];
            if (random() % 2 == 0) {
                text.insert(at, 1, letter);
            } else if (at < text.size()) {
                text[at] = letter;
            }
        }
        expect_same_as_system(text);
    }
}

TEST(IpText, writes_rfc_5952_form) {
    const std::pair<const char*, const char*> rows[] = {
        {"2001:0DB8::0001", "2001:db8::1"},                // 4.1, 4.3
        {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},         // 4.2.1
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // 4.2.2
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // 4.2.3, the longest
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // 4.2.3, the first of equals
        {"0:0:0:0:0:ffff:c000:0221", "::ffff:192.0.2.33"}, // 5
        {"1:0:0:0:0:0:0:0", "1::"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"10.77.0.1", "10.77.0.1"},
    };
    for (const auto& [given, expected] : rows) EXPECT_EQ(ip_text(*parse_ip(given)).view(), expected);
}

TEST(IpText, writes_every_address_as_the_system_does) {
    std::mt19937 random(9); // NOLINT(cert-msc51-cpp)
    for (int i = 0; i < 100000; ++i) {
        Address address;
        address.family = i % 4 == 0 ? Family::ipv4 : Family::ipv6;
        for (std::size_t at = 0; at < address.ip_size(); at += 2) {
            if (random() % 2 == 0) continue;
            address.ip[at] = random() % 3 == 0 ? Byte{0} : static_cast<Byte>(random());
            address.ip[at + 1] = static_cast<Byte>(random());
        }
        if (i % 8 == 1) {
            std::memset(address.ip, 0, 10);
            address.ip[10] = address.ip[11] = random() % 2 == 0 ? Byte{0xff} : Byte{0};
        }
        const IpText text = ip_text(address);
        ASSERT_EQ(text.view(), system_format(address));
        ASSERT_EQ(*parse_ip(text.view()), address);
    }
}

TEST(IpText, writes_nothing_into_too_little_room) {
    const Address address = Address::ipv4(10, 77, 0, 1);
    char text[9];
    std::memset(text, '#', sizeof text);
    EXPECT_EQ(format_ip(address, {text, 8}), 0U);
    EXPECT_EQ(text[0], '#');
    EXPECT_EQ(format_ip(address, {text, 9}), 9U);
}

TEST(IpText, writes_nothing_for_no_address) { EXPECT_TRUE(ip_text(Address{}).empty()); }

} // namespace
} // namespace nwp
