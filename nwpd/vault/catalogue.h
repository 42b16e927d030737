// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/credential.h"
#include "base/result.h"
#include "nwpd/vault/stored_file.h"

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nwp::vault {

struct CredentialKey {
    SecTag tag = 0;
    CredentialType type = CredentialType::none;

    friend auto operator<=>(const CredentialKey&, const CredentialKey&) = default;
};

/// What the store holds: every name, tag, size and number, but no value. It is kept sealed as one value that
/// each commit writes anew: a record that was taken away, brought back from an older copy or put under
/// another tag does not fit it. Pure.
struct Catalogue {
    struct Credential {
        CredentialKind kind = CredentialKind::bytes;
        std::uint64_t record =
            0;                  ///< id of the record that holds the value; ids only grow and are never reused
        std::uint32_t size = 0; ///< of the value in bytes

        friend bool operator==(const Credential&, const Credential&) = default;
    };
    struct File {
        std::uint64_t record = 0; ///< of the content; 0: there is none, writing it was not finished
        std::uint32_t size = 0;
        std::uint64_t previous = 0; ///< of the content that a rollback brings back; 0: none
        std::uint32_t previous_size = 0;
        bool on_trial = false;
        std::uint64_t changed = 0; ///< number of the last change of the content
        FileAttributes attributes{};

        friend bool operator==(const File&, const File&) = default;
    };
    struct Setting {
        std::uint64_t record = 0;
        std::uint32_t size = 0;

        friend bool operator==(const Setting&, const Setting&) = default;
    };

    std::uint64_t last_record = 0; ///< the newest id given to a record or a change
    std::map<CredentialKey, Credential> credentials;
    std::map<std::string, File, std::less<>> files;
    std::map<std::string, Setting, std::less<>> settings;
    std::map<SecTag, std::uint64_t> changed; ///< when something under a tag that has credentials changed last
    std::uint64_t emptied = 0;               ///< when a tag last became empty, or a file was last removed
    std::int64_t date_floor = 0;             ///< seconds since 1970

    /// Puts a credential under a new record id, and returns the id.
    std::uint64_t put(CredentialKey key, CredentialKind kind, std::uint32_t size);
    void remove(CredentialKey key);
    /// New content at once: a trial ends, the attributes stay, and the maximum grows where it has to.
    std::uint64_t put(const std::string& file, std::uint32_t size);
    void remove(const std::string& file);
    /// The id of the record that is to be added, where the step brings content of `size` bytes, or 0.
    std::uint64_t change(const std::string& file, FileStep step, const FileAttributes& attributes,
                         std::uint32_t size);
    std::uint64_t put_setting(const std::string& name, std::uint32_t size);

    std::uint64_t tag_changed(SecTag tag) const;
    std::uint64_t file_changed(std::string_view name) const;
    std::set<std::uint64_t> records() const;

    friend bool operator==(const Catalogue&, const Catalogue&) = default;
};

std::vector<Byte> encode(const Catalogue& catalogue);
/// What encode() makes, and what it made in version 1: before there were settings and attributes of files.
///   malformed   neither
Result<Catalogue> decode_catalogue(ByteView bytes);

} // namespace nwp::vault
