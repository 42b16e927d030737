// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/credential_intake.h"

#include "base/text.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace nwp::vault {
namespace {

using enum CredentialType;

ValueForm form_of(CredentialType type, std::string_view value) {
    const auto intake = take_in(type, as_bytes(value));
    return intake ? intake->form : ValueForm::none;
}

std::string value_of(CredentialType type, std::string_view value) {
    const auto intake = take_in(type, as_bytes(value));
    return intake ? std::string(as_text(intake->value)) : "refused";
}

std::string sequence(std::string_view length, std::size_t size) {
    return "\x30" + std::string(length) + std::string(size, '\x05');
}

TEST(CredentialIntake, takes_a_whole_sequence_as_der) {
    EXPECT_EQ(form_of(ca_certificate, sequence("\x03", 3)), ValueForm::der);
    EXPECT_EQ(form_of(ca_certificate, sequence("\x7f", 127)), ValueForm::der);
    EXPECT_EQ(form_of(private_key, sequence("\x81\x80", 128)), ValueForm::der);
    EXPECT_EQ(form_of(crl, sequence("\x82\x01\x2c", 300)), ValueForm::der);
}

TEST(CredentialIntake, takes_the_empty_sequence_as_der) {
    EXPECT_EQ(form_of(ca_certificate, std::string_view("\x30\x00", 2)), ValueForm::der);
}

TEST(CredentialIntake, refuses_a_sequence_that_is_cut_or_has_something_behind_it) {
    EXPECT_EQ(form_of(ca_certificate, sequence("\x82\x01\x2c", 299)), ValueForm::none);
    EXPECT_EQ(form_of(ca_certificate, sequence("\x82\x01\x2c", 301)), ValueForm::none);
    EXPECT_EQ(form_of(ca_certificate, sequence("\x81\x80", 128) + std::string(1, '\0')), ValueForm::none);
}

TEST(CredentialIntake, refuses_lengths_that_are_not_der) {
    EXPECT_EQ(form_of(ca_certificate, sequence("\x80", 4)), ValueForm::none) << "indefinite";
    EXPECT_EQ(form_of(ca_certificate, sequence("\x81\x03", 3)), ValueForm::none) << "not the shortest form";
    EXPECT_EQ(form_of(ca_certificate, sequence(std::string_view("\x82\x00\x80", 3), 128)), ValueForm::none);
    EXPECT_EQ(form_of(ca_certificate, sequence("\x85\x01\x01\x01\x01\x01", 1)), ValueForm::none);
    EXPECT_EQ(form_of(ca_certificate, "\x30"), ValueForm::file_name) << "a file called 0";
    EXPECT_EQ(form_of(ca_certificate, "\x30\x82"), ValueForm::none);
}

TEST(CredentialIntake, takes_pem_and_drops_one_trailing_nul) {
    const std::string pem = "-----BEGIN CERTIFICATE-----\n";
    EXPECT_EQ(form_of(ca_certificate, pem), ValueForm::pem);
    EXPECT_EQ(value_of(ca_certificate, pem + '\0'), pem);
    EXPECT_EQ(value_of(ca_certificate, pem + '\0' + '\0'), pem + '\0');
}

TEST(CredentialIntake, takes_printable_text_as_the_name_of_a_file) {
    EXPECT_EQ(value_of(ca_certificate, "globalsign.der"), "globalsign.der");
    EXPECT_EQ(form_of(ca_certificate, "0.pem"), ValueForm::file_name) << "begins like a SEQUENCE, by chance";
    EXPECT_EQ(form_of(own_certificate, "/certs/my own ~.pem"), ValueForm::file_name);
    EXPECT_EQ(value_of(private_key, std::string_view("key.pem\0", 8)), "key.pem");
}

TEST(CredentialIntake, takes_names_of_1_to_180_characters) {
    EXPECT_EQ(form_of(ca_certificate, "n"), ValueForm::file_name);
    EXPECT_EQ(form_of(ca_certificate, std::string(180, 'n')), ValueForm::file_name);
    EXPECT_EQ(form_of(ca_certificate, std::string(180, 'n') + '\0'), ValueForm::file_name);
    EXPECT_EQ(form_of(ca_certificate, std::string(181, 'n')), ValueForm::none);
    EXPECT_EQ(form_of(ca_certificate, ""), ValueForm::none);
    EXPECT_EQ(form_of(ca_certificate, std::string_view("\0", 1)), ValueForm::none);
}

TEST(CredentialIntake, refuses_names_with_unprintable_characters) {
    for (const char* name : {"tab\t", "line\n", "high\x80", "del\x7f"}) {
        EXPECT_EQ(form_of(ca_certificate, name), ValueForm::none) << name;
    }
    EXPECT_EQ(form_of(ca_certificate, std::string_view("in\0side", 7)), ValueForm::none);
}

TEST(CredentialIntake, takes_any_bytes_as_a_pre_shared_key) {
    EXPECT_EQ(form_of(psk, sequence("\x03", 3)), ValueForm::secret);
    EXPECT_EQ(form_of(psk, "-----BEGIN"), ValueForm::secret);
    EXPECT_EQ(value_of(psk, std::string_view("k\0\xff\0", 4)), std::string("k\0\xff\0", 4))
        << "whole, NUL too";
    EXPECT_EQ(form_of(psk_id, "Client_identity"), ValueForm::secret);
}

TEST(CredentialIntake, refuses_pre_shared_keys_that_tls_cannot_use) {
    EXPECT_EQ(form_of(psk, ""), ValueForm::none);
    EXPECT_EQ(form_of(psk, std::string(kMaxPsk + 1, 'k')), ValueForm::none);
    EXPECT_EQ(form_of(psk_id, ""), ValueForm::none);
    EXPECT_EQ(form_of(psk_id, std::string(kMaxPskIdentity + 1, 'k')), ValueForm::none);
    EXPECT_EQ(form_of(psk_id, std::string_view("a\0b", 3)), ValueForm::none);
}

TEST(CredentialIntake, refuses_types_that_are_none_of_ours) {
    EXPECT_EQ(take_in(none, as_bytes("name")).error(), Error::invalid_argument);
    EXPECT_EQ(take_in(static_cast<CredentialType>(6), as_bytes("name")).error(), Error::invalid_argument);
    EXPECT_EQ(take_in(static_cast<CredentialType>(1001), as_bytes("name")).error(), Error::invalid_argument);
}

TEST(CredentialIntake, refuses_values_over_64_KiB) {
    const std::vector<Byte> large(kMaxCredentialSize + 1, 'x');
    EXPECT_EQ(take_in(ca_certificate, large).error(), Error::too_big);
    EXPECT_EQ(take_in(psk, large).error(), Error::too_big);
}

} // namespace
} // namespace nwp::vault
