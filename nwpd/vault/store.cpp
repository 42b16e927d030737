// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/store.h"

#include "nwpd/vault/device_key.h"

#include <utility>

namespace nwp::vault {
namespace {

constexpr std::int64_t kApplicationId = 0x4e575056; // "NWPV"
constexpr std::int64_t kSchemaVersion = 2;
/// The same tables; the catalogue knows no settings and no attributes of files.
constexpr std::int64_t kSchemaWithoutSettings = 1;
constexpr const char* kSchema = "CREATE TABLE item(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
                                "CREATE TABLE record(id INTEGER PRIMARY KEY, sealed BLOB NOT NULL);"
                                "PRAGMA application_id=0x4e575056;"
                                "PRAGMA user_version=2;";
constexpr const char* kCatalogueContext = "nwp-store/catalogue";

std::string context_of(CredentialKey key, const Catalogue::Credential& credential) {
    return "nwp-store/credential/" + std::to_string(key.tag) + "/" +
           std::to_string(static_cast<unsigned>(key.type)) + "/" +
           std::to_string(static_cast<unsigned>(credential.kind)) + "/" + std::to_string(credential.record);
}

/// The name comes last: it may contain anything.
std::string file_context(std::uint64_t record, const std::string& name) {
    return "nwp-store/file/" + std::to_string(record) + "/" + name;
}

std::string context_of(const std::string& name, const Catalogue::Setting& setting) {
    return "nwp-store/setting/" + std::to_string(setting.record) + "/" + name;
}

constexpr const char* kLogName = "store.sqlite-wal";
constexpr const char* kJournalName = "store.sqlite-journal";

/// A new key over existing data would make them unreadable for good.
Result<DeviceKey> device_key_of(const StoreFolder& folder, std::string& why) {
    auto key = DeviceKey::load(folder, why);
    if (key || key.error() != Error::not_found) return key;
    if (folder.contains(Store::kDatabaseName) || folder.contains(kLogName)) {
        why =
            "the store is there but its device key file is missing: put device.key back, or remove the store";
        return Error::malformed;
    }
    return DeviceKey::create(folder, why);
}

/// SQLite takes a file shorter than its smallest page (512 bytes) for an empty one; here it is the rest of a
/// store. Only while the first page is being written, with the journal beside it, can a crash leave such a
/// file.
bool is_stump(const StoreFolder& folder) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(folder.file(Store::kDatabaseName), failed);
    return !failed && size != 0 && size < 512 && !folder.contains(kJournalName);
}

} // namespace

Store::Store(std::unique_ptr<StoreFolder> folder, std::unique_ptr<Database> database)
    : folder_(std::move(folder)), database_(std::move(database)) {}

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& path, std::string& why) {
    auto folder = StoreFolder::open(path, why);
    if (!folder) return folder.error();
    auto device_key = device_key_of(**folder, why);
    if (!device_key) return device_key.error();

    if (!(*folder)->contains(kDatabaseName)) {
        if ((*folder)->contains(kLogName)) {
            why = "the store's database is missing and its log is there";
            return Error::malformed;
        }
        if (auto made = (*folder)->make_empty(kDatabaseName); !made) return made.error();
        if (auto synced = (*folder)->sync(); !synced) return synced.error();
    }
    if (is_stump(**folder)) {
        why = "the store's database is cut short";
        return Error::malformed;
    }
    auto database = Database::open((*folder)->file(kDatabaseName).string());
    if (!database) {
        why = "the store's database does not open";
        return database.error();
    }
    std::unique_ptr<Store> store(new Store(std::move(*folder), std::move(*database)));
    if (auto loaded = store->load(*device_key, why); !loaded) {
        if (why.empty()) why = "the store does not open with this device key, or it is damaged";
        return loaded.error();
    }
    return store;
}

