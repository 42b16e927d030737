// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/catalogue.h"

#include <gtest/gtest.h>

namespace nwp::vault {
namespace {

constexpr CredentialKey kCa{7, CredentialType::ca_certificate};
constexpr CredentialKey kCrl{7, CredentialType::crl};

Catalogue sample() {
    Catalogue catalogue;
    catalogue.put(kCa, CredentialKind::bytes, 700);
    catalogue.put({-1, CredentialType::private_key}, CredentialKind::generated, 138);
    catalogue.put("ca.pem", 1200);
    catalogue.put("app.bin", 0);
    catalogue.files["app.bin"] = {9, 10, 8, 11, true, 12, {4096, 0x23, {1, 2, 3, 4}, 5}};
    catalogue.put_setting("wlan.country", 2);
    catalogue.date_floor = 1'700'000'000;
    return catalogue;
}

TEST(Catalogue, survives_encoding) {
    const auto decoded = decode_catalogue(encode(sample()));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(*decoded, sample());
}

TEST(Catalogue, refuses_every_truncation_and_a_byte_too_many) {
    auto bytes = encode(sample());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_EQ(decode_catalogue(ByteView(bytes).first(size)).error(), Error::malformed) << size;
    }
    bytes.push_back(0);
    EXPECT_EQ(decode_catalogue(bytes).error(), Error::malformed);
}

TEST(Catalogue, reads_version_1) {
    const std::vector<Byte> bytes = {1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0,   0, 0, 0, 0,
                                     0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0,   0, 0, 1, 0,
                                     0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 1, 1, 'f', 0, 0, 0, 0};
    const auto decoded = decode_catalogue(bytes);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->date_floor, 3);
    const Catalogue::File expected{2, 257, 0, 0, false, 2, {512, 0, {}, 0}};
    EXPECT_EQ(decoded->files.at("f"), expected);
}

TEST(Catalogue, knows_every_record_of_a_file_on_trial) {
    EXPECT_EQ(sample().records(), (std::set<std::uint64_t>{1, 2, 3, 8, 9, 5}));
}

TEST(Catalogue, does_not_believe_a_count) {
    std::vector<Byte> bytes(25, 0);
    bytes[0] = 2;
    bytes.insert(bytes.end(), {0xff, 0xff, 0xff, 0xff});
    EXPECT_EQ(decode_catalogue(bytes).error(), Error::malformed);
}

TEST(Catalogue, never_gives_a_record_id_twice) {
    Catalogue catalogue;
    const auto first = catalogue.put(kCa, CredentialKind::bytes, 1);
    catalogue.remove(kCa);
    const auto second = catalogue.put(kCa, CredentialKind::bytes, 1);
    EXPECT_GT(second, first + 1) << "the removal has a number of its own";
}

TEST(Catalogue, counts_a_change_of_one_credential_as_a_change_of_its_tag) {
    Catalogue catalogue;
    catalogue.put(kCa, CredentialKind::bytes, 1);
    const auto before = catalogue.tag_changed(7);
    catalogue.put(kCrl, CredentialKind::bytes, 1);
    const auto with_list = catalogue.tag_changed(7);
    catalogue.remove(kCrl);
    EXPECT_NE(with_list, before);
    EXPECT_NE(catalogue.tag_changed(7), before);
    EXPECT_NE(catalogue.tag_changed(7), with_list);
}

TEST(Catalogue, keeps_nothing_of_tags_that_became_empty) {
    Catalogue catalogue;
    for (SecTag tag = 0; tag < 1000; ++tag) {
        catalogue.put({tag, CredentialType::psk}, CredentialKind::bytes, 1);
        catalogue.remove({tag, CredentialType::psk});
    }
    EXPECT_TRUE(catalogue.changed.empty());
    EXPECT_EQ(catalogue.tag_changed(3), catalogue.emptied);
}

TEST(Catalogue, tells_a_file_apart_that_went_and_came) {
    Catalogue catalogue;
    catalogue.put("ca.pem", 1);
    const auto before = catalogue.file_changed("ca.pem");
    catalogue.remove("ca.pem");
    const auto gone = catalogue.file_changed("ca.pem");
    catalogue.put("ca.pem", 1);
    EXPECT_NE(gone, before);
    EXPECT_NE(catalogue.file_changed("ca.pem"), before);
    EXPECT_NE(catalogue.file_changed("ca.pem"), gone);
}

} // namespace
} // namespace nwp::vault
