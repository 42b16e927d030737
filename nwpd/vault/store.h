// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/credential.h"
#include "base/result.h"
#include "nwpd/vault/catalogue.h"
#include "nwpd/vault/database.h"
#include "nwpd/vault/seal.h"
#include "nwpd/vault/secret.h"
#include "nwpd/vault/store_folder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nwp::vault {

/// Sealed values and the catalogue that names them, in a folder with its device key. It knows nothing of what
/// the values mean. A change that returned success is on the disk; one that failed changed nothing.
class Store {
public:
    static constexpr const char* kDatabaseName = "store.sqlite";

    /// Opens, or makes anew where neither key file nor database is. Errors as in Vault::open.
    static Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder, std::string& why);

    const Catalogue& catalogue() const { return catalogue_; }

    ///   not_found   the catalogue has no such credential
    ///   malformed   its record does not unseal
    Result<SecretBytes> credential(CredentialKey key) const;
    Result<SecretBytes> file(const std::string& name) const;

    Result<SecretBytes> setting(const std::string& name) const;

    Result<void> put_credential(CredentialKey key, CredentialKind kind, ByteView value);
    Result<void> remove_credential(CredentialKey key);
    Result<void> put_file(const std::string& name, ByteView content);
    Result<void> remove_file(const std::string& name);
    Result<void> change_file(const std::string& name, FileStep step, const FileAttributes& attributes,
                             ByteView content);
    /// not_found: no `from`; exists: `to` does. What was sealed under the old name is sealed anew.
    Result<void> rename_file(const std::string& from, const std::string& to);
    Result<void> put_setting(const std::string& name, ByteView value);
    Result<void> remove_setting(const std::string& name);
    Result<void> set_date_floor(std::int64_t seconds_since_1970);

private:
    struct NewRecord {
        std::uint64_t id = 0;
        std::string context;
        ByteView value;
    };

    Store(std::unique_ptr<StoreFolder> folder, std::unique_ptr<Database> database);
    Result<void> make_schema(const class DeviceKey& device_key);
    Result<void> load(const DeviceKey& device_key, std::string& why);
    /// Brings a store of an older schema to today's, wholly or not at all.
    Result<void> migrate();
    Result<void> check_records() const;
    Result<SecretBytes> record(std::uint64_t id, const std::string& context) const;
    Result<std::vector<Byte>> item(const char* name) const;
    Result<void> set_item(const char* name, ByteView value);
    /// Makes `next` the catalogue: records that it does not name any more go, those of `added` come.
    Result<void> commit(Catalogue next, const std::vector<NewRecord>& added);
    Result<void> remove_records_unknown_to(const Catalogue& next);
    Result<void> add_record(const NewRecord& record);

    std::unique_ptr<StoreFolder> folder_; ///< outlives the database: it holds the lock
    std::unique_ptr<Database> database_;
    SealKey data_key_;
    Catalogue catalogue_;
};

} // namespace nwp::vault
