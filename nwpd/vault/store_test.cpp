// SPDX-License-Identifier: Apache-2.0
// The store in the hands of somebody who can write to the disk but has no key.
#include "nwpd/vault/store.h"

#include "base/text.h"
#include "nwpd/vault/test_kit.h"

#include <chrono>
#include <gtest/gtest.h>
#include <random>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nwp::vault {
namespace {

namespace fs = std::filesystem;
using enum CredentialType;
using test::a_pair;
using test::another_pair;
using test::bytes_of;

/// Runs SQL on a closed store, as anybody with the sqlite3 command could.
void tamper(const fs::path& folder, const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder / Store::kDatabaseName).c_str(), &database), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    EXPECT_GT(sqlite3_total_changes(database), 0) << "the attack changed nothing: " << sql;
    sqlite3_close(database);
}

std::int64_t number(const fs::path& folder, const char* sql) {
    return *(*Database::open((folder / Store::kDatabaseName).string()))->number(sql);
}

class StoreTest : public ::testing::Test {
protected:
    void SetUp() override {
        const auto vault = test::open_vault(path());
        ASSERT_TRUE(vault->add(1, ca_certificate, as_bytes(a_pair().certificate_pem), false));
        ASSERT_TRUE(vault->add(2, ca_certificate, as_bytes(another_pair().certificate_pem), false));
        ASSERT_TRUE(vault->write_file("name", as_bytes("content")));
        ASSERT_TRUE(vault->put_setting("setting", as_bytes("value")));
        ASSERT_TRUE(vault->raise_date_floor(1000));
    }
    const fs::path& path() const { return folder_.path(); }
    fs::path database() const { return path() / Store::kDatabaseName; }
    Error open_error() {
        why_.clear();
        return Vault::open(path(), &why_).error();
    }

    test::TemporaryFolder folder_;
    std::string why_;
};

TEST_F(StoreTest, refuses_swapped_values) {
    tamper(path(), "UPDATE record SET id = -id; UPDATE record SET id = CASE id WHEN -1 THEN 2 WHEN -2 THEN 1 "
                   "ELSE -id END");
    const auto vault = test::open_vault(path());
    EXPECT_EQ(vault->get(1, ca_certificate).error(), Error::malformed);
    EXPECT_EQ(vault->get(2, ca_certificate).error(), Error::malformed);
    EXPECT_EQ(vault->tls_credentials({1}).error(), Error::malformed);
    EXPECT_TRUE(vault->read_file("name")) << "what was not touched still reads";
}

TEST_F(StoreTest, refuses_a_value_copied_over_another) {
    tamper(path(), "UPDATE record SET sealed = (SELECT sealed FROM record WHERE id = 1)");
    const auto vault = test::open_vault(path());
    EXPECT_TRUE(vault->get(1, ca_certificate));
    EXPECT_EQ(vault->get(2, ca_certificate).error(), Error::malformed);
    EXPECT_EQ(vault->read_file("name").error(), Error::malformed);
}

TEST_F(StoreTest, does_not_open_without_one_of_its_records) {
    tamper(path(), "DELETE FROM record WHERE id = 2");
    EXPECT_EQ(open_error(), Error::malformed);
}

TEST_F(StoreTest, does_not_open_with_a_record_too_many) {
    tamper(path(), "INSERT INTO record SELECT 99, sealed FROM record WHERE id = 1");
    EXPECT_EQ(open_error(), Error::malformed);
}

TEST_F(StoreTest, does_not_open_with_an_older_catalogue) {
    tamper(path(),
           "CREATE TABLE kept(value); INSERT INTO kept SELECT value FROM item WHERE name = 'catalogue'");
    ASSERT_TRUE(test::open_vault(path())->remove(1, ca_certificate));
    tamper(path(), "UPDATE item SET value = (SELECT value FROM kept) WHERE name = 'catalogue'");
    EXPECT_EQ(open_error(), Error::malformed);
}

