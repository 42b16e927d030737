// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/key_slots.h"

#include "base/text.h"

#include <cstring>
#include <utility>

namespace nwp::service {
namespace {

constexpr std::string_view kDeviceKeyName = "keys.device";

std::string name_of(std::size_t slot) { return "keys.slot." + std::to_string(slot); }

/// Two names with a zero byte between them.
std::vector<Byte> bytes_of(const KeySlots::Installed& files) {
    std::vector<Byte> bytes(files.certificate_file.begin(), files.certificate_file.end());
    bytes.push_back(0);
    bytes.insert(bytes.end(), files.key_file.begin(), files.key_file.end());
    return bytes;
}

KeySlots::Installed files_of(ByteView bytes) {
    const std::string_view text = as_text(bytes);
    const auto middle = text.find('\0');
    if (middle == std::string_view::npos) return {};
    return {std::string(text.substr(0, middle)), std::string(text.substr(middle + 1))};
}

} // namespace

KeySlots::KeySlots(Settings& settings, Credentials& credentials)
    : settings_(settings), credentials_(credentials) {
    for (std::size_t slot = 1; slot < kCount; ++slot) load(slot);
}

KeySlots::~KeySlots() = default;

/// A file that is gone meanwhile leaves its slot installed and without a key.
void KeySlots::load(std::size_t slot) {
    const auto kept = settings_.get(name_of(slot));
    if (!kept) return;
    slots_[slot].files = files_of(*kept);
    credentials_.signing_key(slots_[slot].files.key_file, [this, slot, alive = std::weak_ptr<bool>{alive_}](
                                                              Result<vault::SigningKey> read) {
        if (!alive.expired() && read) slots_[slot].key = std::move(*read);
    });
}

Result<vault::SigningKey> KeySlots::device_key() {
    if (slots_[kDevice].key) return *slots_[kDevice].key;
    if (const auto kept = settings_.get(kDeviceKeyName)) {
        auto read = vault::SigningKey::read(*kept);
        if (read) slots_[kDevice].key = *read;
        return read;
    }
    std::vector<Byte> secret;
    auto made = vault::SigningKey::make(&secret);
    if (!made) return made;
    const auto set = settings_.set(kDeviceKeyName, {secret.data(), secret.size()}, Keep::for_ever);
    explicit_bzero(secret.data(), secret.size());
    if (!set) return set.error();
    slots_[kDevice].key = *made;
    return made;
}

Result<vault::SigningKey> KeySlots::key(std::size_t slot) {
    if (slot >= kCount) return Error::domain_error;
    if (slot == kDevice) return device_key();
    if (!slots_[slot].key) return Error::not_found;
    return *slots_[slot].key;
}

Result<KeySlots::Installed> KeySlots::info(std::size_t slot) {
    if (slot >= kCount) return Error::domain_error;
    if (slot == kDevice) return Installed{};
    if (!slots_[slot].key && slots_[slot].files.key_file.empty()) return Error::not_found;
    return slots_[slot].files;
}

Result<void> KeySlots::make_temporary(std::size_t slot) {
    if (slot >= kCount) return Error::domain_error;
    if (slot == kDevice || info(slot)) return Error::exists;
    auto made = vault::SigningKey::make();
    if (!made) return made.error();
    slots_[slot].key = std::move(*made);
    return {};
}

Result<void> KeySlots::remove_temporary(std::size_t slot) {
    if (slot >= kCount) return Error::domain_error;
    const auto there = info(slot);
    if (!there) return there.error();
    if (slot == kDevice || !there->key_file.empty()) return Error::not_permitted;
    slots_[slot] = {};
    return {};
}

Result<void> KeySlots::install(std::size_t slot, Installed files, std::function<void(Result<void>)> done) {
    if (slot >= kCount) return Error::domain_error;
    if (slot == kDevice || info(slot)) return Error::exists;
    const std::string key_file = files.key_file;
    credentials_.signing_key(key_file, [this, slot, files = std::move(files), done = std::move(done),
                                        alive = std::weak_ptr<bool>{alive_}](Result<vault::SigningKey> read) {
        if (alive.expired()) return;
        if (!read) return done(read.error());
        if (info(slot)) return done(Error::exists); // somebody was faster
        const std::vector<Byte> names = bytes_of(files);
        if (auto set = settings_.set(name_of(slot), {names.data(), names.size()}, Keep::for_ever); !set)
            return done(set);
        slots_[slot] = {std::move(*read), files};
        done({});
    });
    return {};
}

Result<void> KeySlots::uninstall(std::size_t slot) {
    if (slot >= kCount) return Error::domain_error;
    const auto there = info(slot);
    if (!there) return there.error();
    if (there->key_file.empty()) return Error::not_permitted;
    slots_[slot] = {};
    return settings_.remove(name_of(slot));
}

} // namespace nwp::service
