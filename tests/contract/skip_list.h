// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace nwp::contract {

/// A line of skipped.txt.
struct SkipLine {
    std::string world;
    std::string scenario; ///< "Suite.scenario", or "Suite.*"
    std::string reason;

    bool covers(const std::string& suite, const std::string& name) const {
        return scenario == suite + "." + name || scenario == suite + ".*";
    }
    std::string suite() const { return scenario.substr(0, scenario.find('.')); }
};

/// The whole file. Throws std::runtime_error when a line has no reason.
const std::vector<SkipLine>& skip_list();

/// "over/Connecting" -> "Connecting"
std::string plain_suite(const std::string& suite);
/// "is_refused/kernel" -> "is_refused"
std::string plain_scenario(const std::string& name);

} // namespace nwp::contract