Result<void> Store::load(const DeviceKey& device_key, std::string& why) {
    auto application = database_->number("PRAGMA application_id");
    if (!application) return application.error();
    auto version = database_->number("PRAGMA user_version");
    if (!version) return version.error();
    auto tables = database_->number("SELECT count(*) FROM sqlite_schema");
    if (!tables) return tables.error();

    // A file without tables is what a crash leaves before the first commit.
    if (*tables == 0 && *application == 0 && *version == 0) return make_schema(device_key);
    if (*application != kApplicationId) {
        why = "the store's database was made by another program";
        return Error::malformed;
    }
    if (*version != kSchemaVersion && *version != kSchemaWithoutSettings) {
        why = "the store was made by a newer version: its schema is " + std::to_string(*version);
        return Error::malformed;
    }
    auto wrapped = item("data_key");
    if (!wrapped) return wrapped.error();
    auto data_key = device_key.unwrap(*wrapped);
    if (!data_key) return data_key.error();
    data_key_ = std::move(*data_key);

    auto sealed = item("catalogue");
    if (!sealed) return sealed.error();
    auto plain = unseal(data_key_, kCatalogueContext, *sealed);
    if (!plain) return plain.error();
    auto catalogue = decode_catalogue(*plain);
    if (!catalogue) return catalogue.error();
    catalogue_ = std::move(*catalogue);
    if (auto checked = check_records(); !checked) return checked;
    return *version == kSchemaVersion ? Result<void>{} : migrate();
}

// From schema 1: the catalogue in its newer form. An older program then refuses the store by its number,
// instead of taking it for damaged.
Result<void> Store::migrate() {
    auto catalogue = seal(data_key_, kCatalogueContext, encode(catalogue_));
    if (!catalogue) return catalogue.error();
    Transaction transaction(*database_);
    if (auto begun = transaction.begin(); !begun) return begun;
    if (auto set = set_item("catalogue", *catalogue); !set) return set;
    if (auto set = database_->execute("PRAGMA user_version=2"); !set) return set;
    return transaction.commit();
}

Result<void> Store::make_schema(const DeviceKey& device_key) {
    if (auto filled = fill_random(data_key_.fill()); !filled) return filled;
    auto wrapped = device_key.wrap(data_key_);
    if (!wrapped) return wrapped.error();
    auto catalogue = seal(data_key_, kCatalogueContext, encode(catalogue_));
    if (!catalogue) return catalogue.error();

    Transaction transaction(*database_);
    if (auto begun = transaction.begin(); !begun) return begun;
    if (auto made = database_->execute(kSchema); !made) return made;
    if (auto set = set_item("data_key", *wrapped); !set) return set;
    if (auto set = set_item("catalogue", *catalogue); !set) return set;
    return transaction.commit();
}

Result<void> Store::check_records() const {
    auto expected = catalogue_.records();
    Statement statement(*database_, "SELECT id FROM record");
    for (;;) {
        auto row = statement.step();
        if (!row) return row.error();
        if (!*row) break;
        if (expected.erase(static_cast<std::uint64_t>(statement.number(0))) != 1) return Error::malformed;
    }
    if (!expected.empty()) return Error::malformed;
    return {};
}

Result<std::vector<Byte>> Store::item(const char* name) const {
    Statement statement(*database_, "SELECT value FROM item WHERE name = ?1");
    auto row = statement.bind(1, name).step();
    if (!row) return row.error();
    if (!*row) return Error::malformed;
    const ByteView value = statement.blob(0);
    return std::vector<Byte>(value.begin(), value.end());
}

Result<void> Store::set_item(const char* name, ByteView value) {
    Statement statement(*database_, "INSERT OR REPLACE INTO item(name, value) VALUES(?1, ?2)");
    return statement.bind(1, name).bind(2, value).run();
}

Result<SecretBytes> Store::record(std::uint64_t id, const std::string& context) const {
    Statement statement(*database_, "SELECT sealed FROM record WHERE id = ?1");
    auto row = statement.bind(1, static_cast<std::int64_t>(id)).step();
    if (!row) return row.error();
    if (!*row) return Error::malformed; // the catalogue names it
    return unseal(data_key_, context, statement.blob(0));
}

Result<SecretBytes> Store::credential(CredentialKey key) const {
    const auto found = catalogue_.credentials.find(key);
    if (found == catalogue_.credentials.end()) return Error::not_found;
    return record(found->second.record, context_of(key, found->second));
}

Result<SecretBytes> Store::file(const std::string& name) const {
    const auto found = catalogue_.files.find(name);
    if (found == catalogue_.files.end() || found->second.record == 0) return Error::not_found;
    return record(found->second.record, file_context(found->second.record, name));
}

Result<SecretBytes> Store::setting(const std::string& name) const {
    const auto found = catalogue_.settings.find(name);
    if (found == catalogue_.settings.end()) return Error::not_found;
    return record(found->second.record, context_of(name, found->second));
}

Result<void> Store::put_credential(CredentialKey key, CredentialKind kind, ByteView value) {
    Catalogue next = catalogue_;
    const std::uint64_t id = next.put(key, kind, static_cast<std::uint32_t>(value.size()));
    const std::string context = context_of(key, next.credentials[key]);
    return commit(std::move(next), {{id, context, value}});
}

