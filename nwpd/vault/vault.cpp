// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/vault.h"

#include "base/text.h"
#include "nwpd/vault/credential_intake.h"
#include "nwpd/vault/credential_value.h"
#include "nwpd/vault/keys.h"
#include "nwpd/vault/vault_impl.h"

namespace nwp::vault {
namespace {

bool never_readable(CredentialType type) {
    return type == CredentialType::private_key || type == CredentialType::psk;
}

Result<void> check_bytes(CredentialType type, const Intake& intake) {
    if (intake.form == ValueForm::secret) return {};
    if (type != CredentialType::private_key && holds_private_key(intake.value))
        return Error::invalid_argument;
    return check_value(type, intake.value);
}

/// True: a private_key credential names `file`.
Result<bool> is_key_file(const Store& store, const std::string& file) {
    for (const auto& [key, credential] : store.catalogue().credentials) {
        if (key.type != CredentialType::private_key || credential.kind != CredentialKind::file) continue;
        auto name = named_file(store, key);
        if (!name) return name.error();
        if (*name == file) return true;
    }
    return false;
}

/// True: a file with tokens, and not with this `exemption`.
bool is_guarded(const FileAttributes& attributes, std::uint16_t exemption) {
    return attributes.has(file_flag::secure) && !attributes.has(exemption);
}

/// Everybody may read the file; one that is not there guards nothing.
bool is_public(const Store& store, const std::string& name) {
    const auto& files = store.catalogue().files;
    const auto found = files.find(name);
    return found == files.end() || !is_guarded(found->second.attributes, file_flag::public_read);
}

FileInfo info_of(const std::string& name, const Catalogue::File& file) {
    return {name, file.size, file.attributes, file.record != 0, file.on_trial, file.previous != 0};
}

std::vector<Byte> readable(const SecretBytes& bytes) { return {bytes.begin(), bytes.end()}; }

} // namespace

Result<SecretBytes> value_of(const Store& store, CredentialKey key) {
    auto value = store.credential(key);
    if (!value) return value;
    if (store.catalogue().credentials.at(key).kind != CredentialKind::file) return value;
    return store.file(std::string(as_text(*value)));
}

Result<std::string> named_file(const Store& store, CredentialKey key) {
    auto name = store.credential(key);
    if (!name) return name.error();
    return std::string(as_text(*name));
}

bool is_setting_name(std::string_view name) { return name.size() <= kMaxSettingName && is_file_name(name); }

Vault::Vault(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Vault::~Vault() = default;

Result<std::unique_ptr<Vault>> Vault::open(const std::filesystem::path& folder, std::string* why) {
    std::string reason;
    auto store = Store::open(folder, reason);
    if (!store) {
        if (why != nullptr) *why = reason.empty() ? "the store does not open" : reason;
        return store.error();
    }
    return std::unique_ptr<Vault>(new Vault(std::make_unique<Impl>(Impl{std::move(*store)})));
}

Result<void> Vault::add(SecTag tag, CredentialType type, ByteView value, bool replace) {
    const auto intake = take_in(type, value);
    if (!intake) return intake.error();
    CredentialKind kind = CredentialKind::bytes;
    if (intake->form == ValueForm::file_name) {
        kind = CredentialKind::file;
        auto content = impl_->store->file(std::string(as_text(intake->value)));
        if (!content) return content.error();
        if (auto checked = check_value(type, *content); !checked) return checked;
    } else if (auto checked = check_bytes(type, *intake); !checked) {
        return checked;
    }

    const CredentialKey key{tag, type};
    const auto& credentials = impl_->store->catalogue().credentials;
    if (const auto present = credentials.find(key); present != credentials.end()) {
        auto stored = impl_->store->credential(key);
        if (!stored) return stored.error();
        if (present->second.kind == kind && equal_in_constant_time(*stored, intake->value)) return {};
        if (!replace) return Error::exists;
    } else if (credentials.size() >= kMaxCredentials) {
        return Error::no_space;
    }
    return impl_->store->put_credential(key, kind, intake->value);
}

Result<void> Vault::remove(SecTag tag, CredentialType type) {
    return impl_->store->remove_credential({tag, type});
}

Result<std::vector<Byte>> Vault::get(SecTag tag, CredentialType type) const {
    if (never_readable(type)) return Error::access_denied;
    auto value = value_of(*impl_->store, {tag, type});
    if (!value) return value.error();
    if (type != CredentialType::psk_id && holds_private_key(*value)) return Error::access_denied;
    if (impl_->store->catalogue().credentials.at({tag, type}).kind == CredentialKind::file) {
        auto name = named_file(*impl_->store, {tag, type});
        if (!name) return name.error();
        if (!is_public(*impl_->store, *name)) return Error::access_denied;
    }
    return readable(*value);
}

Result<std::vector<CredentialInfo>> Vault::list() const {
    std::vector<CredentialInfo> infos;
    const auto& catalogue = impl_->store->catalogue();
    for (const auto& [key, credential] : catalogue.credentials) {
        CredentialInfo info{key.tag, key.type, credential.kind, credential.size, {}};
        auto value = impl_->store->credential(key);
        if (!value) return value.error();
        if (credential.kind == CredentialKind::file) {
            info.summary = as_text(*value);
            const auto file = catalogue.files.find(info.summary);
            info.size = file == catalogue.files.end() ? 0 : file->second.size;
        } else {
            info.summary = summary_of(key.type, *value);
        }
        if (credential.kind == CredentialKind::generated) info.size = 0;
        infos.push_back(std::move(info));
    }
    return infos;
}

Result<void> Vault::generate_key(SecTag tag, bool replace) {
    const CredentialKey key{tag, CredentialType::private_key};
    const auto& credentials = impl_->store->catalogue().credentials;
    const bool present = credentials.count(key) != 0;
    if (present && !replace) return Error::exists;
    if (!present && credentials.size() >= kMaxCredentials) return Error::no_space;
    auto made = make_p256_key();
    if (!made) return made.error();
    return impl_->store->put_credential(key, CredentialKind::generated, *made);
}

Result<std::string> Vault::signing_request(SecTag tag, const std::string& subject) const {
    auto value = value_of(*impl_->store, {tag, CredentialType::private_key});
    if (!value) return value.error();
    auto key = read_private_key(*value);
    if (!key) return key.error();
    return make_signing_request(**key, subject);
}

Result<void> Vault::write_file(const std::string& name, ByteView content) {
    if (!is_file_name(name)) return Error::invalid_argument;
    if (content.size() > kMaxFileSize) return Error::too_big;
    const auto& files = impl_->store->catalogue().files;
    if (const auto old = files.find(name); old != files.end()) {
        if (is_guarded(old->second.attributes, file_flag::public_write)) return Error::access_denied;
        auto stored = impl_->store->file(name);
        if (stored && !old->second.on_trial && equal_in_constant_time(*stored, content)) return {};
    } else if (files.size() >= kMaxFiles) {
        return Error::no_space;
    }
    return impl_->store->put_file(name, content);
}

Result<std::vector<Byte>> Vault::read_file(const std::string& name, FileRight right) const {
    auto content = impl_->store->file(name);
    if (!content) return content.error();
    if (right == FileRight::of_its_name && !is_public(*impl_->store, name)) return Error::access_denied;
    auto key_file = is_key_file(*impl_->store, name);
    if (!key_file) return key_file.error();
    if (*key_file || holds_private_key(*content)) return Error::access_denied;
    return readable(*content);
}

Result<SigningKey> Vault::signing_key(const std::string& name) const {
    auto content = impl_->store->file(name);
    if (!content) return content.error();
    return SigningKey::read(*content);
}

Result<void> Vault::remove_file(const std::string& name, FileRight right) {
    auto info = file_info(name);
    if (!info) return info.error();
    if (right == FileRight::of_its_name && is_guarded(info->attributes, file_flag::public_write))
        return Error::access_denied;
    return impl_->store->remove_file(name);
}

Result<void> Vault::change_file(const std::string& name, FileStep step, const FileAttributes& attributes,
                                ByteView content) {
    if (!is_file_name(name)) return Error::invalid_argument;
    if (content.size() > kMaxFileSize) return Error::too_big;
    const auto& files = impl_->store->catalogue().files;
    const auto old = files.find(name);
    if (old == files.end()) {
        if (step != FileStep::mark && step != FileStep::write) return Error::not_found;
        if (files.size() >= kMaxFiles) return Error::no_space;
    } else {
        const bool ends_trial = step == FileStep::accept || step == FileStep::roll_back;
        if (ends_trial && !old->second.on_trial) return Error::invalid_argument;
        if (step == FileStep::roll_back && old->second.previous == 0) return Error::invalid_argument;
        // A trial upon a trial would lose what the first one kept.
        if (step == FileStep::try_out && old->second.on_trial) return Error::invalid_argument;
    }
    return impl_->store->change_file(name, step, attributes, content);
}

Result<void> Vault::rename_file(const std::string& from, const std::string& to) {
    if (!is_file_name(to)) return Error::invalid_argument;
    auto key_file = is_key_file(*impl_->store, from);
    if (!key_file) return key_file.error();
    if (*key_file) return Error::access_denied;
    return impl_->store->rename_file(from, to);
}

Result<FileInfo> Vault::file_info(const std::string& name) const {
    const auto& files = impl_->store->catalogue().files;
    const auto found = files.find(name);
    if (found == files.end()) return Error::not_found;
    return info_of(name, found->second);
}

Result<std::vector<FileInfo>> Vault::list_files() const {
    std::vector<FileInfo> infos;
    for (const auto& [name, file] : impl_->store->catalogue().files) infos.push_back(info_of(name, file));
    return infos;
}

Result<void> Vault::put_setting(const std::string& name, ByteView value) {
    if (!is_setting_name(name)) return Error::invalid_argument;
    if (value.size() > kMaxSettingSize) return Error::too_big;
    const auto& settings = impl_->store->catalogue().settings;
    if (settings.count(name) != 0) {
        auto stored = impl_->store->setting(name);
        if (stored && equal_in_constant_time(*stored, value)) return {};
    } else if (settings.size() >= kMaxSettings) {
        return Error::no_space;
    }
    return impl_->store->put_setting(name, value);
}

Result<void> Vault::remove_setting(const std::string& name) { return impl_->store->remove_setting(name); }

Result<SettingValues> Vault::settings() const {
    SettingValues values;
    for (const auto& [name, setting] : impl_->store->catalogue().settings) {
        auto value = impl_->store->setting(name);
        if (!value) return value.error();
        values.emplace(name, readable(*value));
    }
    return values;
}

Result<std::int64_t> Vault::date_floor() const { return impl_->store->catalogue().date_floor; }

Result<void> Vault::raise_date_floor(std::int64_t seconds_since_1970) {
    if (seconds_since_1970 <= impl_->store->catalogue().date_floor) return {};
    return impl_->store->set_date_floor(seconds_since_1970);
}

} // namespace nwp::vault