TEST_F(StoreTest, does_not_open_without_catalogue_or_data_key) {
    for (const char* name : {"catalogue", "data_key"}) {
        const auto whole = test::read_whole(database());
        tamper(path(), std::string("DELETE FROM item WHERE name = '") + name + "'");
        EXPECT_EQ(open_error(), Error::malformed) << name;
        test::write_whole(database(), whole);
    }
}

TEST_F(StoreTest, does_not_open_with_another_device_s_key) {
    test::write_whole(path() / "device.key", std::vector<Byte>(32, 0x11));
    EXPECT_EQ(open_error(), Error::malformed);
    EXPECT_NE(why_.find("does not open with this device key"), std::string::npos) << why_;
}

TEST_F(StoreTest, never_makes_a_new_key_over_existing_data) {
    const auto key = test::read_whole(path() / "device.key");
    fs::remove(path() / "device.key");
    EXPECT_EQ(open_error(), Error::malformed);
    EXPECT_NE(why_.find("key file is missing"), std::string::npos) << why_;
    EXPECT_FALSE(fs::exists(path() / "device.key"));
    test::write_whole(path() / "device.key", key);
    fs::permissions(path() / "device.key", fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_TRUE(test::open_vault(path())->get(1, ca_certificate)) << "put back, all is well";
}

TEST_F(StoreTest, does_not_begin_anew_beside_the_log_of_a_lost_database) {
    fs::rename(database(), path() / "store.sqlite-wal");
    EXPECT_EQ(open_error(), Error::malformed);
    fs::remove(path() / "device.key");
    EXPECT_EQ(open_error(), Error::malformed);
}

TEST_F(StoreTest, refuses_a_key_file_that_others_can_read) {
    fs::permissions(path() / "device.key", fs::perms::group_read, fs::perm_options::add);
    EXPECT_EQ(open_error(), Error::access_denied);
    EXPECT_NE(why_.find("chmod 0600"), std::string::npos) << why_;
}

TEST_F(StoreTest, refuses_another_program_s_database_and_a_newer_schema) {
    const auto whole = test::read_whole(database());
    tamper(path(), "UPDATE item SET name = name; PRAGMA user_version = 3");
    EXPECT_EQ(open_error(), Error::malformed);
    EXPECT_NE(why_.find("newer version"), std::string::npos) << why_;
    test::write_whole(database(), whole);
    tamper(path(), "UPDATE item SET name = name; PRAGMA application_id = 1");
    EXPECT_EQ(open_error(), Error::malformed);
    EXPECT_NE(why_.find("another program"), std::string::npos) << why_;
    test::write_whole(database(),
                      bytes_of("this is a text file, and quite long enough to have a header of SQLite"));
    EXPECT_EQ(open_error(), Error::malformed);
}

TEST(OldStore, opens_with_everything_in_it_and_is_of_today_from_then_on) {
    const test::TemporaryFolder folder;
    test::make_old_store(folder.path());
    for (int opening = 0; opening < 2; ++opening) {
        const auto vault = test::open_vault(folder.path());
        EXPECT_EQ(*vault->get(7, psk_id), bytes_of("sensor"));
        EXPECT_EQ(*vault->read_file("ca.pem"), bytes_of("content"));
        EXPECT_EQ(*vault->date_floor(), 1000);
        EXPECT_TRUE(vault->settings()->empty());
        const auto files = vault->list_files();
        ASSERT_EQ(files->size(), 1U);
        EXPECT_TRUE(files->at(0).valid);
        EXPECT_EQ(files->at(0).attributes.max_size, 256U);
    }
    EXPECT_TRUE(test::open_vault(folder.path())->put_setting("new", as_bytes("value")));
    EXPECT_EQ(test::open_vault(folder.path())->settings()->at("new"), bytes_of("value"));
    EXPECT_EQ(number(folder.path(), "PRAGMA user_version"), 2) << "an older program knows it by this";
}

TEST(OldStore, keeps_the_change_numbers_that_revisions_are_made_of) {
    const test::TemporaryFolder folder;
    test::make_old_store(folder.path());
    const auto vault = test::open_vault(folder.path());
    const auto before = vault->revision({7});
    ASSERT_TRUE(vault->add(7, psk_id, as_bytes("other"), true));
    EXPECT_NE(*vault->revision({7}), *before);
}

// Whatever byte is wrong, what is given out is right: the true value, or a clear refusal.
TEST_F(StoreTest, never_gives_out_a_wrong_byte_of_a_damaged_file) {
    const auto whole = test::read_whole(database());
    std::mt19937 random(7); // NOLINT(cert-msc51-cpp): the same damage in every run
    int refused = 0;
    for (int round = 0; round < 400; ++round) {
        auto damaged = whole;
        const std::size_t at = round < 100 ? static_cast<std::size_t>(round) : random() % damaged.size();
        damaged[at] = static_cast<Byte>(damaged[at] ^ (1U << (random() % 8)));
        test::write_whole(database(), damaged);
        const auto vault = Vault::open(path());
        if (!vault) {
            EXPECT_TRUE(vault.error() == Error::malformed || vault.error() == Error::input_output ||
                        vault.error() == Error::access_denied)
                << to_string(vault.error()) << " for byte " << at;
            ++refused;
            continue;
        }
        const auto value = (*vault)->get(1, ca_certificate);
        if (value) {
            EXPECT_EQ(*value, bytes_of(a_pair().certificate_pem)) << "byte " << at;
        } else {
            EXPECT_EQ(value.error(), Error::malformed) << "byte " << at;
            ++refused;
        }
        EXPECT_EQ(*(*vault)->date_floor(), 1000) << "byte " << at;
    }
    EXPECT_GT(refused, 20) << "the damage reached something";
}

TEST_F(StoreTest, takes_no_truncated_file_for_an_empty_store) {
    const auto whole = test::read_whole(database());
    for (std::size_t size = 1; size < whole.size(); size += 509) {
        test::write_whole(database(), {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
        const auto vault = Vault::open(path());
        if (vault) {
            const auto value = (*vault)->get(1, ca_certificate);
            if (value) {
                EXPECT_EQ(*value, bytes_of(a_pair().certificate_pem));
            } else {
                EXPECT_EQ(value.error(), Error::malformed) << size;
            }
        }
    }
}

TEST_F(StoreTest, is_open_once_in_a_process) {
    const auto first = test::open_vault(path());
    EXPECT_EQ(open_error(), Error::already);
    EXPECT_NE(why_.find("another program has this store open"), std::string::npos) << why_;
}

TEST_F(StoreTest, is_open_in_one_process) {
    const auto first = test::open_vault(path());
    const pid_t child = ::fork();
    if (child == 0) {
        std::string why;
        ::_exit(static_cast<int>(Vault::open(folder_.path(), &why).error()));
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(Error::already));
}

TEST_F(StoreTest, lets_nobody_else_read_its_files) {
    const auto vault = test::open_vault(path());
    ASSERT_TRUE(vault->write_file("more", as_bytes("so that there is a log")));
    ASSERT_TRUE(fs::exists(path() / "store.sqlite-wal"));
    for (const auto& entry : fs::directory_iterator(path())) {
        EXPECT_EQ(entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all),
                  fs::perms::none)
            << entry.path();
    }
}

// The daemon has to be ready within 50 ms in all; ten times the few milliseconds that it takes leave room for
// a loaded machine and for sanitizers.
TEST_F(StoreTest, opens_fast) {
    {
        const auto vault = test::open_vault(path());
        for (SecTag tag = 10; tag < 110; ++tag) ASSERT_TRUE(vault->generate_key(tag, false));
    }
    using Clock = std::chrono::steady_clock;
    auto best = Clock::duration::max();
    for (int i = 0; i < 5; ++i) {
        const auto begin = Clock::now();
        const auto vault = test::open_vault(path());
        best = std::min(best, Clock::now() - begin);
    }
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(best).count();
    RecordProperty("open_us", static_cast<int>(microseconds));
    EXPECT_LT(microseconds, 40'000);
}

} // namespace
} // namespace nwp::vault
