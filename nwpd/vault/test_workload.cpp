// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/test_workload.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace nwp::vault::test {
namespace {

using enum CredentialType;

constexpr SecTag kTags = 6;
constexpr std::string_view kSafe = "safe ";

/// What may come next for the file: one step, so that each is one change of the store.
FileStep next_step(const State& state, const std::string& name, unsigned dice) {
    const auto found = state.safe_files.find(name);
    if (found == state.safe_files.end()) return FileStep::mark;
    const SafeFile& file = found->second;
    if (file.on_trial) return file.previous && dice % 2 == 0 ? FileStep::roll_back : FileStep::accept;
    constexpr FileStep kSteps[] = {FileStep::drop, FileStep::write, FileStep::try_out, FileStep::try_out};
    return kSteps[dice % 4];
}

void take_step(SafeFile& file, FileStep step, const std::string& text) {
    switch (step) {
        case FileStep::mark: break;
        case FileStep::drop: file = {}; break;
        case FileStep::write: file = {text, {}, false}; break;
        case FileStep::try_out: file = {text, file.content, true}; break;
        case FileStep::accept: file = {file.content, {}, false}; break;
        case FileStep::roll_back: file = {file.previous, {}, false}; break;
    }
}

} // namespace

bool Sequence::step(State& state, Vault* vault) {
    const SecTag tag = static_cast<SecTag>(random_() % kTags);
    const auto kind = static_cast<unsigned>(random_() % 11);
    const std::string text(1 + random_() % longest_, static_cast<char>('a' + random_() % 26));
    const std::string identity = text.substr(0, 200);
    const std::string name = "file " + std::to_string(tag);
    Result<void> done;
    switch (kind) {
        case 0:
        case 1:
            state.psk_ids[tag] = identity;
            if (vault != nullptr) done = vault->add(tag, psk_id, as_bytes(identity), true);
            break;
        case 2:
            if (vault != nullptr && state.psk_ids.count(tag) != 0) done = vault->remove(tag, psk_id);
            state.psk_ids.erase(tag);
            break;
        case 3:
            state.keys.insert(tag);
            if (vault != nullptr) done = vault->generate_key(tag, true);
            break;
        case 4:
            state.files[name] = text;
            if (vault != nullptr) done = vault->write_file(name, as_bytes(text));
            break;
        case 5:
            state.settings[name] = identity;
            if (vault != nullptr) done = vault->put_setting(name, as_bytes(identity));
            break;
        case 6:
            if (vault != nullptr && state.settings.count(name) != 0) done = vault->remove_setting(name);
            state.settings.erase(name);
            break;
        case 7:
        case 8:
        case 9: {
            const std::string safe = std::string(kSafe) + std::to_string(tag);
            const FileStep next = next_step(state, safe, static_cast<unsigned>(text.size()));
            take_step(state.safe_files[safe], next, text);
            if (vault != nullptr) done = vault->change_file(safe, next, {}, as_bytes(text));
            break;
        }
        default:
            state.date_floor += 10;
            if (vault != nullptr) done = vault->raise_date_floor(state.date_floor);
            break;
    }
    return done.ok();
}

State state_of(const Vault& vault) {
    State state;
    const auto list = vault.list();
    EXPECT_TRUE(list);
    for (const auto& info : *list) {
        if (info.type == psk_id) state.psk_ids[info.tag] = std::string(as_text(*vault.get(info.tag, psk_id)));
        if (info.type == private_key) {
            EXPECT_TRUE(vault.signing_request(info.tag, "CN=x")) << "a key is whole";
            state.keys.insert(info.tag);
        }
    }
    const auto files = vault.list_files();
    for (const auto& file : *files) {
        if (file.name.compare(0, kSafe.size(), kSafe) == 0) {
            SafeFile& safe = state.safe_files[file.name];
            safe.on_trial = file.on_trial;
            if (file.has_previous) safe.previous = "";
            if (!file.valid) continue;
            const auto content = vault.read_file(file.name);
            EXPECT_TRUE(content) << "valid, and not whole";
            safe.content = as_text(*content);
            continue;
        }
        const auto content = vault.read_file(file.name);
        EXPECT_TRUE(content);
        state.files[file.name] = as_text(*content);
    }
    const auto settings = vault.settings();
    EXPECT_TRUE(settings);
    for (const auto& [name, value] : *settings) state.settings[name] = as_text(value);
    state.date_floor = *vault.date_floor();
    return state;
}

} // namespace nwp::vault::test
