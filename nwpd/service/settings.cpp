// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/settings.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace nwp::service {
namespace {

/// Logs what the store refused, and tells who asked. What is not there any more was removed well.
Credentials::Done told(std::string_view what, std::string_view name, Credentials::Done done) {
    return [what, name = std::string(name), done = std::move(done)](Result<void> result) {
        if (!result && result.error() == Error::not_found) result = {};
        if (!result) spdlog::error("setting {} was not {}: {}", name, what, to_string(result.error()));
        if (done) done(result);
    };
}

} // namespace

Settings::Settings(Credentials& credentials, vault::SettingValues loaded)
    : credentials_(credentials), values_(std::move(loaded)) {}

std::optional<ByteView> Settings::get(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return std::nullopt;
    return ByteView(found->second);
}

std::vector<std::string> Settings::names(std::string_view prefix) const {
    std::vector<std::string> names;
    for (auto entry = values_.lower_bound(prefix); entry != values_.end(); ++entry) {
        if (entry->first.compare(0, prefix.size(), prefix) != 0) break;
        names.push_back(entry->first);
    }
    return names;
}

Result<void> Settings::set(std::string_view name, ByteView value, Keep keep, Credentials::Done done) {
    if (!vault::is_setting_name(name)) return Error::invalid_argument;
    if (value.size() > vault::kMaxSettingSize) return Error::too_big;
    auto found = values_.find(name);
    if (found == values_.end()) {
        if (values_.size() >= vault::kMaxSettings) return Error::no_space;
        found = values_.emplace(name, std::vector<Byte>{}).first;
    }
    // First a copy: `value` may be a view of what is replaced here.
    std::vector<Byte> kept(value.begin(), value.end());
    found->second = kept;
    auto tell = told("stored", name, std::move(done));
    if (keep == Keep::for_ever) {
        credentials_.put_setting(std::string(name), std::move(kept), std::move(tell));
    } else {
        credentials_.ask<void>([](vault::Vault&) { return Result<void>{}; }, std::move(tell));
    }
    return {};
}

Result<void> Settings::remove(std::string_view name, Credentials::Done done) {
    const auto found = values_.find(name);
    if (found == values_.end()) return Error::not_found;
    values_.erase(found);
    credentials_.remove_setting(std::string(name), told("removed", name, std::move(done)));
    return {};
}

} // namespace nwp::service
