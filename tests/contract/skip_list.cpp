// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/skip_list.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace nwp::contract {
namespace {

std::vector<SkipLine> read() {
    std::ifstream file(NWP_SKIP_LIST);
    if (!file) throw std::runtime_error("there is no " NWP_SKIP_LIST);
    std::vector<SkipLine> lines;
    for (std::string text; std::getline(file, text);) {
        if (text.empty() || text.front() == '#') continue;
        std::istringstream words(text);
        SkipLine line;
        words >> line.world >> line.scenario >> std::ws;
        std::getline(words, line.reason);
        if (line.reason.empty()) throw std::runtime_error("skipped.txt: no reason in: " + text);
        lines.push_back(line);
    }
    return lines;
}

} // namespace

const std::vector<SkipLine>& skip_list() {
    static const std::vector<SkipLine> lines = read();
    return lines;
}

std::string plain_suite(const std::string& suite) { return suite.substr(suite.find('/') + 1); }
std::string plain_scenario(const std::string& name) { return name.substr(0, name.find('/')); }

} // namespace nwp::contract
