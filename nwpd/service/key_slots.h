// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/credentials.h"
#include "nwpd/service/settings.h"
#include "nwpd/vault/signing_key.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nwp::service {

/// Keys by small numbers, for a host that wants something signed and never sees a key: number 0 is the
/// device's own, made once and kept; the others hold keys of files, as long as they are installed, or
/// temporary ones, which go with this object. One executor.
class KeySlots {
public:
    static constexpr std::size_t kCount = 8;
    static constexpr std::size_t kDevice = 0;

    /// Files that an installed key goes by.
    struct Installed {
        std::string certificate_file;
        std::string key_file;
    };

    KeySlots(Settings& settings, Credentials& credentials);
    ~KeySlots(); ///< calls no `done` any more
    KeySlots(const KeySlots&) = delete;
    KeySlots& operator=(const KeySlots&) = delete;

    // Every call: domain_error: no such number; not_found: no key there.

    Result<vault::SigningKey> key(std::size_t slot);
    /// Nothing in the strings where the key is none of a file.
    Result<Installed> info(std::size_t slot);

    ///   exists      a key is there
    ///   no_memory   as SigningKey::make()
    Result<void> make_temporary(std::size_t slot);
    ///   not_permitted   it is not temporary
    Result<void> remove_temporary(std::size_t slot);

    /// `done` is called once, later, unless this fails at once.
    ///   exists   a key is there; may also be told later, where somebody was faster
    /// Later also:
    ///   not_found   no such file
    ///   malformed, operation_not_supported   it holds no private key on P-256
    ///   any other   as the vault says
    Result<void> install(std::size_t slot, Installed files, std::function<void(Result<void>)> done);
    ///   not_permitted   it is none of a file
    Result<void> uninstall(std::size_t slot);

private:
    struct Slot {
        std::optional<vault::SigningKey> key;
        Installed files;
    };
    Result<vault::SigningKey> device_key();
    void load(std::size_t slot);

    Settings& settings_;
    Credentials& credentials_;
    std::array<Slot, kCount> slots_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); ///< answers under way hold it weakly
};

} // namespace nwp::service
