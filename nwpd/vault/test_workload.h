// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/vault/vault.h"

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>

namespace nwp::vault::test {

/// A file as a network processor keeps it: with steps of its own.
struct SafeFile {
    std::optional<std::string> content;
    std::optional<std::string> previous; ///< what a rollback brings back
    bool on_trial = false;

    /// What previous content is cannot be seen until it is back: only that there is one.
    friend bool operator==(const SafeFile& a, const SafeFile& b) {
        return a.content == b.content && a.on_trial == b.on_trial &&
               a.previous.has_value() == b.previous.has_value();
    }
};

/// What a store holds: summaries and contents by name. A generated key shows itself by its revision only.
struct State {
    std::map<SecTag, std::string> psk_ids;
    std::set<SecTag> keys;
    std::map<std::string, std::string> files;
    std::map<std::string, SafeFile> safe_files;
    std::map<std::string, std::string> settings;
    std::int64_t date_floor = 0;

    friend bool operator==(const State&, const State&) = default;
};

/// An endless sequence of steps, the same for the same seed: what is added, removed, generated, written.
class Sequence {
public:
    /// Texts are up to `longest` bytes.
    explicit Sequence(unsigned seed, std::size_t longest = 9000) : random_(seed), longest_(longest) {}

    /// Does the next step on the state, and on the vault where there is one; false when the vault failed.
    bool step(State& state, Vault* vault);

private:
    std::mt19937 random_;
    std::size_t longest_;
};

/// Reads everything; a test fails where something that is listed cannot be read whole.
State state_of(const Vault& vault);

} // namespace nwp::vault::test