Result<void> Store::remove_credential(CredentialKey key) {
    if (catalogue_.credentials.count(key) == 0) return Error::not_found;
    Catalogue next = catalogue_;
    next.remove(key);
    return commit(std::move(next), {});
}

Result<void> Store::put_file(const std::string& name, ByteView content) {
    Catalogue next = catalogue_;
    const std::uint64_t id = next.put(name, static_cast<std::uint32_t>(content.size()));
    return commit(std::move(next), {{id, file_context(id, name), content}});
}

Result<void> Store::remove_file(const std::string& name) {
    if (catalogue_.files.count(name) == 0) return Error::not_found;
    Catalogue next = catalogue_;
    next.remove(name);
    return commit(std::move(next), {});
}

Result<void> Store::change_file(const std::string& name, FileStep step, const FileAttributes& attributes,
                                ByteView content) {
    Catalogue next = catalogue_;
    const std::uint64_t id = next.change(name, step, attributes, static_cast<std::uint32_t>(content.size()));
    if (id == 0) return commit(std::move(next), {});
    return commit(std::move(next), {{id, file_context(id, name), content}});
}

Result<void> Store::rename_file(const std::string& from, const std::string& to) {
    const auto old = catalogue_.files.find(from);
    if (old == catalogue_.files.end()) return Error::not_found;
    if (catalogue_.files.count(to) != 0) return Error::exists;

    Catalogue next = catalogue_;
    next.remove(from);
    Catalogue::File& file = next.files[to] = old->second;
    SecretBytes values[2];
    std::vector<NewRecord> added;
    std::uint64_t* const ids[2] = {&file.record, &file.previous};
    for (std::size_t i = 0; i < 2; ++i) {
        if (*ids[i] == 0) continue;
        auto value = record(*ids[i], file_context(*ids[i], from));
        if (!value) return value.error();
        values[i] = std::move(*value);
        *ids[i] = ++next.last_record;
        added.push_back({*ids[i], file_context(*ids[i], to), values[i]});
    }
    file.changed = ++next.last_record;
    return commit(std::move(next), added);
}

Result<void> Store::put_setting(const std::string& name, ByteView value) {
    Catalogue next = catalogue_;
    const std::uint64_t id = next.put_setting(name, static_cast<std::uint32_t>(value.size()));
    const std::string context = context_of(name, next.settings[name]);
    return commit(std::move(next), {{id, context, value}});
}

Result<void> Store::remove_setting(const std::string& name) {
    Catalogue next = catalogue_;
    if (next.settings.erase(name) == 0) return Error::not_found;
    return commit(std::move(next), {});
}

Result<void> Store::set_date_floor(std::int64_t seconds_since_1970) {
    Catalogue next = catalogue_;
    next.date_floor = seconds_since_1970;
    return commit(std::move(next), {});
}

Result<void> Store::remove_records_unknown_to(const Catalogue& next) {
    const auto kept = next.records();
    for (const std::uint64_t id : catalogue_.records()) {
        if (kept.count(id) != 0) continue;
        Statement remove(*database_, "DELETE FROM record WHERE id = ?1");
        if (auto run = remove.bind(1, static_cast<std::int64_t>(id)).run(); !run) return run;
    }
    return {};
}

Result<void> Store::add_record(const NewRecord& record) {
    auto sealed = seal(data_key_, record.context, record.value);
    if (!sealed) return sealed.error();
    Statement insert(*database_, "INSERT INTO record(id, sealed) VALUES(?1, ?2)");
    return insert.bind(1, static_cast<std::int64_t>(record.id)).bind(2, *sealed).run();
}

Result<void> Store::commit(Catalogue next, const std::vector<NewRecord>& added) {
    auto catalogue = seal(data_key_, kCatalogueContext, encode(next));
    if (!catalogue) return catalogue.error();

    Transaction transaction(*database_);
    if (auto begun = transaction.begin(); !begun) return begun;
    if (auto removed = remove_records_unknown_to(next); !removed) return removed;
    for (const NewRecord& record : added) {
        if (auto put = add_record(record); !put) return put;
    }
    if (auto set = set_item("catalogue", *catalogue); !set) return set;
    if (auto committed = transaction.commit(); !committed) return committed;
    catalogue_ = std::move(next);
    return {};
}

} // namespace nwp::vault
