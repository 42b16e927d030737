// SPDX-License-Identifier: Apache-2.0
#include "base/wifi.h"

#include <gtest/gtest.h>

#include <string>

namespace nwp {
namespace {

TEST(Bssid, refuses_what_is_no_bssid) {
    for (const char* text :
         {"", "02:00:00:00:00", "02:00:00:00:00:0", "02:00:00:00:00:001", "02-00-00-00-00-01",
          "02:00:00:00:00:0g", "0200000000000001x", "02:00:00:00:00 01"}) {
        EXPECT_FALSE(parse_bssid(text).ok()) << text;
    }
}

TEST(Bssid, prints_what_it_read_in_small_letters) {
    const auto bssid = parse_bssid("02:00:AB:cd:0F:f0");
    ASSERT_TRUE(bssid.ok());
    EXPECT_EQ(bssid->octets[2], 0xab);
    EXPECT_EQ(bssid_text(*bssid).view(), "02:00:ab:cd:0f:f0");
}

TEST(Passphrase, of_an_open_network_is_empty) {
    EXPECT_TRUE(passphrase_fits(WifiSecurity::open, ""));
    EXPECT_FALSE(passphrase_fits(WifiSecurity::open, "12345678"));
}

TEST(Passphrase, has_8_to_63_printable_characters) {
    for (const auto security : {WifiSecurity::wpa2_psk, WifiSecurity::wpa3_sae}) {
        EXPECT_FALSE(passphrase_fits(security, "1234567"));
        EXPECT_TRUE(passphrase_fits(security, "12345678"));
        EXPECT_TRUE(passphrase_fits(security, std::string(63, '~')));
        EXPECT_FALSE(passphrase_fits(security, std::string(64, '~')));
        EXPECT_FALSE(passphrase_fits(security, "1234567\n"));
        EXPECT_FALSE(passphrase_fits(security, "1234567\x7f"));
        EXPECT_FALSE(passphrase_fits(security, "stra\xc3\x9f"
                                               "e12"));
    }
}

TEST(Passphrase, of_wpa2_may_be_the_key_in_64_hexadecimal_digits) {
    EXPECT_TRUE(passphrase_fits(WifiSecurity::wpa2_psk, std::string(64, 'a')));
    EXPECT_FALSE(passphrase_fits(WifiSecurity::wpa2_psk, std::string(64, 'g')));
    EXPECT_FALSE(passphrase_fits(WifiSecurity::wpa3_sae, std::string(64, 'a')));
}

TEST(Passphrase, of_an_unknown_security_never_fits) {
    EXPECT_FALSE(passphrase_fits(static_cast<WifiSecurity>(7), "12345678"));
}

} // namespace
} // namespace nwp
