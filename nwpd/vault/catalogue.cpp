// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/catalogue.h"

#include "base/text.h"

#include <algorithm>
#include <string_view>

namespace nwp::vault {
namespace {

// Layout (all numbers big-endian): version u8, last_record u64, emptied u64, date_floor u64;
// count u32 and per credential: tag u32, type u16, kind u8, record u64, size u32;
// count u32 and per file: record u64, size u32, [previous u64, previous_size u32, on_trial u8, changed u64,
//     max_size u32, flags u16, tokens 4 x u32, write_counter u32,] length of the name u8, name;
// count u32 and per tag: tag u32, changed u64;
// [count u32 and per setting: record u64, size u32, length of the name u8, name].
// What stands in brackets is not in version 1.
constexpr Byte kVersion = 2;
constexpr Byte kVersionWithoutSettings = 1;

/// The maximum of a file that was given none grows in these steps.
constexpr std::uint32_t kSizeStep = 256;

std::uint32_t in_steps(std::uint32_t size) {
    return std::min(kMaxFileSize, (size + kSizeStep - 1) / kSizeStep * kSizeStep);
}

class Encoder {
public:
    template <typename Number>
    void number(Number value) {
        for (int shift = static_cast<int>(sizeof(Number) * 8) - 8; shift >= 0; shift -= 8) {
            bytes_.push_back(static_cast<Byte>(static_cast<std::uint64_t>(value) >> shift));
        }
    }
    void name(std::string_view text) {
        number(static_cast<std::uint8_t>(text.size()));
        bytes_.insert(bytes_.end(), text.begin(), text.end());
    }
    std::vector<Byte> take() { return std::move(bytes_); }

private:
    std::vector<Byte> bytes_;
};

/// Reads past the end give zeros, and `whole()` tells.
class Decoder {
public:
    explicit Decoder(ByteView bytes) : rest_(bytes) {}

    template <typename Number>
    Number number() {
        std::uint64_t value = 0;
        for (const Byte byte : take(sizeof(Number))) value = value << 8 | byte;
        return static_cast<Number>(value);
    }
    std::string name() {
        const ByteView text = take(number<std::uint8_t>());
        return std::string(as_text(text));
    }
    bool failed() const { return failed_; }
    bool whole() const { return !failed_ && rest_.empty(); }

private:
    ByteView take(std::size_t count) {
        if (rest_.size() < count) failed_ = true;
        if (failed_) return {};
        const ByteView taken = rest_.first(count);
        rest_ = rest_.from(count);
        return taken;
    }

