// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/file_rules.h"

#include "nwpd/service/file_trial.h"

#include <gtest/gtest.h>

using namespace nwp;
using namespace nwp::service;
using enum nwp::service::FileFailure;
namespace flag = nwp::vault::file_flag;

namespace {

constexpr FreshTokens kFresh = {101, 102, 103, 104};
constexpr std::uint32_t kMaster = 1;
constexpr std::uint32_t kReadWrite = 2;
constexpr std::uint32_t kWrite = 3;
constexpr std::uint32_t kRead = 4;

vault::FileInfo plain_file(std::uint16_t flags = 0) {
    return {"f", 10, {4096, flags, {}, 1}, true, false, false};
}
vault::FileInfo secure_file(std::uint16_t flags = 0) {
    vault::FileInfo file = plain_file(static_cast<std::uint16_t>(flags | flag::secure));
    file.attributes.tokens = {kMaster, kReadWrite, kWrite, kRead};
    return file;
}
FileOpening opening(FileMode mode, std::uint16_t flags = 0, std::uint32_t token = 0) {
    return {"f", mode, mode == FileMode::read || mode == FileMode::write ? 0U : 4096U, flags, token};
}
FileFailure why(const FileOpening& how, const vault::FileInfo* file) {
    return decide_open(how, file, {}, kFresh).failure;
}

TEST(FileRules, decide_by_mode_and_presence) {
    const auto file = plain_file();
    EXPECT_EQ(why(opening(FileMode::read), nullptr), not_found);
    EXPECT_EQ(why(opening(FileMode::write), nullptr), not_found);
    EXPECT_EQ(why(opening(FileMode::create), nullptr), none);
    EXPECT_EQ(why(opening(FileMode::create_or_overwrite), nullptr), none);
    EXPECT_EQ(why(opening(FileMode::read), &file), none);
    EXPECT_EQ(why(opening(FileMode::write), &file), none);
    EXPECT_EQ(why(opening(FileMode::create), &file), exists);
    EXPECT_EQ(why(opening(FileMode::create_or_overwrite), &file), none);
}

TEST(FileRules, take_the_old_content_at_once_unless_the_file_is_fail_safe) {
    const auto plain = plain_file();
    EXPECT_EQ(decide_open(opening(FileMode::write), &plain, {}, kFresh).value.step, vault::FileStep::drop);
    const auto safe = plain_file(flag::fail_safe);
    EXPECT_EQ(decide_open(opening(FileMode::write), &safe, {}, kFresh).value.step, std::nullopt);
    const auto asked =
        decide_open(opening(FileMode::create_or_overwrite, flag::fail_safe), &plain, {}, kFresh);
    EXPECT_EQ(asked.value.step, std::nullopt) << "fail-safe from now on";
    EXPECT_TRUE(asked.value.attributes.has(flag::fail_safe));
    const auto kept = decide_open(opening(FileMode::create_or_overwrite), &safe, {}, kFresh);
    EXPECT_TRUE(kept.value.attributes.has(flag::fail_safe)) << "and never by chance no longer";
}

TEST(FileRules, refuse_flags_that_make_no_sense) {
    const struct {
        std::uint16_t flags;
        FileFailure failure;
    } rows[] = {
        {0x0400, wrong_flags},
        {flag::vendor_token, wrong_flags},
        {flag::must_commit, no_fail_safe},
        {flag::bundle, bundle_not_fail_safe},
        {flag::bundle | flag::fail_safe, no_bundle},
        {flag::secure | flag::vendor_token, wrong_token}, // and no token is shown
        {flag::must_commit | flag::fail_safe, none},
        {flag::public_read | flag::static_token | flag::encrypted, none},
    };
    for (const auto& row : rows)
        EXPECT_EQ(why(opening(FileMode::create, row.flags), nullptr), row.failure) << row.flags;
    const auto file = plain_file();
    EXPECT_EQ(why(opening(FileMode::write, flag::must_commit), &file), no_fail_safe);
}

TEST(FileRules, keep_sizes_and_counts) {
    FileOpening how = opening(FileMode::create);
    how.max_size = 0;
    EXPECT_EQ(why(how, nullptr), no_size);
    how.max_size = vault::kMaxFileSize;
    EXPECT_EQ(why(how, nullptr), none);
    how.max_size = vault::kMaxFileSize + 1;
    EXPECT_EQ(why(how, nullptr), no_room);
    how.max_size = 4096 - kFileHeader;
    EXPECT_EQ(decide_open(how, nullptr, {0, kStorageBlocks}, kFresh).failure, no_room);
    EXPECT_EQ(decide_open(how, nullptr, {0, kStorageBlocks - 1}, kFresh).failure, none);
    EXPECT_EQ(decide_open(how, nullptr, {vault::kMaxFiles, 0}, kFresh).failure, too_many_files);

    const auto file = plain_file();
    how = opening(FileMode::create_or_overwrite);
    how.max_size = 8192;
    EXPECT_EQ(decide_open(how, &file, {}, kFresh).value.attributes.max_size, 8192U) << "a file grows";
    how.max_size = 1024;
    EXPECT_EQ(decide_open(how, &file, {}, kFresh).value.attributes.max_size, 4096U) << "and never shrinks";
    how.max_size = 8192;
    EXPECT_EQ(decide_open(how, &file, {1, kStorageBlocks}, kFresh).failure, no_room);
}

TEST(FileRules, count_whole_blocks_for_each_copy) {
    EXPECT_EQ(blocks_of({4096, 0, {}, 0}), 2U);
    EXPECT_EQ(blocks_of({4096 - kFileHeader, 0, {}, 0}), 1U);
    EXPECT_EQ(blocks_of({4096, flag::fail_safe, {}, 0}), 4U);
}

TEST(FileRules, make_tokens_for_secure_files_alone) {
    const auto plain = decide_open(opening(FileMode::create, 0, 77), nullptr, {}, kFresh).value;
    EXPECT_EQ(plain.attributes.tokens, (std::array<std::uint32_t, 4>{}));
    EXPECT_EQ(plain.token, 0U);
    const auto secure = decide_open(opening(FileMode::create, flag::secure, 77), nullptr, {}, kFresh).value;
    EXPECT_EQ(secure.attributes.tokens, kFresh);
    EXPECT_EQ(secure.token, kFresh[0]);
    const auto vendors =
        decide_open(opening(FileMode::create, flag::secure | flag::vendor_token, 77), nullptr, {}, kFresh)
            .value;
    EXPECT_EQ(vendors.token, 77U);
    EXPECT_EQ(vendors.attributes.tokens, (FreshTokens{77, 102, 103, 104}));
}

TEST(FileRules, grant_each_token_its_own) {
    const struct {
        std::uint16_t flags;
        std::uint32_t token;
        bool read, write, look, own;
    } rows[] = {
        {0, kMaster, true, true, true, true},
        {0, kReadWrite, true, true, true, false},
        {0, kWrite, false, true, true, false},
        {0, kRead, true, false, true, false},
        {0, 0, false, false, false, false},
        {0, 999, false, false, false, false},
        {flag::public_read, 0, true, false, true, false},
        {flag::public_write, 0, false, true, true, false},
        {flag::public_write, kRead, true, true, true, false},
    };
    for (const auto& row : rows) {
        const auto attributes = secure_file(row.flags).attributes;
        EXPECT_EQ(grants(attributes, row.token, FileUse::read), row.read) << row.flags << " " << row.token;
        EXPECT_EQ(grants(attributes, row.token, FileUse::write), row.write) << row.flags << " " << row.token;
        EXPECT_EQ(grants(attributes, row.token, FileUse::look), row.look) << row.flags << " " << row.token;
        EXPECT_EQ(grants(attributes, row.token, FileUse::own), row.own) << row.flags << " " << row.token;
    }
    EXPECT_TRUE(grants(plain_file().attributes, 999, FileUse::own)) << "no tokens, nothing to guard";
}

TEST(FileRules, never_take_an_unset_token_for_one_that_is_shown) {
    vault::FileAttributes attributes = secure_file().attributes;
    attributes.tokens = {kMaster, 0, 0, 0};
    EXPECT_FALSE(grants(attributes, 0, FileUse::read));
    EXPECT_FALSE(grants(attributes, 0, FileUse::own));
}

TEST(FileRules, ask_for_a_token_before_anything_else_is_told) {
    auto file = secure_file();
    EXPECT_EQ(why(opening(FileMode::read, 0, kWrite), &file), wrong_token);
    EXPECT_EQ(why(opening(FileMode::write, 0, kRead), &file), wrong_token);
    EXPECT_EQ(why(opening(FileMode::create_or_overwrite, flag::secure), &file), wrong_token);
    file.valid = false;
    EXPECT_EQ(why(opening(FileMode::read), &file), wrong_token);
    EXPECT_EQ(why(opening(FileMode::read, 0, kRead), &file), not_closed);
    EXPECT_EQ(why(opening(FileMode::write, 0, kWrite), &file), none) << "it can be written anew";
}

TEST(FileRules, refuse_to_overwrite_under_other_rights) {
    const auto plain = plain_file();
    EXPECT_EQ(why(opening(FileMode::create_or_overwrite, flag::secure), &plain), different_attributes);
    EXPECT_EQ(
        why(opening(FileMode::create_or_overwrite, flag::no_signature_test | flag::public_read), &plain),
        none);
    const auto secure = secure_file();
    EXPECT_EQ(why(opening(FileMode::create_or_overwrite, 0, kMaster), &secure), different_attributes);
    EXPECT_EQ(why(opening(FileMode::create_or_overwrite, flag::secure | flag::public_read, kMaster), &secure),
              different_attributes);
    EXPECT_EQ(why(opening(FileMode::create_or_overwrite, flag::secure, kMaster), &secure), none);
}

TEST(FileRules, renew_the_token_that_was_used_to_write) {
    const auto opened = [](std::uint16_t flags, std::uint32_t token) {
        const auto file = secure_file(flags);
        return decide_open(opening(FileMode::write, 0, token), &file, {}, kFresh).value;
    };
    EXPECT_EQ(opened(0, kWrite).token, kFresh[2]);
    EXPECT_EQ(opened(0, kWrite).attributes.tokens, (FreshTokens{kMaster, kReadWrite, kFresh[2], kRead}));
    EXPECT_EQ(opened(flag::static_token, kWrite).token, kWrite);
    EXPECT_EQ(opened(flag::vendor_token, kMaster).token, kMaster);
    EXPECT_EQ(opened(flag::vendor_token, kReadWrite).token, kFresh[1]);
    EXPECT_EQ(opened(flag::public_write, 0).token, 0U) << "who shows none gets none";
    EXPECT_EQ(opened(flag::fail_safe, kWrite).step, vault::FileStep::mark) << "on the disk before it is told";
}

TEST(FileRules, show_tokens_to_their_holders) {
    const auto attributes = secure_file().attributes;
    EXPECT_EQ(shown_to(attributes, kMaster).tokens, attributes.tokens);
    EXPECT_EQ(shown_to(attributes, kRead).tokens, (FreshTokens{0, 0, 0, kRead}));
    EXPECT_EQ(shown_to(attributes, 0).tokens, FreshTokens{});
}

TEST(FileRules, put_on_trial_what_was_asked_for_now_or_when_the_file_was_made) {
    const auto tries = [](std::uint16_t made, std::uint16_t asked) {
        const auto file = plain_file(static_cast<std::uint16_t>(made | flag::fail_safe));
        return goes_on_trial(opening(FileMode::write, asked), file.attributes);
    };
    EXPECT_FALSE(tries(0, 0));
    EXPECT_TRUE(tries(0, flag::must_commit));
    EXPECT_TRUE(tries(flag::must_commit, 0));
    const auto file = plain_file(flag::fail_safe);
    const auto asked = decide_open(opening(FileMode::write, flag::must_commit), &file, {}, kFresh).value;
    EXPECT_FALSE(asked.attributes.has(flag::must_commit)) << "for this time";
}

TEST(FileRules, want_a_trial_ended_before_the_next) {
    auto file = plain_file(flag::fail_safe);
    file.on_trial = true;
    EXPECT_EQ(why(opening(FileMode::write), &file), on_trial);
    EXPECT_EQ(why(opening(FileMode::read), &file), none) << "what is on trial is tried";
}

TEST(FileRules, end_a_trial_where_there_is_one) {
    using vault::FileStep;
    auto file = secure_file(flag::fail_safe);
    EXPECT_EQ(decide_end_of_trial(file, kRead, FileStep::accept), wrong_token);
    EXPECT_EQ(decide_end_of_trial(file, kWrite, FileStep::accept), not_on_trial);
    file.on_trial = true;
    EXPECT_EQ(decide_end_of_trial(file, kWrite, FileStep::accept), none);
    EXPECT_EQ(decide_end_of_trial(file, kWrite, FileStep::roll_back), no_previous);
    file.has_previous = true;
    EXPECT_EQ(decide_end_of_trial(file, kWrite, FileStep::roll_back), none);
    EXPECT_EQ(decide_end_of_trial(plain_file(), 0, FileStep::accept), no_fail_safe);
}

TEST(FileRules, believe_no_signature_while_no_root_is_known) {
    const FileSigning none_given;
    const FileSigning given{"signer.der", {1, 2, 3}};
    const auto plain = plain_file().attributes;
    const auto secure = secure_file().attributes;
    const auto unsigned_secure = secure_file(flag::no_signature_test).attributes;
    EXPECT_EQ(decide_close(plain, none_given, false), none);
    EXPECT_EQ(decide_close(plain, given, true), never_signed);
    EXPECT_EQ(decide_close(unsigned_secure, none_given, false), none);
    EXPECT_EQ(decide_close(unsigned_secure, given, true), never_signed);
    EXPECT_EQ(decide_close(secure, none_given, false), signature_missing);
    EXPECT_EQ(decide_close(secure, {"signer.der", {}}, true), signature_missing);
    EXPECT_EQ(decide_close(secure, {"", {1}}, true), signature_missing);
    EXPECT_EQ(decide_close(secure, {"signer.der", std::vector<Byte>(257)}, true), signature_missing);
    EXPECT_EQ(decide_close(secure, given, false), no_certificate);
    EXPECT_EQ(decide_close(secure, given, true), unknown_root);
}

} // namespace
