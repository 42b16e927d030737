// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace nwp::vault {

/// One SQLite file, held exclusively, with a write-ahead log that is synced at each commit. One thread at a
/// time.
class Database {
public:
    /// The file must exist; an empty one is a new database. Nothing is synced here: opening is fast.
    ///   already         another program holds it
    ///   malformed       not a database
    ///   input_output    the disk
    static Result<std::unique_ptr<Database>> open(const std::string& path);
    ~Database();
    Database(const Database&) = delete;

    /// Runs statements that give no rows.
    Result<void> execute(const char* sql);
    /// The first column of the first row. not_found without a row.
    Result<std::int64_t> number(const char* sql);

private:
    friend class Statement;
    friend class Transaction;
    explicit Database(sqlite3* handle) : handle_(handle) {}

    sqlite3* handle_;
};

/// One prepared statement. Bound bytes must outlive it.
class Statement {
public:
    Statement(Database& database, const char* sql);
    ~Statement();
    Statement(const Statement&) = delete;

    Statement& bind(int index, std::int64_t number);
    Statement& bind(int index, ByteView blob);
    Statement& bind(int index, const char* text);

    /// True: there is a row, false: no more rows.
    ///   malformed       the file is damaged
    ///   no_space        the disk is full
    ///   input_output    the disk
    Result<bool> step();
    /// step() where no row is expected.
    Result<void> run();

    std::int64_t number(int column) const;
    /// Valid until the next step(). Empty where the column is not a blob.
    ByteView blob(int column) const;

private:
    sqlite3_stmt* statement_ = nullptr;
    int state_;
};

/// Everything until commit(), or nothing.
class Transaction {
public:
    explicit Transaction(Database& database) : database_(database) {}
    ~Transaction();
    Transaction(const Transaction&) = delete;

    Result<void> begin();
    /// Success: the changes are on the disk.
    Result<void> commit();

private:
    Database& database_;
};

} // namespace nwp::vault
