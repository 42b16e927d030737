// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/device_key.h"

#include "nwpd/vault/test_kit.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nwp::vault {
namespace {

namespace fs = std::filesystem;

class DeviceKeyFile : public ::testing::Test {
protected:
    void SetUp() override {
        auto opened = StoreFolder::open(temporary_.path(), why_);
        ASSERT_TRUE(opened) << why_;
        folder_ = std::move(*opened);
    }
    fs::path key() const { return temporary_.path() / DeviceKey::kFileName; }
    Error load_error() { return DeviceKey::load(*folder_, why_).error(); }

    test::TemporaryFolder temporary_;
    std::unique_ptr<StoreFolder> folder_;
    std::string why_;
};

TEST_F(DeviceKeyFile, unwraps_what_it_wrapped_after_a_restart) {
    SealKey data_key;
    data_key.fill()[5] = 42;
    const auto made = DeviceKey::create(*folder_, why_);
    ASSERT_TRUE(made);
    const auto wrapped = made->wrap(data_key);
    ASSERT_TRUE(wrapped);
    const auto loaded = DeviceKey::load(*folder_, why_);
    ASSERT_TRUE(loaded) << why_;
    const auto unwrapped = loaded->unwrap(*wrapped);
    ASSERT_TRUE(unwrapped);
    EXPECT_TRUE(equal(unwrapped->view(), data_key.view()));
}

TEST_F(DeviceKeyFile, has_32_bytes_and_mode_0600_and_no_unfinished_copy) {
    ASSERT_TRUE(DeviceKey::create(*folder_, why_));
    EXPECT_EQ(fs::file_size(key()), 32U);
    EXPECT_EQ(fs::status(key()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_FALSE(fs::exists(temporary_.path() / DeviceKey::kUnfinishedName));
}

TEST_F(DeviceKeyFile, says_when_there_is_none) { EXPECT_EQ(load_error(), Error::not_found); }

TEST_F(DeviceKeyFile, is_refused_when_anybody_else_has_any_permission) {
    ASSERT_TRUE(DeviceKey::create(*folder_, why_));
    for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0644U}) {
        ASSERT_EQ(::chmod(key().c_str(), mode), 0);
        EXPECT_EQ(load_error(), Error::access_denied) << std::oct << mode;
    }
    ASSERT_EQ(::chmod(key().c_str(), 0400), 0);
    EXPECT_TRUE(DeviceKey::load(*folder_, why_)) << "read-only for us is fine";
}

TEST_F(DeviceKeyFile, is_refused_when_it_belongs_to_another) {
    ASSERT_TRUE(DeviceKey::create(*folder_, why_));
    if (::chown(key().c_str(), 65534, 65534) != 0) GTEST_SKIP() << "only root can give a file away";
    EXPECT_EQ(load_error(), Error::access_denied);
}

TEST_F(DeviceKeyFile, is_refused_when_it_is_no_regular_file) {
    ASSERT_TRUE(DeviceKey::create(*folder_, why_));
    fs::rename(key(), temporary_.path() / "elsewhere");
    fs::create_symlink("elsewhere", key());
    EXPECT_EQ(load_error(), Error::access_denied) << "a symbolic link";
    fs::remove(key());
    ASSERT_EQ(::mkfifo(key().c_str(), 0600), 0);
    EXPECT_EQ(load_error(), Error::access_denied) << "a pipe, which must not hang us either";
    fs::remove(key());
    fs::create_directory(key());
    EXPECT_EQ(load_error(), Error::access_denied) << "a folder";
}

TEST_F(DeviceKeyFile, is_refused_when_its_length_is_wrong) {
    ASSERT_TRUE(DeviceKey::create(*folder_, why_));
    for (const std::uintmax_t size : {0U, 31U, 33U}) {
        fs::resize_file(key(), size);
        EXPECT_EQ(load_error(), Error::malformed) << size;
    }
}

TEST_F(DeviceKeyFile, is_made_anew_over_what_a_crash_left_unfinished) {
    for (const std::size_t size : {0U, 7U, 32U}) {
        fs::remove(key());
        test::write_whole(temporary_.path() / DeviceKey::kUnfinishedName, std::vector<Byte>(size, 0xee));
        ASSERT_TRUE(DeviceKey::create(*folder_, why_)) << why_;
        EXPECT_NE(test::read_whole(key()), std::vector<Byte>(32, 0xee));
    }
}

TEST_F(DeviceKeyFile, does_not_unwrap_what_another_device_wrapped) {
    const auto first = DeviceKey::create(*folder_, why_);
    const auto wrapped = first->wrap(SealKey());
    fs::remove(key());
    const auto second = DeviceKey::create(*folder_, why_);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->unwrap(*wrapped).error(), Error::malformed);
}

TEST(StoreFolder, is_made_private_with_its_parents) {
    const test::TemporaryFolder temporary;
    std::string why;
    const auto folder = StoreFolder::open(temporary.path() / "a" / "b" / "", why);
    ASSERT_TRUE(folder) << why;
    EXPECT_EQ(fs::status(temporary.path() / "a" / "b").permissions(), fs::perms::owner_all);
}

TEST(StoreFolder, is_refused_when_others_may_write_in_it) {
    const test::TemporaryFolder temporary;
    for (const mode_t mode : {0770U, 0707U, 01777U}) {
        ASSERT_EQ(::chmod(temporary.path().c_str(), mode), 0);
        std::string why;
        EXPECT_EQ(StoreFolder::open(temporary.path(), why).error(), Error::access_denied) << std::oct << mode;
        EXPECT_NE(why, "");
    }
}

TEST(StoreFolder, cannot_be_a_file) {
    const test::TemporaryFolder temporary;
    test::write_whole(temporary.path() / "file", {});
    std::string why;
    EXPECT_EQ(StoreFolder::open(temporary.path() / "file", why).error(), Error::input_output);
}

TEST(StoreFolder, is_held_by_one_at_a_time) {
    const test::TemporaryFolder temporary;
    std::string why;
    {
        const auto first = StoreFolder::open(temporary.path(), why);
        ASSERT_TRUE(first);
        EXPECT_EQ(StoreFolder::open(temporary.path(), why).error(), Error::already);
        EXPECT_NE(why.find("another program"), std::string::npos);
    }
    EXPECT_TRUE(StoreFolder::open(temporary.path(), why));
}

} // namespace
} // namespace nwp::vault
