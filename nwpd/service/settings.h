// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/credentials.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nwp::service {

enum class Keep : std::uint8_t {
    until_restart, ///< in memory alone; what the store holds under the name stays, and returns
    for_ever,      ///< in the store also
};

/// What a network processor is set to: named byte strings, the same for every host of this device. Answers
/// come from memory; the store follows in the order of the calls, and what it cannot do is logged. Names and
/// values as Vault::put_setting takes them. One executor; the Credentials outlive it.
class Settings {
public:
    /// `loaded` is what Vault::settings() gave before the vault went to its thread.
    Settings(Credentials& credentials, vault::SettingValues loaded);
    Settings(const Settings&) = delete;
    Settings& operator=(const Settings&) = delete;

    /// Nothing where it was never set. Valid until the name is set or removed.
    std::optional<ByteView> get(std::string_view name) const;
    /// Every name that begins so, in order.
    std::vector<std::string> names(std::string_view prefix) const;

    /// What get() answers from now on. `done`, if given, comes later with what the store said, or with
    /// success where it was not asked.
    ///   invalid_argument, too_big, no_space   nothing changed; `done` is not called
    Result<void> set(std::string_view name, ByteView value, Keep keep, Credentials::Done done = {});
    /// In memory and in the store.
    ///   not_found   `done` is not called
    Result<void> remove(std::string_view name, Credentials::Done done = {});

private:
    Credentials& credentials_;
    vault::SettingValues values_;
};

} // namespace nwp::service
