// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/test_kit.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace nwp::vault::test {
namespace {

std::vector<Byte> bytes_of_hex(const std::string& text) {
    std::vector<Byte> bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
        bytes.push_back(static_cast<Byte>(std::stoi(text.substr(at, 2), nullptr, 16)));
    }
    return bytes;
}

/// A store as schema 1 left it on the disk: PSK identity "sensor" under tag 7, file "ca.pem" with "content",
/// date floor 1000. A file "gone" was written and removed.
constexpr const char* kOldDeviceKey = "15eb4979a341bd74dcf986c2b67bb7dabf18c7bd25da1aa22175c397fe835853";
constexpr const char* kOldStore =
    "CREATE TABLE item(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE record(id INTEGER PRIMARY KEY, sealed BLOB NOT NULL);"
    "PRAGMA application_id=0x4e575056;"
    "PRAGMA user_version=1;"
    "INSERT INTO item VALUES('catalogue', X'"
    "01c5b6306088d88563288041b823ff633f93fa4db7f05249ef642371bf40208201b2cc9f"
    "ec76e0314bcf424d7f2c480fcb518a5f7a63f4211de283a04ec12039463c6b58962b3a1e"
    "1fb50a465ccb69f70685f63d67d13ba646d3832c5471d69867eba95bb8141aac6a1cf3a7"
    "9df82d967b7b6664"
    "');"
    "INSERT INTO item VALUES('data_key', X'"
    "01205fe42cf94cdde765fea2eea3ae81b79848bb5b95f5906ccb22fa6f5b4c964f0c7270"
    "f5505b14599819d5ee94bc59f3e712651d62dbcd3bdbae5b8d"
    "');"
    "INSERT INTO record VALUES(1, X'0186ec14e64c60b6f643c5fe7c91a6c14f5939815a2e5aa2a075ff640fb345e896bb1a');"
    "INSERT INTO record VALUES(2, "
    "X'019ee7b16900d36cdc8d431df1f5e7549e64f6f67aeb30a97ed0d433b775365518c69f9e');";

} // namespace

void make_old_store(const std::filesystem::path& folder) {
    write_whole(folder / "device.key", bytes_of_hex(kOldDeviceKey));
    std::filesystem::permissions(folder / "device.key",
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open((folder / "store.sqlite").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, kOldStore, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
}

} // namespace nwp::vault::test
