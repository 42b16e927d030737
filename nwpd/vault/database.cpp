// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/database.h"

#include "base/text.h"

#include <sqlite3.h>

namespace nwp::vault {
namespace {

// EXCLUSIVE before the first access: one owner, and the log's index stays in memory.
// FULL syncs the log at each commit; EXTRA adds the folder where SQLite still uses a rollback journal, which
// it does once, when a new file becomes a WAL database. secure_delete: what was deleted does not linger,
// sealed as it is. 256 pages: bounds the log that has to be read again at the next opening to about a MiB.
// cell_size_check, trusted_schema: a damaged or prepared file is refused, not believed.
constexpr const char* kSettings = "PRAGMA locking_mode=EXCLUSIVE;"
                                  "PRAGMA synchronous=EXTRA;"
                                  "PRAGMA secure_delete=ON;"
                                  "PRAGMA temp_store=MEMORY;"
                                  "PRAGMA trusted_schema=OFF;"
                                  "PRAGMA cell_size_check=ON;"
                                  "PRAGMA wal_autocheckpoint=256;"
                                  "PRAGMA journal_size_limit=1048576;";

Error error_of_sqlite(int code) {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return Error::already;
        case SQLITE_FULL: return Error::no_space;
        case SQLITE_NOMEM: return Error::no_memory;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_SCHEMA:
        case SQLITE_ERROR: // the statements are ours: an unknown table or column is a foreign file
        case SQLITE_FORMAT: return Error::malformed;
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_READONLY: return Error::access_denied;
        default: return Error::input_output;
    }
}

} // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
    sqlite3* handle = nullptr;
    const int opened =
        sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    std::unique_ptr<Database> database(new Database(handle));
    if (opened != SQLITE_OK) return error_of_sqlite(opened);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (auto set = database->execute(kSettings); !set) return set.error();

    Statement journal(*database, "PRAGMA journal_mode=WAL");
    auto row = journal.step();
    if (!row) return row.error();
    if (as_text(journal.blob(0)) != "wal")
        return Error::input_output; // "delete": this file system cannot do it
    return database;
}

Database::~Database() { sqlite3_close(handle_); }

Result<void> Database::execute(const char* sql) {
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error_of_sqlite(code);
    return {};
}

Result<std::int64_t> Database::number(const char* sql) {
    Statement statement(*this, sql);
    auto row = statement.step();
    if (!row) return row.error();
    if (!*row) return Error::not_found;
    return statement.number(0);
}

Statement::Statement(Database& database, const char* sql)
    : state_(sqlite3_prepare_v2(database.handle_, sql, -1, &statement_, nullptr)) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int index, std::int64_t number) {
    if (state_ == SQLITE_OK) state_ = sqlite3_bind_int64(statement_, index, number);
    return *this;
}

Statement& Statement::bind(int index, ByteView blob) {
    if (state_ == SQLITE_OK) {
        state_ = sqlite3_bind_blob64(statement_, index, blob.data(), blob.size(), SQLITE_STATIC);
    }
    return *this;
}

Statement& Statement::bind(int index, const char* text) {
    if (state_ == SQLITE_OK) state_ = sqlite3_bind_text(statement_, index, text, -1, SQLITE_STATIC);
    return *this;
}

Result<bool> Statement::step() {
    if (state_ != SQLITE_OK) return error_of_sqlite(state_);
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return error_of_sqlite(code);
}

Result<void> Statement::run() {
    auto row = step();
    if (!row) return row.error();
    return {};
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_, column); }

ByteView Statement::blob(int column) const {
    const void* const bytes = sqlite3_column_blob(statement_, column);
    return {static_cast<const Byte*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Transaction::~Transaction() {
    // SQLite has already rolled back after some errors; otherwise nobody is left to hear of a failed
    // rollback.
    if (sqlite3_get_autocommit(database_.handle_) == 0) {
        sqlite3_exec(database_.handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

Result<void> Transaction::begin() { return database_.execute("BEGIN IMMEDIATE"); }

Result<void> Transaction::commit() { return database_.execute("COMMIT"); }

} // namespace nwp::vault