    ByteView rest_;
    bool failed_ = false;
};

void decode_credentials(Decoder& decoder, Catalogue& catalogue) {
    for (auto count = decoder.number<std::uint32_t>(); count != 0 && !decoder.failed(); --count) {
        CredentialKey key;
        key.tag = decoder.number<SecTag>();
        key.type = static_cast<CredentialType>(decoder.number<std::uint16_t>());
        Catalogue::Credential credential;
        credential.kind = static_cast<CredentialKind>(decoder.number<std::uint8_t>());
        credential.record = decoder.number<std::uint64_t>();
        credential.size = decoder.number<std::uint32_t>();
        catalogue.credentials[key] = credential;
    }
}

void decode_attributes(Decoder& decoder, FileAttributes& attributes) {
    attributes.max_size = decoder.number<std::uint32_t>();
    attributes.flags = decoder.number<std::uint16_t>();
    for (auto& token : attributes.tokens) token = decoder.number<std::uint32_t>();
    attributes.write_counter = decoder.number<std::uint32_t>();
}

void decode_files(Decoder& decoder, Byte version, Catalogue& catalogue) {
    for (auto count = decoder.number<std::uint32_t>(); count != 0 && !decoder.failed(); --count) {
        Catalogue::File file;
        file.record = decoder.number<std::uint64_t>();
        file.size = decoder.number<std::uint32_t>();
        if (version == kVersionWithoutSettings) {
            file.changed = file.record;
            file.attributes.max_size = in_steps(file.size);
        } else {
            file.previous = decoder.number<std::uint64_t>();
            file.previous_size = decoder.number<std::uint32_t>();
            file.on_trial = decoder.number<std::uint8_t>() != 0;
            file.changed = decoder.number<std::uint64_t>();
            decode_attributes(decoder, file.attributes);
        }
        catalogue.files[decoder.name()] = file;
    }
}

void decode_settings(Decoder& decoder, Catalogue& catalogue) {
    for (auto count = decoder.number<std::uint32_t>(); count != 0 && !decoder.failed(); --count) {
        Catalogue::Setting setting;
        setting.record = decoder.number<std::uint64_t>();
        setting.size = decoder.number<std::uint32_t>();
        catalogue.settings[decoder.name()] = setting;
    }
}

void encode_file(Encoder& encoder, const std::string& name, const Catalogue::File& file) {
    encoder.number(file.record);
    encoder.number(file.size);
    encoder.number(file.previous);
    encoder.number(file.previous_size);
    encoder.number(static_cast<std::uint8_t>(file.on_trial ? 1 : 0));
    encoder.number(file.changed);
    encoder.number(file.attributes.max_size);
    encoder.number(file.attributes.flags);
    for (const auto token : file.attributes.tokens) encoder.number(token);
    encoder.number(file.attributes.write_counter);
    encoder.name(name);
}

void decode_tags(Decoder& decoder, Catalogue& catalogue) {
    for (auto count = decoder.number<std::uint32_t>(); count != 0 && !decoder.failed(); --count) {
        const auto tag = decoder.number<SecTag>();
        catalogue.changed[tag] = decoder.number<std::uint64_t>();
    }
}

} // namespace

std::uint64_t Catalogue::put(CredentialKey key, CredentialKind kind, std::uint32_t size) {
    const std::uint64_t record = ++last_record;
    credentials[key] = {kind, record, size};
    changed[key.tag] = record;
    return record;
}

void Catalogue::remove(CredentialKey key) {
    credentials.erase(key);
    const std::uint64_t now = ++last_record;
    const auto left = credentials.lower_bound({key.tag, CredentialType::none});
    if (left != credentials.end() && left->first.tag == key.tag) {
        changed[key.tag] = now;
        return;
    }
    // All empty tags share one number, so that tags that come and go leave nothing behind.
    changed.erase(key.tag);
    emptied = now;
}

std::uint64_t Catalogue::put(const std::string& file, std::uint32_t size) {
    const auto found = files.find(file);
    FileAttributes attributes = found == files.end() ? FileAttributes{} : found->second.attributes;
    attributes.max_size = std::max(attributes.max_size, in_steps(size));
    ++attributes.write_counter;
    return change(file, FileStep::write, attributes, size);
}

std::uint64_t Catalogue::change(const std::string& file, FileStep step, const FileAttributes& attributes,
                                std::uint32_t size) {
    File& entry = files[file];
    entry.attributes = attributes;
    const bool brings = step == FileStep::write || step == FileStep::try_out;
    const bool takes = step == FileStep::drop || step == FileStep::roll_back;
    if (brings || takes || entry.changed == 0) entry.changed = ++last_record;
    if (step == FileStep::mark) return 0;

    const File old = entry;
    entry.previous = 0;
    entry.previous_size = 0;
    entry.on_trial = step == FileStep::try_out;
    if (step == FileStep::try_out) {
        entry.previous = old.record;
        entry.previous_size = old.size;
    }
    if (step == FileStep::accept) return 0;
    entry.record = brings ? entry.changed : 0;
    entry.size = brings ? size : 0;
    if (step == FileStep::roll_back) {
        entry.record = old.previous;
        entry.size = old.previous_size;
    }
    return brings ? entry.record : 0;
}

void Catalogue::remove(const std::string& file) {
    files.erase(file);
    emptied = ++last_record;
}

std::uint64_t Catalogue::put_setting(const std::string& name, std::uint32_t size) {
    const std::uint64_t record = ++last_record;
    settings[name] = {record, size};
    return record;
}

std::uint64_t Catalogue::tag_changed(SecTag tag) const {
    const auto found = changed.find(tag);
    return found == changed.end() ? emptied : found->second;
}

std::uint64_t Catalogue::file_changed(std::string_view name) const {
    const auto found = files.find(name);
    return found == files.end() ? emptied : found->second.changed;
}

std::set<std::uint64_t> Catalogue::records() const {
    std::set<std::uint64_t> ids;
    for (const auto& [key, credential] : credentials) ids.insert(credential.record);
    for (const auto& [name, file] : files) {
        if (file.record != 0) ids.insert(file.record);
        if (file.previous != 0) ids.insert(file.previous);
    }
    for (const auto& [name, setting] : settings) ids.insert(setting.record);
    return ids;
}

std::vector<Byte> encode(const Catalogue& catalogue) {
    Encoder encoder;
    encoder.number(kVersion);
    encoder.number(catalogue.last_record);
    encoder.number(catalogue.emptied);
    encoder.number(catalogue.date_floor);
    encoder.number(static_cast<std::uint32_t>(catalogue.credentials.size()));
    for (const auto& [key, credential] : catalogue.credentials) {
        encoder.number(key.tag);
        encoder.number(static_cast<std::uint16_t>(key.type));
        encoder.number(static_cast<std::uint8_t>(credential.kind));
        encoder.number(credential.record);
        encoder.number(credential.size);
    }
    encoder.number(static_cast<std::uint32_t>(catalogue.files.size()));
    for (const auto& [name, file] : catalogue.files) encode_file(encoder, name, file);
    encoder.number(static_cast<std::uint32_t>(catalogue.changed.size()));
    for (const auto& [tag, change] : catalogue.changed) {
        encoder.number(tag);
        encoder.number(change);
    }
    encoder.number(static_cast<std::uint32_t>(catalogue.settings.size()));
    for (const auto& [name, setting] : catalogue.settings) {
        encoder.number(setting.record);
        encoder.number(setting.size);
        encoder.name(name);
    }
    return encoder.take();
}

Result<Catalogue> decode_catalogue(ByteView bytes) {
    Decoder decoder(bytes);
    const auto version = decoder.number<std::uint8_t>();
    if (version != kVersion && version != kVersionWithoutSettings) return Error::malformed;
    Catalogue catalogue;
    catalogue.last_record = decoder.number<std::uint64_t>();
    catalogue.emptied = decoder.number<std::uint64_t>();
    catalogue.date_floor = decoder.number<std::int64_t>();
    decode_credentials(decoder, catalogue);
    decode_files(decoder, version, catalogue);
    decode_tags(decoder, catalogue);
    if (version == kVersion) decode_settings(decoder, catalogue);
    if (!decoder.whole()) return Error::malformed;
    return catalogue;
}

} // namespace nwp::vault
