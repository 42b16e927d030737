// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/vault.h"

#include "base/text.h"
#include "nwpd/vault/test_kit.h"

#include <gtest/gtest.h>

namespace nwp::vault {
namespace {

using enum CredentialType;
using test::a_pair;
using test::another_pair;
using test::bytes_of;

class VaultTest : public ::testing::Test {
protected:
    Result<void> add(SecTag tag, CredentialType type, const std::string& value, bool replace = false) {
        return vault_->add(tag, type, as_bytes(value), replace);
    }
    Result<void> write(const std::string& name, const std::string& content) {
        return vault_->write_file(name, as_bytes(content));
    }
    void restart() {
        vault_.reset();
        vault_ = test::open_vault(folder_.path());
    }

    test::TemporaryFolder folder_;
    std::unique_ptr<Vault> vault_ = test::open_vault(folder_.path());
};

TEST_F(VaultTest, keeps_credentials_over_a_restart) {
    ASSERT_TRUE(add(1, ca_certificate, a_pair().certificate_pem));
    ASSERT_TRUE(vault_->add(-2, own_certificate, a_pair().certificate_der, false));
    ASSERT_TRUE(add(3, psk_id, "Client_identity"));
    ASSERT_TRUE(add(4, crl, a_pair().crl_pem));
    restart();
    EXPECT_EQ(*vault_->get(1, ca_certificate), bytes_of(a_pair().certificate_pem));
    EXPECT_EQ(*vault_->get(-2, own_certificate), a_pair().certificate_der);
    EXPECT_EQ(*vault_->get(3, psk_id), bytes_of("Client_identity"));
    EXPECT_EQ(*vault_->get(4, crl), bytes_of(a_pair().crl_pem));
}

TEST_F(VaultTest, takes_the_same_bytes_again) {
    ASSERT_TRUE(add(1, ca_certificate, a_pair().certificate_pem));
    EXPECT_TRUE(add(1, ca_certificate, a_pair().certificate_pem));
    EXPECT_TRUE(add(1, ca_certificate, a_pair().certificate_pem + '\0'))
        << "the NUL is not part of the value";
}

TEST_F(VaultTest, refuses_different_bytes_unless_told_to_replace) {
    ASSERT_TRUE(add(1, ca_certificate, a_pair().certificate_pem));
    EXPECT_EQ(add(1, ca_certificate, another_pair().certificate_pem).error(), Error::exists);
    EXPECT_EQ(*vault_->get(1, ca_certificate), bytes_of(a_pair().certificate_pem));
    EXPECT_TRUE(add(1, ca_certificate, another_pair().certificate_pem, true));
    EXPECT_EQ(*vault_->get(1, ca_certificate), bytes_of(another_pair().certificate_pem));
}

TEST_F(VaultTest, takes_different_bytes_after_remove) {
    ASSERT_TRUE(add(1, psk, "one"));
    ASSERT_TRUE(vault_->remove(1, psk));
    EXPECT_TRUE(add(1, psk, "two"));
    EXPECT_EQ(vault_->remove(1, psk_id).error(), Error::not_found);
    EXPECT_EQ(vault_->remove(2, psk).error(), Error::not_found);
}

TEST_F(VaultTest, follows_the_name_of_a_stored_file) {
    ASSERT_TRUE(write("ca.pem", a_pair().certificate_pem));
    ASSERT_TRUE(add(1, ca_certificate, std::string("ca.pem") + '\0'));
    EXPECT_TRUE(add(1, ca_certificate, "ca.pem")) << "the same again";
    EXPECT_EQ(*vault_->get(1, ca_certificate), bytes_of(a_pair().certificate_pem));
    ASSERT_TRUE(write("ca.pem", another_pair().certificate_pem));
    EXPECT_EQ(*vault_->get(1, ca_certificate), bytes_of(another_pair().certificate_pem));
    ASSERT_TRUE(vault_->remove_file("ca.pem"));
    EXPECT_EQ(vault_->get(1, ca_certificate).error(), Error::not_found);
}

TEST_F(VaultTest, says_when_a_value_names_no_file) {
    EXPECT_EQ(add(1, ca_certificate, "absent.pem").error(), Error::not_found);
    EXPECT_EQ(add(1, ca_certificate, "tab\t").error(), Error::invalid_argument);
    EXPECT_EQ(add(1, ca_certificate, std::string(181, 'n')).error(), Error::invalid_argument);
    EXPECT_EQ(add(1, ca_certificate, "").error(), Error::invalid_argument);
}

TEST_F(VaultTest, refuses_values_that_their_type_cannot_be) {
    EXPECT_EQ(add(1, ca_certificate, a_pair().key_pem).error(), Error::invalid_argument);
    EXPECT_EQ(add(1, ca_certificate, a_pair().crl_pem).error(), Error::invalid_argument);
    EXPECT_EQ(add(1, private_key, a_pair().certificate_pem).error(), Error::invalid_argument);
    EXPECT_EQ(add(1, crl, a_pair().certificate_pem).error(), Error::invalid_argument);
    EXPECT_EQ(add(1, ca_certificate, std::string("\x30\x01\x05", 3)).error(), Error::invalid_argument);
    EXPECT_EQ(add(1, ca_certificate, "-----BEGIN CERTIFICATE-----\n").error(), Error::invalid_argument);
    ASSERT_TRUE(write("notes.txt", "hello"));
    EXPECT_EQ(add(1, ca_certificate, "notes.txt").error(), Error::invalid_argument);
    EXPECT_TRUE(vault_->list()->empty());
}

TEST_F(VaultTest, refuses_a_bundle_with_one_broken_certificate) {
    std::string broken = a_pair().certificate_pem + another_pair().certificate_pem;
    broken[broken.size() - 100] = '!';
    EXPECT_EQ(add(1, ca_certificate, broken).error(), Error::invalid_argument);
}

TEST_F(VaultTest, refuses_an_encrypted_key_without_asking_for_a_passphrase) {
    EXPECT_EQ(add(1, private_key, test::encrypted_key(a_pair())).error(), Error::invalid_argument);
}

TEST_F(VaultTest, refuses_a_credential_over_64_KiB_but_takes_one_from_a_longer_file) {
    std::string bundle;
    while (bundle.size() <= kMaxCredentialSize) bundle += a_pair().certificate_pem;
    EXPECT_EQ(add(1, ca_certificate, bundle).error(), Error::too_big);
    ASSERT_TRUE(write("bundle.pem", "# comments are common in bundles\n" + bundle));
    EXPECT_TRUE(add(1, ca_certificate, "bundle.pem"));
}

TEST_F(VaultTest, lists_what_is_there_without_secrets) {
    ASSERT_TRUE(add(1, ca_certificate, a_pair().certificate_pem + another_pair().certificate_pem));
    ASSERT_TRUE(write("key.pem", a_pair().key_pem));
    ASSERT_TRUE(add(2, private_key, "key.pem"));
    ASSERT_TRUE(vault_->generate_key(3, false));
    ASSERT_TRUE(add(4, psk, "0123456789"));
    const auto list = vault_->list();
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 4U);
    EXPECT_EQ((*list)[0].summary, "CN=first.example and 1 more");
    EXPECT_EQ((*list)[0].kind, CredentialKind::bytes);
    EXPECT_EQ((*list)[1].summary, "key.pem");
    EXPECT_EQ((*list)[1].kind, CredentialKind::file);
    EXPECT_EQ((*list)[1].size, a_pair().key_pem.size());
    EXPECT_EQ((*list)[2].summary, "EC 256");
    EXPECT_EQ((*list)[2].kind, CredentialKind::generated);
    EXPECT_EQ((*list)[2].size, 0U);
    EXPECT_EQ((*list)[3].summary, "pre-shared key");
    EXPECT_EQ((*list)[3].size, 10U);
}

TEST_F(VaultTest, generates_a_key_once) {
    EXPECT_TRUE(vault_->generate_key(1, false));
    const auto request = vault_->signing_request(1, "CN=sensor-7");
    ASSERT_TRUE(request);
    EXPECT_EQ(vault_->generate_key(1, false).error(), Error::exists);
    restart();
    EXPECT_NE(vault_->signing_request(1, "CN=sensor-7")->find("BEGIN CERTIFICATE REQUEST"),
              std::string::npos);
    EXPECT_TRUE(vault_->generate_key(1, true));
}

TEST_F(VaultTest, makes_no_request_without_a_key_or_a_subject) {
    EXPECT_EQ(vault_->signing_request(1, "CN=x").error(), Error::not_found);
    ASSERT_TRUE(vault_->generate_key(1, false));
    EXPECT_EQ(vault_->signing_request(1, "x").error(), Error::invalid_argument);
    EXPECT_EQ(vault_->signing_request(1, "").error(), Error::invalid_argument);
}

TEST_F(VaultTest, keeps_files_whole) {
    const std::string large(kMaxFileSize, 'x');
    ASSERT_TRUE(write("large", large));
    ASSERT_TRUE(write("empty", ""));
    ASSERT_TRUE(write("/any name.bin", "one"));
    ASSERT_TRUE(write("/any name.bin", "two"));
    restart();
    EXPECT_EQ(*vault_->read_file("large"), bytes_of(large));
    EXPECT_TRUE(vault_->read_file("empty")->empty());
    EXPECT_EQ(*vault_->read_file("/any name.bin"), bytes_of("two"));
    ASSERT_EQ(vault_->list_files()->size(), 3U);
    EXPECT_EQ((*vault_->list_files())[2].size, kMaxFileSize);
}

TEST_F(VaultTest, refuses_files_beyond_the_limits) {
    EXPECT_EQ(write("large", std::string(kMaxFileSize + 1, 'x')).error(), Error::too_big);
    EXPECT_EQ(write("", "x").error(), Error::invalid_argument);
    EXPECT_EQ(write("line\n", "x").error(), Error::invalid_argument);
    EXPECT_EQ(write(std::string(181, 'n'), "x").error(), Error::invalid_argument);
    EXPECT_EQ(vault_->read_file("absent").error(), Error::not_found);
    EXPECT_EQ(vault_->remove_file("absent").error(), Error::not_found);
}

TEST_F(VaultTest, refuses_more_files_and_credentials_than_it_promises_but_takes_changes) {
    for (std::size_t i = 0; i < kMaxFiles; ++i) ASSERT_TRUE(write("file " + std::to_string(i), "x"));
    EXPECT_EQ(write("one more", "x").error(), Error::no_space);
    EXPECT_TRUE(write("file 0", "y"));
    for (SecTag tag = 0; tag < static_cast<SecTag>(kMaxCredentials); ++tag) ASSERT_TRUE(add(tag, psk, "x"));
    EXPECT_EQ(add(-1, psk, "x").error(), Error::no_space);
    EXPECT_EQ(vault_->generate_key(-1, false).error(), Error::no_space);
    EXPECT_TRUE(add(0, psk, "y", true));
    restart();
    EXPECT_EQ(vault_->list()->size(), kMaxCredentials);
}

TEST_F(VaultTest, only_raises_the_date_floor) {
    EXPECT_EQ(*vault_->date_floor(), 0);
    ASSERT_TRUE(vault_->raise_date_floor(1'700'000'000));
    ASSERT_TRUE(vault_->raise_date_floor(1'600'000'000));
    restart();
    EXPECT_EQ(*vault_->date_floor(), 1'700'000'000);
}

TEST_F(VaultTest, keeps_settings_over_a_restart) {
    ASSERT_TRUE(vault_->put_setting("a", as_bytes("one")));
    ASSERT_TRUE(vault_->put_setting("b", {}));
    ASSERT_TRUE(vault_->put_setting("c", as_bytes("three")));
    ASSERT_TRUE(vault_->put_setting("a", as_bytes("another")));
    ASSERT_TRUE(vault_->remove_setting("c"));
    EXPECT_EQ(vault_->remove_setting("c").error(), Error::not_found);
    restart();
    EXPECT_EQ(*vault_->settings(), (SettingValues{{"a", bytes_of("another")}, {"b", {}}}));
}

TEST_F(VaultTest, bounds_settings) {
    EXPECT_EQ(vault_->put_setting("", as_bytes("x")).error(), Error::invalid_argument);
    EXPECT_EQ(vault_->put_setting("line\n", as_bytes("x")).error(), Error::invalid_argument);
    EXPECT_EQ(vault_->put_setting(std::string(kMaxSettingName + 1, 'n'), as_bytes("x")).error(),
              Error::invalid_argument);
    const std::vector<Byte> longest(kMaxSettingSize, 7);
    EXPECT_TRUE(vault_->put_setting(std::string(kMaxSettingName, 'n'), longest));
    EXPECT_EQ(vault_->put_setting("n", std::vector<Byte>(kMaxSettingSize + 1, 7)).error(), Error::too_big);
    for (std::size_t count = 1; count < kMaxSettings; ++count) {
        ASSERT_TRUE(vault_->put_setting(std::to_string(count), as_bytes("x")));
    }
    EXPECT_EQ(vault_->put_setting("one more", as_bytes("x")).error(), Error::no_space);
    EXPECT_TRUE(vault_->put_setting("1", as_bytes("y"))) << "what is there may change";
}

class FileSteps : public VaultTest {
protected:
    Result<void> change(FileStep step, const std::string& content = "") {
        return vault_->change_file("f", step, attributes_, as_bytes(content));
    }
    std::string content() const {
        const auto read = vault_->read_file("f", FileRight::of_its_token);
        return read ? std::string(as_text(*read)) : to_string(read.error());
    }

    FileAttributes attributes_{4096, file_flag::fail_safe, {}, 0};
};

TEST_F(FileSteps, keep_old_content_until_the_new_one_is_accepted) {
    ASSERT_TRUE(change(FileStep::mark));
    EXPECT_FALSE(vault_->file_info("f")->valid);
    EXPECT_EQ(content(), "not_found");
    ASSERT_TRUE(change(FileStep::write, "old"));
    ASSERT_TRUE(change(FileStep::try_out, "new"));
    restart();
    EXPECT_EQ(content(), "new");
    EXPECT_TRUE(vault_->file_info("f")->on_trial);
    EXPECT_EQ(change(FileStep::try_out, "newest").error(), Error::invalid_argument);
    ASSERT_TRUE(change(FileStep::roll_back));
    restart();
    EXPECT_EQ(content(), "old");
    ASSERT_TRUE(change(FileStep::try_out, "new"));
    ASSERT_TRUE(change(FileStep::accept));
    EXPECT_EQ(content(), "new");
    EXPECT_FALSE(vault_->file_info("f")->has_previous);
    EXPECT_EQ(change(FileStep::accept).error(), Error::invalid_argument);
    EXPECT_EQ(change(FileStep::roll_back).error(), Error::invalid_argument);
}

TEST_F(FileSteps, have_nothing_to_roll_back_to_without_old_content) {
    ASSERT_TRUE(change(FileStep::mark));
    ASSERT_TRUE(change(FileStep::try_out, "first"));
    EXPECT_EQ(change(FileStep::roll_back).error(), Error::invalid_argument);
    EXPECT_TRUE(change(FileStep::accept));
    EXPECT_EQ(content(), "first");
}

TEST_F(FileSteps, need_a_file_that_is_there) {
    for (const FileStep step : {FileStep::drop, FileStep::try_out, FileStep::accept, FileStep::roll_back}) {
        EXPECT_EQ(change(step, "x").error(), Error::not_found);
    }
    EXPECT_TRUE(change(FileStep::write, "x"));
}

TEST_F(FileSteps, keep_the_attributes_over_a_restart) {
    attributes_ = {8192, file_flag::all, {1, 2, 3, 4}, 7};
    ASSERT_TRUE(change(FileStep::write, "x"));
    restart();
    EXPECT_EQ(vault_->file_info("f")->attributes, attributes_);
}

TEST_F(FileSteps, are_seen_by_whoever_uses_the_file_as_a_credential) {
    ASSERT_TRUE(change(FileStep::write, a_pair().certificate_pem));
    ASSERT_TRUE(add(1, ca_certificate, "f"));
    EXPECT_TRUE(vault_->tls_credentials({1})->missing.empty());
    const auto before = *vault_->revision({1});
    ASSERT_TRUE(change(FileStep::drop));
    EXPECT_NE(*vault_->revision({1}), before);
    EXPECT_EQ(vault_->tls_credentials({1})->missing, std::vector<SecTag>{1}) << "half a file is no file";
    ASSERT_TRUE(change(FileStep::write, a_pair().certificate_pem));
    EXPECT_TRUE(vault_->tls_credentials({1})->missing.empty());
}

TEST_F(FileSteps, end_with_a_file_that_is_replaced_whole) {
    ASSERT_TRUE(change(FileStep::write, "old"));
    ASSERT_TRUE(change(FileStep::try_out, "same"));
    ASSERT_TRUE(write("f", "same"));
    EXPECT_FALSE(vault_->file_info("f")->on_trial);
    EXPECT_EQ(vault_->file_info("f")->attributes.flags, file_flag::fail_safe) << "it stays what it was made";
    ASSERT_TRUE(vault_->remove_file("f"));
    restart();
    EXPECT_EQ(content(), "not_found");
}

TEST_F(FileSteps, leave_a_file_with_tokens_to_those_who_show_one) {
    attributes_ = {8192, file_flag::secure, {1, 2, 3, 4}, 0};
    ASSERT_TRUE(change(FileStep::write, a_pair().certificate_pem));
    ASSERT_TRUE(add(1, ca_certificate, "f"));
    EXPECT_EQ(vault_->read_file("f").error(), Error::access_denied);
    EXPECT_EQ(vault_->get(1, ca_certificate).error(), Error::access_denied);
    EXPECT_EQ(write("f", "x").error(), Error::access_denied);
    EXPECT_EQ(vault_->remove_file("f").error(), Error::access_denied);
    EXPECT_EQ(content(), a_pair().certificate_pem);
    EXPECT_TRUE(vault_->tls_credentials({1})->missing.empty()) << "to use is not to read";

    attributes_.flags |= file_flag::public_read | file_flag::public_write;
    ASSERT_TRUE(change(FileStep::mark));
    EXPECT_TRUE(vault_->get(1, ca_certificate));
    EXPECT_TRUE(write("f", "x"));
    EXPECT_TRUE(vault_->remove_file("f"));
}

TEST_F(FileSteps, never_show_a_private_key_whatever_was_shown) {
    ASSERT_TRUE(change(FileStep::write, a_pair().key_pem));
    EXPECT_EQ(content(), "access_denied");
    ASSERT_TRUE(add(1, private_key, "f"));
    ASSERT_TRUE(change(FileStep::write, "no key any more"));
    EXPECT_EQ(content(), "access_denied") << "a credential names it";
    EXPECT_EQ(vault_->rename_file("f", "g").error(), Error::access_denied);
}

TEST_F(VaultTest, renames_a_file_with_all_that_belongs_to_it) {
    ASSERT_TRUE(write("taken", "x"));
    EXPECT_EQ(vault_->rename_file("f", "g").error(), Error::not_found);
    const FileAttributes attributes{4096, file_flag::fail_safe, {}, 3};
    ASSERT_TRUE(vault_->change_file("f", FileStep::write, attributes, as_bytes("old")));
    ASSERT_TRUE(vault_->change_file("f", FileStep::try_out, attributes, as_bytes("new")));
    EXPECT_EQ(vault_->rename_file("f", "taken").error(), Error::exists);
    EXPECT_EQ(vault_->rename_file("f", "bad\n").error(), Error::invalid_argument);
    ASSERT_TRUE(vault_->rename_file("f", "g"));
    restart();
    EXPECT_EQ(vault_->file_info("f").error(), Error::not_found);
    EXPECT_EQ(*vault_->read_file("g"), bytes_of("new"));
    EXPECT_EQ(vault_->file_info("g")->attributes, attributes);
    ASSERT_TRUE(vault_->change_file("g", FileStep::roll_back, attributes));
    EXPECT_EQ(*vault_->read_file("g"), bytes_of("old"));
}

} // namespace
} // namespace nwp::vault
